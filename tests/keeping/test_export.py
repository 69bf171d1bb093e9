"""A server's memory is written down whole, while a bot runs, and no other server's with it."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StartError
from bot.keeping.export import export
from bot.rules.model import ChannelKey, Part, PartKind
from bot.store.connection.lock import held
from bot.store.store import Store, open_store
from bot.texts import startup
from tests.store.building import StoppedClock, Talk

HERE, THREAD, ELSEWHERE = ChannelKey(10, 1), ChannelKey(11, 1, 10), ChannelKey(20, 2)


async def filled(store: Store) -> None:
    talk = Talk(store)
    await talk.exchange("hello 👋", "hi", key=HERE)
    await talk.exchange("in a thread", "yes", key=THREAD)
    await talk.exchange("not yours", "no", key=ELSEWHERE)
    await store.places.change(HERE, 1, guild_wide=False, persona="Be brief.")
    await store.places.change(HERE, 1, guild_wide=True, model="gpt-5")


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def is_private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0


async def test_all_of_a_server_is_written_and_nothing_of_others(tmp_path: Path) -> None:
    said: list[str] = []
    path = tmp_path / "parley.db"
    async with open_store(path, StoppedClock().now) as store:
        await filled(store)
        with held(path):
            code = await export(path, 1, tmp_path / "one.jsonl", said.append)
    lines = lines_of(tmp_path / "one.jsonl")

    assert code == 0
    assert is_private(tmp_path / "one.jsonl")
    assert lines[0] == {"is": "server", "id": 1, "settings": {"model": "gpt-5"}}
    assert [(one["id"], one["parent"], one["settings"]) for one in lines if one["is"] == "channel"] == [
        (10, None, {"persona": "Be brief."}),
        (11, 10, {}),
    ]
    assert [(one["channel"], one["role"], one["text"]) for one in lines if one["is"] == "message"] == [
        (10, "user", "hello 👋"),
        (10, "assistant", "hi"),
        (11, "user", "in a thread"),
        (11, "assistant", "yes"),
    ]
    assert said == [startup.EXPORTED.format(path=tmp_path / "one.jsonl", server=1, count="4", channels=2)]


async def test_pictures_and_files_come_along(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    picture = Part(PartKind.IMAGE, name="cat.png", data=b"a cat", media_type="image/png", width=9, height=9)
    async with open_store(path, StoppedClock().now) as store:
        await Talk(store).say("look", HERE, parts=(picture,))
    await export(path, 1, tmp_path / "one.jsonl", print)

    [part] = lines_of(tmp_path / "one.jsonl")[-1]["parts"]
    assert (part["name"], part["type"]) == ("cat.png", "image/png")
    assert base64.b64decode(part["base64"]) == b"a cat"


async def test_a_server_that_nobody_knows_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, StoppedClock().now) as store:
        await filled(store)

    with pytest.raises(StartError) as caught:
        await export(path, 3, tmp_path / "three.jsonl", print)

    assert str(caught.value) == startup.SERVER_UNKNOWN.format(server=3, known="1, 2")


@pytest.mark.parametrize(("name", "told"), [("there", "There is a file"), ("no/folder", "can't be written")])
async def test_a_file_that_can_not_be_made_is_told(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "there").touch()
    path = tmp_path / "parley.db"
    async with open_store(path, StoppedClock().now) as store:
        await filled(store)

    with pytest.raises(StartError, match=told):
        await export(path, 1, tmp_path / name, print)
