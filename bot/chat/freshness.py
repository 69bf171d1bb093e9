"""Makes memory follow what happened on Discord while nobody listened.

Events tell of edits and deletions while the bot is connected. Turns from before the connection are held
against Discord's own copy when their channel's history is next used, each message once.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.chat.memory import Turns
from bot.chat.ports import ChannelReader
from bot.chat.recorder import Recorder
from bot.rules.model import ChannelKey, Incoming, PartKind, Role, Turn

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(seconds=10)  # how far our clock may be behind Discord's
MOST_READ = 500  # Discord's messages read back at most; what lies further back is taken as it is
EPOCH_MS = 1_420_070_400_000  # Discord's, in milliseconds since 1970


class Freshness:
    """Knows which messages are still to be held against Discord's copy."""

    def __init__(self, reader: ChannelReader, turns: Turns, recorder: Recorder, since: datetime) -> None:
        self._reader = reader
        self._turns = turns
        self._recorder = recorder
        self._since = since
        self._checked: set[int] = set()

    def listening_since(self, moment: datetime) -> None:
        """Take note that events before this moment may have been missed."""
        self._since = moment
        self._checked = set()  # a check that is under way saw what was there before

    async def check(self, key: ChannelKey, turns: Sequence[Turn]) -> bool:
        """Bring turns from before now up to date with Discord; say whether anything changed."""
        checked, since = self._checked, _snowflake(self._since + CLOCKS_DIFFER)
        doubtful = {message_id for message_id in _message_ids(turns) if message_id < since} - checked
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
        if missing:
            await self._turns.forget(missing)
        return await self._follow_edits(turns, seen) or bool(missing)

    async def _follow_edits(self, turns: Sequence[Turn], seen: dict[int, Incoming]) -> bool:
        changed = False
        for turn in turns:
            message = seen.get(turn.message_id or 0)
            if turn.role is not Role.USER or message is None or message.speaker.id != turn.author_id:
                continue  # what we posted in somebody's name says more than their words
            # People mentioned may have other names now: what was never edited says what it said.
            if message.edited_at is not None and message.text != turn.text:
                await self._recorder.revise(message.message_id, turn.label, message.text, turn.parts)
                changed = True
        return changed


def _message_ids(turns: Sequence[Turn]) -> Iterable[int]:
    for turn in turns:
        if turn.message_id is not None:
            yield turn.message_id
        # What was forwarded may stand in another channel, and its copy stands here.
        yield from (part.message_id for part in turn.parts if part.kind is PartKind.QUOTE and part.message_id)


def _snowflake(moment: datetime) -> int:
    return (int(moment.timestamp() * 1000) - EPOCH_MS) << 22
