"""What a server reads of a prompt: all of it, what it leaves of it without a word, or nothing."""

from __future__ import annotations

from typing import Any

from playground.model.characters.character import Character
from playground.model.characters.refusals import Overflow
from playground.model.counting import CountTokens
from playground.model.request import ModelRequest
from playground.model.scripts import Failure

Json = dict[str, Any]


def read(asked: ModelRequest, character: Character, tokens: int, count: CountTokens) -> Failure | None:
    """Refuse a prompt beyond a window of so many tokens, or leave of it what a silent server reads."""
    window = character.window
    reply = character.most(asked) or 0 if window.with_reply else 0
    if asked.size + reply <= tokens:  # a token has at least one byte
        return None
    prompt = count(asked.messages, asked.model)
    if prompt + reply <= tokens:
        return None
    if window.refuse:
        return window.refuse(Overflow(prompt, reply, tokens))
    asked.read = _newest(asked, tokens, count)
    return None


def _newest(asked: ModelRequest, tokens: int, count: CountTokens) -> list[Json]:
    """Return the system messages and as many of the newest others as fit, the last one in any case."""
    system = [one for one in asked.messages if one.get("role") == "system"]
    others = [one for one in asked.messages if one.get("role") != "system"]
    while len(others) > 1 and count(system + others, asked.model) > tokens:
        del others[0]
    return system + others
