"""llama.cpp's server: its properties tell the window and the slots of a model that it has loaded."""

from bot.llm.dialects.dialect import Dialect, Entry, Page
from bot.llm.dialects.wording import PICTURES


def _page(entry: Entry, _: str) -> Page | None:
    return Page("/props") if "meta" in entry else None


DIALECT = Dialect(refuses={PICTURES: r"missing data required for image"}, page=_page)
