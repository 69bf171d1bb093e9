"""The log of a bot in a test, held against what was said meanwhile: none of it may stand there."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.logs import Masking
from playground.world.world import World

SHORTEST_SAID = 10


@contextmanager
def logged() -> Iterator[list[str]]:
    """Collect what the bot logs from INFO on, tracebacks included."""
    lines: list[str] = []
    handler, ours = _Lines(lines), logging.getLogger("bot")
    before = ours.level
    ours.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(handler)
        ours.setLevel(before)


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(Masking())
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


def told_of(lines: Sequence[str], world: World) -> list[str]:
    """Return what was said that the lines hold, by the bot too; short words may be the log's own."""
    log = "\n".join(lines)
    messages = (one for channel in world.channels.values() for one in channel.messages.values())
    said = {line for one in messages for version in one.versions for line in version.content.splitlines()}
    return [line for line in said if len(line) >= SHORTEST_SAID and line in log]
