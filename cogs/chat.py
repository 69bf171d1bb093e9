"""The conversation: messages, their edits and their deletions, passed on to the intake.

Each event is a task of ours from the first moment: they take their channel's turn in the order of the events,
and shutdown knows them.
"""

import discord
from discord import utils
from discord.ext import commands

from bot.client import ParleyBot, missing_permissions
from bot.rules.model import ChannelKey
from bot.ui.buttons import BUTTONS
from bot.ui.reading import incoming, is_from_person


class Chat(commands.Cog):
    """Listens to what is said."""

    def __init__(self, bot: ParleyBot) -> None:
        self._bot = bot
        self._intake = bot.services.intake
        self._tasks = bot.services.tasks
        self._repaired = False

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take a person's message."""
        if not is_from_person(message):
            return
        member = message.guild.me if message.guild else None
        missing = missing_permissions(message.channel, member)
        self._tasks.start(self._intake.receive(incoming(message, self._bot), missing))

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Take an edit; Discord also tells of link previews and pins this way, which change no words."""
        message = payload.message
        if message.edited_at is not None and is_from_person(message):
            self._tasks.start(self._intake.revised(incoming(message, self._bot), message.edited_at))

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Forget a deleted message."""
        key = ChannelKey(payload.channel_id, payload.guild_id)
        self._tasks.start(self._intake.deleted(key, frozenset({payload.message_id})))

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Forget messages that a moderator deleted together."""
        key = ChannelKey(payload.channel_id, payload.guild_id)
        self._tasks.start(self._intake.deleted(key, frozenset(payload.message_ids)))

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Forget a deleted channel and its threads."""
        self._tasks.start(self._intake.channel_deleted(channel.id))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Forget a deleted thread."""
        self._tasks.start(self._intake.channel_deleted(payload.thread_id))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that the bot left or was removed from."""
        self._tasks.start(self._intake.guild_left(guild.id))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Note from when on events are heard; at the first time repair what a former process left."""
        self._bot.services.freshness.listening_since(utils.utcnow())
        if not self._repaired:
            self._repaired = True
            self._tasks.start(self._bot.services.recovery.run())
            self._tasks.start(self._bot.services.absences.run(self._bot.application_id or 0))


async def setup(bot: ParleyBot) -> None:
    """Add the cog and the buttons of answers."""
    bot.add_dynamic_items(*BUTTONS)
    await bot.add_cog(Chat(bot))
