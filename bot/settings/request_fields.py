"""Settings that go along with each request to the model, as the self-hoster writes them; nothing is sent."""

import json
from typing import Any

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
# Of a request's fields those that Parley sets itself, by settings of their own or by what it needs.
OWN_FIELDS = frozenset(
    {
        "model",
        "messages",
        "stream",
        "stream_options",
        "max_tokens",
        "max_completion_tokens",
        "reasoning_effort",
        "prompt_cache_key",
        "safety_identifier",
        "n",
    }
)


def fields(raw: str) -> dict[str, Any]:
    """Read further fields of a request, a JSON object without those that Parley sets itself."""
    try:
        read = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise ValueError(  # noqa: TRY004 - a bad value, as all that is read
            'must be a JSON object such as {"temperature": 0.7, "service_tier": "flex"}'
        )
    if taken := sorted(OWN_FIELDS & read.keys()):
        raise ValueError(f"must not hold {', '.join(taken)}, which Parley sets itself")
    return read


def _no_number(name: str) -> None:
    raise ValueError(name)
