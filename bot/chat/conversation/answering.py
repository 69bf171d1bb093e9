"""Gives one answer: begins it in memory, streams it to the screen, and stores how it ended.

The order keeps every promise over a crash: the question is stored before the model is asked, words are stored
before they are shown, and the end is stored before the final text is shown.
"""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.chat.answers import FinalAnswer, Finished
from bot.chat.bounds.access import Access
from bot.chat.bounds.ledger import Account, Metered
from bot.chat.bounds.moderation import Moderator, Screening
from bot.chat.completions import Asker, Delta, Retraction
from bot.chat.conversation.asking.background import Background
from bot.chat.conversation.asking.given import AnsweringMemory, version_of
from bot.chat.conversation.asking.outages import Outages
from bot.chat.conversation.asking.request import Ask, Requests
from bot.chat.conversation.asking.tries import FallBacks
from bot.chat.conversation.asking.waiting import Waiting
from bot.chat.conversation.asking.window import CurrentWindow, QuestionGone
from bot.chat.conversation.asking.writing import Writing, broke, end_of, failed, of_former_words
from bot.chat.conversation.cooldown import Cooldown
from bot.chat.conversation.queue import Job, JobKind, StopReason
from bot.chat.conversation.recorder import FinalAnswers, figures
from bot.chat.conversation.threads.naming import ThreadsOfAnswers
from bot.chat.home.chosen import Chosen
from bot.chat.meter import Meter
from bot.chat.ports import AnswerSink, Clock, Ending, OwnNames, Progress, Screen, Spot
from bot.chat.tasks import Tasks
from bot.errors import AnswerError, MemoryRefused
from bot.rules.endings import ending, is_of_the_question_alone
from bot.rules.model import Answer, ChannelKey, Completion, State
from bot.rules.notes import Note, NoteCode
from bot.rules.outcome import Outcome, Reason, Version
from bot.rules.pages.naming import people_of
from bot.texts import members

log = logging.getLogger(__name__)

LEFT_TO_OTHERS = {StopReason.REPLACED, StopReason.SHUTDOWN}  # an end that the next job, or process, shows
STILL_TO_BE_SHOWN = frozenset({None, StopReason.STOPPED})  # be it stopped before its turn
UNSEEN = frozenset({Reason.GONE, Reason.RESET})  # without a word on the screen these end unseen


@dataclass(frozen=True, slots=True, eq=False)
class Answering:
    """Runs jobs."""

    memory: AnsweringMemory
    requests: Requests
    window: CurrentWindow
    background: Background
    fallbacks: FallBacks
    outages: Outages
    metered: Metered
    names: OwnNames
    screen: Screen
    finals: FinalAnswers
    threads: ThreadsOfAnswers
    access: Access
    cooldown: Cooldown
    moderator: Moderator
    clock: Clock
    tasks: Tasks
    meter: Meter

    async def run(self, job: Job) -> None:
        """Give the answer that a job asks for; whatever goes wrong ends on the screen or in the log."""
        if job.mark is not None:
            self.tasks.start(self._unmark(job.key, job.question_message_id, job.mark))
        try:
            if job.left is not None:
                if job.stop_reason not in LEFT_TO_OTHERS:
                    await self._show_the_end(job, job.left)
            elif job.stop_reason in STILL_TO_BE_SHOWN and await self._may_begin(job):
                await self._answer(job)
        except MemoryRefused as refusal:
            log.warning("question %s was not answered: memory refused", job.question_id)
            await self.screen.say(job.key, job.question_message_id, str(refusal))
            await self.memory.questions.mark_heard([job.question_id])  # once that is told
        except Exception as error:  # noqa: BLE001 - a bug of ours must not take the channel's line down
            sentence = ending(broke(job, error), None, written=False)[1]
            await self.screen.say(job.key, job.question_message_id, sentence)

    async def _may_begin(self, job: Job) -> bool:
        """Say whether an answer may begin, be it for others than its asker, who may be kept out by now."""
        asker = job.for_id or job.asker_id
        is_in = not asker or await self.access.lets_in(job.key, asker, job.standing)
        if is_in and await self.cooldown.lets_begin(job, asker):
            return True
        await self.memory.questions.mark_heard([job.question_id])
        return job.falls_to_others() and await self._may_begin(job)

    async def _unmark(self, key: ChannelKey, message_id: int, mark: asyncio.Task[None]) -> None:
        await mark
        await self.screen.mark_seen(key, message_id, seen=False)

    async def _answer(self, job: Job) -> None:
        job.settings = settings = job.settings or await self.memory.places.settings(job.key)
        chosen = await self.requests.chosen(job.key, settings, job.asked_model)
        before = await self.memory.answers.begin(job.question_id, chosen.facts.model)
        if before is None:
            return
        base = before.text if job.kind is JobKind.CONTINUE else ""
        account = Account(Asker(job.for_id or before.asker_id, job.key))
        writing = Writing(job, before, chosen, account, self.clock.monotonic(), base=base, text=base)
        writing.screening = Screening(self.moderator, account.asker, job.question_message_id, len(base))
        writing.sink = self._open(job, before, before.text)
        try:
            await job.speak(self._speak(job, writing))
            await self._end(job, writing)
        except Exception as error:  # noqa: BLE001 - the screen must not wait for ever
            state, note = ending(
                failed(job, error), None, written=bool(writing.text), alone=job.is_alone(self.clock.now())
            )
            await self.metered.ledger.settle(writing.account)
            await writing.sink.finish(writing.text, Ending(state, note))

    def _open(self, job: Job, answer: Answer, until_news: str = "") -> AnswerSink:
        async def progress(step: Progress) -> None:
            job.message_ids = step.message_ids
            await self.memory.answers.checkpoint(answer.id, step.draft, step.message_ids)

        job.message_ids = answer.message_ids
        spot = Spot(
            job.key, answer.id, job.question_message_id, answer.tries, answer.message_ids, text=until_news
        )
        return self.screen.open(spot, progress=progress, gone=lambda: job.stop(StopReason.GONE))

    async def _speak(self, job: Job, writing: Writing) -> None:
        """Ask the model and pass its words on; what goes wrong is noted in `writing`."""
        try:
            if job.kind is not JobKind.ANSWER:
                self.cooldown.begin(writing.account.asker.id)
            thinks = writing.chosen.facts.reasoning
            async with Waiting(writing.sink, self.clock, thinks=thinks) as writing.waiting, writing.screening:
                if job.files_read is not None:
                    await writing.waiting.over(job.files, job.files_read)
                background = await self.background.before(job)
                writing.background = await writing.screening.readable(background)
                await self._ask_in_turn(job, writing)
        except QuestionGone:
            job.stop_reason = StopReason.GONE
        except Exception as error:  # noqa: BLE001 - the asker hears of it
            writing.failed = failed(job, error)

    async def _ask_in_turn(self, job: Job, writing: Writing) -> None:
        """Ask the model of the place, and others where it fails."""
        whole = Ask(writing.chosen, job.question_id, writing.account, writing.waiting.hear, writing.base)
        whole = replace(whole, background=writing.background)

        async def ask(chosen: Chosen, last: bool, most: int | None, blind: bool) -> None:
            await self._ask(replace(whole, chosen=chosen, patient=last, most=most, blind=blind), writing)

        try:
            await self.fallbacks.run(writing.chosen, ask, writing)
        finally:
            if not writing.has_news:
                writing.chosen = writing.own

    async def _ask(self, ask: Ask, writing: Writing) -> None:
        writing.ask(await self.requests.renewed(ask.chosen))
        ask = replace(ask, chosen=writing.chosen)
        window = await writing.screening.passed(await self.window.of(ask))
        ask, window = await self.window.cut(await self.requests.fitted(ask, window), window)
        assembled = await self.requests.assemble(ask, window)
        assembled = await self.background.under(ask, assembled)
        writing.listen(assembled, self.names.our_names(ask.chosen.key))
        writing.sink.introduce(people_of([*writing.job.named, *assembled.speakers]))
        charge = self.requests.charge(ask, assembled)
        async with aclosing(self.metered.stream(assembled.request, charge)) as events:
            async for event in events:
                if type(event) is Delta:
                    if not writing.has_news:
                        self.fallbacks.spoke(ask.chosen.facts.name)
                    writing.hear(event.text, self.clock.monotonic())
                    writing.sink.show(writing.text)
                    writing.screening.see(writing.text)
                elif isinstance(event, Retraction):
                    writing.take_back()
                    writing.screening.see(writing.text)
                    writing.listen(assembled, self.names.our_names(ask.chosen.key))
                    writing.sink.show("")
                elif isinstance(event, Completion):
                    writing.completion = event
                else:
                    writing.waiting.hear(event)

    async def _end(self, job: Job, writing: Writing) -> None:
        """Store the end, then show it, then note that it has been shown."""
        writing.settle()
        try:
            await writing.screening.end(writing.text)
        except AnswerError as error:
            writing.hide(failed(job, error))
        outcome, before = end_of(job, writing), writing.before
        job.heir = job.rest() if is_of_the_question_alone(outcome) else None
        model, again = writing.chosen.facts.name, bool(outcome.details.get("again"))
        silent = not writing.has_news and (again or self.outages.is_old_news(job, model, outcome))
        if writing.has_news:
            outcome = await self._with_news(job, writing, outcome)
        if before.text and not writing.has_news:
            asked = {**outcome.details, "asked": writing.chosen.facts.model}
            final = await self.finals.as_before(before, replace(outcome, details=asked))
        else:
            final = replace(
                await self.finals.of(writing.text, writing.chosen.facts, outcome),
                completion=writing.completion,
                own_count=writing.own_count,
                first_chunk_ms=writing.first_chunk_ms,
                before=of_former_words(job),
            )
        final = replace(final, spent=tuple(writing.account.entries))
        known = await self.memory.answers.finish(before.id, final) or Finished()
        if silent and not final.text:
            await writing.sink.finish("", Ending(final.state))
            await self._note_as_shown(job, before.id)
        else:
            await self._finish(job, writing.sink, before.id, (final, known.version))
            if known.older is not None and not before.message_ids:  # whose buttons can do nothing any more
                self.tasks.start(self.screen.take_buttons(job.key, known.older))
        if writing.told_counts is not None:
            await self.requests.calibrations.learn(writing.chosen.facts, *writing.told_counts)
        self.threads.answered(job, writing)
        self.meter.answered(measured := writing.measured(outcome, self.clock.monotonic()))
        what = (before.id, job.key.channel_id, final.state, str(measured), figures(writing.completion))
        log.info("answer %s in channel %s is %s: %s, %s", *what)

    async def _with_news(self, job: Job, writing: Writing, outcome: Outcome) -> Outcome:
        """Tell where it is waited for that the model speaks again, and once that the one picked is gone."""
        here, elsewhere = self.outages.over(job, writing.chosen.facts.name)
        for other in elsewhere:
            self.tasks.start(self.screen.say(other.key, other.question_message_id, members.MODEL_BACK))
        back, gone = here and not writing.chosen.stands_in, writing.chosen.instead_of
        news = [Note(NoteCode.MODEL_BACK)] if back else []
        if gone and await self.memory.places.note_gone(job.key, gone):
            news.append(Note(NoteCode.MODEL_GONE, gone))
        return replace(outcome, remarks=(*news, *outcome.remarks))

    async def _show_the_end(self, job: Job, left: Answer) -> None:
        """Show how an answer ended that a former process left, or end it here.

        It is looked at anew, since it may have been redone before its turn came; where a reset hides it, it
        is shown as it was.
        """
        left = await self.memory.answers.get(left.id) or left
        if left.state is State.WRITING or left.is_to_be_redone:
            final = await self._judged(job, left, await self.finals.of_left(left))
            await self.memory.answers.finish(left.id, final)
        else:
            outcome = left.outcome or Outcome(Reason.DONE)
            final = FinalAnswer(left.state, left.text, 0, "", outcome, left.tried)
        if final.text or left.message_ids or job.stop_reason is not StopReason.GONE:
            version = await version_of(self.memory.answers, left.id)
            await self._finish(job, self._open(job, left), left.id, (final, version))
        else:  # nobody waits for it any more
            await self.memory.answers.checkpoint(left.id, None, ())
        log.info("answer %s in channel %s was completed after a restart", left.id, job.key.channel_id)

    async def _judged(self, job: Job, left: Answer, final: FinalAnswer) -> FinalAnswer:
        """Return the end of an answer that a former process left, whose last words nobody had judged."""
        asker = Asker(left.asker_id, left.key)
        try:
            await Screening(self.moderator, asker, left.question_message_id, 0).end(final.text)
        except AnswerError as error:
            return await self.finals.hidden(left, failed(job, error))
        return final

    async def _finish(
        self, job: Job, sink: AnswerSink, answer_id: int, stored: tuple[FinalAnswer, Version | None]
    ) -> None:
        """Show what was stored, then note that it has been shown, or leave that to `Recovery`."""
        final, version = stored
        if final.outcome.reason in UNSEEN and not (final.text or job.message_ids):
            await sink.finish("", Ending(final.state))  # nobody waits for it any more
        else:
            written, alone = bool(final.text), job.is_alone(self.clock.now())
            state, note = ending(final.outcome, final.tried, written=written, alone=alone)
            leads_on = written and self.threads.following.opening.is_offered(
                job.key, job.settings or await self.memory.places.settings(job.key)
            )
            if not await sink.finish(final.text, Ending(state, note, leads_on, version)):
                log.info("answer %s is shown once channel %s is open again", answer_id, job.key.channel_id)
                return
        await self._note_as_shown(job, answer_id)

    async def _note_as_shown(self, job: Job, answer_id: int) -> None:
        await self.memory.answers.checkpoint(answer_id, None, job.message_ids)
        if gone := job.deleted.intersection(job.message_ids):  # deleted before its id was known here
            await self.memory.turns.forget(sorted(gone))
