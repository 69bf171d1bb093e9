"""What figures are read from when somebody asks for them, and cost nothing before."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.client.sessions import Sessions
from bot.settings.forms import ServerUrl


@dataclass(frozen=True, slots=True)
class Readings:
    """What is looked at.

    `lengths` are the answers that are given, and the questions behind them in their channels; `in_line` are
    the requests that wait for a slot at their model.
    """

    sessions: Sessions
    lengths: Callable[[], tuple[int, int]]
    in_line: Callable[[], int]
    database: Path | ServerUrl
