"""How a request is put for servers that know only a part of Chat Completions.

Everything is sent until a server refuses it; what it refuses is left out from then on, or said in the older
way.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.ports import Request
from bot.llm import catalog
from bot.rules.model import Usage

log = logging.getLogger(__name__)

# What may be left out.
STREAM = "stream"
STREAM_OPTIONS = "stream_options"
MAX_COMPLETION_TOKENS = "max_completion_tokens"
MAX_TOKENS = "max_tokens"
CACHE_KEY = "prompt_cache_key"
SYSTEM = "system"

_REFUSALS = {
    STREAM_OPTIONS: re.compile(r"\bstream_options\b|\binclude_usage\b"),
    MAX_COMPLETION_TOKENS: re.compile(r"\bmax_completion_tokens\b"),
    MAX_TOKENS: re.compile(r"\bmax_tokens\b"),
    CACHE_KEY: re.compile(r"\bprompt_cache_key\b"),
    STREAM: re.compile(r"\bstream(?:ing)?\b"),
    SYSTEM: re.compile(r"\bsystem\b.{0,40}(?:role|message|prompt)|role.{0,60}\bsystem\b"),
}

# A known parameter with a value out of bounds: leaving the parameter out would not be what was asked for.
_BAD_VALUE = re.compile(
    r"too (?:large|high|big|small|low)|at (?:most|least)|exceed|(?:less|greater) than|maximum"
)


class Dialects:
    """What the models of one server have refused so far."""

    def __init__(self) -> None:
        self._refused: dict[str, frozenset[str]] = {}

    def put(self, request: Request) -> dict[str, Any]:
        """Put a request in words that its model has not refused."""
        return body(request, self._of(request.model))

    def learn_refusal(self, status: int | None, words: str, sent: Mapping[str, Any]) -> bool:
        """Learn from an error what is not taken; say whether to ask again without it."""
        name = refusal(status, words, sent)
        if name:
            self._refuse(sent["model"], name)
        return name is not None

    def learn_limit(self, usage: Usage | None, sent: Mapping[str, Any]) -> None:
        """Notice a server that ignores the newer name of the token limit, to use the older one next time."""
        most = sent.get(MAX_COMPLETION_TOKENS)
        if most is not None and usage and usage.completion_tokens > most:
            self._refuse(sent["model"], MAX_COMPLETION_TOKENS)

    def _of(self, model: str) -> frozenset[str]:
        at_first = frozenset[str]() if catalog.facts(model).system_role else frozenset({SYSTEM})
        return self._refused.get(model, at_first)

    def _refuse(self, model: str, name: str) -> None:
        log.info("%s does not take %s; asking without it from now on", model, name)
        self._refused[model] = self._of(model) | {name}


def body(request: Request, refused: frozenset[str]) -> dict[str, Any]:
    """Put a request in words that a server accepts which has refused these."""
    parts: dict[str, Any] = {
        "model": request.model,
        "messages": without_system(request.messages) if SYSTEM in refused else list(request.messages),
    }
    for name in (MAX_COMPLETION_TOKENS, MAX_TOKENS):
        if name not in refused:
            parts[name] = request.max_reply_tokens
            break
    if CACHE_KEY not in refused and request.cache_key:
        parts[CACHE_KEY] = request.cache_key
    if STREAM not in refused:
        parts[STREAM] = True
        if STREAM_OPTIONS not in refused:
            parts[STREAM_OPTIONS] = {"include_usage": True}
    return parts


def refusal(status: int | None, words: str, sent: Mapping[str, Any]) -> str | None:
    """Return what of the request a server refused, by the words of its error, if it can go without it.

    What is named first counts: "unsupported 'max_tokens', use 'max_completion_tokens'" refuses the former.
    """
    words = words.lower()
    if status not in (400, 422, 501) or _BAD_VALUE.search(words):
        return None
    named = {
        name: found.start()
        for name, pattern in _REFUSALS.items()
        if _is_sent(name, sent) and (found := pattern.search(words))
    }
    return min(named, key=named.__getitem__, default=None)


def _is_sent(name: str, sent: Mapping[str, Any]) -> bool:
    return sent["messages"][0]["role"] == SYSTEM if name == SYSTEM else name in sent


def without_system(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Move the leading system messages to the beginning of what the user says first."""
    leading = 0
    while leading < len(messages) and messages[leading]["role"] == SYSTEM:
        leading += 1
    said = "\n\n".join(message["content"] for message in messages[:leading])
    rest = [dict(message) for message in messages[leading:]]
    if not said:
        return rest
    if not rest or rest[0]["role"] != "user":
        return [{"role": "user", "content": said}, *rest]
    content = rest[0]["content"]
    if isinstance(content, str):
        rest[0]["content"] = f"{said}\n\n{content}"
    else:
        rest[0]["content"] = [{"type": "text", "text": said}, *content]
    return rest
