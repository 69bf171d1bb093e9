"""A dialect: what one kind of server says in words of its own, beside what most say; found by its module."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from bot.errors import ModelError

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a server's own, by its path from the server's root; one with a body is posted."""

    path: str
    body: Entry | None = None


def _no_page(entry: Entry, model: str) -> Page | None:
    del entry, model
    return None


def _as_it_is(told: Entry) -> Entry:
    return told


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of server; patterns are regular expressions, and what they match is in small letters.

    `refuses` says by the names of `wording`, or a parameter's own, with which words a part of the request is
    refused. `fails` are those of errors, `too_long` those of a request that the window doesn't take, and
    `windows` catch how large that is, in digits alone. `page` names where the server tells more of a model
    than in its entry in the list of models, and `reads` puts that into the names that `listing` knows.
    """

    refuses: Mapping[str, str] = field(default_factory=dict)
    fails: Mapping[type[ModelError], str] = field(default_factory=dict)
    too_long: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    page: Callable[[Entry, str], Page | None] = _no_page
    reads: Callable[[Entry], Entry] = _as_it_is


@cache
def dialects() -> Sequence[Dialect]:
    """Return the dialects of all kinds of servers that are known: a module of `servers` each."""
    folder = f"{__package__}.servers"
    names = [module.name for module in iter_modules(import_module(folder).__path__)]
    return [import_module(f"{folder}.{name}").DIALECT for name in names]


def or_refused(pattern: str, about: str) -> str:
    """Return a pattern of how most servers refuse something, with what others say instead."""
    return "|".join((pattern, *(one.refuses[about] for one in dialects() if about in one.refuses)))


def or_failed(pattern: str, error: type[ModelError]) -> str:
    """Return a pattern of how most servers report an error, with what others say instead."""
    return "|".join((pattern, *(one.fails[error] for one in dialects() if error in one.fails)))
