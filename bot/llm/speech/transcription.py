"""What is said in sound files, as a model for speech writes it down: OpenAI's /audio/transcriptions."""

import asyncio
import logging

import openai

from bot.chat.completions import Asker
from bot.chat.ports import Clock
from bot.errors import EmptyAnswer
from bot.llm import failures
from bot.llm.attempt import UNREADABLE, failure_of
from bot.llm.completer import Server

log = logging.getLogger(__name__)

SECONDS = 120.0


class OpenAITranscription:
    """Asks the server that answers, too; without a model it is off."""

    def __init__(self, server: Server | None, model: str, clock: Clock) -> None:
        self._server = server
        self._model = model
        self._clock = clock

    @property
    def is_on(self) -> bool:
        """Whether there is a model for speech."""
        return self._server is not None

    async def transcribe(self, name: str, data: bytes, asker: Asker) -> str:
        """Return what is said in a sound file of somebody's; raise a ModelError."""
        if self._server is None:
            raise EmptyAnswer
        client = self._server.client
        try:
            with self._server.slot(self._model, asker) as slot:
                await slot.granted()
                async with asyncio.timeout(SECONDS):
                    said = await client.audio.transcriptions.create(model=self._model, file=(name, data))
        except (openai.APIError, TimeoutError, *UNREADABLE) as error:
            failure = failure_of(error, self._model, self._clock.now())
            why = failures.mask(failure.words, client.api_key)
            log.warning("%s did not hear a file: %s, %s", self._model, type(failure.error).__name__, why)
            raise failure.error from failure
        text = getattr(said, "text", None)
        if not isinstance(text, str):
            log.warning("%s did not hear a file: its answer has no text", self._model)
            raise EmptyAnswer
        return text
