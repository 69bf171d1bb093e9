"""The bot's processes on the page: which holds which shard, and the buttons that end, pause and add one.

Whoever has started them hands them in; which of them a session belongs to is told by its IDENTIFY.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from playground.discord.gateway import Gateway

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the bot; `device` is what it calls itself in the properties of its IDENTIFY."""

    number: int
    device: str
    paused: bool = False


class Processes(Protocol):
    """All processes of the bot, by whoever has started them."""

    @property
    def shards(self) -> int:
        """How many shards they share."""

    def living(self) -> Sequence[Process]:
        """Return those that have not ended."""

    async def add(self) -> object:
        """Start another one."""

    async def kill(self, number: int) -> None:
        """End one without a word."""

    def pause(self, number: int) -> None:
        """Let one stand still."""

    def wake(self, number: int) -> None:
        """Let one go on that stands still."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The processes beside the gateway's sessions."""

    processes: Processes
    gateway: Gateway

    def table(self) -> Json:
        """Return who holds which shards; a shard is its newest session's."""
        holders = {one.shard: one.device for one in self.gateway.connected}
        held = self.processes.living()
        devices = {one.device for one in held}
        return {
            "shards": self.processes.shards,
            "processes": [
                {
                    "number": one.number,
                    "paused": one.paused,
                    "shards": sorted(shard for shard, device in holders.items() if device == one.device),
                }
                for one in held
            ],
            "free": [one for one in range(self.processes.shards) if holders.get(one) not in devices],
        }

    async def do(self, deed: str, number: int) -> Json:
        """Do to a process what a button says, and return the table then."""
        match deed:
            case "add":
                await self.processes.add()
            case "kill":
                await self.processes.kill(number)
            case "pause":
                self.processes.pause(number)
            case "wake":
                self.processes.wake(number)
            case _:
                raise LookupError(f"nothing that is done to a process is called {deed}")
        return self.table()
