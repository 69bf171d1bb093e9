"""Holds back what moderation flags: of what is asked before it is sent, of an answer while it is written."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import Self

from bot.chat.bounds.ledger import Account, Charge, Ledger
from bot.chat.bounds.notices import NoticesChannel
from bot.chat.bounds.ports import Moderation, Said
from bot.chat.completions import Asker
from bot.chat.memory import Messages
from bot.chat.tasks import Tasks
from bot.errors import AnswerFlagged, ModelError, ModerationDown, PictureUnjudged, QuestionFlagged
from bot.rules.model import Part, Role, Window
from bot.rules.places.asides import linked
from bot.rules.prompting.prompt import part_words, pictures_of, turn_text
from bot.rules.spending.entries import Purpose
from bot.texts import admins
from bot.texts.languages.catalogue import Message

log = logging.getLogger(__name__)

MOST_PASSED = 20_000  # texts and pictures
PAGE = 1_800  # characters of an answer after which it is looked at again
OVERLAP = 200  # of what was looked at already, so that nothing is cut in two

Held = AnswerFlagged | ModerationDown


@dataclass(frozen=True, slots=True)
class Moderator:
    """Has texts judged, and messages forgotten; `closed`: what can't be judged is held back."""

    moderation: Moderation
    closed: bool
    ledger: Ledger
    turns: Messages
    notices: NoticesChannel
    tasks: Tasks
    passed: dict[int, None] = field(default_factory=dict)  # hashes of what had nothing against it

    async def judge(self, said: Sequence[Said], asker: Asker) -> Sequence[tuple[str, ...] | None]:
        """Return for each of them what it is flagged for; raise ModerationDown where nobody can tell.

        None is a picture that can never be judged, where that is held back.
        What has passed in these words, or as this picture, is not judged again by this process.
        """
        hashes = [hash(str(one)) for one in said]
        new = {at: one for at, one in zip(hashes, said, strict=True) if at not in self.passed}
        found = await self._judged(new, asker) if new else {}
        return [found.get(at, ()) for at in hashes]

    async def _judged(self, said: Mapping[int, Said], asker: Asker) -> Mapping[int, tuple[str, ...] | None]:
        charge, sending = Charge(Account(asker), Purpose.MODERATION, 0), self.moderation.sending()
        try:
            async with self.ledger.single(charge, sending):
                verdicts = await self.moderation.judge(list(said.values()), sending)
        except ModelError as error:
            if self.closed:
                raise ModerationDown from error
            return {}
        found = dict(zip(said, verdicts if self.closed else [one or () for one in verdicts], strict=True))
        self.passed.update((at, None) for at, verdict in found.items() if verdict == ())
        for oldest in list(self.passed)[:-MOST_PASSED]:
            del self.passed[oldest]
        return found

    async def may_be_shown(self, asker: Asker, message_id: int, text: str, seconds: float) -> bool:
        """Say whether a question may be repeated for others to read: it was judged within so many seconds.

        Raises:
            QuestionFlagged: it is held back, and moderators are told.
            ModerationDown: nobody can tell.
        """
        if not self.moderation.is_on:
            return True
        try:
            async with asyncio.timeout(seconds):
                [found] = await self.judge([text], asker)
        except TimeoutError:
            return False
        if found:
            self.tell(asker, message_id, admins.HELD_BACK, categories := ", ".join(found))
            raise QuestionFlagged(categories=categories)
        return hash(text) in self.passed

    def tell(self, asker: Asker, message_id: int, sentence: Message, categories: str) -> None:
        """Tell a server's moderators what was held back, and the log."""
        key = asker.key
        log.info("moderation: message %s in channel %s: %s", message_id, key.channel_id, categories)
        place = f"https://discord.com/channels/{key.guild_id}/{linked(key)}/{message_id}"
        told = partial(sentence.format, link=place, person=asker.id, categories=categories)
        self.tasks.start(self.notices.tell(key.guild_id, message_id, told))


class Screening:
    """What is judged for one answer; within its context a flagged one ends at once, with an AnswerFlagged."""

    def __init__(self, moderator: Moderator, asker: Asker, question_message_id: int, shown: int) -> None:
        self._moderator = moderator
        self._asker = asker
        self._question_message_id = question_message_id
        self._seen = shown  # characters that were looked at, or stood there before
        self._look: asyncio.Task[None] | None = None
        self._held: Held | None = None
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0

    async def __aenter__(self) -> Self:
        self._task = asyncio.current_task()
        self._cancelling = self._task.cancelling() if self._task else 0
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        task, self._task = self._task, None
        is_ours = self._held is not None and isinstance(error, asyncio.CancelledError)
        if is_ours and task and task.uncancel() <= self._cancelling and self._held:
            raise self._held

    async def passed(self, window: Window) -> Window:
        """Return a window without what people said and is flagged, which is forgotten.

        All of it is looked at, since what was said long ago may have been edited.

        Raises:
            QuestionFlagged: the question itself is.
            PictureUnjudged: a picture of the question can never be judged.
            ModerationDown: nobody can tell.
        """
        people = [turn for turn in window.turns if turn.role is Role.USER]
        if not self._moderator.moderation.is_on:
            return window
        said: list[tuple[int, Said]] = []
        for turn in people:
            said += [(turn.id, turn_text(turn)), *((turn.id, picture) for picture in pictures_of(turn))]
        verdicts = await self._moderator.judge([one for _, one in said], self._asker)
        flagged = {id_: ", ".join(found) for (id_, _), found in zip(said, verdicts, strict=True) if found}
        held = [turn for turn in people if turn.id in flagged]
        for turn in held:
            author = Asker(turn.author_id or 0, self._asker.key)
            self._moderator.tell(author, turn.message_id or 0, admins.HELD_BACK, flagged[turn.id])
        if held:
            await self._moderator.turns.forget([turn.message_id for turn in held if turn.message_id])
        if (question := window.turns[-1].id) in flagged:
            raise QuestionFlagged(categories=flagged[question])
        unjudged = {id_ for (id_, _), found in zip(said, verdicts, strict=True) if found is None}
        if question in unjudged:
            raise PictureUnjudged
        left_out = unjudged.union(flagged)
        return replace(window, turns=tuple(turn for turn in window.turns if turn.id not in left_out))

    async def readable(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """Return what may be read as background; raise ModerationDown where nobody can tell."""
        if not (parts and self._moderator.moderation.is_on):
            return parts
        verdicts = await self._moderator.judge([part_words(part) for part in parts], self._asker)
        return tuple(part for part, flagged in zip(parts, verdicts, strict=True) if not flagged)

    def see(self, text: str) -> None:
        """Take the whole answer so far; a page that is new is looked at beside the stream."""
        if len(text) < self._seen:  # it began anew
            self._seen = 0
            if self._look is not None:
                self._look.cancel()
        is_due = len(text) - self._seen >= PAGE and (self._look is None or self._look.done())
        if is_due and self._moderator.moderation.is_on:
            self._look = self._moderator.tasks.start(self._judge(self._unseen(text)))

    async def end(self, text: str) -> None:
        """Look at what is left of an answer that has ended; raise an AnswerFlagged or a ModerationDown."""
        if self._look is not None:
            await asyncio.wait({self._look})
        if self._held is None and len(text) > self._seen and self._moderator.moderation.is_on:
            await self._judge(self._unseen(text))
        if self._held is not None:
            raise self._held

    def _unseen(self, text: str) -> str:
        start, self._seen = max(0, self._seen - OVERLAP), len(text)
        return text[start:]

    async def _judge(self, text: str) -> None:
        try:
            [found] = await self._moderator.judge([text], self._asker)
        except ModerationDown as error:
            self._hold(error)
            return
        except BaseException:
            self._seen = 0  # nobody has judged it; its end is looked at from the beginning
            raise
        if found:
            categories = ", ".join(found)
            self._moderator.tell(self._asker, self._question_message_id, admins.HIDDEN, categories)
            self._hold(AnswerFlagged(categories=categories))

    def _hold(self, held: Held) -> None:
        self._held = held
        if self._task is not None:
            self._task.cancel()
