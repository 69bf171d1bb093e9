"""The world by itself: who may do what, what people see, and how it survives a restart."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import World
from playground.clock import Clock, Snowflakes, moment_of
from playground.world.conversation import tidied
from playground.world.entities import Channel
from playground.world.errors import ApiError
from playground.world.permissions import (
    ADMINISTRATOR,
    ALL,
    MANAGE_CHANNELS,
    MANAGE_GUILD,
    MANAGE_MESSAGES,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)
from playground.world.state import Event
from tests.support.strategies import examples


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def general(world: World) -> Channel:
    return world.channel("general")


def test_ids_are_unique_and_sort_by_time() -> None:
    clock = Clock()
    ids = Snowflakes(clock)
    made = [ids.next() for _ in range(5000)]
    past = [ids.next(clock.wall() - 60) for _ in range(5000)]

    assert made == sorted(set(made))
    assert len(set(past)) == 5000
    assert max(past) < min(made)


def test_an_id_tells_when_it_was_made() -> None:
    clock = Clock()

    assert moment_of(Snowflakes(clock).next()) == pytest.approx(clock.wall(), abs=1)
    assert moment_of(Snowflakes(clock).next(1_700_000_000.0)) == pytest.approx(1_700_000_000.0, abs=0.01)


@pytest.mark.parametrize(
    ("name", "granted", "lacking"),
    [
        ("alex", SEND_MESSAGES | VIEW_CHANNEL, MANAGE_MESSAGES | MANAGE_CHANNELS | MANAGE_GUILD),
        ("mo", MANAGE_MESSAGES | MANAGE_CHANNELS, MANAGE_GUILD),
        ("olivia", ALL, 0),
        ("Parley", SEND_MESSAGES | VIEW_CHANNEL, MANAGE_MESSAGES),
    ],
)
def test_the_people_may_do_what_their_roles_say(
    world: World, general: Channel, name: str, granted: int, lacking: int
) -> None:
    user_id = world.people[name].id if name in world.people else world.bot.id
    may = world.permissions(user_id, general)

    assert may & granted == granted
    assert not may & lacking


def test_overwrites_go_from_everyone_over_roles_to_the_member(world: World, general: Channel) -> None:
    alex = world.person("alex")
    role = world.add_role("quiet", 0)
    world.guild.members[alex.id].role_ids.append(role.id)
    world.deny(general, world.guild.roles[world.guild.id], SEND_MESSAGES)
    by_everyone = world.may(alex.id, general, SEND_MESSAGES)
    world.allow(general, role, SEND_MESSAGES)
    by_role = world.may(alex.id, general, SEND_MESSAGES)
    world.deny(general, alex, SEND_MESSAGES)
    by_member = world.may(alex.id, general, SEND_MESSAGES)

    assert (by_everyone, by_role, by_member) == (False, True, False)


def test_who_cannot_see_a_channel_can_do_nothing_in_it(world: World, general: Channel) -> None:
    alex = world.person("alex")
    world.deny(general, alex, VIEW_CHANNEL)

    assert world.permissions(alex.id, general) == 0
    assert alex.sees(general) == []


def test_administrators_pass_every_overwrite(world: World, general: Channel) -> None:
    admin = world.add_person("ada", roles=[world.add_role("admin", ADMINISTRATOR)])
    world.deny(general, admin, VIEW_CHANNEL)

    assert world.permissions(admin.id, general) == ALL


def test_a_thread_is_as_open_as_its_channel(world: World, general: Channel) -> None:
    alex = world.person("alex")
    world.deny(general, alex, VIEW_CHANNEL)

    assert not world.may(alex.id, world.channel("ideas"), VIEW_CHANNEL)


def test_a_dm_is_for_two(world: World) -> None:
    place = world.dm("alex")

    assert world.may(world.person("alex").id, place, SEND_MESSAGES)
    assert not world.may(world.person("sam").id, place, VIEW_CHANNEL)
    assert world.dm("alex") is place


def test_people_are_held_to_their_permissions(world: World, general: Channel) -> None:
    alex, sam, mo = (world.person(name) for name in ("alex", "sam", "mo"))
    message = alex.post(general, "mine")
    with pytest.raises(ApiError, match="50005"):
        sam.edit(message, "not yours")
    with pytest.raises(ApiError, match="50013"):
        sam.delete(message)
    mo.delete(message)

    assert message.deleted


def test_people_may_write_twice_as_much_as_bots(world: World) -> None:
    world.person("alex").post("general", "x" * 4000)

    with pytest.raises(ApiError, match="50035"):
        world.person("alex").post("general", "x" * 4001)


def test_every_change_is_told(world: World, general: Channel) -> None:
    told: list[Event] = []
    end = world.subscribe(told.append)
    alex, mo = world.person("alex"), world.person("mo")
    message = alex.post(general, "one")
    alex.edit(message, "two")
    alex.react(message, "👀")
    alex.unreact(message, "👀")
    mo.pin(message)
    world.unfurl(message, "A page")
    alex.delete(message)
    end()
    alex.post(general, "unheard")

    assert [event.name for event in told] == [
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE",
        "MESSAGE_UPDATE",
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
    ]
    assert {event.channel_id for event in told} == {general.id}


def test_only_an_edit_has_a_time_of_edit(world: World) -> None:
    message = world.person("alex").post("general", "https://example.com")
    world.person("mo").pin(message)
    world.unfurl(message, "A page")
    before = message.edited
    world.person("alex").edit(message, "changed")

    assert before is None
    assert message.edited is not None


async def test_waiting_ends_as_soon_as_the_condition_holds(world: World, general: Channel) -> None:
    waiting = asyncio.create_task(world.until(lambda: general.last and general.last.content == "now"))
    await asyncio.sleep(0)
    world.person("alex").post(general, "now")

    assert await waiting


async def test_waiting_in_vain_tells_what_was_said(world: World) -> None:
    world.person("alex").post("help", "the last words")

    with pytest.raises(AssertionError, match=r"#help alex.*the last words"):
        await world.until(lambda: False, limit=0.01)


def test_a_world_survives_being_written_down(world: World, general: Channel) -> None:
    alex = world.person("alex")
    first = alex.post(general, "<@1> hello", files=[("a.bin", b"\0\xff")])
    alex.post(general, "a reply", reply_to=first)
    alex.react(first, "👀")
    alex.dm("in private")
    world.webhook(general, "CI", "built")
    world.deny(general, world.bot, SEND_MESSAGES)
    world.add_guild("Second", world.person("olivia"))
    dumped = json.loads(json.dumps(world.dump()))
    again = World.load(dumped)

    assert {**again.dump(), "last_id": 0} == {**dumped, "last_id": 0}
    assert again.channel("general").messages[first.id].attachments[0].data == b"\0\xff"
    assert again.person("alex").post("general", "later").id > max(general.messages)


def test_a_world_of_another_format_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="format 99"):
        World.load({**world.dump(), "format": 99})


def test_space_around_a_text_and_what_is_no_character_are_not_kept() -> None:
    assert tidied(" \n a\x00\ud800 b \n") == "a b"


@examples(30)
@given(st.text(max_size=300))
def test_any_text_can_be_posted_and_written_down(text: str) -> None:
    world = World()
    world.person("alex").post("general", text)
    again = World.load(json.loads(json.dumps(world.dump()))).channel("general").last

    assert again is not None
    assert again.content == tidied(text)
