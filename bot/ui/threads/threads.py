"""Discord's threads, as `bot.chat.threads.ports.Threads` describes them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord

from bot.chat.rights import Action, Permission, missing
from bot.client.retry import FAILURES, LongWait, is_passing, persist
from bot.errors import UserFacingError
from bot.reading.channels import own_permissions
from bot.rules.model import ChannelKey
from bot.rules.threads.titles import mark_of
from bot.texts.features import threads as texts
from bot.texts.languages.catalogue import Message
from bot.ui.requests.calls import in_background

log = logging.getLogger(__name__)

OPEN_SECONDS = 10.0  # somebody waits
RENAME_SECONDS = 60.0
EXISTS_ALREADY, TOO_MANY, UNKNOWN_MESSAGE = 160004, 160006, 10008
REFUSALS = {TOO_MANY: texts.TOO_MANY, UNKNOWN_MESSAGE: texts.MESSAGE_GONE}


@dataclass(frozen=True, slots=True)
class DiscordThreads:
    """Threads, by the client."""

    client: discord.Client

    def lacks(self, key: ChannelKey) -> Sequence[Permission] | None:
        """Return what the bot lacks to open public threads in a place, and None where there are none."""
        channel = self._channel(key)
        if channel is None:
            return None
        return tuple(missing(Action.OPEN_THREAD, own_permissions(channel, channel.guild), key))

    def is_ours(self, key: ChannelKey) -> bool:
        """Say whether we opened a thread, as far as Discord told of it."""
        thread = self.client.get_channel(key.channel_id)
        us = self.client.user
        return isinstance(thread, discord.Thread) and us is not None and thread.owner_id == us.id

    def owner(self, key: ChannelKey) -> int | None:
        """Return who opened a thread on Discord, as far as it told of it."""
        thread = self.client.get_channel(key.channel_id)
        return thread.owner_id if isinstance(thread, discord.Thread) else None

    async def open(self, key: ChannelKey, title: str, message_id: int | None) -> ChannelKey:
        """Open a public thread; where Discord's answer was lost, the thread that there is by now is it."""
        channel, us = self._channel(key), self.client.user
        if channel is None or us is None:
            raise UserFacingError(texts.NO_THREADS_HERE)
        before = {one.id for one in channel.threads}

        async def opened() -> int:
            ours = [one for one in channel.threads if one.owner_id == us.id and one.id not in before]
            if message_id is None and (lost := [one.id for one in ours if one.name == title]):
                return lost[0]
            message = None if message_id is None else discord.Object(message_id)
            kind = discord.ChannelType.news_thread if channel.is_news() else discord.ChannelType.public_thread
            return (await channel.create_thread(name=title, message=message, type=kind)).id

        try:
            thread_id = await persist(f"a thread in channel {key.channel_id}", opened, OPEN_SECONDS)
        except FAILURES as error:
            if message_id is None or getattr(error, "code", 0) != EXISTS_ALREADY:
                log.info("channel %s: no thread could be opened: %r", key.channel_id, error)
                raise UserFacingError(_why(error)) from error
            await self._require_there(message_id)
            thread_id = message_id
        log.info("thread %s is opened in channel %s", thread_id, key.channel_id)
        return replace(key, channel_id=thread_id, parent_id=key.channel_id)

    async def _require_there(self, thread_id: int) -> None:
        """Raise a UserFacingError where a thread was deleted: its message gets no second one."""
        if self.client.get_channel(thread_id) is not None:
            return
        try:
            await persist(f"thread {thread_id}", lambda: self.client.fetch_channel(thread_id), OPEN_SECONDS)
        except discord.NotFound as error:
            raise UserFacingError(texts.THREAD_GONE) from error
        except FAILURES as error:
            raise UserFacingError(_why(error)) from error

    async def rename(self, thread: ChannelKey, former: int, title: str) -> None:
        """Rename a thread; what Discord does not take is let be."""
        found = self.client.get_channel(thread.channel_id)
        if not isinstance(found, discord.Thread) or found.archived or found.locked:
            return
        if mark_of(found.name) != former:
            return
        try:
            with in_background():
                await persist(f"thread {found.id}", lambda: found.edit(name=title), RENAME_SECONDS)
        except FAILURES as error:
            log.info("thread %s keeps its title: %r", found.id, error)

    def _channel(self, key: ChannelKey) -> discord.TextChannel | None:
        channel = self.client.get_channel(key.channel_id)
        return channel if isinstance(channel, discord.TextChannel) else None


def _why(error: BaseException) -> Message:
    if is_passing(error) or isinstance(error, LongWait):
        return texts.NOT_TAKEN
    return REFUSALS.get(getattr(error, "code", 0), texts.REFUSED)
