"""Discord's own copy of its channels, asked when memory needs it."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import chain

import discord

from bot.chat.ports import Page
from bot.chat.rights import Action, missing
from bot.client.retry import FAILURES, persist
from bot.reading.channels import obstacles, own_permissions, parent_of
from bot.reading.downloads import Downloads
from bot.reading.messages import incoming, is_from_person, our_names, reference_to
from bot.reading.surroundings import whereabouts
from bot.rules.model import ChannelKey, Incoming, Reference
from bot.rules.notes import NoteCode
from bot.rules.places.asides import is_aside
from bot.rules.places.shards import shard_of
from bot.rules.prompting.situation import Whereabouts
from bot.rules.threads.titles import Title
from bot.ui.requests.calls import in_background

log = logging.getLogger(__name__)

PAGE = 100  # messages that Discord gives for one request
MISSED_SECONDS = 60.0
READ_SECONDS = 5.0  # somebody waits for the answer, which comes without, too
UNKNOWN_CHANNEL = 10003

_Place = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


class DiscordReader(Downloads):
    """Discord's own copy of a channel, and the files of its messages."""

    def __init__(
        self,
        client: discord.Client,
        api_url: str | None,
        allowed_bots: Callable[[], Collection[int]] = frozenset,
    ) -> None:
        super().__init__(api_url)
        self._client = client
        self._allowed_bots = allowed_bots

    def our_names(self, key: ChannelKey) -> Collection[str]:
        """Return the names by which people of a place know us."""
        return our_names(self._client.get_guild(key.guild_id) if key.guild_id else None, self._client)

    def whereabouts(self, key: ChannelKey) -> Whereabouts | None:
        """Return what is known of a place, without asking Discord."""
        return whereabouts(self._client, key)

    async def before(
        self, key: ChannelKey, message_id: int, most: int, *, down_to: int = 0
    ) -> Sequence[Incoming] | None:
        """Return up to `most` messages before this id, down to another, newest first."""
        channel = None if is_aside(key) else self._place(key)  # of which Discord tells nobody
        if not isinstance(channel, discord.abc.Messageable) or not self._may_read_back(key):
            return None

        async def read() -> Sequence[Incoming]:
            found: list[Incoming] = []
            async for message in channel.history(limit=most, before=discord.Object(message_id)):
                found.append(incoming(message, self._client))
                if message.id <= down_to:
                    return found
            if key.is_thread and 0 < down_to <= key.channel_id and len(found) < most:
                found += await self._opening_of(key)
            return found

        try:
            return await persist(f"channel {key.channel_id}", read, READ_SECONDS)
        except FAILURES as error:
            log.info("channel %s could not be read: %r", key.channel_id, error)
            return None

    async def _opening_of(self, thread: ChannelKey) -> Sequence[Incoming]:
        """Return the message of its channel that a thread was opened from, if there is one still."""
        place = self._client.get_channel(thread.parent_id or 0)
        if not isinstance(place, discord.abc.Messageable):  # a forum's post has it in itself
            return ()
        try:
            return (incoming(await place.fetch_message(thread.channel_id), self._client),)
        except discord.NotFound:
            return ()

    async def recent(self, key: ChannelKey, message_id: int, most: int) -> Sequence[Incoming]:
        """Return up to `most` messages that others said before this id, newest first."""
        place = self._client.get_channel(key.channel_id)
        if not isinstance(place, discord.abc.Messageable) or not self._may_read_back(key):
            return ()
        if not self._client.intents.message_content:
            return ()  # they would say nothing

        async def read() -> Sequence[discord.Message]:
            history = place.history(limit=most, before=discord.Object(message_id))
            return [message async for message in history]

        try:
            found = await persist(f"channel {key.channel_id}", read, READ_SECONDS)
        except FAILURES as error:
            log.info("channel %s could not be read: %r", key.channel_id, error)
            return ()
        us = self._client.user
        return [incoming(one, self._client) for one in found if one.author != us and not one.is_system()]

    def title(self, key: ChannelKey) -> Title | None:
        """Return what a thread is called, as Discord told last."""
        thread = self._client.get_channel(key.channel_id)
        if not isinstance(thread, discord.Thread):
            return None
        return Title(thread.name, tuple(tag.name for tag in thread.applied_tags))

    async def reference(self, key: ChannelKey, message_id: int) -> Reference:
        """Return a message that another one there is about; the opening one of a thread has its id."""
        unread = Reference(message_id, unread=NoteCode.QUOTE_UNREAD)
        place = self._place_of(key, message_id)
        if not isinstance(place, discord.abc.Messageable) or not self._may_read_back(key):
            return unread
        try:
            name = f"message {message_id}, which another is about"
            message = await persist(name, lambda: place.fetch_message(message_id), READ_SECONDS)
        except discord.NotFound:
            return replace(unread, unread=NoteCode.QUOTE_DELETED)
        except FAILURES as error:
            log.info("message %s could not be read: %r", message_id, error)
            return unread
        return reference_to(message, self._client)

    def _place_of(self, key: ChannelKey, message_id: int) -> object:
        """Return where a message of a place is kept: what opened a thread, in its parent but for a forum."""
        known = self._place(key)
        if not isinstance(known, discord.Thread) or message_id != known.id:
            return known
        return known if isinstance(known.parent, discord.ForumChannel) else known.parent

    def _place(self, key: ChannelKey) -> object:
        return self._client.get_channel(key.channel_id) or self._client.get_partial_messageable(
            key.channel_id, guild_id=key.guild_id
        )

    def shard(self, key: ChannelKey) -> int:
        """Return the shard of a place's guild."""
        return shard_of(key.guild_id, self._client.shard_count or 1)

    def newer(self, since: Mapping[int, int]) -> Sequence[ChannelKey]:
        """Compare the newest message of each place with an id, as far as Discord told of it."""
        found: list[tuple[int, ChannelKey]] = []
        for guild in self._client.guilds:
            mark = since.get(guild.shard_id)
            if mark is None:
                continue
            kinds: Sequence[Sequence[_Place]] = (
                guild.text_channels,
                guild.voice_channels,
                guild.stage_channels,
                guild.threads,
            )
            for place in chain.from_iterable(kinds):
                newest = place.last_message_id or 0
                if newest > mark:
                    found.append((newest, ChannelKey(place.id, guild.id, parent_of(place))))
        return [key for _, key in sorted(found, key=lambda one: one[0], reverse=True)]

    def absent(self, shard: int) -> Sequence[int]:
        """Return those in an outage, which are named as a session begins, and told of later."""
        return [one.id for one in self._client.guilds if one.unavailable and one.shard_id == shard]

    async def after(self, key: ChannelKey, message_id: int, *, urgent: bool) -> Page:
        """Return up to a hundred messages after an id, people's only."""
        guild = self._client.get_guild(key.guild_id or 0)
        channel = guild.get_channel_or_thread(key.channel_id) if guild else None
        place = channel or self._client.get_partial_messageable(key.channel_id, guild_id=key.guild_id)
        if not isinstance(place, discord.abc.Messageable) or not self._may_read_back(key):
            return Page()

        async def read() -> Sequence[discord.Message]:
            history = place.history(limit=PAGE, after=discord.Object(message_id), oldest_first=True)
            return [message async for message in history]

        try:
            with nullcontext() if urgent else in_background():
                found = await persist(f"channel {key.channel_id}", read, MISSED_SECONDS)
        except FAILURES as error:
            log.info("channel %s could not be looked through: %r", key.channel_id, error)
            return Page()
        bots = self._allowed_bots()
        return Page(
            [incoming(message, self._client) for message in found if is_from_person(message, bots)],
            found[-1].id if len(found) == PAGE else None,
            obstacles(channel, guild, key) if guild and channel else (),
        )

    def _may_read_back(self, key: ChannelKey) -> bool:
        """Say whether we may read a channel's history; where not, Discord shows an empty one."""
        if key.is_dm:
            return True
        guild = self._client.get_guild(key.guild_id or 0)
        channel = guild.get_channel(key.parent_id or key.channel_id) if guild else None
        if guild is None or channel is None:
            return False
        return not missing(Action.READ_BACK, own_permissions(channel, guild), key)  # no hidden one grants it

    def in_guild(self, guild_id: int) -> bool:
        """Say whether a server is among those that Discord told of; it names those in an outage, too."""
        return self._client.get_guild(guild_id) is not None

    def in_sight(self, key: ChannelKey) -> bool:
        """Say whether a channel is among what Discord told of; a server in an outage tells nothing."""
        guild = self._client.get_guild(key.guild_id or 0)
        return guild is not None and (
            guild.unavailable or guild.get_channel_or_thread(key.channel_id) is not None
        )

    async def exists(self, key: ChannelKey) -> bool:
        """Ask for a channel."""
        try:
            with in_background():
                await self._client.fetch_channel(key.channel_id)
        except discord.NotFound as error:
            return error.code != UNKNOWN_CHANNEL
        except FAILURES as error:
            log.info("channel %s could not be looked at: %r", key.channel_id, error)
        return True
