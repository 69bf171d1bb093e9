"""Reads Discord's messages into our words, and Discord's own copy of a channel when memory needs it."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from itertools import chain
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.chat.ports import Page
from bot.chat.rights import Action, missing, missing_to_answer
from bot.client.retry import FAILURES, persist
from bot.errors import AttachmentError
from bot.network import proxy_for
from bot.reading.channels import is_seen_by, own_permissions, parent_of
from bot.rules.figures import MOST_BYTES, MOST_PIXELS, figure, whole
from bot.rules.model import AttachmentRef, ChannelKey, Incoming, Reference, Speaker
from bot.rules.prompting.mentions import Names, readable
from bot.texts import members
from bot.ui.requests.limiter import in_background

log = logging.getLogger(__name__)

CDN_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
CHANNEL_MARK = re.compile(r"<#(\d{1,20})>")
FETCH_SECONDS = 15.0
PAGE = 100  # messages that Discord gives for one request
MISSED_SECONDS = 60.0
READ_SECONDS = 5.0  # somebody waits for the answer, which comes without, too
UNKNOWN_CHANNEL = 10003
READ_TYPES = frozenset({discord.MessageType.default, discord.MessageType.reply})


def is_from_person(message: discord.Message) -> bool:
    """Say whether a message is a person's words, rather than a bot's, a webhook's or the system's."""
    return not message.author.bot and message.webhook_id is None and message.type in READ_TYPES


def key_of(message: discord.Message) -> ChannelKey:
    """Return where a message was said."""
    guild_id = message.guild.id if message.guild else None
    return ChannelKey(message.channel.id, guild_id, parent_of(message.channel))


def incoming(message: discord.Message, client: discord.Client) -> Incoming:
    """Read a message."""
    ours = _our_ids(message, client)
    return Incoming(
        message_id=message.id,
        key=key_of(message),
        speaker=speaker_of(message.author),
        text=_text(message.content, message, client),
        created_at=message.created_at,
        mentions_us=any(user.id in ours for user in message.mentions)
        or any(role.id in ours for role in message.role_mentions),
        reply_to=_reply(message, client),
        forwards=_forwards(message, client),
        attachments=attachments_of(message.attachments),
        edited_at=message.edited_at,
        our_names=_our_names(message, client),
    )


def _our_ids(message: discord.Message, client: discord.Client) -> frozenset[int]:
    """Return our user id and that of the role that came with us, which people pick by mistake."""
    ids = {client.user.id} if client.user else set()
    role = message.guild.self_role if message.guild else None
    return frozenset(ids | ({role.id} if role else set()))


def _our_names(message: discord.Message, client: discord.Client) -> tuple[str, ...]:
    member = message.guild.me if message.guild else None
    return tuple({user.display_name for user in (client.user, member) if user})


def speaker_of(user: discord.abc.User) -> Speaker:
    """Return who says something."""
    return Speaker(user.id, user.display_name, user.name)


def _text(content: str, message: discord.Message, client: discord.Client) -> str:
    """Read the content of a message, or of what it forwards; ids get the names that its author may know."""
    guild = message.guild
    names = Names(
        users={user.id: user.display_name for user in message.mentions},
        roles={role.id: role.name for role in guild.roles} if guild else {},
        channels=_channels(content, message),
        us=client.user.display_name if client.user else "",
        our_ids=_our_ids(message, client),
    )
    return readable(content, names)


def _channels(content: str, message: discord.Message) -> dict[int, str]:
    """Return the names of channels that the author may see; of one with no known roles, what all may see."""
    guild = message.guild
    if guild is None:
        return {}
    viewer = message.author if isinstance(message.author, discord.Member) else guild.default_role
    found = (guild.get_channel_or_thread(int(id_)) for id_ in CHANNEL_MARK.findall(content))
    return {place.id: place.name for place in found if place is not None and is_seen_by(viewer, place)}


def _reply(message: discord.Message, client: discord.Client) -> Reference | None:
    reference = message.reference
    if reference is None or reference.type is not discord.MessageReferenceType.default:
        return None
    quoted = reference.resolved
    return reference_to(quoted, client) if isinstance(quoted, discord.Message) else None


def reference_to(message: discord.Message, client: discord.Client) -> Reference:
    """Read a message that another one is about."""
    from_us = client.user is not None and message.author.id == client.user.id
    content = message.content.removesuffix(members.CURSOR) if from_us else message.content
    return Reference(
        message_id=message.id,
        text=_text(content, message, client) or _embeds(message.embeds),
        speaker=speaker_of(message.author),
        from_us=from_us,
        attachments=() if from_us else attachments_of(message.attachments),
    )


def _forwards(message: discord.Message, client: discord.Client) -> tuple[Reference, ...]:
    origin = message.reference.message_id if message.reference else None
    return tuple(
        Reference(
            message_id=origin or message.id,
            text=_text(snapshot.content, message, client) or _embeds(snapshot.embeds),
            attachments=attachments_of(snapshot.attachments),
        )
        for snapshot in message.message_snapshots
    )


def _embeds(embeds: Sequence[discord.Embed]) -> str:
    return "\n".join(text for embed in embeds for text in (embed.title, embed.description) if text)


def attachments_of(attachments: Sequence[discord.Attachment]) -> tuple[AttachmentRef, ...]:
    """Read the files of a message, their figures with distrust."""
    return tuple(
        AttachmentRef(
            id=one.id,
            filename=one.filename,
            url=one.url,
            size=int(figure(one.size, MOST_BYTES) or 0),
            content_type=one.content_type,
            width=whole(one.width, MOST_PIXELS),
            height=whole(one.height, MOST_PIXELS),
        )
        for one in attachments
    )


_Place = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


class DiscordReader:
    """Discord's own copy of a channel, and the files of its messages."""

    def __init__(self, client: discord.Client, api_url: str | None) -> None:
        self._client = client
        own_host = urlsplit(api_url).hostname if api_url else None
        self._hosts = CDN_HOSTS | ({own_host} if own_host else set())

    async def before(
        self, key: ChannelKey, message_id: int, most: int, *, down_to: int = 0
    ) -> Sequence[Incoming] | None:
        """Return up to `most` messages before this id, down to another, newest first."""
        channel = self._client.get_channel(key.channel_id) or self._client.get_partial_messageable(
            key.channel_id, guild_id=key.guild_id
        )
        if not isinstance(channel, discord.abc.Messageable) or not self._may_read_back(key):
            return None

        async def read() -> Sequence[Incoming]:
            found: list[Incoming] = []
            async for message in channel.history(limit=most, before=discord.Object(message_id)):
                found.append(incoming(message, self._client))
                if message.id <= down_to:
                    break
            return found

        try:
            return await persist(f"channel {key.channel_id}", read, READ_SECONDS)
        except FAILURES as error:
            log.info("channel %s could not be read: %r", key.channel_id, error)
            return None

    def shard(self, key: ChannelKey) -> int:
        """Return the shard of a place's guild; direct messages come by the first one."""
        guild = self._client.get_guild(key.guild_id or 0)
        return guild.shard_id if guild is not None else 0

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
        return Page(
            [incoming(message, self._client) for message in found if is_from_person(message)],
            found[-1].id if len(found) == PAGE else None,
            missing_to_answer(own_permissions(channel, guild), key) if guild and channel else (),
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

    async def attachment(self, ref: AttachmentRef, most_bytes: int) -> bytes:
        """Fetch the beginning of a message's own attachment, from where Discord keeps such files only."""
        if urlsplit(ref.url).hostname not in self._hosts:
            raise AttachmentError(members.FILE_NOT_FETCHED.format(name=ref.filename))
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(
                    ref.url, proxy=proxy_for(ref.url), allow_redirects=False, raise_for_status=True
                ) as response,
            ):
                return await _read(response.content, most_bytes)
        except FAILURES as error:
            raise AttachmentError(members.FILE_NOT_FETCHED.format(name=ref.filename)) from error


async def _read(content: aiohttp.StreamReader, most_bytes: int) -> bytes:
    try:
        return await content.readexactly(most_bytes)
    except asyncio.IncompleteReadError as error:
        return error.partial
