"""PostgreSQL's bad days in mid-answer: it goes on, all of it is stored once, and nobody is told a thing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from bot.rules.model import State
from bot.settings.forms import ServerUrl
from bot.store.connection import database
from bot.store.postgres import connection
from tests.support import postgres
from tests.support.refusing import CROSSED, FULL, READ_ONLY, Fault, refusing
from tests.support.room import Room, open_room
from tests.support.unruly import Unruly, Way, unruly

pytestmark = pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)

END_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Day:
    """A bot, the way to its memory, and the memory's own address."""

    def __init__(self, room: Room, way: Unruly, server: ServerUrl) -> None:
        self.room = room
        self.way = way
        self.server = server

    async def refused(self) -> None:
        """Wait until the bot knows that its memory refuses."""
        memory = self.room.store.facts._database
        await self.room.until(lambda: memory._refusing_since is not None)

    async def beside(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        """Return a connection beside the bot's."""
        return await psycopg.AsyncConnection.connect(self.server.raw)


Trouble = Callable[[Day], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def connection_lost(day: Day) -> AsyncIterator[None]:
    came = day.way.came
    day.way.cut()
    yield
    assert day.way.came > came, "it was opened anew"


@asynccontextmanager
async def server_restarted(day: Day) -> AsyncIterator[None]:
    async with await day.beside() as beside:
        await beside.execute(END_SESSIONS)
    day.way.way = Way.CLOSED
    day.way.cut()
    yield
    await day.refused()
    day.way.way = Way.OPEN


@asynccontextmanager
async def too_many_connections(day: Day) -> AsyncIterator[None]:
    day.way.way = Way.CROWDED
    day.way.cut()
    yield
    await day.refused()
    day.way.way = Way.OPEN


@asynccontextmanager
async def commit_lost(day: Day) -> AsyncIterator[None]:
    lost = asyncio.Event()
    day.way.done = lost.set
    day.way.way = Way.LOSES_ANSWERS
    yield
    await asyncio.wait_for(lost.wait(), 60)


@asynccontextmanager
async def rows_locked(day: Day) -> AsyncIterator[None]:
    """Have the time of each statement be up that comes to a turn."""
    async with await day.beside() as beside:
        await beside.execute("LOCK TABLE turns, answers IN EXCLUSIVE MODE")
        yield
        await day.refused()


def refuses(fault: Fault) -> Trouble:
    """Return the trouble of a server that writes nothing."""

    @asynccontextmanager
    async def trouble(day: Day) -> AsyncIterator[None]:
        async with refusing(day.room.store, fault):
            yield
            await day.refused()

    return trouble


@asynccontextmanager
async def other_server_took_over(day: Day) -> AsyncIterator[None]:
    async with refuses(READ_ONLY)(day):  # those who come to the old one may only read
        yield
    async with server_restarted(day):
        pass


@pytest.fixture
async def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Day]:
    monkeypatch.setattr(connection, "_BOUNDED", "SET LOCAL statement_timeout TO '100ms'")
    server = postgres.emptied()
    async with unruly(server) as way, open_room(tmp_path, DATABASE_URL=way.url.raw) as room:
        yield Day(room, way, server)


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(connection_lost, id="connection lost"),
        pytest.param(commit_lost, id="commit lost"),
        pytest.param(server_restarted, id="server restarted"),
        pytest.param(other_server_took_over, id="another server took over"),
        pytest.param(too_many_connections, id="too many connections"),
        pytest.param(rows_locked, id="statement's time up"),
        pytest.param(refuses(CROSSED), id="serialization failure"),
        pytest.param(refuses(FULL), id="disk full"),
    ],
)
async def test_an_answer_goes_on_through_a_bad_day_and_the_next_question_knows_it(
    day: Day, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = day.room
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.3)  # of the first answer's end
    script = room.playground.model.script("The first half ")
    gate = script.hold()
    script.text("and the second.")
    room.playground.model.answer("I know.")
    before = len(room.world.channel("general").messages)
    first = room.post("Tell me something.")
    await room.until(lambda: room.replies(first) and "first half" in room.replies(first)[0].content)

    async with trouble(day):
        gate.release()
        await room.until(lambda: room.replies(first)[0].content == "The first half and the second.")
        monkeypatch.setattr(database, "PATIENCE_SECONDS", 30)
        second = room.post("What was that?")
    await room.answered(second)  # by then the first may have lost its buttons, by which one knows its end
    answers = [room.replies(one) for one in (first, second)]

    assert [[one.content for one in answer] for answer in answers] == [
        ["The first half and the second."],
        ["I know."],
    ]
    said = [one.content for one in room.world.channel("general").messages.values()][before:]
    assert len(said) == 4, "nobody was told anything else"
    asked = [one["content"] for one in room.playground.model.requests[-1].messages]
    assert asked[-2:] == ["The first half and the second.", "Alex: What was that?"]
    page = await room.store.journal.page(room.key("general").channel_id, None, 20)
    assert [(turn.state, turn.text) for turn in reversed(page)] == [
        (State.ANSWERED, "Tell me something."),
        (State.COMPLETE, "The first half and the second."),
        (State.ANSWERED, "What was that?"),
        (State.COMPLETE, "I know."),
    ]
