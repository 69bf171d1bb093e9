"""What is known of a model by its name: encoding, context window, sight, and which parameters it takes.

Windows and prices are genai-prices', encodings are tiktoken's; by hand stands only what neither knows. Names
are matched without their server ("http://10.0.0.2/v1|llama3"), vendor ("openai/gpt-4.1-mini"), fine-tuning
("ft:gpt-4o:acme::x1") and variant (":free"), by the longest prefix.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tiktoken.model import encoding_name_for_model

from bot.rules.model_facts import ImageRule, ModelFacts, PatchRule, TileRule, plain_name

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo

FALLBACK_ENCODING = "o200k_base"
SHIPPED_ENCODINGS = ("o200k_base", "cl100k_base")

# Pictures of models that nobody has described are counted as the most that the newest small models take.
UNKNOWN_IMAGES = PatchRule(factor=1.2)

_OMNI = TileRule(base=85, tile=170)
_SMALL_OMNI = TileRule(base=2833, tile=5667)
_FIVE = TileRule(base=70, tile=140)
_LARGE_PATCHES = PatchRule(factor=1.2, most_patches=2500)


# The efforts that models know, least first; the newest names are known from gpt-5.2 and gpt-6 on.
_FIRST = ("low", "medium", "high")
_MINIMAL = ("minimal", *_FIRST)
_NONE = ("none", *_FIRST)
_XHIGH = (*_NONE, "xhigh")
_MAX = (*_XHIGH, "max")


class _Entry(NamedTuple):
    """What genai-prices does not know of a model, or mistakes."""

    images: ImageRule | None = None
    efforts: tuple[str, ...] = ()
    window: int | None = None
    reasoning: bool = False  # thinks, but knows no efforts
    system_role: bool = True


# By prefix; the longest that fits decides.
_MODELS = {
    "gpt-3.5": _Entry(window=16_385),
    "gpt-35": _Entry(window=16_385),
    "gpt-4": _Entry(),
    "gpt-4-0125": _Entry(window=128_000),
    "gpt-4-1106": _Entry(window=128_000),
    "gpt-4-turbo": _Entry(_OMNI),
    "gpt-4-turbo-preview": _Entry(window=128_000),
    "gpt-4-vision": _Entry(_OMNI, window=128_000),
    "gpt-4o": _Entry(_OMNI),
    "gpt-4o-mini": _Entry(_SMALL_OMNI),
    "chatgpt-4o": _Entry(_OMNI, window=128_000),
    "gpt-4.5": _Entry(_OMNI, window=128_000),
    "gpt-4.1": _Entry(_OMNI),
    "gpt-4.1-mini": _Entry(PatchRule(factor=1.62)),
    "gpt-4.1-nano": _Entry(PatchRule(factor=2.46)),
    "gpt-5": _Entry(_FIVE, _MINIMAL),
    "gpt-5-chat": _Entry(_FIVE, window=128_000),
    "gpt-5-mini": _Entry(PatchRule(factor=1.2), _MINIMAL),
    "gpt-5-nano": _Entry(PatchRule(factor=1.5), _MINIMAL),
    "gpt-5.1": _Entry(_FIVE, _NONE),
    "gpt-5.1-chat": _Entry(_FIVE, window=128_000),
    "gpt-5.2": _Entry(PatchRule(factor=1.2), _XHIGH),
    "gpt-5.2-chat": _Entry(PatchRule(factor=1.2), window=128_000),
    "gpt-5.3": _Entry(PatchRule(factor=1.2), _XHIGH),
    "gpt-5.3-chat": _Entry(PatchRule(factor=1.2)),
    "gpt-5.4": _Entry(_LARGE_PATCHES, _XHIGH),
    "gpt-5.4-mini": _Entry(PatchRule(factor=1.2), _XHIGH),
    "gpt-5.4-nano": _Entry(PatchRule(factor=1.2), _XHIGH),
    "gpt-5.5": _Entry(_LARGE_PATCHES, _XHIGH),
    "gpt-5.6": _Entry(_LARGE_PATCHES, _XHIGH),
    "gpt-6": _Entry(_LARGE_PATCHES, _MAX),
    "gpt-oss": _Entry(efforts=_FIRST, window=131_072),
    "o1": _Entry(_OMNI, _FIRST),
    "o1-mini": _Entry(reasoning=True, system_role=False),
    "o1-preview": _Entry(reasoning=True, system_role=False),
    "o3": _Entry(_OMNI, _FIRST),
    "o3-mini": _Entry(efforts=_FIRST),
    "o4-mini": _Entry(PatchRule(factor=1.72), _FIRST),
}

# Open models that think each time, most of them without an opening tag, since their templates put it into the
# prompt: ggml-org/llama.cpp#27661, sgl-project/sglang#36285, ikawrakow/ik_llama.cpp#776. The servers of
# others so called tell thoughts from words, or keep them.
_THINKING_FIRST = re.compile(
    r"(?!.*(?:gpt|claude|gemini|grok|\bnon[-_]))"
    r".*(?:deepseek-?r1|\br1\b|qwq|qwen-?3\.[5-9]|glm-z1|exaone-deep|magistral|minimax-m[12]|openthinker"
    r"|[-_:](?:think(?:ing|er)?|reason(?:ing|er))(?:[-_.]|$))"
)

# Parts of other vendors' names that promise sight.
_SEEING = (
    "vision",
    "-vl",
    "llava",
    "pixtral",
    "gemini",
    "claude",
    "gemma-3",
    "gemma3",
    "llama-4",
    "llama4",
    "minicpm-v",
    "qwen2.5vl",
    "internvl",
    "moondream",
)


@lru_cache(maxsize=256)
def facts(model: str) -> ModelFacts:
    """Return what is known of a model; a name nobody knows gets careful assumptions.

    The first call reads genai-prices' list, which takes some 50 ms.
    """
    name = _plain(model)
    known = _known_encoding(name)
    entry, listed = _entry(name), _listed(name)
    return ModelFacts(
        name=model,
        encoding=encoding(model),
        encoding_known=known is not None,
        context_window=entry.window or (listed.context_window if listed else None),
        image_rule=entry.images,
        reasoning=entry.reasoning or bool(entry.efforts) or thinks_first(model),
        efforts=entry.efforts,
        system_role=entry.system_role,
    )


@lru_cache(maxsize=256)
def thinks_first(model: str) -> bool:
    """Say whether a model is known to begin in its thoughts, where its server doesn't take them out."""
    return bool(_THINKING_FIRST.match(plain_name(model).lower().rpartition("/")[2]))


@lru_cache(maxsize=256)
def encoding(model: str) -> str:
    """Return the name of the encoding that a model's tokens are counted in."""
    return _known_encoding(_plain(model)) or FALLBACK_ENCODING


def _listed(name: str) -> ModelInfo | None:
    """Return what genai-prices knows of a model; its list is read only once it is needed."""
    from genai_prices.data_snapshot import get_snapshot

    try:
        return get_snapshot().find_provider_model(name, None, None, None)[1]
    except LookupError:
        return None


def _plain(model: str) -> str:
    name = plain_name(model).strip().lower().rpartition("/")[2].removeprefix("ft:")
    return name.partition(":")[0]


def _known_encoding(name: str) -> str | None:
    if name.startswith("gpt-oss"):
        return "o200k_base"  # o200k_harmony differs in its special tokens alone
    try:
        encoding = encoding_name_for_model(name)
    except KeyError:
        return None
    return encoding if encoding in SHIPPED_ENCODINGS else None


def _entry(name: str) -> _Entry:
    prefixes = [
        prefix for prefix in _MODELS if name == prefix or name.startswith((prefix + "-", prefix + "."))
    ]
    if prefixes:
        return _MODELS[max(prefixes, key=len)]
    sees = any(part in name for part in _SEEING)
    return _Entry(UNKNOWN_IMAGES if sees else None)
