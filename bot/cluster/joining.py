"""The place of this process: one of several that share a database, or the only one."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.cluster.gate import through
from bot.cluster.membership import Membership, running
from bot.gateway.holding import Alone, Sharing
from bot.settings.settings import Settings
from bot.store.connection.unit import Kept
from bot.store.store import Store

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Left:
    """What is left to a process that begins anew: its former number, and the writes not yet stored."""

    process: int = 0
    kept: Kept = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """What this process may do; `member` is None where it is the only one."""

    sharing: Sharing
    member: Membership | None = None

    def leads(self) -> bool:
        """Say whether this process leads: it does what one does for all."""
        return self.member is None or self.member.leads()

    def lives(self) -> bool:
        """Say whether anything may be sent."""
        return self.member is None or self.member.lives()

    async def leave(self) -> None:
        """Leave all shards to others, each as soon as its answers have ended."""
        if self.member is not None:
            await self.member.leave()


@asynccontextmanager
async def place_of(settings: Settings, store: Store, left: Left) -> AsyncIterator[Place]:
    """Be one of the processes that share a memory, where several can, and write only while that lasts.

    What is `left` to this one is stored now, unless another process has taken the place of the former one.
    """
    if (cluster := store.cluster) is None:
        yield Place(Sharing(Alone(settings.serving.shards)))
        return
    member = Membership(cluster.leases, settings.serving.shards, settings.shutdown_grace, running)
    async with member.joined(left.process) as is_heir:
        if left.kept and not is_heir:
            what = (left.process, len(left.kept))
            log.error("others have taken what process %d held: %d writes that it kept are void", *what)
            left.kept.clear()
        left.process = member.process
        cluster.fence(member.process, left.kept, member.lives)
        yield Place(Sharing(member, through(cluster.turns, member.process)), member)
