"""The shards that are being given up, which is asked before an answer is begun; and what is told of it.

All others are served, so that whoever never gives a shard up need not know of any.
"""

from typing import Protocol

from bot.rules.model import ChannelKey
from bot.rules.places.shards import ShardId


class Forgets(Protocol):
    """A cache of places that another process may change once it serves them."""

    def forget(self, shard: ShardId) -> None:
        """Drop what is cached of a shard's places, which are no longer served here."""


class Recalls(Protocol):
    """A copy of what is stored of places, so that the store need not be asked each time."""

    async def recall(self, shard: ShardId) -> None:
        """Load what is stored of a shard's places, which are served here from now on."""


class Served:
    """Knows which shards are being given up, or were."""

    def __init__(self) -> None:
        self._ended: set[ShardId] = set()

    def take(self, shard: ShardId) -> None:
        """Serve a shard's places; what was given up of another number of shards means nothing any more."""
        self._ended = {one for one in self._ended if one.count == shard.count and one != shard}

    def end(self, shard: ShardId) -> None:
        """Begin no more answers in a shard's places."""
        self._ended.add(shard)

    def begins(self, key: ChannelKey) -> bool:
        """Say whether an answer may begin in a place."""
        return not any(one.has(key.guild_id) for one in self._ended)
