"""LM Studio: a page of its own tells how much of a window is loaded."""

from urllib.parse import quote

from bot.llm.dialects.dialect import Dialect, Entry, Page


def _page(entry: Entry, model: str) -> Page | None:
    if entry.get("owned_by") != "organization_owner":
        return None
    return Page(f"/api/v0/models/{quote(model, safe='')}")


DIALECT = Dialect(page=_page)
