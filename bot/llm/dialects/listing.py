"""What a server says of a model by itself: on its page or list of models, or in llama.cpp's properties.

Every field may be missing or of a strange type.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.rules.completions.tags import opened_last
from bot.rules.figures import MOST_TOKENS, whole

# The first says best what the server really reads; llama.cpp's n_ctx_train is the model's, not the server's.
_WINDOWS = (
    "loaded_context_length",
    "n_ctx",
    "max_model_len",
    "context_length",
    "context_window",
    "max_context_length",
    "inputTokenLimit",
    "n_ctx_train",
)
_INSIDE = ("meta", "top_provider", "default_generation_settings", "architecture")


@dataclass(frozen=True, slots=True)
class Listing:
    """The window of a model, None where its server doesn't say, and the day of its end, empty likewise.

    `thinks_first`: its template opens the thoughts, so that the answer begins in them.
    """

    window: int | None = None
    shutdown: str = ""
    blind: bool = False
    thinks_first: bool = False


def listing(*entries: object) -> Listing:
    """Read what a server says of a model."""
    fields: dict[str, Any] = {}
    for entry in entries:
        for name, value in _flat(entry):
            fields.setdefault(name, value)
    windows = (whole(fields.get(name), MOST_TOKENS) for name in _WINDOWS)
    seen = fields.get("input_modalities")
    beginning = str(fields.get("chat_template")).rpartition("add_generation_prompt")[2]
    return Listing(
        window=next((tokens for tokens in windows if tokens), None),
        shutdown=str(fields.get("shutdown_date") or "")[:40],
        blind=fields.get("vision") is False or (isinstance(seen, list) and "image" not in seen),
        thinks_first=opened_last(beginning),
    )


def _flat(entry: object) -> Iterator[tuple[str, object]]:
    if isinstance(entry, Mapping):
        yield from entry.items()
        for name in (*_INSIDE, "modalities"):
            yield from _flat(entry.get(name))
