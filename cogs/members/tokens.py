"""/tokens: what a text counts, and what a conversation holds. Anybody may ask; the answers are ephemeral."""

from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.texts import listed
from bot.ui.commands import render
from bot.ui.commands.dialogs import Asked, reply, think
from bot.ui.commands.models import model_choices


class Tokens(commands.GroupCog, group_name="tokens", group_description=listed.ABOUT_TOKENS):
    """Counts tokens."""

    def __init__(self, bot: ParleyBot) -> None:
        self._counting = bot.services.commands.counting

    @app_commands.command(description=listed.ABOUT_TOKENS_TEXT, extras=does(Action.COUNT_TOKENS))
    @app_commands.describe(text=listed.OPTION_TEXT, model=listed.OPTION_COUNT_MODEL)
    @app_commands.autocomplete(model=model_choices)
    async def text(
        self,
        interaction: Asked,
        text: app_commands.Range[str, 1, 6000],
        model: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Count a text, and show where it is cut."""
        await think(interaction)
        count = await self._counting.text(place_of(interaction), text, model)
        await reply(interaction, render.text_count(count))

    @app_commands.command(description=listed.ABOUT_TOKENS_CHANNEL, extras=does(Action.COUNT_TOKENS))
    async def channel(self, interaction: Asked) -> None:
        """Count the conversation in which the command is used."""
        await think(interaction)
        place, member = place_of(interaction), member_of(interaction)
        count = await self._counting.channel(place, now=interaction.id, member=member)
        await reply(interaction, render.channel_count(count))


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Tokens(bot))
