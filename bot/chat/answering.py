"""Gives one answer: begins it in memory, streams it to the screen, and stores how it ended.

The order keeps every promise over a crash: the question is stored before the model is asked, words are stored
before they are shown, and the end is stored before the final text is shown.
"""

import asyncio
import logging
import secrets
from contextlib import aclosing
from dataclasses import dataclass, field

from bot import texts
from bot.chat.context import Context, Prepared, QuestionGone
from bot.chat.learning import Learning
from bot.chat.memory import Memory
from bot.chat.ports import (
    AnswerSink,
    Catalog,
    Clock,
    Completer,
    Delay,
    Delta,
    Ending,
    Progress,
    Screen,
    Spot,
    TokenCounter,
)
from bot.chat.runs import Job, Mode, Why
from bot.chat.tasks import Tasks
from bot.errors import ContextTooLong, MemoryRefused, RequestRefused, UserFacingError
from bot.rules.literal import literal
from bot.rules.model import Answer, Completion, PartKind, State

log = logging.getLogger(__name__)

NOTICE_FROM_SECONDS = 5.0  # a wait longer than this is worth a word
SECOND_TRY_SHARE = 0.5  # of the tokens that were too many for the model

REASONS = {
    Why.GONE: texts.QUESTION_GONE,
    Why.RESET: texts.HISTORY_RESET,
    Why.REPLACED: texts.ANSWERING_EDIT,
}
UNSEEN = frozenset({Why.GONE, Why.RESET})  # without a word on the screen these end unseen
FINISHES = {
    "length": (State.LENGTH, texts.RAN_OUT_OF_LENGTH),
    "content_filter": (State.FILTERED, texts.FILTERED),
}


@dataclass(slots=True)
class Writing:
    """An answer while it is written: its whole text so far, and what is known of the completion."""

    before: Answer
    base: str
    started: float
    sink: AnswerSink = field(init=False)
    text: str = ""
    message_ids: tuple[int, ...] = ()
    prepared: Prepared | None = None
    completion: Completion | None = None
    first_chunk_ms: int | None = None
    error: UserFacingError | None = None
    reference: str = ""
    model: str = ""
    remarks: list[str] = field(default_factory=list)

    @property
    def has_news(self) -> bool:
        """Say whether the model has said anything."""
        return len(self.text) > len(self.base)

    @property
    def own_count(self) -> int | None:
        """Return the prompt's tokens by our own count, once it is known."""
        return self.prepared.tokens if self.prepared else None


class Answering:
    """Runs jobs."""

    def __init__(
        self,
        memory: Memory,
        context: Context,
        completer: Completer,
        screen: Screen,
        counter: TokenCounter,
        catalog: Catalog,
        learning: Learning,
        clock: Clock,
        tasks: Tasks,
    ) -> None:
        self._memory = memory
        self._context = context
        self._completer = completer
        self._screen = screen
        self._counter = counter
        self._catalog = catalog
        self._learning = learning
        self._clock = clock
        self._tasks = tasks

    async def run(self, job: Job) -> None:
        """Give the answer that a job asks for; whatever goes wrong ends on the screen or in the log."""
        if job.mark is not None:
            self._tasks.start(self._unmark(job, job.mark))
        if job.why not in {
            None,
            Why.STOPPED,
        }:  # that somebody stopped it before its turn is still to be shown
            return
        try:
            await self._answer(job)
        except MemoryRefused as refusal:
            log.warning("question %s was not answered: memory refused", job.question_id)
            await self._memory.questions.hear([job.question_id])
            await self._screen.say(job.key, job.question_message_id, str(refusal))
        except Exception:  # a bug of ours must not take the channel's line down
            reference = secrets.token_hex(3)
            log.exception("reference %s: question %s", reference, job.question_id)
            sentence = texts.SOMETHING_BROKE.format(reference=reference)
            await self._screen.say(job.key, job.question_message_id, sentence)

    async def _unmark(self, job: Job, mark: asyncio.Task[None]) -> None:
        await mark
        await self._screen.mark_seen(job.key, job.question_message_id, seen=False)

    async def _answer(self, job: Job) -> None:
        model, _ = await self._context.chosen(job.key)
        await self._learning.load(model)
        before = await self._memory.answers.begin(job.question_id, model)
        if before is None:
            return
        base = before.text if job.mode is Mode.CONTINUE else ""
        writing = Writing(before, base, self._clock.monotonic(), text=base, model=model)
        writing.message_ids = job.message_ids = before.message_ids
        writing.sink = self._open(job, writing)
        await job.speak(self._speak(job, writing))
        await self._end(job, writing)

    def _open(self, job: Job, writing: Writing) -> AnswerSink:
        async def progress(step: Progress) -> None:
            writing.message_ids = job.message_ids = step.message_ids
            await self._memory.answers.checkpoint(writing.before.id, step.draft, step.message_ids)

        before = writing.before
        spot = Spot(job.key, before.id, job.question_message_id, before.message_ids, before.text)
        return self._screen.open(spot, progress=progress, gone=lambda: job.stop(Why.GONE))

    async def _speak(self, job: Job, writing: Writing) -> None:
        """Ask the model and pass its words on; what goes wrong is noted in `writing`."""
        try:
            if job.prepared is not None:
                await asyncio.shield(job.prepared)  # whoever answers next needs the files, too
            await self._ask_at_most_twice(job, writing)
        except QuestionGone:
            job.why = Why.GONE
        except UserFacingError as error:
            writing.error = error
        except Exception:  # the asker hears of it, and the reference leads to the traceback
            writing.reference = secrets.token_hex(3)
            log.exception("reference %s: question %s", writing.reference, job.question_id)

    async def _ask_at_most_twice(self, job: Job, writing: Writing) -> None:
        try:
            await self._ask(job, writing)
        except ContextTooLong:
            too_much = writing.prepared
            if writing.has_news or too_much is None or not _can_shrink(too_much):
                raise
            await self._ask(job, writing, most=int(too_much.tokens * SECOND_TRY_SHARE))
        except RequestRefused:
            refused = writing.prepared
            if writing.has_news or refused is None or not refused.image_tokens:
                raise
            try:
                await self._ask(job, writing, blind=True)
            finally:
                if writing.has_news:  # so it was the pictures
                    self._context.distrust(refused)

    async def _ask(self, job: Job, writing: Writing, *, most: int | None = None, blind: bool = False) -> None:
        prepared = writing.prepared = await self._context.prepare(
            job.key, job.question_id, written=writing.base, most=most, blind=blind
        )
        writing.remarks = _remarks(prepared)
        sink = writing.sink
        async with aclosing(self._completer.stream(prepared.request)) as events:
            async for event in events:
                if type(event) is Delta:
                    if writing.first_chunk_ms is None:
                        writing.first_chunk_ms = int((self._clock.monotonic() - writing.started) * 1000)
                    writing.text += event.text
                    sink.show(writing.text)
                elif isinstance(event, Completion):
                    writing.completion = event
                elif isinstance(event, Delay) and event.seconds > NOTICE_FROM_SECONDS:
                    sink.notice(texts.RETRY_IN.format(seconds=round(event.seconds)))

    async def _end(self, job: Job, writing: Writing) -> None:
        """Store the end, then show it, then note that it has been shown."""
        state, note = _ending(job, writing)
        text, completion = writing.text, writing.completion
        own_count, first_chunk_ms = writing.own_count, writing.first_chunk_ms
        before, answers = writing.before, self._memory.answers
        if before.text and not writing.has_news:  # the old answer stays, and what is known of it
            state, text, completion = before.state, before.text, before.completion
            own_count, first_chunk_ms = before.own_count, before.first_chunk_ms
        tokens = await self._counter.count_large(text, writing.model)
        encoding, _ = self._counter.encoding(writing.model)
        await answers.finish(before.id, state, text, tokens, encoding, completion, own_count, first_chunk_ms)
        if job.why in UNSEEN and not (text or writing.message_ids):
            await writing.sink.finish("", Ending(state))  # nobody waits for it any more
        else:
            await writing.sink.finish(text, Ending(state, " ".join([note, *writing.remarks]).strip()))
        await answers.checkpoint(before.id, "", writing.message_ids)
        if gone := job.deleted.intersection(writing.message_ids):  # deleted before its id was known here
            await self._memory.turns.forget(sorted(gone))
        await self._learn(writing)
        log.info(
            "answer %s in channel %s: %s, %s",
            before.id,
            job.key.channel_id,
            state,
            _figures(writing.completion),
        )

    async def _learn(self, writing: Writing) -> None:
        usage = writing.completion.usage if writing.completion else None
        prepared = writing.prepared
        if usage is None or prepared is None or prepared.image_tokens or writing.base:
            return  # what pictures cost says nothing of the tokenizer
        facts = self._catalog.facts(writing.model)
        await self._learning.learn(facts, prepared.tokens, usage.prompt_tokens)


def _can_shrink(prepared: Prepared) -> bool:
    return len(prepared.turns) > 1 or prepared.image_tokens > 0


def _ending(job: Job, writing: Writing) -> tuple[State, str]:
    """Return how an answer ended, and the sentence that says so."""
    if job.why is Why.STOPPED:
        sentence = texts.STOPPED_BY if writing.text else texts.STOPPED_BEFORE_TEXT
        return State.STOPPED, sentence.format(name=job.by)
    if job.why is Why.SHUTDOWN and not writing.text:
        return State.FAILED, texts.INTERRUPTED_BEFORE_TEXT
    if job.why is Why.SHUTDOWN:
        return State.INTERRUPTED, texts.INTERRUPTED
    if job.why is not None:
        return State.STOPPED, REASONS[job.why]
    if writing.reference:
        state = State.BROKEN if writing.text else State.FAILED
        return state, texts.SOMETHING_BROKE.format(reference=writing.reference)
    if writing.error is not None:
        return _failure(writing, str(writing.error))
    finish = writing.completion.finish_reason if writing.completion else None
    return FINISHES.get(finish or "", (State.COMPLETE, ""))


def _failure(writing: Writing, sentence: str) -> tuple[State, str]:
    if not writing.text:
        return State.FAILED, sentence
    return State.BROKEN, texts.CUT_MID_ANSWER.format(sentence=sentence)


def _remarks(prepared: Prepared) -> list[str]:
    """Return what the asker should know of their own message: files that the model could not be given."""
    notes = [part.text for part in prepared.turns[-1].parts if part.kind is PartKind.NOTE]
    return [f"{literal(note)}." for note in (*notes, *prepared.remarks) if note != texts.SAYS_NOTHING]


def _figures(completion: Completion | None) -> str:
    usage = completion.usage if completion else None
    if usage is None:
        return "no usage"
    return (
        f"{usage.prompt_tokens} prompt ({usage.cached_tokens} cached) "
        f"and {usage.completion_tokens} completion tokens"
    )
