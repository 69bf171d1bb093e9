"""How often bots may ask in a channel until a person speaks there, so that no two of them talk for ever."""

from collections import Counter

from bot.rules.model import Incoming
from bot.rules.triggers import Trigger

MOST_TURNS = 3


class BotTurns:
    """Counts by channel what bots asked since a person last spoke; a restart forgets it."""

    def __init__(self) -> None:
        self._turns: Counter[int] = Counter()

    def counts_in(self, channel_id: int) -> bool:
        """Say whether a bot has asked last, so that whoever speaks next in a channel is to be heard."""
        return channel_id in self._turns

    def limit(self, said: Incoming, asks: Trigger) -> Trigger:
        """Return what a message may ask: of one bot turn too many, to be heard and no more."""
        channel_id = said.key.channel_id
        if not said.from_bot:
            self._turns.pop(channel_id, None)
            return asks
        if asks not in (Trigger.ANSWER, Trigger.CHIME_IN):
            return asks
        if self._turns[channel_id] >= MOST_TURNS:
            return Trigger.HEAR
        self._turns[channel_id] += 1
        return asks
