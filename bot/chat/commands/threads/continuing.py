"""Opening a thread for somebody who asks for one: from an answer, to go on there, or for something new."""

from dataclasses import dataclass
from typing import Protocol

from bot.chat.answers import AnswerLookup
from bot.chat.memory import Journal, SettingsStore
from bot.chat.rights import Action, Member, require
from bot.chat.tasks import Tasks
from bot.chat.threads.following import Following
from bot.chat.threads.opening import NewThread
from bot.errors import UserFacingError
from bot.rules.model import Answer, ChannelKey
from bot.rules.threads.titles import asked_for, title_of
from bot.texts import members


class ContinuedMemory(Protocol):
    """What going on in a thread needs of the memory."""

    @property
    def answers(self) -> AnswerLookup:
        """Answers, found again."""

    @property
    def journal(self) -> Journal:
        """The memory read back."""

    @property
    def places(self) -> SettingsStore:
        """What is set for channels and guilds."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A thread that somebody asked for, be it there already."""

    thread: ChannelKey
    is_new: bool


@dataclass(frozen=True, slots=True, eq=False)
class Continuing:
    """Opens threads for those who may; raises a UserFacingError with the reason where it opens none."""

    memory: ContinuedMemory
    following: Following
    tasks: Tasks

    async def answer(self, answer_id: int, message_id: int, member: Member, place: ChannelKey) -> Opened:
        """Open a thread from a message of an answer; the exchange, and what led to it, goes along."""
        await self._require(member, place)
        answer = await self.memory.answers.get(answer_id)
        if answer is None or answer.key.channel_id != place.channel_id:
            raise UserFacingError(members.ANSWER_FORGOTTEN)
        title = title_of(await self._question(answer)) or self.following.opening.untitled(place, member.name)
        carried = await self.following.opening.openings.led_to(answer)
        return await self._opened(
            place, NewThread(title, member.id, message_id, carried, answer.question_message_id)
        )

    async def afresh(self, title: str, member: Member, place: ChannelKey) -> Opened:
        """Open a thread in which nothing was said yet."""
        await self._require(member, place)
        return await self._opened(
            place,
            NewThread(asked_for(title) or self.following.opening.untitled(place, member.name), member.id),
        )

    async def _require(self, member: Member, place: ChannelKey) -> None:
        self.following.opening.require(place, await self.memory.places.settings(place))
        require(Action.OPEN_THREAD, member, place)

    async def _question(self, answer: Answer) -> str:
        page = await self.memory.journal.page(answer.key.channel_id, answer.question_id + 1, 1)
        return next((turn.text for turn in page if turn.id == answer.question_id), "")

    async def _opened(self, place: ChannelKey, new: NewThread) -> Opened:
        thread, is_new = await self.following.opening.open(place, new)
        if is_new:
            self.tasks.start(self.following.tell(thread))
        return Opened(thread, is_new)
