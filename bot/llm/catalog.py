"""What is known of a model by its name: encoding, context window, sight, and which parameters it takes.

Names are matched without their vendor ("openai/gpt-4.1-mini"), fine-tuning ("ft:gpt-4o:acme::x1") and variant
(":free"), by the longest prefix. Prices are left out: no list of them stays true.
"""

from functools import lru_cache
from typing import NamedTuple

from tiktoken.model import encoding_name_for_model

from bot.rules.model_facts import ImageRule, ModelFacts, PatchRule, TileRule

FALLBACK_ENCODING = "o200k_base"
SHIPPED_ENCODINGS = ("o200k_base", "cl100k_base")

# Pictures of models that nobody has described are counted as the most that the newest small models take.
UNKNOWN_IMAGES = PatchRule(factor=1.2)

_OMNI = TileRule(base=85, tile=170)
_SMALL_OMNI = TileRule(base=2833, tile=5667)
_FIVE = TileRule(base=70, tile=140)
_LARGE_PATCHES = PatchRule(factor=1.2, most_patches=2500)


class _Entry(NamedTuple):
    window: int | None
    images: ImageRule | None = None
    reasoning: bool = False
    system_role: bool = True


# By prefix; the longest that fits decides.
_MODELS = {
    "gpt-3.5": _Entry(16_385),
    "gpt-35": _Entry(16_385),
    "gpt-4": _Entry(8_192),
    "gpt-4-32k": _Entry(32_768),
    "gpt-4-0125": _Entry(128_000),
    "gpt-4-1106": _Entry(128_000),
    "gpt-4-turbo": _Entry(128_000, _OMNI),
    "gpt-4-turbo-preview": _Entry(128_000),
    "gpt-4-vision": _Entry(128_000, _OMNI),
    "gpt-4o": _Entry(128_000, _OMNI),
    "gpt-4o-mini": _Entry(128_000, _SMALL_OMNI),
    "chatgpt-4o": _Entry(128_000, _OMNI),
    "gpt-4.5": _Entry(128_000, _OMNI),
    "gpt-4.1": _Entry(1_047_576, _OMNI),
    "gpt-4.1-mini": _Entry(1_047_576, PatchRule(factor=1.62)),
    "gpt-4.1-nano": _Entry(1_047_576, PatchRule(factor=2.46)),
    "gpt-5": _Entry(400_000, _FIVE, reasoning=True),
    "gpt-5-chat": _Entry(128_000, _FIVE),
    "gpt-5-mini": _Entry(400_000, PatchRule(factor=1.2), reasoning=True),
    "gpt-5-nano": _Entry(400_000, PatchRule(factor=1.5), reasoning=True),
    "gpt-5.1-chat": _Entry(128_000, _FIVE),
    "gpt-5.2": _Entry(400_000, PatchRule(factor=1.2), reasoning=True),
    "gpt-5.2-chat": _Entry(128_000, PatchRule(factor=1.2)),
    "gpt-5.3": _Entry(400_000, PatchRule(factor=1.2), reasoning=True),
    "gpt-5.3-chat": _Entry(128_000, PatchRule(factor=1.2)),
    "gpt-5.4": _Entry(1_050_000, _LARGE_PATCHES, reasoning=True),
    "gpt-5.4-mini": _Entry(400_000, PatchRule(factor=1.2), reasoning=True),
    "gpt-5.4-nano": _Entry(400_000, PatchRule(factor=1.2), reasoning=True),
    "gpt-5.5": _Entry(1_050_000, _LARGE_PATCHES, reasoning=True),
    "gpt-5.6": _Entry(1_050_000, _LARGE_PATCHES, reasoning=True),
    "gpt-6": _Entry(None, _LARGE_PATCHES, reasoning=True),
    "gpt-oss": _Entry(131_072, reasoning=True),
    "o1": _Entry(200_000, _OMNI, reasoning=True),
    "o1-mini": _Entry(128_000, reasoning=True, system_role=False),
    "o1-preview": _Entry(128_000, reasoning=True, system_role=False),
    "o3": _Entry(200_000, _OMNI, reasoning=True),
    "o3-mini": _Entry(200_000, reasoning=True),
    "o4-mini": _Entry(200_000, PatchRule(factor=1.72), reasoning=True),
}

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
    """Return what is known of a model; a name nobody knows gets careful assumptions."""
    name = _plain(model)
    encoding = _known_encoding(name)
    entry = _entry(name)
    return ModelFacts(
        name=model,
        encoding=encoding or FALLBACK_ENCODING,
        encoding_known=encoding is not None,
        context_window=entry.window,
        image_rule=entry.images,
        reasoning=entry.reasoning,
        system_role=entry.system_role,
    )


def _plain(model: str) -> str:
    name = model.strip().lower().rpartition("/")[2].removeprefix("ft:")
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
    return _Entry(None, UNKNOWN_IMAGES if sees else None)
