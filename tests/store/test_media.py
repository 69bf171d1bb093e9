"""Pictures: stored once, within a limit, gone with the last message that had them."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.clearing import ResetOrder
from bot.rules.model import Part, PartKind
from bot.store.store import MEMORY, Store, open_store
from tests.store.building import ROOM, StoppedClock, Talk

KIBIBYTE = 1024


def picture(content: bytes, size: int = 100, name: str = "cat.png") -> Part:
    return Part(PartKind.IMAGE, name=name, data=content.ljust(size, b"."), media_type="image/png")


async def stored(store: Store) -> list[bytes]:
    """Return the contents that are stored, and hold their sum against the total that is kept."""
    database = store.turns._database
    rows = await database.read(
        "SELECT m.id, p.data FROM media_pieces AS p LEFT JOIN media AS m ON m.digest = p.digest"
        " ORDER BY m.id, p.number"
    )
    [total] = await database.read("SELECT bytes FROM media_total")
    assert total["bytes"] == sum(len(row["data"]) for row in rows)
    pictures: dict[int, bytes] = {}
    for row in rows:
        pictures[row["id"]] = pictures.get(row["id"], b"") + row["data"]
    return [data.rstrip(b".") for data in pictures.values()]


async def seen(talk: Talk) -> list[bytes | None]:
    """Return what the turns of the room have of their pictures."""
    turns = (await talk.window()).turns
    return [part.data.rstrip(b".") if part.data else None for turn in turns for part in turn.parts]


async def test_a_picture_is_stored_once_however_often_it_is_replied_to(talk: Talk) -> None:
    for number in range(5):
        await talk.say("what is this?", parts=(picture(b"cat", name=f"{number}.png"),))
    await talk.say("and this?", parts=(picture(b"dog"),))

    assert await stored(talk.store) == [b"cat", b"dog"]
    assert await seen(talk) == [b"cat"] * 5 + [b"dog"]


async def test_it_goes_with_the_last_message_that_had_it(talk: Talk) -> None:
    for message_id in (5, 6):
        await talk.say("what is this?", message_id=message_id, parts=(picture(b"cat"),))
    await talk.store.turns.forget([5])
    after_one = await stored(talk.store)
    await talk.store.turns.revise(6, "never mind", (), (1, "o"))

    assert after_one == [b"cat"]
    assert await stored(talk.store) == []


async def test_one_that_no_turn_takes_is_not_kept(talk: Talk) -> None:
    await talk.say("look", message_id=5)
    with pytest.raises(AssertionError):  # it is stored already
        await talk.say("look", message_id=5, parts=(picture(b"cat"),))
    await talk.store.turns.revise(404, "never stored", (picture(b"dog"),), (1, "o"))

    assert await stored(talk.store) == []


async def test_the_oldest_go_first_and_their_turns_stay(clock: StoppedClock) -> None:
    async with open_store(MEMORY, clock.now, most_media=3 * KIBIBYTE) as store:
        talk = Talk(store, clock)
        for name in (b"a", b"b", b"c", b"a", b"d"):  # the first was posted again since
            await talk.say("look", parts=(picture(name, KIBIBYTE),))
        await talk.say("too large", parts=(picture(b"e", 4 * KIBIBYTE),))

        assert await stored(store) == [b"a", b"c", b"d"]
        assert await seen(talk) == [b"a", None, b"c", b"a", b"d", None]
        assert len(await talk.words()) == 6


@given(
    posted=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 400)), max_size=20),
    most=st.integers(0, 1_000),
)
@settings(max_examples=30, deadline=None)
def test_all_of_them_never_take_more_than_the_limit(posted: list[tuple[int, int]], most: int) -> None:
    async def post() -> None:
        clock = StoppedClock()
        async with open_store(MEMORY, clock.now, most_media=most) as store:
            talk = Talk(store, clock)
            for number, size in posted:
                await talk.say("look", parts=(picture(b"%d" % number, size + 1),))
                await stored(store)
                [total] = await store.turns._database.read("SELECT bytes FROM media_total")
                assert total["bytes"] <= most

    asyncio.run(post())


async def test_a_limit_that_was_lowered_is_kept_by_and_by(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        for number in range(100):
            await Talk(store, clock).say("look", parts=(picture(b"%d" % number, KIBIBYTE),))
    async with open_store(path, clock.now, most_media=2 * KIBIBYTE) as store:
        at_the_start = len(await stored(store))
        await store.storage.tidy()

        assert at_the_start == 100
        assert await stored(store) == [b"98", b"99"]


async def test_pictures_of_an_older_database_are_moved_while_the_bot_runs(
    tmp_path: Path, clock: StoppedClock
) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        talk = Talk(store, clock)
        for number in range(6):
            await talk.say("look", parts=(picture(b"old"), picture(b"%d" % number)))
    as_before(path)
    async with open_store(path, clock.now) as store:
        talk = Talk(store, clock)
        before, held = await seen(talk), await stored(store)
        await store.storage.tidy()

        assert held == []
        assert await seen(talk) == before
        assert await stored(store) == [b"old", b"0", b"1", b"2", b"3", b"4", b"5"]
        assert await store.turns._database.read("SELECT 1 FROM parts WHERE data IS NOT NULL") == []


def as_before(path: Path) -> None:
    """Put the pictures back where the schemas before this one had them."""
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE parts SET data = (SELECT p.data FROM media AS m JOIN media_pieces AS p USING (digest)"
            " WHERE m.id = parts.media_id)"
        )
        connection.execute("UPDATE parts SET media_id = NULL")
        connection.executescript("DELETE FROM media_pieces; DELETE FROM media; DELETE FROM media_loose;")
    connection.close()


@pytest.mark.parametrize("deed", ["reset", "undo"])
async def test_what_is_reset_keeps_its_pictures_until_it_is_purged(
    talk: Talk, clock: StoppedClock, deed: str
) -> None:
    await talk.say("look", parts=(picture(b"cat"),))
    reset = await talk.store.resets.reset(ResetOrder(ROOM), 1)
    hidden = await stored(talk.store)
    if deed == "undo":
        await talk.store.resets.undo(reset.id, 1)
    clock.pass_time(minutes=11)
    await talk.store.disposal.purge(clock.now())

    assert hidden == [b"cat"]
    assert await stored(talk.store) == ([b"cat"] if deed == "undo" else [])


async def test_a_picture_that_no_turn_has_goes_at_the_next_start(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        await Talk(store, clock).say("look", parts=(picture(b"cat"), picture(b"dog")))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE parts SET media_id = NULL WHERE id = 1")
    connection.close()
    async with open_store(path, clock.now) as store:
        await store.storage.tidy()

        assert await stored(store) == [b"dog"]
