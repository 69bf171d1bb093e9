"""What somebody did to a place, as it is stored: as data. `bot.ui.commands` makes the line that shows it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SettingValue = str | int | bool


class Verb(StrEnum):
    """What was done."""

    SET = "set"
    CLEAR = "clear"
    RESET = "reset"
    FRESH = "fresh"  # what was said stays, and is no longer sent
    UNDO = "undo"  # of either
    ALLOW = "allow"
    DENY = "deny"
    UNLIST = "unlist"  # neither allowed nor denied any more
    LEGACY = "legacy"  # written by an earlier version in words of its own


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed: a setting by its name in `Settings` with its new value, or what a reset took.

    Of who is allowed or denied, the setting is the kind of what is named, and the value its id; neither where
    the lists were cleared.

    `words` are those of a legacy record, shown as they are.
    """

    verb: Verb
    setting: str | None = None
    value: SettingValue | None = None
    turns: int | None = None
    tokens: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a place's record: who did what, when."""

    at: datetime
    actor_id: int
    channel_id: int | None
    deed: Deed
