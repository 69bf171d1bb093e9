"""Interactions' webhooks while they are open."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.chat.asides.hooks import Hook
from bot.store.connection.database import Database
from bot.store.connection.unit import Run, micros, moment


class SqlHooks:
    """Webhooks, as `bot.chat.asides.hooks.KeptHooks` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def keep(self, message_id: int, hook: Hook) -> None:
        """Store one, and delete those that have ended."""

        async def work(run: Run) -> None:
            await run("DELETE FROM hooks WHERE until <= ?", micros(self._now()))
            await run(
                "INSERT INTO hooks (message_id, id, token, until, alone, hidden, few)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id) DO UPDATE SET id = excluded.id,"
                " token = excluded.token, until = excluded.until, alone = excluded.alone,"
                " hidden = excluded.hidden, few = excluded.few",
                message_id,
                hook.id,
                hook.token,
                micros(hook.until),
                int(hook.alone),
                int(hook.hidden),
                int(hook.few),
            )

        await self._database.write(work)

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
