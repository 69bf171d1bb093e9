"""A message's context menu (right-click, Apps): ask about it, count its tokens, see how an answer came about.

The question is posted for everybody; the other answers are ephemeral.
"""

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.chat.commands.files import File
from bot.chat.completions import Asker
from bot.chat.rights import Action
from bot.client import replies
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.client.retry import FAILURES, is_passing, persist
from bot.client.standing import standing_of
from bot.errors import UserFacingError
from bot.reading.interactions import member_of, place_of
from bot.reading.messages import incoming, reference_to, speaker_of
from bot.rules.model import ChannelKey, Reference
from bot.rules.notes import NoteCode
from bot.texts import listed, members
from bot.ui.commands import render
from bot.ui.commands.dialogs import Asked, Form, ask, reply, think
from bot.ui.home.posting import post, require_writing

READ_SECONDS = 60.0
JUDGE_SECONDS = 10.0
MOST_QUESTION = 1500  # leaves room for the name and the link in the same message


class Menus(commands.Cog):
    """The commands on a message."""

    def __init__(self, bot: ParleyBot) -> None:
        self._bot = bot
        self._menus = [
            app_commands.ContextMenu(name=listed.MENU_ASK, callback=self.ask, extras=does(Action.ASK_ABOUT)),
            app_commands.ContextMenu(
                name=listed.MENU_COUNT, callback=self.count, extras=does(Action.COUNT_TOKENS)
            ),
            app_commands.ContextMenu(
                name=listed.MENU_DETAILS, callback=self.details, extras=does(Action.SEE_DETAILS)
            ),
        ]

    async def cog_load(self) -> None:
        """Add the menus, which belong to no cog of themselves."""
        for menu in self._menus:
            self._bot.tree.add_command(menu)

    async def ask(self, interaction: Asked, message: discord.Message) -> None:
        """Ask in a form what the reader wants to know, and answer it in the channel."""
        await require_writing(interaction)
        _reference_to(message, self._bot)
        await ask(interaction, QuestionForm(message))

    async def count(self, interaction: Asked, message: discord.Message) -> None:
        """Count a message's tokens, as the model would read it."""
        await think(interaction)
        text = incoming(message, self._bot).words
        if not text:
            raise UserFacingError(members.NO_TEXT_TO_COUNT)
        count = await self._bot.services.commands.counting.text(place_of(interaction), text)
        await reply(interaction, render.text_count(count))

    async def details(self, interaction: Asked, message: discord.Message) -> None:
        """Show how an answer came about; whoever manages the channel sees the whole completion."""
        await think(interaction)
        place, member = place_of(interaction), member_of(interaction)
        details = await self._bot.services.commands.details.of(place, message.id, member)
        files = []
        if details.completion_json is not None:
            files.append(File("completion.json", details.completion_json.encode()))
        await replies.reply(interaction, files, embed=render.reply_details(details))


class QuestionForm(Form):
    """Asks what somebody wants to know about a message."""

    def __init__(self, message: discord.Message) -> None:
        field: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph,
            placeholder=str(members.ASK_PLACEHOLDER),
            required=False,
            max_length=MOST_QUESTION,
        )
        super().__init__(members.ASK_FORM, members.ASK_FIELD, field)
        self._message = message

    async def act(self, interaction: Asked, text: str) -> None:
        """Post the question, and take it as if the asker had said it themselves."""
        await require_writing(interaction)
        services, user, author = interaction.client.services, interaction.user, self._message.author
        if not await services.commands.privacy.may_read(author.id, user.id):
            raise UserFacingError(members.ASK_WITHHELD)
        about = _reference_to(await _as_it_is_now(self._message), interaction.client)
        place, question = place_of(interaction), text.strip()
        asker = Asker(user.id, place)
        may = not question or await services.asking.may_be_shown(
            asker, interaction.id, question, JUDGE_SECONDS
        )
        shown = _shown(interaction, place, self._message.jump_url, question if may else members.UNSHOWN)
        posted = await post(interaction, place, shown)
        asked = replace(
            incoming(posted, interaction.client),
            key=place,
            speaker=speaker_of(user),
            text=question,
            unworded=not question,
            standing=standing_of(interaction),
            mentions_us=True,
            reply_to=about,
        )
        await reply(interaction, members.ASKED.format(link=posted.jump_url))
        await services.inbox.receive(asked)


def _reference_to(message: discord.Message, client: discord.Client) -> Reference:
    """Return what a message says; refuse one that says nothing."""
    about = reference_to(message, client)
    is_known = about.text or about.attachments or about.unread is NoteCode.QUOTE_UNREAD
    if not is_known or (message.is_system() and about.message_id == message.id):
        raise UserFacingError(members.NOTHING_TO_ASK_ABOUT)
    return about


async def _as_it_is_now(message: discord.Message) -> discord.Message:
    """Read a message again that may have been edited or deleted since."""
    channel, name = message.channel, f"message {message.id}, which is asked about"
    try:
        return await persist(name, lambda: channel.fetch_message(message.id), READ_SECONDS)
    except FAILURES as error:
        if is_passing(error):
            raise UserFacingError(members.ASK_UNREAD) from error
        gone = isinstance(error, discord.NotFound)
        raise UserFacingError(members.ASK_GONE if gone else members.ASK_UNREADABLE) from error


def _shown(interaction: Asked, place: ChannelKey, link: str, question: str) -> str:
    with interaction.client.services.languages.speaking(place):
        words = question or str(members.ASK_PLACEHOLDER)
        return render.question_about(interaction.user.display_name, link, words)


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Menus(bot))
