"""The buttons on an answer: Stop, Regenerate, Continue. What they need is stored: they survive restarts."""

import re
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot import texts
from bot.chat.control import CONTINUABLE, Control, Presser
from bot.client import ParleyBot
from bot.report import report_interaction
from bot.rules.model import State


class AnswerButton(ui.DynamicItem[ui.Button[Any]], template=r"parley:answer:(?P<id>[0-9]+)"):
    """A button on an answer; discord.py swallows a dynamic item's errors, so they are reported here."""

    verb: ClassVar[str]
    label: ClassVar[str]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, answer_id: int) -> None:
        super().__init__(
            ui.Button(label=self.label, style=self.style, custom_id=f"parley:{self.verb}:{answer_id}")
        )
        self.answer_id = answer_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button again from what stands in the message."""
        return cls(int(match["id"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Acknowledge, check who pressed, and do it; a refusal is explained to the presser alone."""
        presser = Presser(
            interaction.user.id, interaction.user.display_name, interaction.permissions.manage_messages
        )
        try:
            await interaction.response.defer()
            client: ParleyBot = interaction.client
            await self.act(client.services.control, presser)
        except Exception as error:  # noqa: BLE001 - the end of its journey: report tells bug from refusal
            await report_interaction(interaction, error)

    async def act(self, control: Control, presser: Presser) -> None:
        """Do what the button says."""
        raise NotImplementedError


class StopButton(AnswerButton, template=r"parley:stop:(?P<id>[0-9]+)"):
    """Ends an answer that is being written."""

    verb, label = "stop", texts.STOP

    async def act(self, control: Control, presser: Presser) -> None:
        """Stop the answer."""
        await control.stop(self.answer_id, presser)


class RegenerateButton(AnswerButton, template=r"parley:regenerate:(?P<id>[0-9]+)"):
    """Has the newest answer redone in place."""

    verb, label = "regenerate", texts.REGENERATE

    async def act(self, control: Control, presser: Presser) -> None:
        """Redo the answer."""
        await control.regenerate(self.answer_id, presser)


class ContinueButton(AnswerButton, template=r"parley:continue:(?P<id>[0-9]+)"):
    """Has an answer go on where it stopped."""

    verb, label, style = "continue", texts.CONTINUE, discord.ButtonStyle.primary

    async def act(self, control: Control, presser: Presser) -> None:
        """Go on with the answer."""
        await control.go_on(self.answer_id, presser)


BUTTONS = (StopButton, RegenerateButton, ContinueButton)


def view_for(answer_id: int, state: State) -> ui.View:
    """Return the buttons that an answer has in a state."""
    view = ui.View(timeout=None)
    if state is State.WRITING:
        return view.add_item(StopButton(answer_id))
    if state in CONTINUABLE:
        view.add_item(ContinueButton(answer_id))
    return view.add_item(RegenerateButton(answer_id))
