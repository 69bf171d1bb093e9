"""What a person may ask about their own data: all of it, none of it, and not to be listened to."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.chat.bounds.budgets import Budgets
from bot.chat.clearing import Disposal
from bot.chat.commands.files import MOST_BYTES, File, in_files, json_line
from bot.chat.conversation.queue import AnswerQueue, Job, StopReason
from bot.chat.memory import Questions
from bot.chat.people import PersonalData
from bot.chat.ports import Clock
from bot.chat.rights import may_read_words_of
from bot.rules.model import ChannelKey

LOOKED_BACK = timedelta(days=1)  # for deletions elsewhere, by another machine's clock


@dataclass(frozen=True, slots=True, eq=False)
class Privacy:
    """Acts on one person's data everywhere; who asks is always the person themselves."""

    people: PersonalData
    questions: Questions
    queue: AnswerQueue
    budgets: Budgets
    disposal: Disposal
    clock: Clock
    _known: set[tuple[int, datetime]] = field(default_factory=set)  # deletions, by whom they were of

    async def export(self, user_id: int, most_bytes: int = MOST_BYTES) -> AsyncIterator[File]:
        """Yield all that is stored of a person, as JSON Lines, in files of at most so many bytes."""
        async for file in in_files(self._lines(user_id, most_bytes), "my-data", "jsonl", most_bytes):
            yield file

    async def _lines(self, user_id: int, most_bytes: int) -> AsyncIterator[str]:
        async for item in self.people.export(user_id):
            for line in _in_lines(item, most_bytes // 2):
                yield json_line(line)

    async def preview_delete(self, user_id: int, place: ChannelKey) -> tuple[int, int]:
        """Return how many messages would go, and in how many places anything would."""
        return await self.people.preview_delete(user_id, place.channel_id if place.is_dm else None)

    async def delete(self, user_id: int, place: ChannelKey) -> tuple[int, datetime | None]:
        """Stop the answers to a person, delete all of their words, and return how many messages that were.

        What they spent of a limit is kept without their name; the time returned is when it goes, too.

        What is being written has ended by then. What still waits in a line finds its question gone, and files
        that are being read find no message to belong to.
        """
        jobs = [job for job in self.queue.everywhere() if await self._asked(user_id, job)]
        for job in jobs:
            job.stop(StopReason.GONE)
        for job in jobs:
            if job.has_spoken:
                await job.ended.wait()
        spent = await self.budgets.spent_by(user_id)
        messages = await self.people.delete(user_id, place.channel_id if place.is_dm else None)
        return messages, await self.budgets.keep(spent)

    async def catch_up(self) -> None:
        """Stop answers whose questions are gone since another process deleted what their askers had said."""
        deleted = await self.disposal.forgotten_since(self.clock.now() - LOOKED_BACK)
        if self._known.issuperset(deleted):
            return
        for job in self.queue.everywhere():
            if await self.questions.find(job.question_message_id) is None:
                job.stop(StopReason.GONE)
        self._known.clear()
        self._known.update(deleted)

    async def ignore(self, user_id: int, on: bool) -> None:
        """Note whether a person wants to be heard only when they address the bot."""
        await self.people.ignore(user_id, on)

    async def may_read(self, author_id: int, asker_id: int) -> bool:
        """Say whether what an author said may be read for an asker."""
        return await may_read_words_of(author_id, asker_id, self.people)

    async def _asked(self, user_id: int, job: Job) -> bool:
        question = await self.questions.find(job.question_message_id)
        return question is not None and question.asker_id == user_id


def _in_lines(item: dict[str, Any], most: int) -> Iterator[dict[str, Any]]:
    """Yield an item; pictures that make its line too long come in lines behind it, in pieces if need be."""
    parts = item.get("parts", ())
    if sum(len(part["base64"] or "") for part in parts) <= most:
        yield item
        return
    yield item | {"parts": [part | {"base64": None} for part in parts]}
    for number, part in enumerate(parts):
        data = part["base64"] or ""
        pieces = [data[start : start + most] for start in range(0, len(data), most)]
        for piece, content in enumerate(pieces):
            belongs = {
                "message_id": item["message_id"],
                "part": number,
                "piece": piece,
                "pieces": len(pieces),
            }
            yield {"kind": "picture", **belongs, "base64": content}
