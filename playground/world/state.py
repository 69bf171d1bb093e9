"""The state of the playground's Discord and the news of its changes; how it changes is told elsewhere.

`conversation` changes messages, `places` changes guilds, channels and threads, `people` acts for persons.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.clock import Clock, Snowflakes
from playground.world import permissions
from playground.world.entities import Attachment, Channel, Guild, Member, Message, TeamMember, User


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, named as the gateway names it.

    `private_to` is the only person who may see it (an ephemeral answer); such an event never reaches the bot.
    """

    name: str
    data: dict[str, Any]
    guild_id: int | None = None
    channel_id: int | None = None
    private_to: int | None = None


UNNOTICED_SECONDS = 0.05
ONLINE: dict[str, Any] = {"status": "online", "activities": []}
OFFLINE: dict[str, Any] = {"status": "offline", "activities": []}

Listener = Callable[[Event], None]


class State:
    """Everything that exists in the playground, by id, with look-ups and notifications."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.ids = Snowflakes(self.clock)
        self.base_url = "http://127.0.0.1"
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.commands: dict[int | None, list[dict[str, Any]]] = {None: []}
        self.uploads: dict[int, Attachment] = {}
        self.first_answer_seconds = 3.0  # within which the bot has to answer an interaction
        self.application_id = 0
        self.application_owner_id = 0
        self.presence = OFFLINE  # the bot's
        self.installed_by: set[int] = set()  # users who take the application along, wherever they are
        self.team: list[TeamMember] = []  # that owns the application, its owner included, if one does
        self._listeners: list[Listener] = []
        self._changed: asyncio.Future[None] | None = None

    @property
    def bot(self) -> User:
        """Return the bot's user, whose id is the application's too."""
        return self.users[self.application_id]

    @property
    def guild(self) -> Guild:
        """Return the first guild."""
        return next(iter(self.guilds.values()))

    def channel(self, name: str) -> Channel:
        """Return the first channel or thread of this name."""
        for channel in self.channels.values():
            if channel.name == name and not channel.is_dm:
                return channel
        raise KeyError(f"no channel is called {name}")

    def find_message(self, channel_id: int, message_id: int) -> Message | None:
        """Return a message, or None when it or its channel does not exist."""
        channel = self.channels.get(channel_id)
        return channel.messages.get(message_id) if channel else None

    def find_attachment(self, channel_id: int, attachment_id: int) -> Attachment | None:
        """Return a file of a message, or one that was given to a command."""
        channel = self.channels.get(channel_id)
        for message in channel.messages.values() if channel else ():
            for one in message.attachments:
                if one.id == attachment_id:
                    return one
        return self.uploads.get(attachment_id)

    def guild_of(self, channel: Channel) -> Guild | None:
        """Return the guild of a channel, or None for a DM."""
        return None if channel.guild_id is None else self.guilds.get(channel.guild_id)

    def has_bot(self, channel: Channel) -> bool:
        """Tell whether the bot is a member of where a channel is."""
        guild = self.guild_of(channel)
        return channel.is_with_the_bot if guild is None else self.application_id in guild.members

    def owns(self, user_id: int, channel: Channel) -> bool:
        """Tell whether a user owns the guild of a channel."""
        guild = self.guild_of(channel)
        return guild is not None and guild.owner_id == user_id

    def member_in(self, channel_id: int, user_id: int) -> Member | None:
        """Return a user's membership in the guild of a channel."""
        channel = self.channels.get(channel_id)
        guild = self.guild_of(channel) if channel else None
        return guild.members.get(user_id) if guild else None

    def permissions(self, user_id: int, channel: Channel) -> int:
        """Return what a user may do in a channel, thread or DM."""
        guild = self.guild_of(channel)
        if guild is None:
            both = (channel.recipient_id, self.application_id)
            here = user_id in (both if channel.is_with_the_bot else channel.member_ids)
            return permissions.DIRECT_MESSAGE if here else 0
        member = guild.members.get(user_id)
        if member is None:
            return 0
        parent = self.channels[channel.parent_id] if channel.is_thread and channel.parent_id else channel
        granted = permissions.in_channel(guild, member, parent)
        is_out = member.timed_out_until is not None and member.timed_out_until > self.clock.wall()
        return granted & permissions.TIMED_OUT if is_out and granted != permissions.ALL else granted

    def slowed(self, user_id: int, channel: Channel) -> float:
        """Return for how many seconds slow mode keeps a user from writing in a channel.

        Discord's reference says that bots are unaffected, and that a permission lets one be so. Here whoever
        lacks that is affected, bots too: the stricter of both.
        """
        if not channel.slowmode_seconds or self.may(user_id, channel, permissions.BYPASS_SLOWMODE):
            return 0.0
        own = (one for one in reversed(channel.messages.values()) if one.author_id == user_id)
        last = next(own, None)
        return 0.0 if last is None else last.created + channel.slowmode_seconds - self.clock.wall()

    def may(self, user_id: int, channel: Channel, wanted: int) -> bool:
        """Tell whether a user has all these permissions in a channel."""
        return self.permissions(user_id, channel) & wanted == wanted

    def visible_to(self, user_id: int, channel: Channel) -> list[Message]:
        """Return the messages that a person sees in a channel, oldest first."""
        if not self.may(user_id, channel, permissions.VIEW_CHANNEL):
            return []
        return [one for one in channel.messages.values() if one.ephemeral_for in (None, user_id)]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener at every event; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, event: Event) -> None:
        """Tell everyone that something happened."""
        for listener in tuple(self._listeners):
            listener(event)
        self.touch()

    def touch(self) -> None:
        """Let those who wait in `until` look again."""
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)
        self._changed = None

    async def until(self, condition: Callable[[], Any], limit: float = 60.0) -> Any:
        """Wait until the condition holds and return its value; it is asked again at every change.

        What lies outside the world, such as a client's memory, changes unnoticed: for its sake the condition
        is also asked now and then.

        Raises:
            AssertionError: it did not hold within `limit` seconds; tells what was last said where.
        """
        try:
            async with asyncio.timeout(limit):
                while not (value := condition()):
                    await self._change()
                return value
        except TimeoutError:
            raise AssertionError(
                f"nothing after {limit} s; last in the channels:\n{self.describe()}"
            ) from None

    async def _change(self) -> None:
        if self._changed is None or self._changed.done():
            self._changed = asyncio.get_running_loop().create_future()
        await asyncio.wait([self._changed], timeout=UNNOTICED_SECONDS)

    def describe(self, newest: int = 5) -> str:
        """Return the newest messages of every channel that has some, one a line, for people to read."""
        lines = []
        for channel in self.channels.values():
            for message in list(channel.messages.values())[-newest:]:
                name = message.webhook_name or self.users[message.author_id].name
                mark = "".join((" (ephemeral)" if message.ephemeral_for else "", f" ({message.edits} edits)"))
                lines.append(f"  #{channel.name} {name}{mark}: {message.content[:200]!r}")
        return "\n".join(lines) or "  nothing was said"
