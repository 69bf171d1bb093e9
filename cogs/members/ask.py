"""/ask: a question by command, for all or for oneself, also where the bot is no member.

Its first response is the question, since Discord shows others no more than that the command was used; the
answer follows it through the interaction's webhook.
"""

import asyncio
from contextlib import nullcontext

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.commands.asks.asking import Asked, By
from bot.chat.completions import Asker
from bot.chat.rights import Action
from bot.client import replies
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.client.retry import FAILURES, persist
from bot.client.standing import is_elsewhere, standing_of
from bot.errors import UserFacingError
from bot.reading.interactions import member_of, place_of
from bot.reading.messages import attachments_of, our_names, speaker_of
from bot.rules.admission.access import Installs
from bot.rules.model import Incoming
from bot.texts import listed, members
from bot.ui.commands import dialogs, render
from bot.ui.commands.models import model_choices

MOST_QUESTION = 4000  # as much as a message may hold
CHECK_SECONDS = 1.5  # of the three that Discord gives
JUDGE_SECONDS = 0.8  # likewise
LOOK_SECONDS = 20.0


class Ask(commands.Cog):
    """Takes questions."""

    def __init__(self, bot: ParleyBot) -> None:
        self._asking, self._languages = bot.services.asking, bot.services.languages
        if bot.services.access.house.installs is not Installs.OFF:
            anywhere = {"guild": True, "dm_channel": True, "private_channel": True}
            self.ask.allowed_contexts = app_commands.AppCommandContext(**anywhere)
            self.ask.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)

    @app_commands.command(name="ask", description=listed.ABOUT_ASK, extras=does(Action.ASK))
    @app_commands.describe(
        question=listed.OPTION_QUESTION,
        file=listed.OPTION_FILE,
        private=listed.OPTION_PRIVATE,
        model=listed.OPTION_ASK_MODEL,
    )
    @app_commands.autocomplete(model=model_choices)
    async def ask(
        self,
        interaction: dialogs.Asked,
        question: app_commands.Range[str, 1, MOST_QUESTION],
        file: discord.Attachment | None = None,
        private: bool = False,
        model: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Show the question, and take it; what keeps it from being taken is told to the asker alone."""
        asked = Asked(
            _incoming(interaction, question, file),
            member_of(interaction),
            private=private,
            elsewhere=is_elsewhere(interaction),
            model=model or "",
            locale=str(interaction.locale),
        )
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await self._asking.require(asked)
        except TimeoutError as error:
            raise UserFacingError(members.ASK_TOO_SLOW) from error
        shown = await self._shown(asked)
        message_id = await _respond(interaction, shown, private=private)
        await self._asking.take(asked, message_id, By(interaction.id, interaction.token))

    async def _shown(self, asked: Asked) -> str:
        """Return what shows a question; others read no word of one that could not be judged in time."""
        name = asked.incoming.attachments[0].filename if asked.incoming.attachments else None
        if asked.private:
            return render.asked(asked.incoming.text, name)
        asker, id_ = Asker(asked.member.id, asked.key), asked.incoming.message_id
        may = await self._asking.may_be_shown(asker, id_, asked.incoming.text, JUDGE_SECONDS)
        with nullcontext() if asked.elsewhere else self._languages.speaking(asked.place):
            return render.asked(asked.incoming.text if may else members.UNSHOWN, name)


def _incoming(interaction: dialogs.Asked, question: str, file: discord.Attachment | None) -> Incoming:
    """Read a question as if it had been said in a message."""
    guild = interaction.guild
    return Incoming(
        message_id=interaction.id,
        key=place_of(interaction),
        speaker=speaker_of(interaction.user),
        text=question.strip(),
        created_at=interaction.created_at,
        attachments=attachments_of([file] if file else []),
        our_names=our_names(guild, interaction.client),
        standing=standing_of(interaction),
        locale=str(interaction.guild_locale or ""),
    )


async def _respond(interaction: dialogs.Asked, shown: str, *, private: bool) -> int:
    """Show a question; return the id of its message, be it that nothing was heard of it."""
    said: list[int | None] = []

    async def first() -> None:
        response = await interaction.response.send_message(shown, ephemeral=private, suppress_embeds=True)
        said.append(response.message_id)

    await replies.respond(interaction, first)
    if said and said[0] is not None:
        return said[0]
    name = f"interaction {interaction.id}"
    try:
        return (await persist(name, interaction.original_response, LOOK_SECONDS)).id
    except FAILURES as error:
        raise UserFacingError(members.ASK_TOO_SLOW) from error


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Ask(bot))
