"""Ollama: what `ollama show` prints has the window that is set, and the model's own by its family."""

import re

from bot.llm.dialects.dialect import Dialect, Entry, Page
from bot.llm.dialects.wording import EFFORT, PICTURES

_WINDOW = re.compile(r"^num_ctx\s+(\d+)", re.MULTILINE)


def _page(entry: Entry, model: str) -> Page | None:
    return Page("/api/show", {"model": model}) if entry.get("owned_by") == "library" else None


def _reads(told: Entry) -> Entry:
    read = dict(told)
    if found := _WINDOW.search(str(told.get("parameters"))):
        read["num_ctx"] = int(found[1])
    if isinstance(family := told.get("model_info"), dict):
        sizes = [size for name, size in family.items() if name.endswith(".context_length")]
        read["max_context_length"] = next(iter(sizes), None)
    return read


DIALECT = Dialect(
    refuses={
        EFFORT: r"does not support thinking|think value .{0,40}not supported",
        PICTURES: r"invalid message content type",
    },
    page=_page,
    reads=_reads,
)
