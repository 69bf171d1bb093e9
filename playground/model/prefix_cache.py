"""A provider's prompt cache: how much of a prompt is a prefix that an earlier request already had."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Any

from playground.model.request import ModelRequest

Json = dict[str, Any]
LEAST, STEP = 1024, 128
KEYS, PROMPTS_PER_KEY = 4096, 4


class PrefixCache:
    """Remember the newest prompts of each `prompt_cache_key` and model."""

    def __init__(self) -> None:
        self._prompts: OrderedDict[tuple[str, str], deque[list[Json]]] = OrderedDict()

    def look_up(self, asked: ModelRequest) -> int:
        """Return how many messages of a prompt begin an earlier one, too, and remember the prompt."""
        key = (asked.model, str(asked.body.get("prompt_cache_key", "")))
        earlier = self._prompts.setdefault(key, deque(maxlen=PROMPTS_PER_KEY))
        self._prompts.move_to_end(key)
        if len(self._prompts) > KEYS:
            self._prompts.popitem(last=False)
        common = max((_common(asked.messages, one) for one in earlier), default=0)
        earlier.append(asked.messages)
        return common


def cached(tokens: int) -> int:
    """Return how many tokens of so long a beginning a provider has cached."""
    return tokens // STEP * STEP if tokens >= LEAST else 0


def _common(one: list[Json], other: list[Json]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))
