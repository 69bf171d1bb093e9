"""Which servers are to be greeted: those that added the bot since its first start; nothing is said."""

from datetime import datetime

from bot.chat.memory import Facts
from bot.chat.ports import Clock

SINCE = "servers are greeted since"
GREETED = "greeted {guild_id}"


class Greetings:
    """Remembers who was greeted; that goes with a server that is left, so that a return is greeted."""

    def __init__(self, facts: Facts, clock: Clock, presence: str) -> None:
        self._facts = facts
        self._presence = presence
        self._clock = clock
        self._since: datetime | None = None
        self._under_way: set[int] = set()

    async def load(self) -> None:
        """Learn since when servers are greeted: the first start that did so."""
        known = await self._facts.read(SINCE)
        self._since = datetime.fromisoformat(known) if known else self._clock.now()
        if known is None:
            await self._facts.write(SINCE, self._since.isoformat())

    def presence(self, name: str) -> str:
        """Return what the bot's presence says, under the bot's name."""
        return self._presence.replace("{name}", name)

    async def is_new(self, guild_id: int, joined: datetime | None) -> bool:
        """Say whether a server is to be greeted, and note that it is, so that nobody greets it twice."""
        is_old = self._since is None or joined is None or joined < self._since
        if is_old or guild_id in self._under_way:
            return False
        self._under_way.add(guild_id)
        try:
            name = GREETED.format(guild_id=guild_id)
            if await self._facts.read(name) == (at := joined.isoformat() if joined else ""):
                return False
            await self._facts.write(name, at, guild_id)
        finally:
            self._under_way.discard(guild_id)
        return True
