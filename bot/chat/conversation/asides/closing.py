"""Takes the buttons off answers to people for themselves, shortly before nothing leads to them any more."""

from contextlib import suppress
from dataclasses import dataclass

from bot.chat.answers import AnswerLookup
from bot.chat.asides.hooks import NO_MORE, Hook, Hooks
from bot.chat.conversation.queue import AnswerQueue, Job, JobKind
from bot.chat.ports import Clock
from bot.chat.tasks import Tasks
from bot.errors import MemoryRefused
from bot.rules.model import State
from bot.rules.places.shards import ShardId


@dataclass(eq=False)
class Closing:
    """Knows by when that is to be done; `hooks` are recalled before it is."""

    hooks: Hooks
    answers: AnswerLookup
    queue: AnswerQueue
    clock: Clock
    tasks: Tasks

    def __post_init__(self) -> None:
        self._awaited: set[int] = set()

    async def recall(self, _: ShardId) -> None:
        """Wait for those of a former process."""
        for message_id, hook in self.hooks.alone().items():
            self._wait(message_id, hook)

    async def keep(self, message_id: int, hook: Hook) -> None:
        """Have what is shown about a question go by a webhook; if nothing else can, its answer is closed."""
        await self.hooks.keep(message_id, hook)
        self._wait(message_id, hook)

    def _wait(self, message_id: int, hook: Hook) -> None:
        if hook.alone and message_id not in self._awaited:
            self._awaited.add(message_id)
            self.tasks.start(self._close_in_time(message_id, hook))

    async def _close_in_time(self, message_id: int, hook: Hook) -> None:
        await self.clock.sleep((hook.until - NO_MORE - self.clock.now()).total_seconds())
        self._awaited.remove(message_id)
        with suppress(MemoryRefused):
            await self._close(message_id)

    async def _close(self, message_id: int) -> None:
        """Show an answer as it ended, by now without buttons and without a word of them."""
        answer = await self.answers.by_message(message_id)
        if answer is None or not (answer.is_newest and answer.message_ids) or answer.state is State.WRITING:
            return
        self.queue.submit(Job.again(answer, JobKind.ANOTHER, left=answer))
