"""What happens to a message that is for us: it is stored, its company is read, and it gets in line.

Messages of one channel are taken in the order in which they came; whatever Discord shows twice is taken once.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from bot.chat.conversation.attachments import Attached, Files, still_there, unlinked
from bot.chat.conversation.gathering import Gathering
from bot.chat.conversation.hearing import Hearing
from bot.chat.conversation.queue import AnswerQueue, Job, JobKind, StopReason
from bot.chat.conversation.reconciliation import Reconciliation
from bot.chat.conversation.recorder import Recorder
from bot.chat.conversation.references import References, ReferredMemory
from bot.chat.memory import Messages, Places, Said
from bot.chat.ports import ChannelHistory
from bot.chat.tasks import Tasks
from bot.chat.threads.opening import Opening
from bot.errors import MemoryRefused
from bot.rules.model import ChannelKey, Incoming, State, Turn
from bot.rules.places.settings import Settings
from bot.rules.triggers import Trigger, is_addressed, is_proxied

log = logging.getLogger(__name__)

EDIT_REDOES = timedelta(minutes=10)  # an edit within this time is answered
ASKING = (Trigger.ANSWER, Trigger.CHIME_IN)
MOST_TAKEN = 1_000  # that are known as such, be they cleared meanwhile


class InboxMemory(ReferredMemory, Protocol):
    """What taking messages needs of the memory."""

    @property
    def turns(self) -> Messages:
        """What people said."""

    @property
    def places(self) -> Places:
        """What is set and known for channels and guilds."""


@dataclass(eq=False)
class Inbox:
    """Takes messages, their edits and their deletions into memory."""

    memory: InboxMemory
    reader: ChannelHistory
    hearing: Hearing
    files: Files
    recorder: Recorder
    queue: AnswerQueue
    gathering: Gathering
    tasks: Tasks
    reconciliation: Reconciliation
    opening: Opening

    def __post_init__(self) -> None:
        self._references = References(self.memory, self.reader, self.opening.openings)
        self._taken: dict[int, tuple[Incoming, Trigger]] = {}  # the newest, by their messages
        self._copies: dict[int, int] = {}  # the webhook's message that stands for one of them
        self._readings: WeakValueDictionary[int, asyncio.Task[None]] = WeakValueDictionary()
        self._orders: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def receive(self, incoming: Incoming, missing: Sequence[str] = (), *, late: bool = False) -> None:
        """Take a person's message; what is not for us is not stored, what can't be answered is just kept.

        Where memory refuses, whoever asked is told. What was said `late`, while nobody listened, and did not
        address the bot gets one answer together, in threads too.
        """
        trigger = Trigger.ANSWER if is_addressed(incoming) else Trigger.NOTHING
        try:
            async with self._order(incoming.key):
                if incoming.is_proxy and await self._stands_for_another(incoming):
                    return
                settings, ignored = await self.memory.places.met(incoming.key, incoming.speaker.id)
                settings = incoming.settings or settings
                trigger = await self.hearing.trigger(incoming, settings, ignored=ignored, late=late)
                if trigger is not Trigger.NOTHING:
                    await self._take(incoming, trigger, missing, settings)
        except MemoryRefused as refusal:
            log.warning("message %s was not taken: memory refused", incoming.message_id)
            if trigger in ASKING and not missing and await self.hearing.lets_in(incoming):
                await self.gathering.turn_away(
                    incoming.key, incoming.message_id, str(refusal), each=trigger is Trigger.ANSWER
                )

    async def _take(
        self, incoming: Incoming, trigger: Trigger, missing: Sequence[str], settings: Settings
    ) -> None:
        self._note(incoming, trigger)
        if trigger in (Trigger.REFUSE, Trigger.HELP):
            return
        if trigger is Trigger.ANSWER and not missing:
            incoming = await self.opening.placed(incoming, settings)
        label = await self._references.label(incoming)
        copies, files = await self._references.of(incoming)
        state = State.HEARD if missing or trigger not in ASKING else State.WAITING
        question_id = await self.recorder.add(incoming, label, copies, state)
        if question_id is None:
            return
        asker = incoming.speaker
        of = (JobKind.ANSWER, asker.id, incoming.asked_model, settings)
        job = Job(incoming.key, question_id, incoming.message_id, *of)
        job.standing, job.mentioned = incoming.standing, (*incoming.mentioned, asker)
        job.files, job.reads_back = len(files), incoming.may_read_back and trigger is Trigger.ANSWER
        job.files_read = self._reading(incoming, files if trigger is not Trigger.OVERHEAR else ())
        if state is State.WAITING:
            await self.hearing.welcome(incoming, copies, job.ended)
            await self.gathering.join(job, wait_for_quiet=trigger is Trigger.CHIME_IN)
        elif trigger in ASKING:
            self.gathering.obstacles.tell(job.key, missing)

    async def resume(self, job: Job) -> bool:
        """Have a question answered that was left; read its files where there was no time for that.

        Return whether it is in line for that now; a question that has its job already needs no other.
        """
        key, message_id = job.key, job.question_message_id
        async with self._order(key):
            if self.gathering.find(key.channel_id, job.question_id) is not None:
                return False
            job.mark = self.tasks.start(asyncio.sleep(0))  # for one that a former process may have left
            found = await self.reader.before(key, message_id + 1, 1, down_to=message_id)
            if found and found[0].message_id == message_id:
                job.files_read = await self._read_what_is_left(found[0])
            await self.gathering.join(job, wait_for_quiet=False)
        return True

    async def _read_what_is_left(self, incoming: Incoming) -> asyncio.Task[None] | None:
        copies, files = await self._references.of(incoming)
        turn = await self._turn(incoming)
        if not files or turn is None or len(turn.parts) > len(copies):
            return None
        return self._reading(incoming, files)

    async def revised(self, incoming: Incoming, edited_at: datetime, missing: Sequence[str] = ()) -> None:
        """Take an edit: memory changes, and the newest question, or one to us only now, is answered.

        Where memory refuses, the edit is followed when the channel's history is next used.
        """
        try:
            async with self._order(incoming.key):
                await self._revise(incoming, edited_at, missing)
        except MemoryRefused:
            log.warning("the edit of message %s was not taken yet: memory refused", incoming.message_id)
            self.reconciliation.doubt(incoming.key, edited_at)

    async def _revise(self, incoming: Incoming, edited_at: datetime, missing: Sequence[str]) -> None:
        is_recent, said = edited_at - incoming.created_at <= EDIT_REDOES, await self._said(incoming)
        is_to_us = is_recent and is_addressed(incoming)
        if said is None:
            await self.memory.turns.revise(incoming.message_id, incoming.words, (), (0, ""))  # quotes only
            _, taken = self._taken.get(incoming.message_id, (incoming, Trigger.REFUSE))
            if is_to_us and taken in (Trigger.REFUSE, Trigger.HELP):
                settings, ignored = await self.memory.places.met(incoming.key, incoming.speaker.id)
                trigger = await self.hearing.trigger(incoming, settings, ignored=ignored)
                await self._take(incoming, trigger, missing, settings)
            return
        incoming, turn = replace(incoming, key=said.key), said.turn
        if not await self._follow(turn, incoming) or not is_recent or missing:
            return
        newest = await self.memory.questions.newest(incoming.key.channel_id)
        asks = newest == turn.id or (turn.state is State.HEARD and is_to_us)
        if asks and await self.hearing.hears_again(incoming):
            await self._redo(incoming, turn)

    async def _follow(self, turn: Turn, incoming: Incoming) -> bool:
        """Bring a turn to what its message says; say whether its author changed anything."""
        parts = still_there(turn.parts, incoming)
        if (turn.text, turn.parts) == (incoming.text, parts):
            return False
        await self.recorder.revise(incoming.message_id, turn.label, incoming.text, parts)
        return (turn.text, unlinked(turn.parts)) != (incoming.text, unlinked(parts))

    async def previewed(self, incoming: Incoming) -> None:
        """Take what Discord shows of the links in a message, which comes a moment after it."""
        with suppress(MemoryRefused):  # the words themselves are there
            async with self._order(incoming.key):
                turn = await self._turn(incoming)
                if turn is not None:
                    await self._follow(turn, incoming)

    async def copied(self, copy: Incoming) -> None:
        """Let a webhook's message stand for the one that it proxies, under the proxy's name.

        The person behind it stays its author. An answer that nobody has seen yet is begun anew, to the copy.
        """
        with suppress(MemoryRefused):  # the question stands as it did
            async with self._order(copy.key):
                await self._stands_for_another(copy)

    async def _stands_for_another(self, copy: Incoming) -> bool:
        taken = (one for one in reversed(self._taken.values()) if is_proxied(one[0], copy))
        if (found := next(taken, None)) is not None:
            speaker = replace(found[0].speaker, name=copy.speaker.name)
            await self._stand_for(found[0], replace(copy, speaker=speaker), found[1])
        return found is not None

    async def _stand_for(self, original: Incoming, copy: Incoming, trigger: Trigger) -> None:
        said = await self._said(original)
        if said is None:  # it was deleted before its copy came
            del self._taken[original.message_id]
            await self._take(copy, trigger, (), await self.memory.places.settings(copy.key))
            return
        self._note(copy, trigger)
        self._copies[self._taken.pop(original.message_id)[0].message_id] = copy.message_id
        label = await self._references.label(copy)
        await self.memory.turns.hand_over(original.message_id, copy.message_id, label)
        await self.recorder.revise(copy.message_id, label, copy.text, said.turn.parts)
        copy = replace(copy, key=said.key)
        job = self.gathering.find(copy.key.channel_id, said.turn.id)
        if job is not None and not job.message_ids:
            job.question_message_id = copy.message_id
            await self._redo(copy, said.turn)

    def _note(self, incoming: Incoming, trigger: Trigger) -> None:
        self._taken[incoming.message_id] = incoming, trigger
        for known in (self._taken, self._copies):
            if len(known) > MOST_TAKEN:
                del known[next(iter(known))]

    async def deleted(self, key: ChannelKey, message_ids: frozenset[int]) -> None:
        """Forget messages that were deleted, and stop answers that are about them."""
        async with self._order(key):
            await self.gathering.hand_on(key.channel_id, message_ids)
            await self.gathering.part_with(message_ids)
            # A thread that was opened from a question has its id.
            for job in (job for id_ in (key.channel_id, *message_ids) for job in self.queue.jobs(id_)):
                job.deleted |= message_ids
                if job.question_message_id in message_ids or message_ids.intersection(job.message_ids):
                    job.stop(StopReason.GONE)
            named = await self.opening.openings.named_after(message_ids)
            await self.memory.turns.forget(sorted(message_ids))
        self.tasks.start(self.opening.take_words(named))

    async def channel_deleted(self, channel_id: int) -> None:
        """Forget a channel and its threads."""
        await self.queue.stop_channel(channel_id, StopReason.GONE)
        await self.memory.places.drop_channel(channel_id)

    async def guild_left(self, guild_id: int) -> None:
        """Forget a server."""
        await self.queue.stop_guild(guild_id, StopReason.GONE)
        await self.memory.places.drop_guild(guild_id)

    def _order(self, key: ChannelKey) -> asyncio.Lock:
        return self._orders.setdefault(key.channel_id, asyncio.Lock())

    async def _said(self, incoming: Incoming) -> Said | None:
        """Return what a message left in memory, which may be in a thread of its own."""
        own = incoming.message_id
        return await self.memory.questions.said(self._copies.get(own, own))

    async def _turn(self, incoming: Incoming) -> Turn | None:
        said = await self._said(incoming)
        return said.turn if said else None

    def _reading(self, incoming: Incoming, files: Sequence[Attached]) -> asyncio.Task[None] | None:
        """Start to read a message's files; it ends when those of the messages before it are read, too."""
        key, before = incoming.key, self._readings.get(incoming.key.channel_id)
        if not files:
            return before
        reading = self._read_after(before, incoming, files)
        self._readings[key.channel_id] = task = self.tasks.start(reading, key)
        return task

    async def _read_after(
        self, before: asyncio.Task[None] | None, incoming: Incoming, files: Sequence[Attached]
    ) -> None:
        await self._attach(incoming, files)
        if before is not None:
            await asyncio.wait([before])

    async def _attach(self, incoming: Incoming, files: Sequence[Attached]) -> None:
        """Read a message's files into its turn, whatever became of its words meanwhile."""
        read = await self.files.read_all(files, incoming)
        async with self._order(incoming.key):
            turn = await self._turn(incoming)
            if turn is not None:
                there = {None, *(part.message_id for part in turn.parts)}  # a copy may have gone meanwhile
                parts = (*turn.parts, *(part for part in read if part.message_id in there))
                await self.recorder.revise(turn.message_id or 0, turn.label, turn.text, parts)

    async def _redo(self, incoming: Incoming, turn: Turn) -> None:
        job = Job(incoming.key, turn.id, incoming.message_id, JobKind.AGAIN, turn.author_id or 0)
        current = self.gathering.find(job.key.channel_id, job.question_id)
        if current is not None:
            if not current.has_spoken:
                return  # it will read the new words
            current.stop(StopReason.REPLACED)
            job.files_read = current.files_read
        await self.gathering.join(job, wait_for_quiet=False)
