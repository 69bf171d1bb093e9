"""Makes memory follow what happened on Discord while nobody listened.

Events tell of edits and deletions while the bot is connected. Turns from before the connection are held
against Discord's own copy when their channel's history is next used, each message once.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.chat.conversation.attachments import still_there
from bot.chat.conversation.recorder import Recorder
from bot.chat.memory import Messages, Questions
from bot.chat.ports import ChannelHistory
from bot.rules.model import ChannelKey, Incoming, PartKind, Role, Turn
from bot.rules.notes import NoteCode
from bot.rules.places.shards import ShardId
from bot.rules.prompting.tags import POLL_OPEN
from bot.rules.triggers import PROXIED_WITHIN

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(seconds=10)  # how far our clock may be behind Discord's
MOST_READ = 500  # Discord's messages read back at most; what lies further back is taken as it is
MOST_POLLS = 3  # of which the votes are looked up for one question
EPOCH_MS = 1_420_070_400_000  # Discord's, in milliseconds since 1970


class ReconciledMemory(Protocol):
    """What following Discord needs of the memory."""

    @property
    def turns(self) -> Messages:
        """What people said."""

    @property
    def questions(self) -> Questions:
        """Messages that wait for an answer."""


class Reconciliation:
    """Knows which messages are still to be held against Discord's copy."""

    def __init__(
        self, reader: ChannelHistory, memory: ReconciledMemory, recorder: Recorder, since: datetime
    ) -> None:
        self._reader = reader
        self._memory = memory
        self._recorder = recorder
        self._began = since
        self._since: dict[int, datetime] = {}  # by shard
        self._checked: defaultdict[int, set[int]] = defaultdict(set)

    def listening_since(self, moment: datetime, shard: int = 0) -> None:
        """Take note that a shard's events before this moment may have been missed."""
        self._since[shard] = moment
        self._checked[shard] = set()  # a check that is under way saw what was there before

    def doubt(self, key: ChannelKey, moment: datetime) -> None:
        """Take note that an event of a place could not be followed, and others of its shard as little."""
        self.listening_since(moment, self._reader.shard(key))

    def forget(self, shard: ShardId) -> None:
        """Forget since when a shard's events were heard, and which messages were held against Discord's."""
        self._since.pop(shard.number, None)
        self._checked.pop(shard.number, None)

    async def check(self, key: ChannelKey, turns: Sequence[Turn], carried: int = 0) -> bool:
        """Bring turns from before now up to date with Discord; say whether anything changed.

        Of a thread, those up to the position `carried` stand in its channel.
        """
        if not carried or key.parent_id is None:
            return await self._check(key, turns)
        above = ChannelKey(key.parent_id, key.guild_id)
        changed = await self._check(above, [turn for turn in turns if turn.position <= carried])
        return await self._check(key, [turn for turn in turns if turn.position > carried]) or changed

    async def _check(self, key: ChannelKey, turns: Sequence[Turn]) -> bool:
        shard = self._reader.shard(key)
        checked, doubtful = self._checked[shard], self._doubtful(shard, turns)
        if not doubtful:
            return False
        found = await self._reader.before(key, max(doubtful) + 1, MOST_READ, down_to=min(doubtful))
        if found is None:
            log.info("channel %s can't be read back; its memory is taken as it is", key.channel_id)
            return False
        checked |= doubtful
        seen = {message.message_id: message for message in found}
        reached = min(seen) if len(found) >= MOST_READ else 0
        missing = sorted(
            message_id for message_id in doubtful if message_id >= reached and message_id not in seen
        )
        if key.is_thread:
            missing = [one for one in missing if not await self._stands_above(key, one)]
        if missing:
            await self._memory.turns.forget(missing)
        edited = {id_: message for id_, message in seen.items() if message.edited_at is not None}
        changed = [await self._follow_edit(turn, edited) for turn in turns]
        return any(changed) or bool(missing)

    async def _stands_above(self, thread: ChannelKey, message_id: int) -> bool:
        """Say whether a message may be a proxy's copy of the one that its thread was opened from."""
        after = moment_of(message_id) - moment_of(thread.channel_id)
        if thread.parent_id is None or not timedelta() <= after <= PROXIED_WITHIN:
            return False
        found = await self._reader.reference(ChannelKey(thread.parent_id, thread.guild_id), message_id)
        return found.unread is not NoteCode.QUOTE_DELETED

    async def follow_polls(self, key: ChannelKey, turns: Sequence[Turn]) -> bool:
        """Bring votes in the newest open polls up to date, of which no event tells; say if any changed."""
        changed = False
        for message_id in sorted(_open_polls(turns), reverse=True)[:MOST_POLLS]:
            found = await self._reader.before(key, message_id + 1, 1, down_to=message_id)
            now = {poll.message_id: poll for poll in found or () if poll.message_id == message_id}
            changed |= any([await self._follow_edit(turn, now) for turn in turns])
        return changed

    def doubts(self, key: ChannelKey, turns: Sequence[Turn]) -> bool:
        """Say whether there are turns of a place that were not held against Discord's copy."""
        return bool(self._doubtful(self._reader.shard(key), turns))

    def _doubtful(self, shard: int, turns: Sequence[Turn]) -> set[int]:
        """Return which messages are to be looked at; of an answer that is, all."""
        since = snowflake(self._since.get(shard, self._began) + CLOCKS_DIFFER)
        doubtful = {one for one in _message_ids(turns) if one < since} - self._checked[shard]
        for turn in turns:
            if turn.role is Role.ASSISTANT and turn.message_id in doubtful:
                doubtful.update(turn.further_ids)
        return doubtful

    async def _follow_edit(self, turn: Turn, edited: Mapping[int, Incoming]) -> bool:
        """Bring a turn and its quotes to what their messages say; what was never edited says what it said.

        Its text may differ all the same, since people who are mentioned may have other names now.
        """
        changed = False
        message = edited.get(turn.message_id or 0)
        # What we posted in somebody's name says more than their words.
        if turn.role is Role.USER and message is not None and message.speaker.id == turn.author_id:
            parts = still_there(turn.parts, message)
            if (message.text, parts) != (turn.text, turn.parts):
                await self._recorder.revise(message.message_id, turn.label, message.text, parts)
                changed = True
        for part in turn.parts:
            message = edited.get(part.message_id or 0) if part.kind is PartKind.QUOTE else None
            if message is not None and message.words not in ("", part.text):
                changed |= await self._follow_quoted(message)
        return changed

    async def _follow_quoted(self, message: Incoming) -> bool:
        """Change the copies of a message that is no turn; one that is brings its copies along."""
        if await self._memory.questions.find(message.message_id) is not None:
            return False
        await self._memory.turns.revise(message.message_id, message.words, (), (0, ""))
        return True


def _message_ids(turns: Sequence[Turn]) -> Iterable[int]:
    for turn in turns:
        # What was forwarded may stand in another channel, and its copy stands here.
        quoted = (part.message_id for part in turn.parts if part.kind is PartKind.QUOTE)
        yield from filter(None, (turn.message_id, *quoted))


def _open_polls(turns: Sequence[Turn]) -> set[int]:
    """Return the messages that held a poll which was open when it was read."""
    own = {turn.message_id for turn in turns if turn.role is Role.USER and POLL_OPEN in turn.text}
    parts = (part for turn in turns for part in turn.parts if part.kind is PartKind.QUOTE)
    return {id_ for id_ in (own | {part.message_id for part in parts if POLL_OPEN in part.text}) if id_}


def snowflake(moment: datetime) -> int:
    """Return the id that a message of that moment would have."""
    return (int(moment.timestamp() * 1000) - EPOCH_MS) << 22


def moment_of(message_id: int) -> datetime:
    """Return when the message with an id was said."""
    return datetime.fromtimestamp(((message_id >> 22) + EPOCH_MS) / 1000, UTC)
