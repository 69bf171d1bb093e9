"""When a server asks to be asked again: in a header, in the body of an error, or in its words."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from bot.rules.figures import seconds

_LEAST_TIME = 10**9  # a greater figure is a point in time, in seconds since 1970 or in milliseconds
_LEAST_MILLISECONDS = 10**12
_HEADERS = ("retry-after", "llm_provider-retry-after")
_RESET = "x-ratelimit-reset"
_FIELDS = ("retry_after", "retryafter", "retry_after_seconds", "retrydelay", _RESET)
_INSIDE = ("error", "details", "metadata", "headers")

_DURATION = (
    r"(?:(\d{1,6}) ?h(?:ours?)? ?)?(?:(\d{1,6}) ?m(?:in(?:ute)?s?)?(?![a-z]) ?)?"
    r"(?:(\d{1,9}(?:\.\d{1,9})?) ?(?:(ms|milliseconds?|s|sec(?:ond)?s?)\b|(?! ?[a-z])))?"
)
_ALONE = re.compile(_DURATION, re.IGNORECASE)
_AGAIN = re.compile(
    rf"\b(?:try again|retry|retrying|wait|available again|resets?)(?: after| in| for|:)? (?=\d){_DURATION}",
    re.IGNORECASE,
)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that a server asks to be left alone for, or a proxy's provider does."""
    if (milliseconds := seconds(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    told = (_until(headers.get(name), now) for name in _HEADERS)
    return next((wait for wait in told if wait is not None), _when(headers.get(_RESET), now))


def told_within(body: object, words: str, now: datetime) -> float | None:
    """Return the seconds that an error says itself, in a field or in a sentence."""
    told = (_until(value, now) for value in _fields(body))
    found = _AGAIN.search(words)
    return next((wait for wait in told if wait is not None), _of_match(found) if found else None)


def _until(value: object, now: datetime) -> float | None:
    """Read a figure, a duration with its unit, a date, or a point in time."""
    if (when := _when(value, now)) is not None:
        return when
    if (said := seconds(value)) is not None or not isinstance(value, str):
        return said
    if found := _ALONE.fullmatch(value.strip()):
        return _of_match(found)
    try:
        return seconds((parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):  # not understood; without a zone; past all calendars
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


def _of_match(found: re.Match[str]) -> float | None:
    hours, minutes, rest, unit = found.groups()
    if not any((hours, minutes, rest)):
        return None
    last = float(rest or 0) / (1000 if (unit or "").lower().startswith("m") else 1)
    return seconds(int(hours or 0) * 3600 + int(minutes or 0) * 60 + last)


def _fields(body: object) -> Iterator[object]:
    """Yield what stands in an error under names that tell of waits."""
    if isinstance(body, list):
        for item in body[:20]:
            yield from _fields(item)
    elif isinstance(body, Mapping):
        for name, value in body.items():
            plain = str(name).lower().replace("-", "_")
            if plain in _FIELDS or str(name).lower() == _RESET:
                yield value
            elif plain in _INSIDE:
                yield from _fields(value)
