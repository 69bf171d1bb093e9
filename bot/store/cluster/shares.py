"""What each process holds of the limits that all of them share, by the database's clock."""

from collections.abc import Mapping

from bot.rules.cluster.division import Claim, Grant, granted
from bot.rules.cluster.leases import LEASE_SECONDS
from bot.store.connection.database import Database
from bot.store.connection.unit import Run

_COUNTS_ON = 2_000_000  # microseconds for which the last requests of a process may count after its lease
_LEASE = round(LEASE_SECONDS * 1_000_000) + _COUNTS_ON

_TURN = 2_000_000  # microseconds, in which what one gives back reaches another

_NOW = "SELECT now_micros() AS now"
_HELD = "SELECT limited, process, share, wanted FROM shares WHERE until > ?"
_OVER = "DELETE FROM shares WHERE until <= ?"
_HOLD = (
    "INSERT INTO shares (limited, process, share, wanted, until) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (limited, process) DO UPDATE SET share = excluded.share, wanted = excluded.wanted,"
    " until = excluded.until"
)


class SqlShares:
    """Shares, as `bot.cluster.shares` describes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(
        self, process: int, claims: Mapping[str, Claim], totals: Mapping[str, int]
    ) -> Mapping[str, Grant]:
        """Give back what a process no more claims of each limit, and return what it gets.

        Of a process whose lease was over nothing is left to claim.
        """

        async def work(run: Run) -> Mapping[str, Grant]:
            now = (await run(_NOW))[0]["now"]
            held: dict[str, dict[int, Claim]] = {limited: {} for limited in claims}
            for row in await run(_HELD, now):
                held.setdefault(row["limited"], {})[row["process"]] = Claim(row["share"], row["wanted"])
            grants = {}
            for limited, claim in claims.items():
                mine = held[limited].get(process)
                if mine is None:
                    await run(_OVER, now)
                kept = min(claim.held, mine.held) if mine else 0
                held[limited][process] = Claim(kept, claim.wanted)
                grants[limited] = granted(totals[limited], process, held[limited], now // _TURN)
                await run(_HOLD, limited, process, grants[limited].share, claim.wanted, now + _LEASE)
            return grants

        return await self._database.write(work)

    async def leave(self, process: int) -> None:
        """Give all of it back, as soon as its last requests count no more."""
        await self._database.write_one(
            "UPDATE shares SET until = now_micros() + ? WHERE process = ?", _COUNTS_ON, process
        )
