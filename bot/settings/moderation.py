"""What the self-hoster sets of moderation: where what is said is judged, and what a failure means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.settings.forms import one_of
from bot.settings.model_servers import BEHIND_ADDRESS, KEY_MISSING, is_private, model_url, printable
from bot.settings.reader import Reader

NAMES = ("MODERATION", "MODERATION_API_KEY", "MODERATION_FAIL", "MODERATION_CATEGORIES")
SECRETS = ("MODERATION_API_KEY",)
OPENAI = ("https://api.openai.com/v1", "omni-moderation-latest")
OPENAIS = (  # the categories that its moderations tell of
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)


@dataclass(frozen=True, slots=True)
class Moderation:
    """An address and its model, None where nothing is judged; the key for it where it has one of its own.

    With `open` a failing endpoint lets everything pass, with `closed` nothing. Only the categories that are
    named count, if any are: from a score on, or where the endpoint flags them.
    """

    moderation: tuple[str, str] | None = None
    moderation_api_key: str = field(default="", repr=False)
    moderation_fail: str = "open"
    moderation_categories: Mapping[str, float | None] = field(default_factory=dict)


def read(reader: Reader, main_url: str | None) -> Moderation:
    """Read the group; `main_url` is that of the server that answers, None where it is OpenAI's."""
    usual = Moderation()
    place = reader.take("MODERATION", usual.moderation, _place)
    elsewhere = place is not None and place[0] != (main_url or OPENAI[0]) and not is_private(place[0])
    known = OPENAIS if place is not None and place[0] == OPENAI[0] else ()
    missing = KEY_MISSING.format(url=place[0]) if place and elsewhere else None
    return Moderation(
        moderation=place,
        moderation_api_key=reader.take(
            "MODERATION_API_KEY", usual.moderation_api_key, printable, required=missing
        ),
        moderation_fail=reader.take("MODERATION_FAIL", usual.moderation_fail, one_of("open", "closed")),
        moderation_categories=reader.take(
            "MODERATION_CATEGORIES",
            usual.moderation_categories,
            lambda raw: _categories(raw, known),
        ),
    )


def _place(raw: str) -> tuple[str, str] | None:
    if raw.lower() == "off":
        return None
    if raw.lower() == "openai":
        return OPENAI
    url, _, model = (piece.strip() for piece in raw.rpartition(BEHIND_ADDRESS))
    if not url or not model:
        raise ValueError(
            "must be off, openai, or an address and a model, as in http://localhost:8080/v1|guard"
        )
    return model_url(url), printable(model)


def _categories(raw: str, known: Sequence[str]) -> Mapping[str, float | None]:
    found: dict[str, float | None] = {}
    for entry in (stripped for one in raw.split(",") if (stripped := one.strip())):
        name, separator, score = (piece.strip() for piece in entry.partition("="))
        if known and name not in known:
            likely = get_close_matches(name.lower(), known, 1)
            meant = f"is {likely[0]} meant?" if likely else f"it tells of {', '.join(known)}"
            raise ValueError(f"names {name}, of which OpenAI tells nothing; {meant}")
        found[printable(name)] = _score(score) if separator else None
    return found


def _score(raw: str) -> float:
    try:
        score = float(raw)
    except ValueError:
        score = -1.0
    if not 0 < score <= 1:
        raise ValueError("must name categories, each alone or with a score up to 1, as in hate, violence=0.8")
    return score
