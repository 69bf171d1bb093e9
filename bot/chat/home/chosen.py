"""What holds in a place when it is asked there: its model, its persona, and where the model is told it is."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import tzinfo

from bot.chat.ports import Clock, OwnNames
from bot.rules.model import ChannelKey
from bot.rules.model_facts import ModelFacts
from bot.rules.places.shards import ShardId
from bot.rules.prompting.situation import Told, Whereabouts, situation

MOST_PLACES = 10_000  # of one that was forgotten, it is looked up anew


@dataclass(frozen=True, slots=True)
class Chosen:
    """What holds in a place, read once a question and carried along: its model, its persona, where it is.

    One that `stands_in` is asked since the place's own model fails: nothing is cut for good on its account.
    """

    key: ChannelKey
    facts: ModelFacts
    persona: str
    picked: str  # the model that is set, be it gone
    situation: str = ""  # what the model is told of the place
    stands_in: bool = False

    @property
    def instead_of(self) -> str:
        """Return the model that was picked and is gone, or nothing."""
        return "" if self.stands_in or self.picked == self.facts.name else self.picked


class Situations:
    """Says where a model is: a place as it was called at the last cut, and today's date.

    So the beginning of a prompt stays the same until it begins anew anyway.
    """

    def __init__(self, names: OwnNames, clock: Clock, zone: tzinfo, told: Told) -> None:
        self._names = names
        self._clock = clock
        self._zone = zone
        self._told = told
        self._held: OrderedDict[ChannelKey, Whereabouts] = OrderedDict()

    def forget(self, shard: ShardId) -> None:
        """Forget what a shard's places were called."""
        for key in [one for one in self._held if shard.has(one.guild_id)]:
            del self._held[key]

    def of(self, key: ChannelKey) -> str:
        """Return what is told of a place, as it was called when this was first asked, or nothing."""
        if self._told is Told.OFF or (key.is_dm and self._told is not Told.ALL):
            return ""
        where = self._held.get(key) or self._names.whereabouts(key)
        if where is None:
            return ""
        self._held[key] = where
        self._held.move_to_end(key)
        if len(self._held) > MOST_PLACES:
            self._held.popitem(last=False)
        return situation(where, self._clock.now().astimezone(self._zone).date())

    def renewed(self, key: ChannelKey) -> str:
        """Return what is told of a place as it is called now."""
        self._held.pop(key, None)
        return self.of(key)
