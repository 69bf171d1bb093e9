"""What the playground's world consists of: plain records, without behaviour and without JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

TEXT, DM, VOICE, GROUP_DM, CATEGORY, ANNOUNCEMENT, STAGE, FORUM, MEDIA = 0, 1, 2, 3, 4, 5, 13, 15, 16
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
THREADS = (ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD)
FORUMS = (FORUM, MEDIA)

DEFAULT, PINNED, JOINED, THREAD_CREATED, REPLY = 0, 6, 7, 18, 19
CHAT_INPUT_COMMAND, THREAD_STARTER, CONTEXT_MENU_COMMAND = 20, 21, 23
SPOKEN = (DEFAULT, REPLY, CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND)  # what people and bots say

SUPPRESS_EMBEDS, HAS_THREAD, EPHEMERAL, LOADING = 1 << 2, 1 << 5, 1 << 6, 1 << 7
SUPPRESS_NOTIFICATIONS, VOICE_MESSAGE, HAS_SNAPSHOT, COMPONENTS_V2 = 1 << 12, 1 << 13, 1 << 14, 1 << 15


COMMUNITY = "COMMUNITY"  # a guild's feature


@dataclass(slots=True)
class User:
    """A person, a bot or a webhook's face."""

    id: int
    name: str
    display_name: str
    bot: bool = False
    accepts_dms: bool = True
    locale: str = "en-US"  # of their client


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody in the team that owns the application; one who was only invited has not accepted."""

    user_id: int
    role: str = "admin"  # admin, developer or read_only
    accepted: bool = True


@dataclass(slots=True)
class Role:
    """A role of a guild; the one with the guild's id is @everyone."""

    id: int
    name: str
    permissions: int
    position: int = 0
    mentionable: bool = False
    managed: bool = False
    colour: int = 0
    bot_id: int | None = None  # whose role it is, of one that came with a bot


@dataclass(slots=True)
class Overwrite:
    """What a channel allows and denies to a role (kind 0) or to a member (kind 1)."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Member:
    """A user in a guild."""

    user_id: int
    role_ids: list[int]
    joined: float
    nick: str | None = None
    timed_out_until: float | None = None


@dataclass(slots=True)
class Attachment:
    """A file of a message, with its bytes."""

    id: int
    filename: str
    content_type: str | None
    data: bytes
    description: str | None = None
    width: int | None = None
    height: int | None = None
    ephemeral: bool = False
    duration_secs: float | None = None  # of a voice message
    waveform: str | None = None


class Version(NamedTuple):
    """A text that a message had, and since when (the steady clock)."""

    at: float
    content: str


@dataclass(slots=True)
class Message:
    """A message; `ephemeral_for` names the only person who sees it."""

    id: int
    channel_id: int
    author_id: int
    content: str
    created: float
    type: int = DEFAULT
    flags: int = 0
    edited: float | None = None
    attachments: list[Attachment] = field(default_factory=list)
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    mention_ids: list[int] = field(default_factory=list)
    mention_role_ids: list[int] = field(default_factory=list)
    mentions_everyone: bool = False
    reactions: dict[str, list[int]] = field(default_factory=dict)
    reference: dict[str, Any] | None = None
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    stickers: list[dict[str, Any]] = field(default_factory=list)
    poll: dict[str, Any] | None = None
    interaction: dict[str, Any] | None = None
    webhook_id: int | None = None
    webhook_name: str | None = None
    application_id: int | None = None
    nonce: str | int | None = None
    pinned: bool = False
    thread_id: int | None = None
    ephemeral_for: int | None = None
    deleted: bool = False
    versions: list[Version] = field(default_factory=list)

    @property
    def edits(self) -> int:
        """Return how often the message was edited."""
        return max(0, len(self.versions) - 1)

    @property
    def loading(self) -> bool:
        """Return whether this still is the "thinking" line of a deferred answer."""
        return bool(self.flags & LOADING)


@dataclass(slots=True)
class Channel:
    """A text channel, a thread or a DM, with its messages in the order of their ids."""

    id: int
    type: int
    name: str
    guild_id: int | None = None
    parent_id: int | None = None
    position: int = 0
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    recipient_id: int | None = None
    owner_id: int | None = None
    archived: bool = False
    locked: bool = False
    auto_archive_minutes: int = 1440
    slowmode_seconds: int = 0
    tags: tuple[str, ...] = ()  # a forum's, or a post's; the ids are their places among the forum's
    created: float = 0.0
    member_ids: list[int] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int | None = None

    @property
    def is_thread(self) -> bool:
        """Return whether this is a thread."""
        return self.type in THREADS

    @property
    def is_dm(self) -> bool:
        """Return whether this is a conversation of two, or of a few, outside of guilds."""
        return self.type in (DM, GROUP_DM)

    @property
    def is_with_the_bot(self) -> bool:
        """Return whether this is the conversation of somebody with the bot."""
        return self.recipient_id is not None

    @property
    def last(self) -> Message | None:
        """Return the newest message, ephemeral ones included."""
        return next(reversed(self.messages.values()), None)


@dataclass(slots=True)
class Guild:
    """A server with its roles, members and channels (threads included)."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channel_ids: list[int] = field(default_factory=list)
    emojis: list[tuple[int, str]] = field(default_factory=list)
    unavailable: bool = False
    system_channel_id: int | None = None
    features: list[str] = field(default_factory=list)
    chosen_locale: str = "en-US"

    @property
    def preferred_locale(self) -> str:
        """Return the locale that Discord names: of a server that is no Community always the same."""
        return self.chosen_locale if COMMUNITY in self.features else "en-US"
