"""Interactions' webhooks while they are open."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from bot.chat.asides.hooks import Hook
from bot.store.connection.database import Database
from bot.store.connection.unit import Run, micros, moment

_LEFT = "WHERE process IS NOT NULL AND process NOT IN (SELECT id FROM processes)"
_IS_LEFT = f"SELECT 1 FROM hooks {_LEFT} LIMIT 1"  # noqa: S608 - our own words
_HAND_OUT = f"UPDATE hooks SET process = NULL {_LEFT} RETURNING message_id"  # noqa: S608 - our own words


class SqlHooks:
    """Webhooks, as `bot.chat.asides.hooks.KeptHooks` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self.process: int | None = None  # where there are several

    async def keep(self, message_id: int, hook: Hook) -> None:
        """Store one, and delete those that have ended."""

        async def work(run: Run) -> None:
            await run("DELETE FROM hooks WHERE until <= ?", micros(self._now()))
            await run(
                "INSERT INTO hooks (message_id, id, token, until, alone, hidden, few, process)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id) DO UPDATE SET id = excluded.id,"
                " token = excluded.token, until = excluded.until, alone = excluded.alone,"
                " hidden = excluded.hidden, few = excluded.few,"
                " process = excluded.process",
                message_id,
                hook.id,
                hook.token,
                micros(hook.until),
                int(hook.alone),
                int(hook.hidden),
                int(hook.few),
                self.process,
            )

        await self._database.write(work)

    async def left(self) -> Collection[int]:
        """Return the messages of those whose process has ended, once, to whoever asks first."""
        if not await self._database.read(_IS_LEFT):
            return ()
        return {row["message_id"] for row in await self._database.write_one(_HAND_OUT)}

    async def all(self) -> Mapping[int, Hook]:
        """Return all that are stored."""
        rows = await self._database.read("SELECT message_id, id, token, until, alone, hidden, few FROM hooks")
        return {
            row["message_id"]: Hook(
                id=row["id"],
                token=row["token"],
                until=moment(row["until"]),
                alone=bool(row["alone"]),
                hidden=bool(row["hidden"]),
                few=bool(row["few"]),
            )
            for row in rows
        }
