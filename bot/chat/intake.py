"""What happens to a message that is for us: it is stored, its company is read, and it gets in line.

Messages of one channel are taken in the order in which they came; whatever Discord shows twice is taken once.
"""

import asyncio
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from bot import texts
from bot.chat import attachments
from bot.chat.lines import Lines
from bot.chat.ports import ChannelReader, Memory
from bot.chat.recorder import Recorder
from bot.chat.runs import Job, Mode, Runs, Why
from bot.chat.tasks import Tasks
from bot.rules import speakers
from bot.rules.attachments import safe_name
from bot.rules.model import (
    AttachmentRef,
    ChannelKey,
    Incoming,
    Part,
    PartKind,
    Reference,
    Speaker,
    Turn,
)
from bot.rules.triggers import Trigger, decide

EDIT_REDOES = timedelta(minutes=10)  # an edit of the newest question within this time answers it anew
EARLIER_MESSAGES = 10  # how far back a bare mention looks for its author's own words
CHARACTERS_PER_TOKEN = 4  # a generous guess, to bound what is read before it is counted


class Intake:
    """Takes messages, their edits and their deletions into memory."""

    def __init__(
        self,
        memory: Memory,
        reader: ChannelReader,
        recorder: Recorder,
        runs: Runs,
        lines: Lines,
        tasks: Tasks,
        budget: int,
    ) -> None:
        self._memory = memory
        self._reader = reader
        self._recorder = recorder
        self._runs = runs
        self._lines = lines
        self._tasks = tasks
        self._most_characters = budget * CHARACTERS_PER_TOKEN // 2
        self._orders: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def receive(self, incoming: Incoming, *, can_answer: bool = True) -> None:
        """Take a person's message; what is not for us is not stored, what can't be answered is just kept."""
        async with self._order(incoming.key):
            trigger = await self._trigger(incoming)
            if trigger is Trigger.NOTHING:
                return
            label = await self._label(incoming.key, incoming.speaker)
            parts, borrowed = await self._company(incoming)
            question_id = await self._recorder.add(incoming, label, parts)
            if question_id is None:
                return
            job = Job(incoming.key, question_id, incoming.message_id)
            if not can_answer:
                await self._memory.questions.hear([question_id])
                return
            if files := (*incoming.attachments, *borrowed):
                job.prepared = self._tasks.start(self._attach(incoming, label, parts, files))
            await self._lines.join(job, wait_for_quiet=trigger is Trigger.CHIME_IN)

    async def revised(self, incoming: Incoming, edited_at: datetime) -> None:
        """Take an edit: memory changes, and the newest question is answered anew."""
        question = await self._memory.questions.find(incoming.message_id)
        if question is None:
            await self._memory.turns.revise(incoming.message_id, incoming.text, (), 0, "")  # quotes only
            return
        turn = (await self._memory.journal.page(incoming.key.channel_id, question.id + 1, 1))[-1]
        if turn.text == incoming.text:
            return
        await self._revise(incoming, turn)
        recent = edited_at - incoming.created_at <= EDIT_REDOES
        if recent and await self._memory.questions.newest(incoming.key.channel_id) == question.id:
            await self._redo(Job(incoming.key, question.id, incoming.message_id, Mode.AGAIN))

    async def deleted(self, key: ChannelKey, message_ids: frozenset[int]) -> None:
        """Forget messages that were deleted, and stop answers that are about them."""
        for job in self._runs.jobs(key.channel_id):
            job.deleted |= message_ids
            if job.question_message_id in message_ids or message_ids.intersection(job.message_ids):
                job.stop(Why.GONE)
        await self._memory.turns.forget(sorted(message_ids))

    async def channel_deleted(self, channel_id: int) -> None:
        """Forget a channel and its threads."""
        await self._runs.stop_channel(channel_id, Why.GONE)
        await self._memory.places.drop_channel(channel_id)

    async def guild_left(self, guild_id: int) -> None:
        """Forget a server."""
        await self._runs.stop_guild(guild_id, Why.GONE)
        await self._memory.places.drop_guild(guild_id)

    def _order(self, key: ChannelKey) -> asyncio.Lock:
        return self._orders.setdefault(key.channel_id, asyncio.Lock())

    async def _trigger(self, incoming: Incoming) -> Trigger:
        key, places = incoming.key, self._memory.places
        settings = await places.settings(key)
        return decide(
            incoming,
            joined=key.is_thread and await places.joined(key.channel_id),
            auto_answers=settings.auto or False,
            ignored=await self._memory.people.ignored(incoming.speaker.id),
        )

    async def _label(self, key: ChannelKey, speaker: Speaker) -> str:
        if key.is_dm:
            return ""
        label = speakers.plain_label(speaker)
        taken = await self._memory.questions.label_taken(key.channel_id, label, speaker.id)
        return speakers.told_apart(speaker) if taken else label

    async def _company(self, incoming: Incoming) -> tuple[list[Part], tuple[AttachmentRef, ...]]:
        """Return what a message refers to, and the attachments of what it refers to."""
        references = [(PartKind.FORWARD, forward) for forward in incoming.forwards]
        if (quoted := incoming.reply_to) is not None and not await self._is_newest_answer(quoted):
            references.append((PartKind.QUOTE, quoted))
        if not (references or incoming.text.strip() or incoming.attachments):
            earlier = await self._earlier_words(incoming)
            if earlier is None:
                return [Part(PartKind.NOTE, texts.SAYS_NOTHING)], ()
            references.append((PartKind.QUOTE, earlier))
        parts = [await self._quote(incoming, kind, reference) for kind, reference in references]
        borrowed = [
            file
            for part, (_, reference) in zip(parts, references, strict=True)
            if part.kind is not PartKind.NOTE
            for file in reference.attachments
        ]
        return parts, tuple(borrowed)

    async def _is_newest_answer(self, quoted: Reference) -> bool:
        if not quoted.from_us:
            return False
        answer = await self._memory.answers.by_message(quoted.message_id)
        return answer is not None and answer.is_newest

    async def _earlier_words(self, incoming: Incoming) -> Reference | None:
        """Return the author's newest own message before a bare mention, where it was not taken yet."""
        before = await self._reader.before(incoming.key, incoming.message_id, EARLIER_MESSAGES)
        for message in before or ():
            if message.speaker.id != incoming.speaker.id:
                continue
            if await self._memory.questions.find(message.message_id) is not None:
                return None
            return Reference(
                message.message_id, message.text, message.speaker, attachments=message.attachments
            )
        return None

    async def _quote(self, incoming: Incoming, kind: PartKind, reference: Reference) -> Part:
        author = reference.speaker
        if author and author.id != incoming.speaker.id and await self._memory.people.ignored(author.id):
            return Part(PartKind.NOTE, texts.QUOTE_WITHHELD)
        name = "you" if reference.from_us else await self._label(incoming.key, author) if author else ""
        return Part(
            kind,
            reference.text,
            name=name or speakers.SOMEBODY,
            message_id=reference.message_id,
            author_id=None if reference.from_us or author is None else author.id,
        )

    async def _attach(
        self, incoming: Incoming, label: str, parts: list[Part], files: tuple[AttachmentRef, ...]
    ) -> None:
        read = await attachments.read_all(self._reader, files, self._most_characters)
        await self._recorder.revise(incoming.message_id, label, incoming.text, [*parts, *read])

    async def _revise(self, incoming: Incoming, turn: Turn) -> None:
        left = {safe_name(ref.filename) for ref in incoming.attachments}
        files = {PartKind.FILE, PartKind.IMAGE}
        parts = [part for part in turn.parts if part.kind not in files or part.name in left]
        await self._recorder.revise(incoming.message_id, turn.label, incoming.text, parts)

    async def _redo(self, job: Job) -> None:
        current = self._runs.find(job.key.channel_id, job.question_id)
        if current is not None and not self._runs.is_running(current):
            return  # it waits in line and will read the new words
        if current is not None:
            current.stop(Why.REPLACED)
        await self._lines.join(job, wait_for_quiet=False)
