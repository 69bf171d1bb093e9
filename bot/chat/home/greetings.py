"""Which servers are to be greeted: those that added the bot since its first start; nothing is said."""

from datetime import datetime

from bot.chat.memory import SharedFacts
from bot.chat.ports import Clock

SINCE = "servers are greeted since"
GREETED = "greeted {guild_id}"


class Greetings:
    """Remembers who was greeted; that goes with a server that is left, so that a return is greeted."""

    def __init__(self, facts: SharedFacts, clock: Clock, presence: str) -> None:
        self._facts = facts
        self._presence = presence
        self._clock = clock
        self._since: datetime | None = None

    async def load(self) -> None:
        """Learn since when servers are greeted: the first start that did so."""
        known = await self._facts.first(SINCE, self._clock.now().isoformat())
        self._since = datetime.fromisoformat(known)

    def presence(self, name: str) -> str:
        """Return what the bot's presence says, under the bot's name."""
        return self._presence.replace("{name}", name)

    async def is_new(self, guild_id: int, joined: datetime | None) -> bool:
        """Say whether a server is to be greeted, and note that it is, so that nobody greets it twice."""
        if self._since is None or joined is None or joined < self._since:
            return False
        return await self._facts.change(GREETED.format(guild_id=guild_id), joined.isoformat(), guild_id)
