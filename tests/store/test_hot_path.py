"""What a question has the database do names the place, or single rows by their keys, however much there is.

So no statement costs more as other places grow, and tables may be partitioned without changing one. The bot
is the real one, over the playground; its statements are recorded as it runs them.
"""

import asyncio
import json
import re
from pathlib import Path

import pytest

from benchmarks.scale.filling import filling
from benchmarks.scale.plans import scanned
from bot.store.connection.database import Database
from tests.statements import read
from tests.store.test_releases import RELEASES
from tests.support.room import Room, open_room
from tests.support.statements import recorded

GROW = r"turns|known_turns|history|parts|answers|answer_cards|answer_messages|ends|versions|ledger|records"
OF_WHAT_GROWS = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE) (?:{GROW})\b")
NAMES_THE_PLACE = re.compile(r"\b(?:channel_id|guild_id|thread_id)(?:,| =| IN\b)")
BY_KEY = re.compile(
    r"\b(?:id|message_id|answer_id|turn_id|question_id) (?:= |IN \(SELECT value FROM json_each)"
    r"|INSERT INTO (?:answers \(id|answer_messages \(message_id|ends \(answer_id|versions \(answer_id)"
)
ALLOWED = {"FROM ledger WHERE person_id = ?": "what a person has spent is bounded wherever they are"}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return what a conversation in which much happens has the database do."""
    return asyncio.run(_recorded(tmp_path_factory.mktemp("hot")))


async def _recorded(folder: Path) -> set[str]:
    async with open_room(folder, SITUATION="all", LIMIT_PERSON="9000 tokens/day") as room:
        await room.ask("Hello")
        with recorded() as found:
            await _talk(room)
        return found


async def _talk(room: Room) -> None:
    """Have two people ask, quote, edit, redo, leaf and delete."""
    alex, sam = room.world.people["alex"], room.world.people["sam"]
    (first,) = await room.ask("And then?")
    question = room.post("Is that so?", who=sam, reply_to=first)
    (answer,) = await room.answered(question)
    room.playground.model.answer("It is.")
    sam.press(answer, "Regenerate")
    await room.until(
        lambda: answer.content == "It is." and "‹" in json.dumps(answer.components, ensure_ascii=False)
    )
    sam.press(answer, "‹")
    await room.until(lambda: answer.content != "It is.")
    sam.edit(question, "Is it?")
    alex.delete(room.post("Never mind.", who=alex, reply_to=answer))
    await room.ask("In a direct message?", "dm")


def test_each_statement_of_a_conversation_names_its_place_or_a_key(asked: set[str]) -> None:
    growing = {one for one in asked if OF_WHAT_GROWS.search(one)}
    elsewhere = {one for one in growing if not NAMES_THE_PLACE.search(one) and not BY_KEY.search(one)}

    assert len(growing) > 30
    assert {one for one in elsewhere if not any(part in one for part in ALLOWED)} == set()
    assert [part for part in ALLOWED if not any(part in one for one in elsewhere)] == []


@pytest.mark.parametrize("engine", ["sqlite"])  # PostgreSQL plans by how much there is: `make bench-scale`
async def test_no_statement_looks_at_all_rows_of_what_grows(asked: set[str], database: Database) -> None:
    for one in filling(10_000):
        await database.write_one(one)
    statements = asked | set(read(RELEASES[-1], postgres=False))

    assert {one: tables for one in statements if (tables := await scanned(database, one))} == {}
