"""The fence: a process whose lease is over writes nothing, since another may have taken what it held.

Whoever takes over deletes the dead process's row first, which can't be done while the lock is held that is
taken here: what is being written comes before. A renewal changes no key, and need not wait.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from bot.errors import LeaseOver
from bot.store.connection.unit import Run

LIVES = "id = ? AND until > now_micros()"
_LOCK = f"SELECT id FROM processes WHERE {LIVES} /*FOR KEY SHARE*/"  # noqa: S608 - our own words


def fence_of(process: int) -> Callable[[Run], Coroutine[Any, Any, None]]:
    """Return what each unit of work of a process begins with; it raises LeaseOver where the lease is over."""

    async def require(run: Run) -> None:
        if not await run(_LOCK, process):
            raise LeaseOver

    return require
