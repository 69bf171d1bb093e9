"""Servers of models as the setup finds them: which answer, and which models they list."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import openai

from bot.errors import KeyRefused
from bot.llm.attempt import UNREADABLE, failure_of
from bot.llm.connection import connect
from bot.llm.dialects.models_page import names
from bot.llm.failures import why
from bot.network import NOTHING_LISTENS
from bot.texts.hosting import setup

AT_HOME_SECONDS, AWAY_SECONDS = 2.0, 15.0
USUAL = (
    ("Ollama", "http://localhost:11434/v1"),
    ("LM Studio", "http://localhost:1234/v1"),
    ("llama.cpp", "http://localhost:8080/v1"),
)


class Sight(StrEnum):
    """What was seen of a server."""

    LISTS = "lists its models"
    LISTS_NONE = "answers, and has no list"
    NEEDS_KEY = "takes no request with this key"
    AWAY = "gives no answers"


@dataclass(frozen=True, slots=True)
class Seen:
    """A server that was looked at, with its models where it lists them, and why not where it doesn't."""

    sight: Sight
    models: Sequence[str] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Nearby:
    """A server on a usual port of this machine."""

    name: str
    url: str
    seen: Seen


async def look(url: str, key: str, seconds: float = AWAY_SECONDS) -> Seen:
    """Ask a server, within some seconds, for its models."""
    async with connect(key, url) as client:
        try:
            async with asyncio.timeout(seconds):
                return Seen(Sight.LISTS, await names(client))
        except TimeoutError:
            return Seen(Sight.AWAY, reason=setup.TOO_LATE)
        except (openai.NotFoundError, LookupError, *UNREADABLE):
            return Seen(Sight.LISTS_NONE, reason=setup.NO_LIST)
        except openai.APIError as error:
            failure = failure_of(error, "", datetime.now(UTC))
            if isinstance(failure.error, KeyRefused):
                return Seen(Sight.NEEDS_KEY)
            failure.error.__cause__ = failure
            return Seen(Sight.AWAY, reason=why(failure.error, key))


async def nearby() -> Sequence[Nearby]:
    """Return what listens on the usual ports of this machine."""
    seen = await asyncio.gather(*(look(url, "", AT_HOME_SECONDS) for _, url in USUAL))
    found = (Nearby(name, url, one) for (name, url), one in zip(USUAL, seen, strict=True))
    return [one for one in found if not one.seen.reason.startswith(NOTHING_LISTENS)]
