"""When a server asks to be asked again: in a header, in the body of an error, or in its words."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.llm.dialects.overflows import plain_numbers
from bot.rules.figures import seconds

_LEAST_TIME = 10**9  # a greater figure is a point in time, in seconds since 1970 or in milliseconds
_LEAST_MILLISECONDS = 10**12
_HEADERS = ("retry-after", "x-retry-after", "llm_provider-retry-after", "x-ratelimit-reset-after")
_RESET = "x-ratelimit-reset"
_RESETS = ("x-ratelimit-{}-requests", "x-ratelimit-{}-tokens", "ratelimit-{}")  # where nothing remains
_FIELDS = (
    *("retry_after", "retryafter", "retry_after_seconds", "retrydelay", _RESET),
    *("resets_in_seconds", "resets_at", "reset_at"),
)
_IN_MILLISECONDS = ("retry_after_ms", "retry-after-ms")
_INSIDE = ("error", "details", "metadata", "headers", "detail", "innererror", "parameters")

_UNITS = {
    "ms": 0.001,
    "mil": 0.001,
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86400,
    "秒": 1,
    "초": 1,
    "分": 60,
    "분": 60,
}
_UNIT = r"(?:milliseconds?|ms|sec(?:ond)?s?|s|min(?:ute)?s?|m|h(?:ou)?rs?|h|days?|d)(?![a-z])"
_FIGURE = r"\d{1,9}(?:\.\d{1,9})?"
_PIECE = re.compile(rf"({_FIGURE}|an?\b) ?({_UNIT}|[秒초분]|分)", re.IGNORECASE)
_PIECES = rf"(?:(?:{_FIGURE}|an?\b) ?{_UNIT}(?:,? and |,? ?))+"
_DURATION = rf"{_PIECES}|{_FIGURE}(?! ?[a-z]|[\d-])"
_ALONE = re.compile(_DURATION, re.IGNORECASE)
_POINT = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
_AGAIN = re.compile(
    r"\b(?:try again|retry(?:ing)?(?:[ _-]?(?:after|delay))?|wait|available(?: again)?|resets?|allowed"
    rf"|cooldown)(?: (?:after|in|at|for|least|about|another)\b|:)* (?:({_POINT})|({_DURATION}))"
    r"|(\d{1,6} ?(?:秒|초|分|분))[钟鐘]?(?: ?[后後후])",
    re.IGNORECASE,
)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that a server asks to be left alone for, or a proxy's provider does."""
    if (milliseconds := seconds(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    told = (_until(headers.get(name), now) for name in _HEADERS)
    if (wait := next((wait for wait in told if wait is not None), None)) is not None:
        return wait
    spent = (name.format("reset") for name in _RESETS if headers.get(name.format("remaining")) == "0")
    return max((_until(headers.get(name), now) or 0.0 for name in spent), default=None) or _when(
        headers.get(_RESET), now
    )


def told_within(body: object, words: str, now: datetime) -> float | None:
    """Return the seconds that an error says itself, in a field or in a sentence."""
    told = (_until(value, now) for value in _fields(body))
    if (wait := next((wait for wait in told if wait is not None), None)) is not None:
        return wait
    found = _AGAIN.search(plain_numbers(words))
    return _until(next(filter(None, found.groups())), now) if found else None


def _until(value: object, now: datetime) -> float | None:
    """Read a figure, a duration with its units, a date, or a point in time."""
    if isinstance(value, Mapping):
        value = value.get("seconds")
    if (when := _when(value, now)) is not None:
        return when
    if (said := seconds(value)) is not None or not isinstance(value, str):
        return said
    text = value.strip()
    if pieces := _PIECE.findall(text):
        return seconds(sum(_in_seconds(*piece) for piece in pieces))
    if found := _ALONE.match(text):
        return seconds(found[0])
    at = _date(text)
    return seconds(max(0.0, (at - now).total_seconds())) if at else None


def _in_seconds(figure: str, unit: str) -> float:
    name = unit.lower()
    factor = _UNITS.get(name) or _UNITS["mil" if name.startswith("mil") else name[0]]
    return (1.0 if figure[0] in "aA" else float(figure)) * factor


def _date(text: str) -> datetime | None:
    """Read a point in time as HTTP or ISO 8601 writes it."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text.removesuffix(" UTC"))
        except (ValueError, TypeError, OverflowError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


def _when(value: object, now: datetime) -> float | None:
    """Read a point in time."""
    try:
        time = float(value) if isinstance(value, str | int | float) else 0.0
    except (ValueError, OverflowError):
        return None
    if not _LEAST_TIME < time < _LEAST_MILLISECONDS * 100:
        return None
    return seconds((time / 1000 if time > _LEAST_MILLISECONDS else time) - now.timestamp())


def _fields(body: object) -> Iterator[object]:
    """Yield what stands in an error under names that tell of waits."""
    if isinstance(body, list):
        for item in body[:20]:
            yield from _fields(item)
    elif isinstance(body, Mapping):
        for name, value in body.items():
            written = str(name).lower()
            plain = written.replace("-", "_")
            if plain in _FIELDS or written == _RESET:
                yield value
            elif written in _IN_MILLISECONDS and (milliseconds := seconds(value)) is not None:
                yield milliseconds / 1000
            elif plain in _INSIDE:
                yield from _fields(value)
