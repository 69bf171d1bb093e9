"""The shards' sessions at Discord's gateway, as others need to know of them: who hears, and how late."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class Heartbeat:
    """The heartbeats of one connection; times are the event loop's, in seconds."""

    interval: float
    acknowledged_at: float
    latency: float = math.inf  # of the last one that was acknowledged


class Sessions:
    """The sessions of the shards that this process holds, of which only those that are up hear anything."""

    def __init__(self) -> None:
        self.held: frozenset[int] | None = None  # before it is known which are
        self.reconnects = 0
        self._heartbeats: dict[int, Heartbeat] = {}
        self._known: set[int] = set()

    def hold(self, shards: Iterable[int]) -> None:
        """Note which shards this process holds now."""
        self.held = frozenset(shards)
        self._known &= self.held
        self._heartbeats = {one: heart for one, heart in self._heartbeats.items() if one in self.held}

    def up(self, shard: int, heartbeat: Heartbeat) -> None:
        """Note that a shard hears, from the start or again."""
        if shard in self._known:
            self.reconnects += 1
        self._known.add(shard)
        self._heartbeats[shard] = heartbeat

    def down(self, shard: int) -> None:
        """Note that a shard has lost its connection."""
        self._heartbeats.pop(shard, None)

    @property
    def are_all_down(self) -> bool:
        """Say whether no shard hears anything, though one should."""
        return self.held != frozenset() and not self._heartbeats

    @property
    def latency(self) -> float:
        """Return the seconds that the slowest shard's last heartbeat took to be acknowledged."""
        return max((one.latency for one in self._heartbeats.values()), default=math.inf)

    def deaf(self, now: float) -> int:
        """Count the shards that hear nothing."""
        return sum(not self.hears(one, now) for one in ({0} if self.held is None else self.held))

    def is_up(self, shard: int) -> bool:
        """Say whether a shard is connected."""
        return shard in self._heartbeats

    def hears(self, shard: int, now: float) -> bool:
        """Say whether a shard is connected, and was not silent for two heartbeats' intervals."""
        heart = self._heartbeats.get(shard)
        return heart is not None and now - heart.acknowledged_at <= 2 * heart.interval
