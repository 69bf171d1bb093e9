"""The `health` command: how a bot is that runs in another process, by what it has put on record."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.serving.health import FACT, Health, State, recorded
from bot.store.facts import fact_beside
from bot.texts import serving


def tell(database: Path, write: Callable[[str], None]) -> int:
    """Write how the bot is in a line, and return 0 if it is ready, else 1."""
    now = _health(database)
    write(str(now))
    return 0 if now.state is State.READY else 1


def _health(path: Path) -> Health:
    never = Health(State.DEAD, serving.NEVER_RAN.format(path=path))
    try:
        record = fact_beside(path, FACT)
    except FileNotFoundError:
        return never
    except OSError as error:
        return Health(State.DEAD, serving.DATABASE_UNREADABLE.format(path=path, reason=error))
    return recorded(record, datetime.now(UTC)) or never
