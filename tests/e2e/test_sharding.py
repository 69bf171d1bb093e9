"""Several shards: each hears of its own servers, is given up and held again, and loses nothing meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StartError
from bot.gateway.holding import Gateway, Sharing
from bot.gateway.lookup import Found
from bot.serving.health import State
from bot.texts import startup
from playground import Quota
from playground.discord.gateway_faults import Stage
from playground.world.entities import Channel, Message
from tests.support.room import NO_LIMITS, NO_WAITS, Room, open_room

SHARDS = 4
GRACE = 30.0  # that no test waits for


class Told:
    """Holds the shards that a test says; at first all."""

    follows = False

    def __init__(self) -> None:
        self.gateways: list[Gateway] = []

    async def keep(self, gateway: Gateway, found: Found) -> None:
        self.gateways.append(gateway)
        gateway.count = SHARDS
        for number in range(SHARDS):
            gateway.hold(number)
        await asyncio.Event().wait()


class Sharded:
    """A bot of four shards, with a server on each."""

    def __init__(self, room: Room) -> None:
        self.room, self.world, self._told = room, room.world, Told()
        room.sharing = Sharing(self._told)
        olivia = self.world.people["olivia"]
        self.places: dict[int, Channel] = {of(self.world.guild.id): self.world.channel("general")}
        while len(self.places) < SHARDS:
            room.playground.clock.advance(0.001)  # by which ids differ in what a shard is told by
            guild = self.world.add_guild("Another", olivia)
            self.places.setdefault(of(guild.id), self.world.add_text_channel("general", guild))

    @property
    def gateway(self) -> Gateway:
        return self._told.gateways[-1]

    def say(self, text: str, number: int) -> Message:
        return self.room.post(text, self.places[number], "olivia")

    async def hold(self, number: int) -> None:
        self.gateway.hold(number)
        await self.room.until(lambda: number in self.connected)

    @property
    def connected(self) -> list[int]:
        return sorted(one.shard for one in self.room.playground.gateway.connected)

    def answers(self, question: Message) -> list[Message]:
        """Return all that replies to a question."""
        channel = self.world.channels[question.channel_id]
        replies = (one for one in channel.messages.values() if one.author_id == self.world.bot.id)
        return [one for one in replies if str((one.reference or {}).get("message_id")) == str(question.id)]


def of(guild_id: int) -> int:
    return (guild_id >> 22) % SHARDS


@asynccontextmanager
async def open_shards(folder: Path, **options: Any) -> AsyncIterator[Sharded]:
    async with open_room(folder, **options) as room:
        await room.stop()
        shards = Sharded(room)
        await room.start()
        yield shards


@pytest.fixture
async def shards(tmp_path: Path) -> AsyncIterator[Sharded]:
    async with open_shards(tmp_path) as shards:
        yield shards


async def test_each_shard_answers_in_its_servers_and_the_first_one_directly(shards: Sharded) -> None:
    questions = [shards.say("Hello?", number) for number in range(SHARDS)]
    questions.append(shards.room.post("Hello?", "dm"))
    for question in questions:
        await shards.room.answered(question)

    says = [one.presence["activities"][0]["state"] for one in shards.room.playground.gateway.connected]
    assert says == ["@Parley or /help"] * SHARDS
    assert shards.connected == list(range(SHARDS))
    assert [len(shards.answers(question)) for question in questions] == [1] * (SHARDS + 1)
    assert {(one.id, one.shard_id) for one in shards.room.app.bot.guilds} == {
        (one, of(one)) for one in shards.world.guilds
    }


async def test_a_restart_looks_back_on_every_shard(shards: Sharded) -> None:
    for number in range(SHARDS):
        await shards.room.answered(shards.say("Hello?", number))
    await shards.room.ask("Hello?", "dm")
    await shards.room.stop()
    missed = [shards.say("And now?", number) for number in range(SHARDS)]
    missed.append(shards.room.post("And now?", "dm"))
    await shards.room.start()
    for question in missed:
        await shards.room.answered(question)

    assert [len(shards.answers(question)) for question in missed] == [1] * (SHARDS + 1)


async def test_a_shard_that_comes_while_another_is_told_of_its_servers_keeps_it_from_nothing(
    shards: Sharded,
) -> None:
    for number in range(SHARDS):
        await shards.room.answered(shards.say("Hello?", number))
        await shards.gateway.give_up(number, GRACE)
    missed = [shards.say("And now?", number) for number in (1, 2)]
    bot, now = shards.room.app.bot, asyncio.get_running_loop().time
    bot._connection.guild_ready_timeout = 0.5
    for number in (1, 2):
        shards.gateway.hold(number)
        await shards.room.until(lambda number=number: bot.sessions.hears(number, now()))

    for question in missed:
        await shards.room.answered(question)


async def test_a_shard_that_is_given_up_ends_its_answer_and_goes_on_when_it_is_held_again(
    shards: Sharded,
) -> None:
    room, given = shards.room, of(shards.world.guild.id)
    gate = room.playground.model.script("The beginning ", "and the end.").hold()
    under_way = shards.say("Tell me something.", given)
    await gate.reached()
    waiting = shards.say("And something else?", given)
    await room.until(lambda: waiting.reactions)
    giving_up = asyncio.create_task(shards.gateway.give_up(given, GRACE))
    meanwhile = shards.say("Do you hear me?", given)
    other = next(number for number in range(SHARDS) if number != given)
    await room.answered(shards.say("And you?", other))
    gate.release()
    await giving_up
    away = shards.say("Where are you?", given)
    await room.answered(shards.say("Still there?", other))
    held, remembered = shards.connected, len(shards.answers(away))
    guilds = {one.shard_id for one in room.app.bot.guilds}
    await shards.hold(given)
    for question in (under_way, waiting, meanwhile, away):
        await room.answered(question)

    assert given not in held
    assert given not in guilds
    assert remembered == 0
    assert [len(shards.answers(one)) for one in (under_way, waiting, meanwhile, away)] == [1] * 4
    assert shards.answers(under_way)[0].content == "The beginning and the end."


async def test_direct_messages_wait_for_the_first_shard(shards: Sharded) -> None:
    await shards.room.ask("Hello?", "dm")
    await shards.gateway.give_up(0, GRACE)
    missed = shards.room.post("And now?", "dm")
    await shards.hold(0)
    await shards.room.answered(missed)

    assert len(shards.answers(missed)) == 1


@pytest.mark.parametrize(("concurrency", "seconds"), [(1, 0.2), (4, 300.0)])
async def test_shards_identify_as_discord_lets_them(tmp_path: Path, concurrency: int, seconds: float) -> None:
    limits, times = replace(NO_LIMITS, identify=Quota(1, seconds)), replace(NO_WAITS, identify=seconds)
    async with open_room(tmp_path, limits=limits, times=times) as room:
        await room.stop()
        starts = room.playground.gateway.starts
        starts.max_concurrency = concurrency
        room.playground.limiter.clear()
        shards, before = Sharded(room), starts.remaining
        await room.start()

        assert shards.connected == list(range(SHARDS))
        assert (starts.refused, before - starts.remaining) == (0, SHARDS)


async def test_as_many_shards_are_held_as_are_set_and_no_more_once_discord_wants_more(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path, SHARDS="2") as room:
        gateway = room.playground.gateway
        held = {(one.shard, one.shards) for one in gateway.connected}
        gateway.forget_sessions()
        gateway.faults.close(Stage.IDENTIFY, 4011)
        room.playground.shards = 3
        await gateway.drop()
        assert room.connected is not None
        with pytest.raises(StartError) as caught:
            await asyncio.wait_for(room.connected, 60)

        assert held == {(0, 2), (1, 2)}
        assert str(caught.value) == startup.SHARDS_TOO_FEW.format(shards=2, wanted=3)


async def test_a_process_that_gives_up_a_shard_before_it_is_heard_is_ready_with_the_others(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path) as room:
        await room.stop()
        room.playground.gateway.faults.withhold(Stage.IDENTIFY, times=1)
        room.playground.gateway.starts.max_concurrency = SHARDS
        shards = Sharded(room)
        starting = asyncio.create_task(room.start())
        await room.until(lambda: len(shards.connected) == SHARDS - 1)
        [late] = set(range(SHARDS)) - set(shards.connected)
        await shards.gateway.give_up(late, GRACE)
        await starting

        assert shards.gateway.held == set(range(SHARDS)) - {late}
        assert room.app.vitals.health().state is State.READY
        for number in shards.gateway.held:
            await shards.gateway.give_up(number, GRACE)
        assert room.app.vitals.health().state is State.READY
