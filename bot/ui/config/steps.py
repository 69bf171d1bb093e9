"""What a component of the view does, as its custom id says: all that a press after a restart knows. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from bot.rules.figures import MOST_ID, whole

TEMPLATE = (
    r"parley:config:(?P<what>[a-z]+):(?P<scope>here|server)"
    r":(?P<row>[a-z_]*):(?P<page>[0-9]{1,20}):(?P<mark>[0-9a-f]*)"
)


class What(StrEnum):
    """What a press or a selection asks for."""

    ALL = "all"  # show all that holds
    ROW = "row"  # show the row that was selected
    OPEN = "open"  # show a row, or a page of it
    PICK = "pick"  # set what was selected
    CLEAR = "clear"  # go back to the default
    SPEAK = "speak"  # set the language of whoever presses for the server
    FORM = "form"  # ask for a value in a form
    ROLE = "role"  # ask for the limit of the role that was selected
    LIST = "list"  # put who was selected on an access list, or take them off
    PLACE = "place"  # and which channel
    GONE = "gone"  # take a role or a channel off that is no more


@dataclass(frozen=True, slots=True)
class Step:
    """One of these, about a row in a place or its whole server; `mark` stands for what the row showed."""

    what: What
    guild_wide: bool = False
    row: str = ""
    page: int = 0
    mark: str = ""

    @property
    def custom_id(self) -> str:
        """Write it down."""
        scope = "server" if self.guild_wide else "here"
        return f"parley:config:{self.what}:{scope}:{self.row}:{self.page}:{self.mark}"


def step_of(match: re.Match[str]) -> Step:
    """Read a custom id; one of another version that is known no more shows all that holds."""
    guild_wide = match["scope"] == "server"
    if match["what"] not in set(What):
        return Step(What.ALL, guild_wide)
    page = whole(int(match["page"]), MOST_ID) or 0
    return Step(What(match["what"]), guild_wide, match["row"], page, match["mark"])


def mark(shown: str) -> str:
    """Return what stands for a text in a custom id."""
    return f"{crc32(shown.encode()):08x}"
