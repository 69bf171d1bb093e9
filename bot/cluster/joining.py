"""The place of this process: one of several that share a database, or the only one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.cluster.gate import through
from bot.cluster.membership import Membership, running
from bot.gateway.holding import Alone, Sharing
from bot.settings.settings import Settings
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Place:
    """What a process may do; `member` is None where it is the only one."""

    sharing: Sharing
    member: Membership | None = None

    def leads(self) -> bool:
        """Say whether what one process does for all is done by this one."""
        return self.member is None or self.member.leads()

    def lives(self) -> bool:
        """Say whether anything may be sent."""
        return self.member is None or self.member.lives()

    async def leave(self) -> None:
        """Leave all shards to others, each as soon as its answers have ended."""
        if self.member is not None:
            await self.member.leave()


@asynccontextmanager
async def place_of(settings: Settings, store: Store) -> AsyncIterator[Place]:
    """Be one of the processes that share a memory, where several can, and write only while that lasts."""
    if (cluster := store.cluster) is None:
        yield Place(Sharing(Alone(settings.serving.shards)))
        return
    member = Membership(cluster.leases, settings.serving.shards, settings.shutdown_grace, running)
    async with member.joined():
        cluster.fence(member.process)
        yield Place(Sharing(member, through(cluster.turns, member.process)), member)
