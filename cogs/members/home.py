"""The bot's coming and being there: it greets servers that added it, and its presence says what to do.

A server that the self-hoster doesn't offer the bot in is left as soon as it is known.
"""

import discord
from discord.ext import commands

from bot.client.bot import ParleyBot
from bot.ui.home.departing import depart
from bot.ui.home.greeting import greet
from bot.ui.home.hello import TryButton

MOST_PRESENCE = 128  # characters, by Discord


class Home(commands.Cog):
    """Greets."""

    def __init__(self, bot: ParleyBot) -> None:
        self._bot = bot
        self._greetings = bot.services.greetings

    async def cog_load(self) -> None:
        """Learn whom to greet; the presence goes to Discord with each session that is begun."""
        await self._greetings.load()
        name = self._bot.user.display_name if self._bot.user else ""
        if says := self._greetings.presence(name)[:MOST_PRESENCE]:
            self._bot.activity = discord.CustomActivity(says)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Greet a server that added the bot, or leave it."""
        self._look_at(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Look at a server that added the bot while it was away: Discord names each at a session's start."""
        self._look_at(guild)

    def _look_at(self, guild: discord.Guild) -> None:
        if guild.unavailable:
            return
        services = self._bot.services
        is_home = services.access.is_home(guild.id)
        services.tasks.start(self._greet(guild) if is_home else depart(guild, services.languages))

    async def _greet(self, guild: discord.Guild) -> None:
        us = self._bot.user
        joined = guild.me.joined_at if guild.me else None
        if us is not None and await self._greetings.is_new(guild.id, joined):
            services = self._bot.services
            await greet(guild, us, services.languages, hears_all=services.access.house.hears_all)


async def setup(bot: ParleyBot) -> None:
    """Add the cog, and what those who are new may try."""
    bot.add_dynamic_items(TryButton)
    await bot.add_cog(Home(bot))
