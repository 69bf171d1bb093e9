"""The shards' sessions at Discord's gateway, as others need to know of them: who hears, and how late."""

import math
from dataclasses import dataclass


@dataclass(slots=True)
class Heartbeat:
    """The heartbeats of one connection; times are the event loop's, in seconds."""

    interval: float
    acknowledged_at: float
    latency: float = math.inf  # of the last one that was acknowledged


class Sessions:
    """The sessions of all shards, of which only those that are up hear anything."""

    def __init__(self) -> None:
        self.shards = 1
        self.reconnects = 0
        self._heartbeats: dict[int, Heartbeat] = {}
        self._known: set[int] = set()

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
        """Say whether no shard hears anything."""
        return not self._heartbeats

    @property
    def latency(self) -> float:
        """Return the seconds that the slowest shard's last heartbeat took to be acknowledged."""
        return max((one.latency for one in self._heartbeats.values()), default=math.inf)

    def deaf(self, now: float) -> int:
        """Count the shards that hear nothing: not connected, or silent for two heartbeats' intervals."""
        hearing = (now - one.acknowledged_at <= 2 * one.interval for one in self._heartbeats.values())
        return self.shards - sum(hearing)
