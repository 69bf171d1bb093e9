"""A server's own pages about its models: which it has, and what it says of one."""

from contextlib import suppress
from urllib.parse import quote, urlsplit

import openai
from openai import AsyncOpenAI

from bot.llm.dialects.listing import Listing, listing


async def listed(client: AsyncOpenAI, model: str) -> Listing:
    """Return what a server says of a model; raise LookupError where it does not list it."""
    try:
        entry = await client.get(f"/models/{quote(model, safe='')}", cast_to=object)
    except openai.NotFoundError:  # not every server has a page for each model
        entry = _entry(await client.get("/models", cast_to=object), model)
    return listing(await _properties(client, entry), entry)


def _entry(page: object, model: str) -> object:
    """Return a model's entry on a list of models; a server's front page has none."""
    entries = page.get("data") if isinstance(page, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("id") in (model, f"{model}:latest"):
            return entry
    raise LookupError(model)


async def _properties(client: AsyncOpenAI, entry: object) -> object:
    """Return what llama.cpp tells of itself, beside its API; others have no such page."""
    if not isinstance(entry, dict) or "meta" not in entry:
        return None
    url = urlsplit(str(client.base_url))
    with suppress(openai.APIError, ValueError):
        return await client.get(f"{url.scheme}://{url.netloc}/props", cast_to=object)
    return None
