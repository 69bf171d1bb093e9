"""A hypothesis strategy for whatever Discord's description allows a message to be."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.support.strategies import HOSTILE

Json = dict[str, Any]
FILE = Path(__file__).with_name("discord-messages.json")
DEEP = 3  # from this depth on, only what must be there is there
ALWAYS_THERE = {"user", "emoji", "text"}  # it calls them optional, and discord.py counts on them
TEXTS = ("", "Tea", "<@7> <#5> <t:1>", *HOSTILE)
TIMES = ("2026-11-25T18:00:00+00:00", "2026-11-25T18:00:00.123000+00:00")
UNTYPED = {
    "SnowflakeType": st.integers(1, 2**63 - 1).map(str),
    "UInt32Type": st.integers(0, 2**32 - 1),
    "Int53Type": st.integers(0, 2**53 - 1),
}


@cache
def description() -> Mapping[str, Json]:
    """Return what the parts of a message are called, with their schemas."""
    schemas: Mapping[str, Json] = json.loads(FILE.read_text())["components"]["schemas"]
    return schemas


@cache
def of(name: str, depth: int = 0) -> st.SearchStrategy[Any]:
    """Return a strategy for a part of a message."""
    return UNTYPED[name] if name in UNTYPED else _strategy(description()[name], depth)


def _strategy(schema: Json, depth: int) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return of(schema["$ref"].rpartition("/")[2], depth)
    if "const" in schema:
        return st.just(schema["const"])
    if "oneOf" in schema:
        return st.one_of(*(_strategy(one, depth) for one in schema["oneOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema.get("type", "null")
    return st.one_of(
        *(_of_type(kind, schema, depth) for kind in ([kinds] if isinstance(kinds, str) else kinds))
    )


def _of_type(kind: str, schema: Json, depth: int) -> st.SearchStrategy[Any]:
    match kind:
        case "object":
            return _object(schema, depth + 1)
        case "array":
            return st.lists(_strategy(schema["items"], depth), max_size=0 if depth > DEEP else 2)
        case "string":
            return _string(schema)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(
                max(0, schema.get("minimum", 0)), min(2**31 - 1, schema.get("maximum", 2**31 - 1))
            )
        case "number":
            return st.floats(0, 1e6)
        case _:
            return st.none()


def _string(schema: Json) -> st.SearchStrategy[str]:
    match schema.get("format"):
        case "date-time":
            return st.sampled_from(TIMES)
        case "uri":
            return st.just("https://example.com/page")
        case _:
            return st.sampled_from(TEXTS)


def _object(schema: Json, depth: int) -> st.SearchStrategy[Json]:
    properties = schema.get("properties", {})
    required = {*schema.get("required", ()), *(ALWAYS_THERE & properties.keys())}
    return st.fixed_dictionaries(
        {name: _property(name, one, depth) for name, one in properties.items() if name in required},
        optional={
            name: _property(name, one, depth)
            for name, one in properties.items()
            if name not in required and depth <= DEEP
        },
    )


def _property(name: str, schema: Json, depth: int) -> st.SearchStrategy[Any]:
    return (
        st.just("AAAA") if name == "waveform" else _strategy(schema, depth)
    )  # base64, which it does not say
