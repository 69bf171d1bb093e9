"""How many tokens a text or a prompt has: whoever starts the playground says so, or it is guessed."""

from __future__ import annotations

from typing import Any, Protocol

from playground.model import stand_in

Json = dict[str, Any]


class CountTokens(Protocol):
    """Count the tokens of a text, or of the messages of a request, for a model."""

    def __call__(self, what: str | list[Json], model: str) -> int:
        """Return the count."""
        ...


def guess_tokens(what: str | list[Json], model: str) -> int:
    """Guess a token count: a token is about four bytes of text, a message costs three more."""
    if isinstance(what, str):
        return (len(what.encode()) + 3) // 4
    return 3 + sum(4 + (len(stand_in.text_of(one).encode()) + 3) // 4 for one in what)
