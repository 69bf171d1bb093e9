"""What giving an answer needs of the memory, and what its buttons depend on beside its end.

Those are its versions, and that an older answer has no buttons any more. Where memory refuses, an answer ends
all the same.
"""

from contextlib import suppress
from typing import Protocol

from bot.chat.answers import AnswerLog, AnswerLookup, Versions
from bot.chat.memory import Messages, Questions, SettingsStore
from bot.chat.ports import Answers
from bot.errors import MemoryRefused
from bot.rules.model import ChannelKey
from bot.rules.outcome import Version


class AnswersAsGiven(AnswerLog, AnswerLookup, Versions, Protocol):
    """Answers, as they are written, and their versions."""


class AnsweringMemory(Protocol):
    """What giving an answer needs of the memory."""

    @property
    def answers(self) -> AnswersAsGiven:
        """Answers, as they are written."""

    @property
    def questions(self) -> Questions:
        """Messages that wait for an answer."""

    @property
    def turns(self) -> Messages:
        """What people said."""

    @property
    def places(self) -> SettingsStore:
        """What is set for channels and guilds."""


async def version_of(answers: Versions, answer_id: int) -> Version | None:
    """Return which of its versions an answer shows."""
    with suppress(MemoryRefused):
        return await answers.version(answer_id)
    return None


async def take_older_buttons(answers: AnswerLog, screen: Answers, key: ChannelKey, answer_id: int) -> None:
    """Take the buttons off the answer before one that has ended; they can do nothing any more."""
    with suppress(MemoryRefused):
        older = await answers.before(answer_id)
        if older is not None:
            await screen.take_buttons(key, older)
