"""What a moderation endpoint says of a text, judged by the self-hoster's categories and thresholds. Pure.

Every field may be missing or of a strange type.
"""

from collections.abc import Mapping
from typing import Any

UNNAMED = "flagged"  # by an endpoint that names no category


def categories(result: object, thresholds: Mapping[str, float | None]) -> tuple[str, ...]:
    """Return the categories for which a text is held back, none where it may pass.

    Without thresholds they are those that the endpoint flags. With some, only the categories named there
    count: by their score where one has a figure, else by the endpoint's flag.
    """
    said = result if isinstance(result, Mapping) else {}
    flags, scores = _fields(said.get("categories")), _fields(said.get("category_scores"))
    if thresholds:
        return tuple(name for name, least in thresholds.items() if _counts(name, least, flags, scores))
    named = tuple(str(name) for name, flag in flags.items() if flag is True)
    return named or ((UNNAMED,) if said.get("flagged") is True else ())


def _counts(name: str, least: float | None, flags: Mapping[str, Any], scores: Mapping[str, Any]) -> bool:
    score = scores.get(name)
    if least is None or isinstance(score, bool) or not isinstance(score, int | float):
        return flags.get(name) is True
    return score >= least


def _fields(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
