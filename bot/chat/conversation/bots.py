"""How often bots may ask in a channel until a person speaks there, so that no two of them talk for ever."""

from collections import Counter

from bot.rules.model import Incoming
from bot.rules.places.shards import ShardId
from bot.rules.triggers import Trigger

MOST_TURNS = 3


class BotTurns:
    """Counts by channel what bots asked since a person last spoke; a restart forgets it."""

    def __init__(self) -> None:
        self._turns: Counter[tuple[int, int | None]] = Counter()

    def counts_in(self, channel_id: int, guild_id: int) -> bool:
        """Say whether a bot has asked last, so that whoever speaks next in a channel is to be heard."""
        return (channel_id, guild_id) in self._turns

    def forget(self, shard: ShardId) -> None:
        """Forget what bots asked in a shard's places."""
        self._turns = Counter(
            {place: turns for place, turns in self._turns.items() if not shard.has(place[1])}
        )

    def limit(self, said: Incoming, asks: Trigger) -> Trigger:
        """Return what a message may ask: of one bot turn too many, to be heard and no more."""
        place = said.key.channel_id, said.key.guild_id
        if not said.from_bot:
            self._turns.pop(place, None)
            return asks
        if asks not in (Trigger.ANSWER, Trigger.CHIME_IN):
            return asks
        if self._turns[place] >= MOST_TURNS:
            return Trigger.HEAR
        self._turns[place] += 1
        return asks
