"""Several processes share one memory: each server is answered by one of them, whoever comes, goes or dies."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from discord.http import Route

from bot.cluster import membership
from bot.errors import LeaseOver
from bot.rules.cluster import leases
from bot.settings import bounds
from bot.texts import members
from playground import Playground
from playground.wire import Entry
from playground.world.entities import Channel, Message
from tests.support import postgres
from tests.support.process import LIMIT_SECONDS, ROOT
from tests.support.room import NO_LIMITS, Room

pytestmark = pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)

SHARDS = 4
ALL, LOW, HIGH = (frozenset(numbers) for numbers in ({0, 1, 2, 3}, {0, 1}, {2, 3}))
LEASE_SECONDS, RENEWED_EVERY = 3.0, 0.25  # where a test waits for them
SHORT_LEASES = (  # in a process of its own
    "from bot.rules.cluster import leases;"
    f"leases.LEASE_SECONDS, leases.RENEWED_EVERY = {LEASE_SECONDS}, {RENEWED_EVERY};"
    "from bot.__main__ import main; raise SystemExit(main([]))"
)


class Cluster:
    """Bots that share a database, and a channel for each shard."""

    def __init__(self, playground: Playground, folder: Path) -> None:
        self.playground = playground
        self.folder = folder
        self.url = postgres.emptied()
        self.rooms: list[Room] = []
        self.channels: dict[int, Channel] = {}

    async def make_channels(self) -> None:
        world = self.playground.world
        while len(self.channels) < SHARDS:
            guild = world.add_guild(f"server-{len(world.guilds)}", world.people["alex"])
            shard = (guild.id >> 22) % SHARDS
            if shard not in self.channels:
                self.channels[shard] = world.add_text_channel(f"of-shard-{shard}", guild)
            await asyncio.sleep(0.001)  # ids of one moment belong to one shard

    async def add(self) -> Room:
        room = Room(self.playground, self.folder, {"DATABASE_URL": self.url.raw}, None)
        self.rooms.append(room)
        await room.start()
        return room

    async def held(self, *shares: frozenset[int]) -> None:
        """Wait until the bots hold these shards, and hear them."""

        def are_held() -> bool:
            now = asyncio.get_running_loop().time()
            sessions = [room.app.bot.sessions for room in self.rooms]
            return all(
                one.held == share and all(one.hears(shard, now) for shard in share)
                for one, share in zip(sessions, shares, strict=True)
            )

        await self.playground.world.until(are_held)

    def ask(self, shard: int) -> Message:
        """Ask something in a shard's channel."""
        return self.rooms[0].post(f"Say {shard}", self.channels[shard])

    async def answered(self, *questions: Message) -> None:
        """Wait for the answers, and hold that there is one to each.

        One that ends when something newer was asked already gets no button, so that its end is that of Stop.
        """
        for question in questions:
            assert len(await self.playground.world.until(partial(self._ended, question))) == 1
        answers = [one for one in self._by_the_bot() if one.reference]
        replied_to = [str((one.reference or {})["message_id"]) for one in answers]
        assert len(replied_to) == len(set(replied_to))

    def _ended(self, question: Message) -> list[Message]:
        answer = self.rooms[0].replies(question)
        return [] if "parley:stop" in str([one.components for one in answer]) else answer

    def _by_the_bot(self) -> list[Message]:
        world = self.playground.world
        return [
            message
            for channel in self.channels.values()
            for message in channel.messages.values()
            if message.author_id == world.bot.id and not message.deleted
        ]

    def answer_to(self, question: Message) -> str:
        """Return the words of an answer, as far as it came."""
        replied_to = str(question.id)
        return "".join(
            one.content
            for one in self._by_the_bot()
            if str((one.reference or {}).get("message_id")) == replied_to
        )

    def registrations(self) -> list[Entry]:
        """Return the requests that registered the commands."""
        return self.playground.wire.rest("PUT", "/applications/{application_id}/commands")

    def all_stored(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all that is in the database."""
        with psycopg.connect(self.url.raw) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            return {
                table: connection.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()  # noqa: S608 - ours
                for (table,) in tables
            }

    def kill(self, room: Room) -> None:
        """End a bot as far as others can tell: it hears nothing, and gives no sign of life."""
        member = room.app.place.member
        assert member is not None
        assert room.connected is not None
        room.connected.cancel()
        member.lives = lambda: False  # type: ignore[method-assign]

    def end_lease(self, room: Room) -> None:
        """Let the time pass in the database that it takes until a process is taken for dead."""
        member = room.app.place.member
        assert member is not None
        with psycopg.connect(self.url.raw, autocommit=True) as connection:
            connection.execute("UPDATE processes SET until = 0 WHERE id = %s", [member.process])


@pytest.fixture
async def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cluster]:
    monkeypatch.setattr(membership, "RENEWED_EVERY", RENEWED_EVERY)
    base = Route.BASE
    async with Playground(limits=NO_LIMITS, speed=10_000, shards=SHARDS) as playground:
        playground.gateway.starts.max_concurrency = SHARDS
        together = Cluster(playground, tmp_path)
        await together.make_channels()
        try:
            yield together
        finally:
            for room in together.rooms:
                await room.stop()
            Route.BASE = base


async def test_processes_that_join_and_leave_share_the_servers(cluster: Cluster) -> None:
    first = await cluster.add()
    await cluster.held(ALL)
    await cluster.answered(*(cluster.ask(shard) for shard in range(SHARDS)))
    second = await cluster.add()
    await cluster.held(LOW, HIGH)
    await cluster.answered(*(cluster.ask(shard) for shard in range(SHARDS)))

    await first.app.place.leave()
    await cluster.held(frozenset(), ALL)
    await cluster.answered(*(cluster.ask(shard) for shard in range(SHARDS)))
    assert second.app.place.leads()


async def test_what_a_dead_process_held_is_answered_by_another(cluster: Cluster) -> None:
    dead, other = await cluster.add(), await cluster.add()
    await cluster.held(LOW, HIGH)
    await cluster.answered(cluster.ask(0))
    cluster.kill(dead)
    missed = cluster.ask(1)

    cluster.end_lease(dead)
    await cluster.rooms[0].until(lambda: other.app.bot.sessions.held == ALL)
    await cluster.answered(missed, cluster.ask(0), cluster.ask(2))


async def test_of_three_processes_one_dies_while_another_joins_and_each_question_is_answered_once(
    cluster: Cluster,
) -> None:
    dead, second, third = [await cluster.add() for _ in range(3)]
    await cluster.held(frozenset({0, 1}), frozenset({2}), frozenset({3}))
    gate = cluster.playground.model.script("The beginning ", "of an answer").hold()
    begun = cluster.ask(1)
    await cluster.playground.world.until(lambda: "The beginning" in cluster.answer_to(begun))
    cluster.kill(dead)
    missed = [cluster.ask(shard) for shard in range(SHARDS)]

    joined = asyncio.create_task(cluster.add())
    cluster.end_lease(dead)
    fourth = await joined
    gate.release()
    living = (second, third, fourth)
    await cluster.playground.world.until(
        lambda: sorted(shard for room in living for shard in room.app.bot.sessions.held or ()) == sorted(ALL),
        40,
    )
    await cluster.answered(*missed, *(cluster.ask(shard) for shard in range(SHARDS)))
    await cluster.playground.world.until(lambda: str(members.INTERRUPTED) in cluster.answer_to(begun))


async def test_a_process_that_lost_its_lease_sends_and_writes_nothing(cluster: Cluster) -> None:
    lost, other = await cluster.add(), await cluster.add()
    await cluster.held(LOW, HIGH)
    cluster.end_lease(lost)
    assert lost.connected is not None

    with pytest.raises(LeaseOver):
        await lost.connected
    with pytest.raises(LeaseOver):
        await lost.store.facts.note("a fact", "of no use")
    assert not lost.app.place.lives()
    await cluster.rooms[0].until(lambda: other.app.bot.sessions.held == ALL)
    await cluster.answered(*(cluster.ask(shard) for shard in range(SHARDS)))


async def test_commands_are_registered_by_one_process(cluster: Cluster) -> None:
    await cluster.add()
    await cluster.add()
    await cluster.held(LOW, HIGH)

    await cluster.rooms[0].until(lambda: cluster.registrations())
    assert len(cluster.registrations()) == 1


class Paused:
    """A process of its own, with short leases, which can be stopped and woken."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []

    @classmethod
    async def start(cls, cluster: Cluster) -> "Paused":
        environ = Room(cluster.playground, cluster.folder, {"DATABASE_URL": cluster.url.raw}, None).environ
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", SHORT_LEASES),
            cwd=cluster.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": "", **environ, **bounds.OFF},
            stderr=asyncio.subprocess.PIPE,
        )
        return cls(process)

    async def says(self, words: str) -> None:
        """Wait for a line of its log."""
        assert self.process.stderr is not None
        async with asyncio.timeout(LIMIT_SECONDS):
            while not any(words in line for line in self.lines):
                self.lines.append((await self.process.stderr.readline()).decode())

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.communicate()


async def test_a_process_that_was_paused_for_longer_than_its_lease_does_nothing_more(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is woken in the middle of an answer that another process has ended meanwhile."""
    monkeypatch.setattr(leases, "LEASE_SECONDS", LEASE_SECONDS)
    world, wire = cluster.playground.world, cluster.playground.wire
    gate = cluster.playground.model.script("The beginning ", "of an answer").hold()
    paused = await Paused.start(cluster)
    try:
        await paused.says("shard 3 is connected")
        question = world.people["alex"].say(cluster.channels[0], f"<@{world.bot.id}> Tell me all of it")
        await world.until(lambda: "The beginning" in cluster.answer_to(question))
        paused.process.send_signal(signal.SIGSTOP)
        other = await cluster.add()
        await cluster.held(ALL)
        await cluster.answered(question, cluster.ask(0))
        await other.stop()
        cluster.rooms.clear()
        stored, sent = cluster.all_stored(), len(wire.rest())
        gate.release()

        paused.process.send_signal(signal.SIGCONT)
        await paused.says("beginning anew")

        assert cluster.all_stored() == stored
        assert len(wire.rest()) - sent <= 1
    finally:
        await paused.end()
