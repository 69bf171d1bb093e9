"""PostgreSQL is away for longer than a lease: what was shown is stored once, by whoever may store it."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from discord.http import Route

from bot.cluster import membership
from bot.errors import LeaseOver
from bot.rules.cluster import leases
from bot.rules.model import State
from bot.store.cluster import shares
from bot.store.connection import database
from playground import Playground
from playground.gates import Gate
from playground.model.scripts import Script
from playground.world.entities import Channel
from tests.e2e.test_cluster import ALL, HIGH, LOW, RENEWED_EVERY, SHARDS, Cluster
from tests.support import postgres
from tests.support.room import NO_LIMITS, Room
from tests.support.unruly import Unruly, Way, unruly

pytestmark = pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)

LEASE_SECONDS = 3.0


@pytest.fixture
async def way() -> AsyncIterator[Unruly]:
    """Return the way to the database of whoever comes first."""
    async with unruly(postgres.emptied()) as opened:
        yield opened


@pytest.fixture
async def cluster(way: Unruly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cluster]:
    monkeypatch.setattr(membership, "RENEWED_EVERY", RENEWED_EVERY)
    monkeypatch.setattr(leases, "LEASE_SECONDS", LEASE_SECONDS)
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(shares, "_LEASE", round((LEASE_SECONDS - 1) * 1_000_000))
    base = Route.BASE
    async with Playground(limits=NO_LIMITS, speed=10_000, shards=SHARDS) as playground:
        playground.gateway.starts.max_concurrency = SHARDS
        together = Cluster(playground, tmp_path)
        await together.make_channels()
        direct, together.url = together.url, way.url
        try:
            await together.add()
            together.url = direct
            yield together
        finally:
            for room in together.rooms:
                await room.stop()
            Route.BASE = base


def close(way: Unruly) -> None:
    way.way = Way.CLOSED
    way.cut()


async def lose_lease(room: Room) -> None:
    """Wait until a bot's lease is over, and stop it, as `bot.running` does before it begins anew."""
    assert room.connected is not None
    with pytest.raises(LeaseOver):
        await room.connected
    await room.stop()


async def remembered(room: Room, channel: Channel) -> list[tuple[State, str]]:
    """Return what is stored of a channel, oldest first."""
    page = await room.store.journal.page(channel.id, None, 20)
    return [(turn.state, turn.text) for turn in reversed(page)]


class Talk:
    """Two answers on the screen: one that ends while the database is away, one that is cut off."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        _, self._end = self._begun("Say 0", "All ")
        cut, self._go_on = self._begun("Say 1", "Half ")
        cut.stall()
        self.asked = [cluster.ask(0), cluster.ask(1)]

    def _begun(self, question: str, beginning: str) -> tuple[Script, Gate]:
        script = self.cluster.playground.model.script(
            beginning, when=lambda one: question in str(one.messages)
        )
        gate = script.hold()
        return script.text("of it"), gate

    async def begins(self) -> None:
        """Wait for the first words of both."""
        await self._shows("All", "Half")

    async def goes_on(self) -> None:
        """Wait for all words that come of them."""
        self._end.release()
        self._go_on.release()
        await self._shows("All of it", "Half of it")
        await self.cluster.rooms[0].answered(self.asked[0])

    async def _shows(self, *words: str) -> None:
        def are_shown() -> bool:
            answers = map(self.cluster.answer_to, self.asked)
            return all(one in answer for one, answer in zip(words, answers, strict=True))

        await self.cluster.playground.world.until(are_shown)


async def test_what_one_process_showed_in_an_outage_is_stored_once_when_it_is_over(
    cluster: Cluster, way: Unruly, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, membership.__name__)
    [room] = cluster.rooms
    await cluster.held(ALL)
    talk = Talk(cluster)
    await talk.begins()

    close(way)
    await talk.goes_on()
    not_stored = cluster.ask(2)
    await lose_lease(room)
    way.way = Way.OPEN
    not_heard = cluster.ask(3)
    await room.start()
    await cluster.held(ALL)

    await cluster.answered(*talk.asked, not_stored, not_heard)
    assert "gives up" not in caplog.text
    assert await remembered(room, cluster.channels[0]) == [
        (State.ANSWERED, "Say 0"),
        (State.COMPLETE, "All of it"),
    ]
    assert await remembered(room, cluster.channels[1]) == [
        (State.ANSWERED, "Say 1"),
        (State.INTERRUPTED, "Half of it"),
    ]


async def test_what_another_process_has_taken_over_is_written_by_it_alone(
    cluster: Cluster, way: Unruly, caplog: pytest.LogCaptureFixture
) -> None:
    [room] = cluster.rooms
    await cluster.held(ALL)
    other = await cluster.add()
    await cluster.held(LOW, HIGH)
    talk = Talk(cluster)
    await talk.begins()

    close(way)
    await talk.goes_on()
    not_stored = cluster.ask(0)
    await lose_lease(room)
    await cluster.rooms[0].until(lambda: other.app.bot.sessions.held == ALL)
    await cluster.answered(talk.asked[1], not_stored)  # a newer answer takes the other one's buttons
    stored = [await remembered(other, cluster.channels[shard]) for shard in LOW]
    way.way = Way.OPEN
    await room.start()
    await cluster.held(HIGH, LOW)

    await cluster.answered(talk.asked[1], not_stored, cluster.ask(2))
    assert "others have taken what process" in caplog.text
    assert [await remembered(other, cluster.channels[shard]) for shard in LOW] == stored
