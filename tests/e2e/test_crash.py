"""The process dies or is told to stop: no message is lost, and what was half shown is completed."""

import asyncio
import math
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from discord.http import Route

from bot.settings import bounds
from bot.texts import members
from playground import Limits, Playground
from playground.world.entities import Message
from tests.support.process import ended, launch
from tests.support.room import Room, database_url

pytestmark = pytest.mark.memory


@pytest.fixture
async def playground(engine: None) -> AsyncIterator[Playground]:
    async with Playground(limits=Limits.off()) as playground:
        yield playground


def address(folder: Path) -> str:
    """Return the address of the database that each start of a test is given, with what is in it."""
    known = folder / "address"
    if not known.exists():
        known.write_text(database_url(folder))
    return known.read_text()


async def start(playground: Playground, folder: Path, **environ: str) -> asyncio.subprocess.Process:
    right = {
        "DISCORD_TOKEN": playground.token,
        "DISCORD_API_URL": playground.api_url,
        "OPENAI_BASE_URL": playground.model_url,
        "DATABASE_URL": address(folder),
        **bounds.OFF,
    }
    identified = len(playground.wire.events("READY"))
    process = await launch(folder, environ=right | environ)
    await playground.world.until(lambda: len(playground.wire.events("READY")) > identified)
    return process


@asynccontextmanager
async def next_start(playground: Playground, folder: Path) -> AsyncIterator[None]:
    """Start the bot once more, in this process, which takes a third of the time that another one would."""
    base, room = Route.BASE, Room(playground, folder, {"DATABASE_URL": address(folder)}, None)
    try:
        await room.start()
        yield
    finally:
        await room.stop()
        Route.BASE = base


async def kill(process: asyncio.subprocess.Process, folder: Path) -> None:
    """Kill a process; its leases are over as soon as it is dead."""
    process.kill()
    await ended(process)
    if not on_sqlite(folder):
        with psycopg.connect(address(folder)) as connection:
            connection.execute("UPDATE processes SET until = 0")
            connection.execute("UPDATE shares SET until = 0")


def answers(playground: Playground) -> list[Message]:
    channel = playground.world.channel("general")
    return [one for one in channel.messages.values() if one.author_id == playground.world.bot.id]


def database_files(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("parley.db*")}


def on_sqlite(folder: Path) -> bool:
    return address(folder).startswith("sqlite:")


def is_sound(folder: Path) -> bool:
    if not on_sqlite(folder):
        return True
    with sqlite3.connect(folder / "parley.db") as connection:
        found: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return found == "ok"


async def test_an_answer_cut_by_kill_9_is_completed_with_a_mark_and_its_buttons(
    tmp_path: Path, playground: Playground
) -> None:
    gate = playground.model.script("The beginning ", "of an answer").hold()
    process = await start(playground, tmp_path)
    playground.world.people["alex"].say("general", "Tell me something.")
    await gate.reached()
    await playground.world.until(
        lambda: any("beginning of an answer" in one.content for one in answers(playground))
    )

    await kill(process, tmp_path)
    sound = is_sound(tmp_path)
    async with next_start(playground, tmp_path):
        (answer,) = await playground.world.until(
            lambda: [one for one in answers(playground) if "-#" in one.content]
        )

    assert sound
    assert answer.content == f"The beginning of an answer\n-# {members.INTERRUPTED}"
    assert {"Continue", "Regenerate", "Continue in a thread"} == {
        one["label"] for row in answer.components for one in row["components"]
    }
    assert len(answers(playground)) == 1


async def test_a_question_stored_but_not_begun_is_answered_after_the_restart(
    tmp_path: Path, playground: Playground
) -> None:
    gate = playground.model.script("First").hold_headers()
    process = await start(playground, tmp_path)
    alex = playground.world.people["alex"]
    alex.say("general", "First question?")
    await gate.reached()
    second = alex.say("general", "Second question?")
    await playground.world.until(lambda: second.reactions)

    await kill(process, tmp_path)
    playground.model.answer("One")
    playground.model.answer("Two")
    async with next_start(playground, tmp_path):
        await playground.world.until(lambda: [one.content for one in answers(playground)] == ["One", "Two"])

    assert is_sound(tmp_path)


async def test_sigterm_lets_a_running_answer_finish(tmp_path: Path, playground: Playground) -> None:
    script = playground.model.script("To the very ", "end")
    gate = script.hold()
    script.text(".")
    process = await start(playground, tmp_path, SHUTDOWN_GRACE="10")
    playground.world.people["alex"].say("general", "Finish what you start.")
    await gate.reached()

    process.terminate()
    gate.release()
    stopped = await ended(process)

    assert stopped.code == 0
    assert "Traceback" not in stopped.errors
    assert [one.content for one in answers(playground)] == ["To the very end."]


async def test_sigterm_marks_what_does_not_finish_in_time(tmp_path: Path, playground: Playground) -> None:
    gate = playground.model.script("Only the beginning").hold()
    process = await start(playground, tmp_path, SHUTDOWN_GRACE="0")
    playground.world.people["alex"].say("general", "Take for ever.")
    await gate.reached()
    await playground.world.until(lambda: answers(playground))

    process.terminate()
    stopped = await ended(process)

    assert stopped.code == 0
    assert [one.content for one in answers(playground)] == [f"Only the beginning\n-# {members.INTERRUPTED}"]


@pytest.mark.parametrize("fault", ["next", "drop", "hang"])
async def test_sigterm_while_discords_api_is_down_ends_in_time_and_the_next_start_shows_the_answer(
    tmp_path: Path, playground: Playground, fault: str
) -> None:
    gate = playground.model.script("Only the beginning").hold()
    process = await start(playground, tmp_path, SHUTDOWN_GRACE="0.5")
    playground.world.people["alex"].say("general", "Take for ever.")
    await gate.reached()
    await playground.world.until(lambda: answers(playground))
    options = {"status": 503} if fault == "next" else {}
    getattr(playground.faults, fault)("*", "**", times=math.inf, **options)

    told = time.monotonic()
    process.terminate()
    stopped = await ended(process)
    took = time.monotonic() - told
    left = database_files(tmp_path)
    playground.faults.clear()
    async with next_start(playground, tmp_path):
        await playground.world.until(lambda: "-#" in answers(playground)[0].content)

    assert (stopped.code, "Traceback" in stopped.errors) == (0, False)
    assert took < 0.5 + 7  # Docker kills after 10
    assert left == ({"parley.db", "parley.db.lock"} if on_sqlite(tmp_path) else set())
    assert [one.content for one in answers(playground)] == [f"Only the beginning\n-# {members.INTERRUPTED}"]
