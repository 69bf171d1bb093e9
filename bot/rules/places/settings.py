"""What may be set for a place and for a server: the fields, and what follows from what each of them is.

The store's columns, `/config`, the record of changes and what a thread inherits all go by these fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, get_args, get_type_hints

from bot.rules.threads.modes import ThreadMode


@dataclass(frozen=True, slots=True)
class Nature:
    """What a setting is: a number may be up to `most`, and `usual` ones are offered."""

    usual: tuple[int, ...] = ()
    most: int = 0
    is_direct: bool = True  # means something in a direct message
    opens_threads: bool = False  # means something only where threads can be opened
    hears_all: bool = False  # needs what nobody says to the bot, and so the message content intent


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set for a place; None means that nobody has said, and the next wider place decides.

    A field is text, a truth, a number, or an enum of text.
    """

    persona: str | None = None
    model: str | None = None
    auto: Annotated[bool | None, Nature(is_direct=False, hears_all=True)] = None
    # 0 is for ever
    retention_days: Annotated[int | None, Nature((7, 30, 90, 365, 0), most=36_500)] = None
    # messages read back as background; 0 is none
    recent: Annotated[int | None, Nature((0, 20, 50, 100), most=100, hears_all=True)] = None
    threads: Annotated[ThreadMode | None, Nature(is_direct=False, opens_threads=True)] = None


KINDS: Mapping[str, type] = {name: get_args(kind)[0] for name, kind in get_type_hints(Settings).items()}
NATURES: Mapping[str, Nature] = {
    name: next(iter(getattr(hint, "__metadata__", ())), Nature())
    for name, hint in get_type_hints(Settings, include_extras=True).items()
}
