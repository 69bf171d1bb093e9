"""What giving an answer needs of the memory."""

from contextlib import suppress
from typing import Protocol

from bot.chat.answers import AnswerLog, AnswerLookup, Versions
from bot.chat.memory import Messages, Questions, SettingsStore
from bot.errors import MemoryRefused
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
    """Return which of its versions an answer shows; where memory refuses, it ends all the same."""
    with suppress(MemoryRefused):
        return await answers.version(answer_id)
    return None
