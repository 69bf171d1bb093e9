"""Discord's messages as the screen uses them: a request each, and what a refusal means; no pace, no text."""

import io
import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

import discord

from bot.chat.ports import Buttons
from bot.chat.rights import IN_THREADS, Permission
from bot.client.retry import LongWait, TooManyRequests, is_passing
from bot.rules.model import ChannelKey
from bot.rules.pages.languages import TextFile
from bot.ui.requests.calls import Lane

log = logging.getLogger(__name__)

ViewFor = Callable[[int, Buttons], discord.ui.View]


class Refusal(Enum):
    """What a failed request means for an answer."""

    LONG_WAIT = auto()  # it would succeed, but only after longer than anybody waits
    PASSING = auto()  # the same request may succeed later
    GONE = auto()  # the message or the channel is no longer ours to write in
    CLOSED = auto()  # the same, but it may be once more
    NO_REFERENCE = auto()  # the question can't be replied to; a plain message will do
    NONCE_USED = auto()  # that message was posted before, and deleted
    ARCHIVED = auto()  # the thread must be taken out of the archive first
    NO_FILES = auto()  # text is allowed here, files are not
    TOO_OLD = auto()  # the message is too old to be edited so often
    WRONG = auto()  # Discord does not accept what we say: a filter of its own, or a bug of ours


READ_HISTORY = 160002
EDITED_TOO_OFTEN = 30046
UNKNOWN_MESSAGE = 10008
TOO_MANY_FOLLOW_UPS = 40094
MISSING_PERMISSIONS = 50013
ARCHIVED = 50083
LOCKED = 160005
SLOW_MODE = 20016
SLOW_SECONDS = 10.0  # so long it is waited out
LACKS_PERMISSION = {
    50001: Permission.VIEW_CHANNEL,
    MISSING_PERMISSIONS: Permission.SEND_MESSAGES,
    READ_HISTORY: Permission.READ_MESSAGE_HISTORY,
    LOCKED: Permission.MANAGE_THREADS,
}
# Discord's own words that a place or a message is not, or no longer, ours to write in.
GONE = (
    10003,  # unknown channel
    10004,  # unknown server
    UNKNOWN_MESSAGE,
    50005,  # the message is somebody else's
    50007,  # this person takes no messages from us
    50008,  # not a channel of text
    50027,  # an interaction's quarter of an hour is over
    10015,
    READ_HISTORY,
)
# The same of a place that may be opened to us again: nothing there is ours to change until then.
CLOSED = (
    50001,  # missing access
    50009,  # the server's verification level is too high for us
    MISSING_PERMISSIONS,
    LOCKED,
)
MEANINGS = {
    **dict.fromkeys(GONE, Refusal.GONE),
    **dict.fromkeys(CLOSED, Refusal.CLOSED),
    ARCHIVED: Refusal.ARCHIVED,
}


@dataclass(frozen=True, slots=True)
class Post:
    """A message about to be sent: all that Discord is told of it."""

    content: str
    view: discord.ui.View | None = None
    attached: tuple[TextFile, ...] = ()


@dataclass(slots=True)
class Nonces:
    """What the messages of one try of an answer are for, so that a later process posts nothing anew.

    `instead_of` is the message that is replaced, `used` counts those that were posted and deleted since.
    """

    answer_id: int
    tries: int
    instead_of: int = 0
    used: int = 0

    def of(self, ordinal: int) -> str:
        """Return the nonce of one of the answer's messages, of at most 25 characters."""
        what = f"r{self.instead_of}" if self.instead_of else f"{self.answer_id}.{self.tries}"
        return f"{what}.{ordinal}.{self.used}"


class Channel:
    """A channel, thread or DM that messages are written in, known by no more than its ids."""

    def __init__(self, client: discord.Client, key: ChannelKey) -> None:
        self._client = client
        self._channel = client.get_partial_messageable(key.channel_id, guild_id=key.guild_id)
        self._key = key

    @property
    def is_alone(self) -> bool:
        """Say whether its messages can't be reached once what shows them has ended."""
        return False

    def takes_more(self, now: datetime) -> bool:
        """Say whether an answer here can still be redone."""
        return True

    @property
    def most_messages(self) -> int | None:
        """Return how many messages an answer may have here, if Discord says."""
        return None

    def lane(self, kind: str) -> Lane:
        """Return the lane of a kind of request."""
        return Lane(self._key.channel_id, kind)

    async def create(self, post: Post, nonce: str, reply_to: int | None) -> None:
        """Send a message; the same nonce again within minutes sends nothing new."""
        options: dict[str, Any] = {"suppress_embeds": True}
        if reply_to is not None:
            options["reference"] = discord.MessageReference(
                message_id=reply_to,
                channel_id=self._key.channel_id,
                guild_id=self._key.guild_id,
                fail_if_not_exists=False,
            )
            options["mention_author"] = False
        if post.view is not None:
            options["view"] = post.view
        if post.attached:
            options["files"] = [*map(file_of, post.attached)]
        await self._channel.send(
            post.content, nonce=nonce, allowed_mentions=discord.AllowedMentions.none(), **options
        )

    async def edit(self, message_id: int, post: Post, *, buttons: bool, files: bool) -> None:
        """Change a message's content; its buttons and files only where that is asked for."""
        options: dict[str, Any] = {}
        if buttons:
            options["view"] = post.view
        if files:
            options["attachments"] = [*map(file_of, post.attached)]
        message = self._channel.get_partial_message(message_id)
        await message.edit(content=post.content, allowed_mentions=discord.AllowedMentions.none(), **options)

    async def take_buttons(self, message_id: int) -> None:
        """Take a message's buttons off it; its words stay as they are."""
        await self._channel.get_partial_message(message_id).edit(view=None)

    async def delete(self, message_id: int) -> None:
        """Delete a message."""
        await self._channel.get_partial_message(message_id).delete()

    async def unarchive(self) -> bool:
        """Take a thread out of the archive; say whether that is done: a locked one stays there."""
        thread = await self._client.fetch_channel(self._key.channel_id)
        if not isinstance(thread, discord.Thread) or thread.locked:
            return False
        await thread.edit(archived=False)
        return True

    async def type(self) -> None:
        """Show for ten seconds that the bot is typing."""
        await self._channel.typing()

    async def react(self, message_id: int, emoji: str, me: discord.abc.Snowflake | None) -> None:
        """Put a reaction under a message, or with `me` take one's own away."""
        message = self._channel.get_partial_message(message_id)
        if me is None:
            await message.add_reaction(emoji)
        else:
            await message.remove_reaction(emoji, me)


def nonce_of(reply_to: int, sentence: str) -> str:
    """Return the nonce of a sentence about a message: the same one, said again in time, is said once."""
    return f"{reply_to}.{zlib.crc32(sentence.encode()) & 0xFFFF:x}"


def file_of(file: TextFile) -> discord.File:
    """Return a file as discord.py takes it."""
    return discord.File(io.BytesIO(file.text.encode("utf-8", "replace")), file.name)


def forbids_more(error: BaseException) -> bool:
    """Say whether no further message is allowed in a place, or not for a while; what is there may change."""
    if isinstance(error, TooManyRequests):
        return error.code == SLOW_MODE and error.retry_after > SLOW_SECONDS
    return getattr(error, "code", 0) in (MISSING_PERMISSIONS, LOCKED, TOO_MANY_FOLLOW_UPS)


def refusal_of(error: BaseException, *, creating: bool, replying: bool, attaching: bool) -> Refusal:
    """Return what a failure means."""
    if isinstance(error, LongWait):
        return Refusal.LONG_WAIT
    if getattr(error, "code", 0) == EDITED_TOO_OFTEN:
        return Refusal.TOO_OLD
    if is_passing(error):
        return Refusal.PASSING
    if not isinstance(error, discord.HTTPException):
        return Refusal.WRONG
    if replying and (error.code == READ_HISTORY or "message_reference" in error.text):
        return Refusal.NO_REFERENCE
    if creating and error.code == UNKNOWN_MESSAGE:
        return Refusal.NONCE_USED
    if attaching and error.code == MISSING_PERMISSIONS:
        return Refusal.NO_FILES
    return MEANINGS.get(error.code, Refusal.WRONG if error.status == 400 else Refusal.PASSING)


def lacked(error: BaseException, key: ChannelKey) -> Permission | None:
    """Return the permission for the lack of which a request was refused, if that is why."""
    lacks = LACKS_PERMISSION.get(getattr(error, "code", 0))
    return lacks if lacks is None or not key.is_thread else IN_THREADS.get(lacks, lacks)
