"""What those who manage a guild let be spent there; the ledger itself is in `bot.store.spending`."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.rules.model import ChannelKey
from bot.rules.records import Deed, Verb
from bot.rules.spending.bounds import OwnLimits, Whose
from bot.settings.spending import Limit, Per, Unit
from bot.store.connection.database import Database
from bot.store.connection.unit import Run
from bot.store.history.records import Doing, record
from bot.store.history.sight import ensure_channel

SETTINGS = {Whose.SERVER: "limit_server", Whose.PERSON: "limit_person"}
OF_ROLE = "limit_role:{id}"


class SqlLimits:
    """The limits of guilds, as `bot.chat.bounds.ports.ServerLimits` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def of(self, guild_id: int) -> OwnLimits:
        """Return a guild's limits."""
        rows = await self._database.read(
            "SELECT whose, role_id, amount, unit, per FROM limits WHERE guild_id = ?", guild_id
        )
        held = {
            (row["whose"], row["role_id"]): Limit(row["amount"], Unit(row["unit"]), Per(row["per"]))
            for row in rows
        }
        person, server = Whose.PERSON.value, Whose.SERVER.value
        roles = {role: one for (whose, role), one in held.items() if whose == person and role}
        return OwnLimits(held.get((server, 0)), held.get((person, 0)), roles)

    async def guilds(self) -> Sequence[int]:
        """Return the guilds that have limits for people."""
        rows = await self._database.read(
            "SELECT DISTINCT guild_id FROM limits WHERE whose = ?", Whose.PERSON.value
        )
        return [row["guild_id"] for row in rows]

    async def put(self, key: ChannelKey, actor: int, of: tuple[Whose, int], limit: Limit | None) -> None:
        """Set or clear the limit of a place's guild, of each person, or of those with a role; record it."""
        whose, role_id = of

        async def work(run: Run) -> None:
            if limit is None:
                await run(
                    "DELETE FROM limits WHERE guild_id = ? AND whose = ? AND role_id = ?",
                    key.guild_id,
                    whose.value,
                    role_id,
                )
            else:
                await run(
                    "INSERT INTO limits (guild_id, whose, role_id, amount, unit, per)"
                    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (guild_id, whose, role_id) DO UPDATE"
                    " SET amount = excluded.amount, unit = excluded.unit, per = excluded.per",
                    key.guild_id,
                    whose.value,
                    role_id,
                    limit.amount,
                    limit.unit.value,
                    limit.per.value,
                )
            verb, written = (Verb.SET, limit.written) if limit else (Verb.CLEAR, None)
            await ensure_channel(run, key, actor)
            deed = Deed(verb, OF_ROLE.format(id=role_id) if role_id else SETTINGS[whose], written)
            await record(run, key, Doing(actor, self._now(), deed), guild_wide=True)

        await self._database.write(work)
