"""A world that is kept in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground import World
from playground.kept_world import MOST_ATTACHED, Keeper, open_world


async def kept(path: Path) -> World:
    """Return a world with something in it, after it was written down."""
    world = World()
    async with Keeper(world, path):
        world.person("alex").post("general", "hello", files=[("a.txt", b"a file")])
    return world


async def test_what_was_said_is_there_after_a_restart(tmp_path: Path) -> None:
    world = await kept(tmp_path / "deep" / "world.json")
    again = open_world(tmp_path / "deep" / "world.json")
    last = again.channel("general").last

    assert last is not None
    assert last.content == "hello"
    assert last.attachments[0].data == b"a file"
    assert again.person("alex").id == world.person("alex").id


async def test_a_fresh_world_forgets_what_was_said(tmp_path: Path) -> None:
    await kept(tmp_path / "world.json")
    again = open_world(tmp_path / "world.json", fresh=True)

    assert [one.type for one in again.channel("general").messages.values()] == [18]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 99}'])
async def test_a_file_that_holds_no_world_makes_way_for_a_new_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "world.json").write_text(text)
    again = open_world(tmp_path / "world.json")

    assert set(again.people) == {"olivia", "alex", "sam", "minji", "mo", "robin"}
    assert (tmp_path / "world.json.unreadable").read_text() == text


async def test_changes_are_written_soon_without_being_asked(tmp_path: Path) -> None:
    world = World()
    path = tmp_path / "world.json"
    async with Keeper(world, path):
        world.person("alex").post("general", "hello")
        await world.until(path.exists, 5)
        world.person("alex").post("general", "and again")
        await world.until(lambda: "and again" in path.read_text(), 5)


async def test_the_oldest_files_make_way_when_all_are_too_large(tmp_path: Path) -> None:
    world = World()
    large = b"x" * (MOST_ATTACHED // 2 + 1)
    async with Keeper(world, tmp_path / "world.json"):
        for name in ("old", "new"):
            world.person("alex").post("general", name, files=[(name, large)])
    again = open_world(tmp_path / "world.json")
    attached = {one.content: len(one.attachments) for one in again.channel("general").messages.values()}

    assert attached["old"] == 0
    assert attached["new"] == 1
