"""What a server says of a model by itself: in its list of models, or on a page that its dialect names.

Every field may be missing or of a strange type.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.rules.completions.tags import opened_last
from bot.rules.figures import MOST_TOKENS, whole

# The first says best what the server really reads; the last two are the model's, not the server's.
_WINDOWS = (
    "num_ctx",
    "loaded_context_length",
    "n_ctx",
    "max_model_len",
    "max_seq_len",
    "context_length",
    "context_window",
    "inputTokenLimit",
    "max_context_length",
    "n_ctx_train",
)
_INSIDE = (
    *("meta", "top_provider", "default_generation_settings", "architecture", "modalities", "capabilities"),
    "parameters",
)
MOST_SLOTS = 100_000


@dataclass(frozen=True, slots=True)
class Listing:
    """The window of a model, None where its server doesn't say, and the day of its end, empty likewise.

    `thinks_first`: its template opens the thoughts, so that the answer begins in them. `slots`: how many
    requests its server takes at once, None where it doesn't say.
    """

    window: int | None = None
    shutdown: str = ""
    blind: bool = False
    thinks_first: bool = False
    slots: int | None = None


def listing(*entries: object) -> Listing:
    """Read what a server says of a model."""
    fields: dict[str, Any] = {}
    for entry in entries:
        for name, value in _flat(entry):
            fields.setdefault(name, value)
    windows = (whole(fields.get(name), MOST_TOKENS) for name in _WINDOWS)
    seen, able = fields.get("input_modalities"), fields.get("capabilities")
    beginning = str(fields.get("chat_template")).rpartition("add_generation_prompt")[2]
    return Listing(
        window=next((tokens for tokens in windows if tokens), None),
        shutdown=str(fields.get("shutdown_date") or "")[:40],
        blind=fields.get("vision") is False
        or (isinstance(seen, list) and "image" not in seen)
        or (isinstance(able, list) and "completion" in able and "vision" not in able),
        thinks_first=opened_last(beginning),
        slots=whole(fields.get("total_slots"), MOST_SLOTS) or None,
    )


def _flat(entry: object) -> Iterator[tuple[str, object]]:
    if isinstance(entry, Mapping):
        for name, value in entry.items():
            yield name, value
        for name in _INSIDE:
            yield from _flat(entry.get(name))
