"""Which shard a place belongs to: Discord's rule, by the server's id; what has no server is on the first."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShardId:
    """One of so many shards, as Discord numbers them."""

    number: int
    count: int

    def has(self, guild_id: int | None) -> bool:
        """Say whether a server's events come by this shard."""
        return shard_of(guild_id, self.count) == self.number


ALL = ShardId(0, 1)  # to which every place belongs


def shard_of(guild_id: int | None, count: int) -> int:
    """Return the number of the shard by which a server's events come; of direct messages that is 0."""
    return ((guild_id or 0) >> 22) % count
