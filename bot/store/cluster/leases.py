"""Processes and the shards that they hold. What a process should hold is decided elsewhere.

Times are the database's own, since those of two machines may differ.
"""

from collections.abc import Mapping, Sequence

from bot.errors import LeaseOver
from bot.rules.cluster import leases
from bot.rules.cluster.sharing import Seen
from bot.store.cluster.fence import LIVES, fence_of
from bot.store.connection.database import Database
from bot.store.connection.unit import Run
from bot.store.history.rows import id_list


class SqlLeases:
    """Leases, as `bot.cluster.membership` describes them."""

    def __init__(self, database: Database, memory: Database) -> None:
        self._database = database
        self._memory = memory

    async def join(self) -> int:
        """Give a process a number and a lease; it has no share of the shards yet."""

        async def work(run: Run) -> int:
            [row] = await run(_DRAW)
            await run(_JOIN, row["drawn"], _lease())
            return int(row["drawn"])

        return await self._database.write(work)

    async def inherit(self, former: int) -> int | None:
        """Join with all that a former process held, whose lease is over, unless others have buried it."""

        async def work(run: Run) -> int | None:
            [row] = await run(_DRAW)
            if not await run(_INHERIT, row["drawn"], _lease(), former):
                return None
            await run("UPDATE shards SET holder = ? WHERE holder = ?", row["drawn"], former)
            return int(row["drawn"])

        return await self._database.write(work)

    async def agree(self, process: int, shards: int) -> int:
        """Agree on so many shards if nobody has yet, have a process share them, and return on how many."""

        async def work(run: Run) -> int:
            [row] = await run("UPDATE cluster SET shards = coalesce(shards, ?) RETURNING shards", shards)
            await _make(run, row["shards"])
            await run("UPDATE processes SET leaving = 0 WHERE id = ?", process)
            return int(row["shards"])

        return await self._database.write(work)

    async def renew(self, process: int) -> Seen:
        """Begin a process's lease anew, and tell who else is there.

        Raises:
            LeaseOver: it was over.
        """

        async def work(run: Run) -> Seen:
            renewed = f"UPDATE processes SET until = now_micros() + ? WHERE {LIVES} RETURNING id"  # noqa: S608 - our own words
            if not await run(renewed, _lease(), process):
                raise LeaseOver
            return await _seen(run)

        return await self._database.write(work)

    async def take(self, process: int, numbers: Sequence[int], *, bury: bool = True) -> Mapping[int, int]:
        """Take those of some shards that nobody holds, and return their fences.

        Processes whose leases are over are gone from then on, if they are to be `bury`ed; one that is still
        writing is, the next time.

        Raises:
            LeaseOver: that of this process is.
        """

        async def work(run: Run) -> Mapping[int, int]:
            await fence_of(process)(run)
            if bury:
                await run(_BURY)
            [row] = await run(_DRAW)
            taken = [number for number in numbers if await run(_TAKE, process, row["drawn"], number)]
            return dict.fromkeys(taken, row["drawn"])

        return await self._database.write(work, durable=True)  # or a server that dies would forget it

    async def give_up(self, process: int, number: int) -> None:
        """Release a shard for others to take, once all earlier writes of this process are stored."""
        await self._memory.write_one(
            "UPDATE shards SET holder = NULL WHERE number = ? AND holder = ?", number, process
        )

    async def leave(self, process: int) -> None:
        """Take no more shards, so that others take those that are given up."""
        await self._database.write_one("UPDATE processes SET leaving = 1 WHERE id = ?", process)

    async def end(self, process: int) -> None:
        """Give up all that a process holds once all that it wrote is stored, and end its lease."""

        async def work(run: Run) -> None:
            await run("UPDATE shards SET holder = NULL WHERE holder = ?", process)
            await run("DELETE FROM processes WHERE id = ?", process)

        await self._memory.write(work)

    async def reshard(self, shards: int) -> int:
        """Agree on another number of shards, and return 0; where processes live, return how many do."""

        async def work(run: Run) -> int:
            [row] = await run("SELECT count(*) AS living FROM processes WHERE until > now_micros()")
            if not row["living"]:
                await run(_BURY)  # or one that comes back would go on with what it held
                await run("UPDATE cluster SET shards = ?", shards)
                await run("DELETE FROM shards")
                await _make(run, shards)
            return int(row["living"])

        return await self._database.write(work)


_SHARDS = "SELECT number, holder, fence, holder IN (SELECT id FROM processes) AS is_there FROM shards"

_DRAW = "UPDATE cluster SET drawn = drawn + 1 RETURNING drawn"

_JOIN = "INSERT INTO processes (id, until, leaving) VALUES (?, now_micros() + ?, 1)"

_INHERIT = "UPDATE processes SET id = ?, until = now_micros() + ?, leaving = 0 WHERE id = ? RETURNING id"

_MAKE = (
    "INSERT INTO shards (number) SELECT value FROM json_each(?) WHERE TRUE ON CONFLICT (number) DO NOTHING"
)

_BURY = (
    "DELETE FROM processes WHERE id IN"
    " (SELECT id FROM processes WHERE until <= now_micros() /*FOR UPDATE SKIP LOCKED*/)"
)

_LIVING = (
    "SELECT id, leaving, until - now_micros() AS lasts FROM processes WHERE until > now_micros() ORDER BY id"
)

_TAKE = (
    "UPDATE shards SET holder = ?, fence = ? WHERE number = ?"
    " AND (holder IS NULL OR holder NOT IN (SELECT id FROM processes)) RETURNING number"
)


def _lease() -> int:
    return round(leases.LEASE_SECONDS * 1_000_000)


async def _make(run: Run, shards: int) -> None:
    await run(_MAKE, id_list(range(shards)))


async def _seen(run: Run) -> Seen:
    living = await run(_LIVING)
    ids = {row["id"] for row in living}
    shards = await run(_SHARDS)
    return Seen(
        [row["id"] for row in living if not row["leaving"]],
        {row["number"]: row["holder"] if row["holder"] in ids else None for row in shards},
        {row["number"]: row["fence"] for row in shards},
        min(row["lasts"] for row in living) / 1_000_000,
        frozenset(row["number"] for row in shards if row["is_there"] and row["holder"] not in ids),
    )
