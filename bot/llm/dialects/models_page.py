"""A server's own pages about its models: which it has, and what it says of one."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

import openai
from openai import AsyncOpenAI

from bot.llm.dialects.dialect import dialects
from bot.llm.dialects.listing import Listing, listing


async def listed(client: AsyncOpenAI, model: str) -> Listing:
    """Return what a server says of a model; raise LookupError where it does not list it."""
    try:
        entry = await client.get(f"/models/{quote(model, safe='')}", cast_to=object)
    except openai.NotFoundError:  # not every server has a page for each model
        entry = _entry(await client.get("/models", cast_to=object), model)
    return listing(await _further(client, entry, model), entry)


async def names(client: AsyncOpenAI) -> Sequence[str]:
    """Return the names of a server's models; raise LookupError where it has no list."""
    page = await client.get("/models", cast_to=object)
    entries = _entries(page)
    if not entries and not (isinstance(page, dict) and isinstance(page.get("data", ""), list | None)):
        raise LookupError("data")
    return [str(entry["id"]) for entry in entries if isinstance(entry.get("id"), str)]


def _entries(page: object) -> Sequence[Mapping[str, Any]]:
    """Return the entries of a list of models, which stands bare at Together's, and may be of names alone.

    A server's front page has none, nor has Ollama without any.
    """
    entries = page.get("data", page.get("models")) if isinstance(page, dict) else page
    found = entries if isinstance(entries, list) else []
    named = ({"id": one} if isinstance(one, str) else one for one in found)
    return [one for one in named if isinstance(one, dict)]


def _entry(page: object, model: str) -> object:
    """Return a model's entry on a list of models."""
    for entry in _entries(page):
        if entry.get("id", entry.get("name")) in (model, f"{model}:latest", f"models/{model}"):
            return entry
    raise LookupError(model)


async def _further(client: AsyncOpenAI, entry: object, model: str) -> object:
    """Return what a server tells of a model beside OpenAI's API, if it is one that does."""
    if not isinstance(entry, dict):
        return None
    url = urlsplit(str(client.base_url))
    for dialect in dialects():
        if page := dialect.page(entry, model):
            address = f"{url.scheme}://{url.netloc}{page.path}"
            ask = partial(client.post, body=page.body) if page.body else client.get
            with suppress(openai.APIError, ValueError):
                told: object = await ask(address, cast_to=object)
                return dialect.reads(told) if isinstance(told, dict) else None
    return None
