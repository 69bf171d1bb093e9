"""What is marked at once and deleted later: out of sight at once, and gone whatever a kill interrupts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.chat.clearing import ResetOrder
from bot.rules.model import ChannelKey, Part, PartKind
from bot.rules.places.settings import Settings
from bot.store.connection.database import Database
from bot.store.history import stretches
from bot.store.history.sight import END, Clearing, look
from bot.store.store import Store
from tests.store.building import DIRECT, JOHN, MARY, MODERATOR, OTHER_ROOM, ROOM, START, THREAD, Talk

LATER = START + timedelta(days=1)


@dataclass
class Told:
    """What a sight is to be worked out of, and each position's owner worked out one by one."""

    clearings: list[Clearing] = field(default_factory=list)
    owner: dict[int, int] = field(default_factory=dict)

    def clear(self, up_to: int, *, departed: bool) -> None:
        new = Clearing(len(self.clearings) + 1, up_to, departed=departed)
        self.clearings.append(new)
        for position in range(1, up_to + 1):
            if departed or position not in self.owner:
                self.owner[position] = new.id

    def undo(self, number: int) -> None:
        index = number % len(self.clearings)
        old = self.clearings[index]
        if old.undone is None and not old.departed:
            self.clearings[index] = Clearing(old.id, old.up_to, undone=len(self.clearings))
            self.owner = {position: owner for position, owner in self.owner.items() if owner != old.id}


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("reset"), st.integers(0, 12)),
            st.tuples(st.just("undo"), st.integers(0, 5)),
            st.tuples(st.just("depart"), st.integers(0, 12)),
        ),
        max_size=9,
    )
)
def test_each_position_is_hidden_by_the_clearing_that_found_it_in_sight(deeds: list[tuple[str, int]]) -> None:
    told = Told()
    for deed, number in deeds:
        if deed != "undo":
            told.clear(number, departed=deed == "depart")
        elif told.clearings:
            told.undo(number)

    seen = look(1, told.clearings)

    for position in range(1, 15):
        assert seen.hides(position) == (position in told.owner)
        assert any(part.after < position <= part.up_to for part in seen.visible) != seen.hides(position)
        for clearing in told.clearings:
            held = any(part.after < position <= part.up_to for part in seen.hidden_by(clearing.id))
            assert held == (told.owner.get(position) == clearing.id)
    assert seen.visible[-1].up_to == END


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def killed_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return what lets a process die at the transaction after so many; batches are small."""
    monkeypatch.setattr(stretches, "BATCH", 2)

    def arm(transactions: int) -> None:
        left = transactions
        write = Database.write

        async def write_or_die(self: Database, work: Any) -> Any:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            return await write(self, work)

        monkeypatch.setattr(Database, "write", write_or_die)
        monkeypatch.setattr(Database, "erase", write_or_die)

    return arm


async def reset_and_purge(store: Store) -> None:
    await store.resets.reset(ResetOrder(ROOM, guild_wide=True), MODERATOR)
    await store.disposal.purge(LATER)


DEEDS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "guild": lambda store: store.places.drop_guild(1),
    "channel": lambda store: store.places.drop_channel(ROOM.channel_id),
    "person": lambda store: store.people.delete(JOHN.id, DIRECT.channel_id),
    "purge": reset_and_purge,
}
TAKEN = {
    "guild": (ROOM, THREAD),
    "channel": (ROOM, THREAD),
    "person": (ROOM, THREAD, DIRECT),
    "purge": (ROOM, THREAD),
}


@pytest.mark.parametrize("transactions", [1, 2, 3, 5])
@pytest.mark.parametrize("deed", DEEDS)
async def test_what_a_kill_interrupts_is_out_of_sight_and_deleted_by_the_next_sweep(
    talk: Talk,
    killed_after: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
    deed: str,
    transactions: int,
) -> None:
    for key in (ROOM, THREAD, DIRECT):
        for _ in range(4):
            await talk.say("old", key)
    await talk.say("see", OTHER_ROOM, MARY, parts=(Part(PartKind.QUOTE, "old", author_id=JOHN.id),))
    killed_after(transactions + (deed == "purge"))
    with pytest.raises(Killed):
        await DEEDS[deed](talk.store)
    monkeypatch.undo()
    seen = [await talk.words(key) for key in TAKEN[deed]]
    await talk.say("new", ROOM, MARY)
    await talk.store.disposal.purge(LATER)
    await talk.store.disposal.purge(LATER)

    database = talk.store.turns._database
    left = {row["text"] for row in await database.read("SELECT text FROM turns UNION SELECT text FROM parts")}

    assert seen == [[] for _ in TAKEN[deed]]
    assert await talk.words(ROOM) == ["new"]
    assert ("old" in left) == (deed in ("guild", "channel", "purge"))  # what is not theirs
    assert await database.read("SELECT id FROM clearings UNION ALL SELECT user_id FROM erasures") == []


async def test_a_place_that_comes_back_while_it_is_being_deleted_starts_empty(
    talk: Talk, killed_after: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = talk.store
    for key in (ROOM, THREAD):
        await talk.exchange("old", "old answer", key)
        await store.places.change(
            key, MODERATOR, guild_wide=False, persona="old", auto=True, retention_days=3
        )
    await store.turns.cut(ROOM.channel_id, 1, "It was old.")
    await store.places.change(ROOM, MODERATOR, guild_wide=True, model="old")
    reset = await store.resets.reset(ResetOrder(THREAD), MODERATOR)
    killed_after(2)
    with pytest.raises(Killed):
        await store.places.drop_guild(1)
    monkeypatch.undo()

    first = [await store.places.settings(key) for key in (ROOM, THREAD)]
    joined = await store.places.joined(THREAD.channel_id)
    known = (await store.places.known(), await store.places.guilds())
    undone = await store.resets.undo(reset.id, MODERATOR)
    await talk.say("new")
    window = await talk.window()
    totals = await store.journal.totals(ROOM.channel_id)
    await store.places.change(ROOM, MODERATOR, guild_wide=False, model="new")
    await store.disposal.purge(LATER)
    await store.disposal.purge(LATER)

    assert (first, joined, known, undone) == ([Settings(), Settings()], False, ([], ()), None)
    assert ([turn.text for turn in window.turns], window.cut, window.summary) == (["new"], 0, "")
    assert totals.turns == 1
    assert await store.places.settings(ROOM) == Settings(model="new")
    assert [entry.deed.value for entry in await store.journal.log(ROOM, 9)] == ["new"]
    assert await talk.words() == ["new"]
    assert (await store.places.known(), await store.places.guilds()) == ([ROOM], (1,))


async def test_cuts_come_and_go_with_the_resets_that_they_were_made_under(talk: Talk) -> None:
    store = talk.store
    first = await talk.say("one")
    await talk.say("two")
    await store.turns.cut(ROOM.channel_id, first, "first")
    old = await store.resets.reset(ResetOrder(ROOM, guild_wide=True, keep=1), MODERATOR)
    cleared = await talk.window()
    third = await talk.say("three")
    await talk.say("four")
    await store.turns.cut(ROOM.channel_id, third, "third")
    under = await talk.window()
    await store.resets.undo(old.id, MODERATOR)
    undone = await talk.window()
    await store.resets.reset(ResetOrder(ROOM, guild_wide=True, keep=3), MODERATOR)
    await store.turns.cut(ROOM.channel_id, third, "again")
    await store.disposal.purge(LATER)
    await store.disposal.purge(LATER)
    kept = await talk.window()
    await store.turns.cut(ROOM.channel_id, third, "at last")

    def told(window: Any) -> tuple[str, int]:
        return window.summary, len(window.turns)

    assert [told(one) for one in (cleared, under, undone)] == [("", 1), ("third", 1), ("first", 3)]
    assert told(kept) == ("again", 1)
    assert told(await talk.window()) == ("at last", 1)
    assert len(await store.turns._database.read("SELECT position FROM cuts")) == 1


async def test_turns_that_stand_between_resets_are_read_and_kept_like_others(talk: Talk) -> None:
    resets = talk.store.resets
    await talk.exchange("one", "1")
    first = await resets.reset(ResetOrder(ROOM), MODERATOR)
    await talk.exchange("two", "2")
    await resets.reset(ResetOrder(ROOM), MODERATOR)
    await talk.exchange("three", "3")
    await resets.undo(first.id, MODERATOR)

    page = [turn.text for turn in await talk.store.journal.page(ROOM.channel_id, None, 2)]
    everything = [turn.text async for turn in talk.store.journal.everything(ROOM.channel_id)]
    preview = await resets.preview(ResetOrder(ROOM, keep=1))
    more = await resets.preview(ResetOrder(ROOM, guild_wide=True, keep=2))

    assert await talk.words() == everything == ["one", "1", "three", "3"]
    assert page == ["3", "three"]
    assert (preview, more) == ((2, 2), (0, 0))


async def test_what_is_said_while_a_reset_counts_stays(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    await talk.say("old")
    told: list[int] = []
    counted = stretches.count

    async def say_and_count(*args: Any) -> tuple[int, int]:
        await talk.say("new")
        return await counted(*args)

    monkeypatch.setattr("bot.store.resets.count", say_and_count)
    reset = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR, told.append)

    assert (reset.turns, told) == (1, [1])
    assert await talk.words() == ["new"]


async def test_a_count_goes_piece_by_piece_over_many_channels(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "COUNTED", 3)
    for number in range(5):
        for _ in range(number):
            await talk.exchange("q", "a", ChannelKey(100 + number, 1))

    assert await talk.store.resets.preview(ResetOrder(ChannelKey(100, 1), guild_wide=True)) == (20, 20)
