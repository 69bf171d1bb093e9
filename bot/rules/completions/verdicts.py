"""What a moderation endpoint says of a text, judged by the self-hoster's categories and thresholds. Pure.

Every field may be missing or of a strange type; what says neither yes nor no is no verdict.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

UNNAMED = "flagged"  # by an endpoint that names no category


def categories(result: object, thresholds: Mapping[str, float | None]) -> tuple[str, ...]:
    """Return the categories for which a text is held back, none where it may pass.

    Without thresholds they are those that the endpoint flags. With some, only the categories named there
    count: by their score where one has a figure, else by the endpoint's flag. What an endpoint flags that
    tells no categories is held back all the same.
    """
    said = result if isinstance(result, Mapping) else {}
    flags, scores = _fields(said.get("categories")), _fields(said.get("category_scores"))
    if thresholds and (flags or scores):
        return tuple(name for name, least in thresholds.items() if _counts(name, least, flags, scores))
    named = tuple(str(name) for name, flag in flags.items() if flag is True)
    return named or ((UNNAMED,) if said.get("flagged") is True else ())


def judges(result: object) -> bool:
    """Say whether a result is a verdict: it flags or scores, in flags that are yes or no.

    A category that does not apply may have no flag.
    """
    said = result if isinstance(result, Mapping) else {}
    flags = [said.get("flagged"), *_fields(said.get("categories")).values()]
    told = [flag for flag in flags if flag is not None]
    has_scores = any(map(_is_score, _fields(said.get("category_scores")).values()))
    return bool(told or has_scores) and all(isinstance(flag, bool) for flag in told)


def missing(names: Iterable[str], result: object) -> frozenset[str]:
    """Return the categories of which a result tells nothing, none where it tells of no category at all."""
    said = result if isinstance(result, Mapping) else {}
    told = {*_fields(said.get("categories")), *_fields(said.get("category_scores"))}
    return frozenset(names) - told if told else frozenset()


def _counts(name: str, least: float | None, flags: Mapping[str, Any], scores: Mapping[str, Any]) -> bool:
    score = scores.get(name)
    return score >= least if least is not None and _is_score(score) else flags.get(name) is True


def _is_score(score: object) -> TypeGuard[float]:
    return isinstance(score, int | float) and not isinstance(score, bool) and math.isfinite(score)


def _fields(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
