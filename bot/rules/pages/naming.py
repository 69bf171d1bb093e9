"""Names in an answer's words, as the marks by which Discord knows people, channels and emoji.

A name that may mean several, or nobody known, stays what it is. While a text grows, a name at its end is left
alone, since it may still become another.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_CANDIDATE = re.compile(r"(?<![\w@#:<&/.-])(?:@(?=\S)|(?P<channel>#)(?=\S)|:(?P<emoji>\w{2,32}):(?!:))")
_GOES_ON = re.compile(r"\w|[-.]\w")  # behind a name: it is only the beginning of another
_LETTER = re.compile(r"[^\W\d_]")
_OPEN_END = re.compile(r"[-.]?\Z")
_LABEL = re.compile(r"(?P<name>.*?)(?: \(@(?P<username>[^()]+)\))?")


def _nobody(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """Who and what is known by name: `people` and a `channel` by folded names, an emoji's mark.

    Of channels and threads there may be very many: `channels` has their folded names by their first letters.
    """

    people: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    channel: Callable[[str], int | None] = _nobody
    emoji: Callable[[str], str | None] = _nobody


NOBODY = Known()


def people_of(labels: Iterable[tuple[int, str]]) -> Mapping[str, int]:
    """Return ids by names, folded, from ids and labels; a name that several go by is nobody's."""
    owners: defaultdict[str, set[int]] = defaultdict(set)
    for id_, label in labels:
        found = _LABEL.fullmatch(label)
        for name in filter(None, (found["name"], found["username"]) if found else ()):
            owners[name.casefold()].add(id_)
    return {name: min(ids) for name, ids in owners.items() if len(ids) == 1}


def by_initial(names: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return folded names by their first letters, but for those without any letter, which are numbers."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        if _LETTER.search(name):
            found[name.casefold()[0]].add(name.casefold())
    return {initial: tuple(names) for initial, names in found.items()}


def linked(text: str, known: Known, *, grows: bool = False) -> str:
    """Return a text with marks for the names in it."""
    if "@" not in text and "#" not in text and ":" not in text:
        return text
    done, at = "", 0
    for found in _CANDIDATE.finditer(text):
        if found.start() < at:
            continue
        end, mark = _meant(text, found, known, grows=grows)
        if mark:
            done += text[at : found.start()] + mark
            at = end
    return done + text[at:]


def _meant(text: str, found: re.Match[str], known: Known, *, grows: bool) -> tuple[int, str | None]:
    """Return where a name ends, and its mark."""
    end = found.end()
    if found["emoji"]:
        return end, known.emoji(found["emoji"])
    if found["channel"]:
        name = _longest(text, end, known.channels.get(text[end].casefold()[0], ()), grows=grows)
        channel_id = known.channel(name) if name else None
        return end + len(name), None if channel_id is None else f"<#{channel_id}>"
    name = _longest(text, end, known.people, grows=grows)
    return end + len(name), f"<@{known.people[name]}>" if name else None


def _longest(text: str, at: int, names: Iterable[str], *, grows: bool) -> str:
    """Return the longest of some names that stands at a place, or nothing."""
    rest = text[at:].casefold() if grows else ""
    for name in sorted(names, key=len, reverse=True):
        if grows and len(name) >= len(rest) and name.startswith(rest):
            break  # it may become this one
        end = at + len(name)
        if text[at:end].casefold() != name or _GOES_ON.match(text, end):
            continue
        if grows and _OPEN_END.match(text, end):
            break
        return name
    return ""
