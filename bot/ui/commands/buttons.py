"""The buttons on an answer: Stop, Regenerate, Continue. What they need is stored: they survive restarts."""

from abc import abstractmethod

import discord
from discord import ui

from bot.chat.commands.control import CONTINUABLE, Control
from bot.chat.ports import Buttons
from bot.chat.rights import Member
from bot.client import replies
from bot.errors import Outdated
from bot.reading.interactions import member_of, place_of
from bot.rules.model import ChannelKey, State
from bot.rules.outcome import Version
from bot.texts import members
from bot.texts.features import threads
from bot.ui.commands.dialogs import Asked, StoredButton, reply
from bot.ui.commands.words import thread_opened


class AnswerButton(StoredButton, template=r"parley:answer:(?P<id>[0-9]+)"):
    """A button on an answer; the number is the answer's id."""

    async def act(self, interaction: Asked) -> None:
        """Do it for whoever pressed; a message that was forgotten loses its buttons."""
        control, member = interaction.client.services.control, member_of(interaction)
        try:
            await self.do(control, member, place_of(interaction))
        except Outdated:
            await replies.reply(interaction, view=None)
            raise

    @abstractmethod
    async def do(self, control: Control, member: Member, place: ChannelKey) -> None:
        """Do what the button says."""


class StopButton(AnswerButton, template=r"parley:stop:(?P<id>[0-9]+)"):
    """Ends an answer that is being written."""

    verb, label = "stop", members.STOP

    async def do(self, control: Control, member: Member, place: ChannelKey) -> None:
        """Stop the answer."""
        await control.stop(self.id_, member, place)


class RegenerateButton(AnswerButton, template=r"parley:regenerate:(?P<id>[0-9]+)"):
    """Has the newest answer redone in place."""

    verb, label = "regenerate", members.REGENERATE

    async def do(self, control: Control, member: Member, place: ChannelKey) -> None:
        """Redo the answer."""
        await control.regenerate(self.id_, member, place)


class ContinueButton(AnswerButton, template=r"parley:continue:(?P<id>[0-9]+)"):
    """Has an answer go on where it stopped."""

    verb, label, style = "continue", members.CONTINUE, discord.ButtonStyle.primary

    async def do(self, control: Control, member: Member, place: ChannelKey) -> None:
        """Go on with the answer."""
        await control.go_on(self.id_, member, place)


class ThreadButton(StoredButton, template=r"parley:thread:(?P<id>[0-9]+)"):
    """Has the conversation go on in a thread, which is opened from the message with the button."""

    verb, label, apart = "thread", threads.CONTINUE_IN_THREAD, True

    async def act(self, interaction: Asked) -> None:
        """Open it, and lead the presser there."""
        member, place = member_of(interaction), place_of(interaction)
        message_id = interaction.message.id if interaction.message else 0
        opened = await interaction.client.services.commands.threads.answer(
            self.id_, message_id, member, place
        )
        await reply(interaction, thread_opened(opened))


class BackButton(AnswerButton, template=r"parley:back:(?P<id>[0-9]+)"):
    """Has the newest answer say what the version before says."""

    verb, label = "back", members.VERSION_BEFORE

    async def do(self, control: Control, member: Member, place: ChannelKey) -> None:
        """Leaf back."""
        await control.leaf(self.id_, member, place, by=-1)


class OnButton(AnswerButton, template=r"parley:on:(?P<id>[0-9]+)"):
    """Has the newest answer say what the version after says."""

    verb, label = "on", members.VERSION_AFTER

    async def do(self, control: Control, member: Member, place: ChannelKey) -> None:
        """Leaf on."""
        await control.leaf(self.id_, member, place, by=1)


BUTTONS = (StopButton, RegenerateButton, ContinueButton, ThreadButton, BackButton, OnButton)


def view_for(answer_id: int, buttons: Buttons) -> ui.View:
    """Return the buttons that an answer has."""
    state = buttons.state
    view = ui.View(timeout=None)
    if state is State.GONE:
        return view
    if state is State.WRITING:
        return view.add_item(StopButton(answer_id))
    if state in CONTINUABLE:
        view.add_item(ContinueButton(answer_id))
    view.add_item(RegenerateButton(answer_id))
    if buttons.version is not None:
        _leaf(view, answer_id, buttons.version)
    return view.add_item(ThreadButton(answer_id)) if buttons.leads_on else view


def _leaf(view: ui.View, answer_id: int, version: Version) -> None:
    if version.number > 1:
        view.add_item(BackButton(answer_id))
    place = str(members.VERSION.format(number=version.number, of=version.of))
    view.add_item(ui.Button(label=place, custom_id=f"parley:version:{answer_id}", disabled=True))
    if version.number < version.of:
        view.add_item(OnButton(answer_id))
