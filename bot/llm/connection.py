"""The servers of models: how each is reached, and at which one a model is asked."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace

import openai

from bot.chat.completions import Request, StreamEvent
from bot.errors import ModelError
from bot.llm.completer import OpenAICompleter
from bot.llm.transport import AiohttpTransport
from bot.rules.model_facts import ModelFacts, plain_name

OPENAI_URL = "https://api.openai.com/v1"


def connect(api_key: str, base_url: str = "") -> openai.AsyncOpenAI:
    """Return the client for a server, OpenAI's by default; close it with `async with`.

    It never retries, as we do, nor gives up: whoever asks has limits of their own, and one for each read
    would set a timer anew with each chunk.
    """
    url = base_url or OPENAI_URL
    return openai.AsyncOpenAI(
        api_key=api_key or "none",  # the client insists on one, servers at home do not
        base_url=url,
        max_retries=0,
        timeout=openai.Timeout(connect=10, read=None, write=60, pool=60),
        http_client=openai.DefaultAsyncHttpx2Client(transport=AiohttpTransport()),
    )


class Servers:
    """Several servers as one: `others` answer for the models that they are given for, `main` for all else."""

    def __init__(self, main: OpenAICompleter, others: Mapping[str, OpenAICompleter]) -> None:
        self._main = main
        self._others = others

    @property
    def trouble(self) -> ModelError | None:
        """Return what kept the main server from giving answers when last asked, if no other one could."""
        reached = [one.reach.trouble for one in (self._main, *self._others.values())]
        return reached[0] if all(reached) else None

    def of(self, model: str) -> tuple[OpenAICompleter, str]:
        """Return who is to be asked for a model, and under which name."""
        other = self._others.get(model)
        return (self._main, model) if other is None else (other, plain_name(model))

    def stream(self, request: Request) -> AsyncGenerator[StreamEvent, None]:
        """Ask as `OpenAICompleter.stream` does."""
        completer, model = self.of(request.model)
        return completer.stream(replace(request, model=model))

    def facts(self, model: str) -> ModelFacts:
        """Return what is known of a model, with what its own server has taught."""
        completer, plain = self.of(model)
        return replace(completer.dialects.facts(plain), name=model)

    async def look_up(self, model: str) -> None:
        """Hear what a model's own server says of it, once."""
        completer, plain = self.of(model)
        await completer.look_up(plain)

    async def learn_window(self, model: str, tokens: int, why: str) -> None:
        """Learn that a model takes no more than this, prompt and answer together."""
        completer, plain = self.of(model)
        await completer.dialects.learn_window(plain, tokens, why)

    def learn_gone(self, model: str) -> None:
        """Learn that a server has a model no more."""
        completer, plain = self.of(model)
        completer.dialects.learn_gone(plain)
