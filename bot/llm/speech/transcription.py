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
from bot.rules.figures import MOST_TOKENS as BILLED
from bot.rules.figures import whole
from bot.rules.spending.entries import Sending
from bot.rules.spending.usage import Usage

log = logging.getLogger(__name__)

SECONDS = 120.0
MOST_TOKENS = 4_000  # of what is written down


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

    def sending(self) -> Sending:
        """Return the request that one file takes."""
        url = str(self._server.client.base_url) if self._server else ""
        return Sending(self._model, url, MOST_TOKENS)

    async def transcribe(self, name: str, data: bytes, asker: Asker, sending: Sending) -> str:
        """Return what is said in a sound file of somebody's, and note the bill; raise a ModelError."""
        if self._server is None:
            raise EmptyAnswer
        client = self._server.client
        try:
            with self._server.slot(self._model, asker) as slot:
                await slot.granted()
                sending.left = True
                async with asyncio.timeout(SECONDS):
                    said = await client.audio.transcriptions.create(model=self._model, file=(name, data))
        except (openai.APIError, TimeoutError, *UNREADABLE) as error:
            failure = failure_of(error, self._model, self._clock.now())
            sending.left = not failure.took_nothing
            why = failures.mask(failure.words, client.api_key, [name])
            log.warning("%s did not hear a file: %s, %s", self._model, type(failure.error).__name__, why)
            raise failure.error from failure
        text = getattr(said, "text", None)
        if not isinstance(text, str):
            log.warning("%s did not hear a file: its answer has no text", self._model)
            raise EmptyAnswer
        sending.characters, sending.usage = len(text), _usage(said)
        return text


def _usage(said: object) -> Usage | None:
    """Return what hearing was billed; some models are billed by the second, which tells of no tokens."""
    usage = getattr(said, "usage", None)
    heard, wrote = (whole(getattr(usage, name, None), BILLED) for name in ("input_tokens", "output_tokens"))
    return None if heard is None and wrote is None else Usage(heard or 0, wrote or 0)
