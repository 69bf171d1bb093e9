"""Turns at Discord's gateway: which process may start a session now, and how many starts are left today."""

from bot.rules.cluster.starts import BETWEEN, SECOND, Day, admit
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run

_ASK_AGAIN = 1.0  # seconds; nobody can tell when another process's session stands


class SqlGate:
    """The gate that all processes' sessions go through, as `bot.cluster.gate` describes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def admit(self, process: int, group: int, heard: tuple[int, float]) -> float:
        """Admit a process's session of a group of shards, and return 0; else the seconds to wait.

        Whoever is admitted has the group's turn until they `pass_on`, or their lease is over. `heard` is what
        Discord says just now: how many sessions may be started, and in how many seconds it counts anew.
        """

        async def work(run: Run) -> float:
            # The day's row comes first: all wait for it, so that no two are admitted at once.
            [day] = await run(_DAY)
            known = [*await run(_GROUP, process, group), {"free_at": 0, "busy": False}][0]
            if known["busy"]:
                return _ASK_AGAIN
            left, reset_after = heard
            told = Day(left, day["now"] + round(reset_after * SECOND))
            now, wait = admit(_day(day), known["free_at"], told, day["now"])
            await run("UPDATE cluster SET starts_left = ?, day_ends_at = ?", now.left, now.ends_at)
            if not wait:
                await run(_ADMITTED, group, day["now"] + BETWEEN, process)
            return wait / SECOND

        return await self._database.write(work)

    async def pass_on(self, process: int, group: int, seconds: float) -> None:
        """Let the next one of a group start, in so many seconds."""
        await self._database.write_one(
            "UPDATE gates SET holder = NULL, free_at = now_micros() + ? WHERE number = ? AND holder = ?",
            round(seconds * SECOND),
            group,
            process,
        )


_DAY = "UPDATE cluster SET id = id RETURNING starts_left, day_ends_at, now_micros() AS now"

_GROUP = (
    "SELECT free_at, holder <> ? AND holder IN (SELECT id FROM processes WHERE until > now_micros()) AS busy"
    " FROM gates WHERE number = ?"
)

_ADMITTED = (
    "INSERT INTO gates (number, free_at, holder) VALUES (?, ?, ?)"
    " ON CONFLICT (number) DO UPDATE SET free_at = excluded.free_at, holder = excluded.holder"
)


def _day(row: Row) -> Day | None:
    return None if row["day_ends_at"] is None else Day(row["starts_left"], row["day_ends_at"])
