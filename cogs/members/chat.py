"""The conversation: messages, their edits and their deletions, passed on to the inbox.

Each event becomes a task of ours at once: tasks take their channel's turn in the order of the events, and
shutdown awaits them.
"""

from collections.abc import Awaitable, Callable
from functools import partial

import discord
from discord.ext import commands

from bot.chat.upkeep.heard import Heard
from bot.client.bot import ParleyBot
from bot.logs import about
from bot.reading.channels import learn_channel, obstacles
from bot.reading.messages import incoming, is_from_person, is_withheld, key_of
from bot.rules.model import ChannelKey
from bot.rules.places.shards import shard_of
from bot.ui.commands.buttons import BUTTONS


class Chat(commands.Cog):
    """Listens to what is said."""

    def __init__(self, bot: ParleyBot) -> None:
        self._bot = bot
        self._inbox = bot.services.inbox
        self._tasks = bot.services.tasks
        self._missed = bot.services.missed

    async def cog_load(self) -> None:
        """Keep in memory up to where is heard."""
        self._tasks.start(self._missed.keep_saving())

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take a person's message."""
        heard = self._heard(message.guild.id if message.guild else None)
        if not is_from_person(message, self._bot.allowed_bots):
            if heard is not None:
                heard.hear(message.id)
            if message.webhook_id is not None and message.guild is not None:
                copy = incoming(message, self._bot)
                self._follow(copy.key, partial(self._inbox.copied, copy))
            return
        if heard is not None:
            key, take = key_of(message), partial(self._receive, message)
            self._tasks.start(heard.take(key, message.id, take), key)

    def _heard(self, guild_id: int | None) -> Heard | None:
        """Return the shard by which a server's events come, if it is heard here."""
        return self._missed.of(shard_of(guild_id, self._bot.shard_count or 1))

    async def _receive(self, message: discord.Message) -> None:
        await learn_channel(message, self._bot)
        said = incoming(message, self._bot)
        missing = obstacles(message.channel, message.guild, said.key)
        with about(message.id):
            await self._inbox.receive(said, missing)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Take an edit, or the previews of links, of which Discord tells in the same way."""
        message = payload.message
        if not is_from_person(message, self._bot.allowed_bots) or is_withheld(message, self._bot):
            return  # what is stored of it stays
        if not (message.edited_at or message.embeds):
            return
        said = incoming(message, self._bot)
        if message.edited_at is None:
            take = partial(self._inbox.previewed, said)
        else:
            missing = obstacles(message.channel, message.guild, said.key)
            take = partial(self._inbox.revised, said, message.edited_at, missing)
        self._follow(said.key, take)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Forget a deleted message."""
        self._forget(ChannelKey(payload.channel_id, payload.guild_id), frozenset({payload.message_id}))

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Forget messages that a moderator deleted together."""
        self._forget(ChannelKey(payload.channel_id, payload.guild_id), frozenset(payload.message_ids))

    def _forget(self, key: ChannelKey, message_ids: frozenset[int]) -> None:
        self._follow(key, partial(self._inbox.deleted, key, message_ids))

    def _follow(self, key: ChannelKey, work: Callable[[], Awaitable[None]]) -> None:
        if (heard := self._heard(key.guild_id)) is not None:
            self._tasks.start(heard.follow(key, work), key)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Forget a deleted channel and its threads."""
        self._tasks.start(self._inbox.channel_deleted(channel.id))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Forget a deleted thread."""
        self._tasks.start(self._inbox.channel_deleted(payload.thread_id))

    @commands.Cog.listener()
    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """End answers that could not be shown in a thread as long as it was closed."""
        metadata = payload.data["thread_metadata"]
        if not (metadata["archived"] or metadata["locked"]):
            self._tasks.start(self._bot.services.recovery.reopened(payload.thread_id))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that the bot has left or was removed from."""
        self._bot.services.languages.forget_server(guild.id)
        self._tasks.start(self._inbox.guild_left(guild.id))

    @commands.Cog.listener()
    async def on_shard_connect(self, shard_id: int) -> None:
        """Note that a session begins, at the start or after one that was lost; a resumed one goes on."""
        if (heard := self._missed.of(shard_id)) is not None:
            heard.lose()

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Look for what was missed in a server of which Discord tells later than of its shard's others."""
        heard = self._heard(guild.id)
        if heard is not None and guild.id in heard.absent:
            self._tasks.start(heard.look_at(guild.id), heard.shard)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """Look for what a shard missed and what was left there, once all its servers are known."""
        self._bot.services.holding.ready(shard_id, self._bot.application_id or 0)


async def setup(bot: ParleyBot) -> None:
    """Add the cog and the buttons of answers."""
    bot.add_dynamic_items(*BUTTONS)
    await bot.add_cog(Chat(bot))
