"""What is done in a thread once an answer has ended: a model names it, people hear how to ask there."""

import logging
from contextlib import aclosing, suppress
from dataclasses import dataclass

from bot.chat.bounds.ledger import Account, Charge, Metered
from bot.chat.bounds.moderation import Moderator
from bot.chat.completions import Delta, Request, Retraction
from bot.chat.conversation.asking.given import AnswersAsGiven
from bot.chat.conversation.asking.request import Requests
from bot.chat.conversation.asking.writing import Writing
from bot.chat.conversation.queue import Job, JobKind, StopReason
from bot.chat.tasks import Tasks
from bot.chat.threads.following import Following
from bot.errors import AnswerError, MemoryRefused
from bot.rules.model import Turn
from bot.rules.places.asides import is_aside
from bot.rules.prompting import prompt
from bot.rules.prompting.tokens import MESSAGE_TOKENS
from bot.rules.spending.entries import Purpose
from bot.rules.threads.titles import MOST_WORDS, covered, mark_of, title_of, titled

log = logging.getLogger(__name__)

TITLE_TOKENS = 200  # of a reply, with a few thoughts


@dataclass(frozen=True, slots=True, eq=False)
class ThreadsOfAnswers:
    """Names threads that questions opened, and says in those that the bot joined how it is asked."""

    following: Following
    answers: AnswersAsGiven
    metered: Metered
    requests: Requests
    moderator: Moderator
    tasks: Tasks

    def answered(self, job: Job, writing: Writing) -> None:
        """Name the thread that a question opened, and say in one how the bot is asked there, each once.

        Nobody waits for that.
        """
        if job.key.is_thread and not is_aside(job.key) and job.stop_reason is not StopReason.GONE:
            self._name(job, writing)
            if not writing.before.message_ids:
                self.tasks.start(self._tell_joined(job, writing.before.id))

    async def _tell_joined(self, job: Job, answer_id: int) -> None:
        with suppress(MemoryRefused):
            if await self.answers.before(answer_id) is None:
                await self.following.tell_joined(job.key, job.question_message_id)

    def _name(self, job: Job, writing: Writing) -> None:
        opened = job.question_message_id == job.key.channel_id
        is_whole = writing.has_news and writing.completion is not None
        if opened and is_whole and writing.assembled and job.kind is JobKind.ANSWER:
            self.tasks.start(self._titled(job, writing, writing.assembled.turns[-1]))

    async def _titled(self, job: Job, writing: Writing, question: Turn) -> None:
        if await self.following.opening.openings.opener(job.key.channel_id) is None:
            return  # a forum's post, which has the title that its author gave it
        opening, title, words = self.following.opening, "", title_of(question.text)
        account = Account(writing.account.asker)
        try:
            title = titled(await self._asked(account, writing, question))
            if title and await self._is_flagged(title, account):
                title = ""
        except AnswerError as error:
            log.info("thread %s gets no title: %s", job.key.channel_id, type(error).__name__)
        finally:
            await self.metered.ledger.settle(account)
        name = job.mentioned[-1].name if job.mentioned else question.label
        former = opening.first_title(job.key, question.text, name)
        answer = await self.answers.get(writing.before.id)
        if answer and answer.question_message_id and (title := title or words) not in ("", former):
            await opening.openings.entitle(job.key, job.question_message_id, mark_of(title))
            await opening.threads.rename(job.key, mark_of(former), title)

    async def _asked(self, account: Account, writing: Writing, question: Turn) -> str:
        facts, said = writing.chosen.facts, ""
        messages = prompt.to_title(covered(question.text), covered(writing.text), MOST_WORDS)
        words = "".join(str(message["content"]) for message in messages)
        counted = await self.requests.count(words, facts.name) + len(messages) * MESSAGE_TOKENS
        key, asker = f"parley-title-{writing.chosen.key.channel_id}", account.asker
        request = Request(facts.name, messages, TITLE_TOKENS, key, patient=False, asker=asker)
        charge = Charge(account, Purpose.TITLE, self.requests.billed(facts, counted))
        async with aclosing(self.metered.stream(request, charge)) as events:
            async for event in events:
                if isinstance(event, Delta):
                    said += event.text
                elif isinstance(event, Retraction):
                    said = ""
        return said

    async def _is_flagged(self, title: str, account: Account) -> bool:
        return self.moderator.moderation.is_on and any(await self.moderator.judge([title], account.asker))
