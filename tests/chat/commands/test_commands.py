"""The use cases behind commands, where a person's commands alone can't show what they do."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.chat.clearing import Reset, ResetOrder
from bot.chat.commands.settings import Held, Source
from bot.chat.ports import Ending
from bot.chat.rights import Member, Permission
from bot.errors import MemoryRefused, NotAllowed, UserFacingError
from bot.rules.admission.access import HouseRules
from bot.rules.model import ChannelKey, Part, PartKind, State
from bot.texts import members
from tests.chat.heart import DIRECT, JOHN, MARY, OTHER_ROOM, ROOM, Heart, beating, started_again
from tests.support.fakes import completion
from tests.support.refusing import refusing

MEMBER = Member(100, "John", frozenset({Permission.READ_MESSAGE_HISTORY}))
MANAGER = Member(900, "Mo", frozenset({Permission.MANAGE_CHANNELS}))
OWNER = Member(901, "Olivia", frozenset(Permission))
ELSEWHERE = ChannelKey(50, guild_id=2)


async def test_a_reset_is_undone_only_where_it_was_made(heart: Heart) -> None:
    await heart.ask("Hello")
    resetting = heart.commands.resetting
    here = await resetting.reset(ResetOrder(ROOM), OWNER)
    everywhere = await resetting.reset(ResetOrder(ROOM, guild_wide=True), OWNER)

    for reset, place in ((here, OTHER_ROOM), (everywhere, ELSEWHERE)):
        with pytest.raises(UserFacingError, match="can't be undone"):
            await resetting.undo(reset.id, place, OWNER)
    assert await resetting.undo(everywhere.id, OTHER_ROOM, OWNER) == everywhere


async def test_a_reset_that_memory_refuses_stops_no_answer(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.connection.database.PATIENCE_SECONDS", 0.05)
    gate = asyncio.Event()
    heart.completer.will("One, ", gate, "two", completion())
    question = await heart.say("Count to two")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)

    async with refusing(heart.store):
        with pytest.raises(MemoryRefused):
            await heart.commands.resetting.reset(ResetOrder(ROOM), OWNER)
    gate.set()

    assert (await heart.answered(question)).text == "One, two"


async def test_a_reset_stops_what_it_clears_but_not_what_it_keeps(heart: Heart) -> None:
    await heart.ask("Hello")
    gate = asyncio.Event()
    heart.completer.will("One, ", gate, "two", completion())
    question = await heart.say("Count to two")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)

    await heart.commands.resetting.reset(ResetOrder(ROOM, keep=1), OWNER)
    gate.set()
    kept = await heart.answered(question)
    heart.completer.will("Three, ", asyncio.Event())
    cleared = await heart.say("Count to four")
    await heart.until(lambda: heart.sinks(cleared) and heart.sinks(cleared)[0].text)
    await heart.commands.resetting.reset(ResetOrder(ROOM), OWNER)

    assert kept.ending == Ending(State.COMPLETE)
    assert (await heart.answered(cleared)).ending == Ending(State.GONE, str(members.HISTORY_RESET))


async def test_of_two_who_undo_at_once_one_is_told_that_it_is_done(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    await heart.ask("Hello")
    resetting = heart.commands.resetting
    reset = await resetting.reset(ResetOrder(ROOM), OWNER)

    async def undone_meanwhile(_: object, reset_id: int) -> Reset:
        await heart.store.resets.undo(reset_id, MANAGER.id)
        return reset

    monkeypatch.setattr("bot.store.resets.SqlResets.get", undone_meanwhile)

    with pytest.raises(UserFacingError, match="already undone"):
        await resetting.undo(reset.id, ROOM, OWNER)
    assert await heart.words() == ["Hello", "Answer 1"]


async def test_in_a_direct_conversation_the_self_hosters_word_is_the_last(heart: Heart) -> None:
    settings = heart.commands.settings

    assert await settings.held_for(DIRECT, MEMBER, "persona") == Held("Be brief.", Source.DEFAULT)


async def test_a_persona_that_nobody_set_here_is_not_what_the_form_holds() -> None:
    async with beating(persona="x" * 4001) as heart:
        settings = heart.commands.settings

        assert await settings.persona_to_edit(ROOM, OWNER, guild_wide=False) == (None, "x" * 4001)
        assert await settings.persona_to_edit(ROOM, OWNER, guild_wide=True) == (None, "x" * 4001)


@pytest.mark.parametrize(("size", "lines"), [(3, 1), (9_000, 3), (30_000, 2)])
async def test_an_export_holds_pictures_in_lines_that_fit_into_a_file(
    heart: Heart, size: int, lines: int
) -> None:
    most = 20_000
    pictures = [
        Part(PartKind.IMAGE, name=f"{extra}.png", data=b"\0" * (size if extra else 3), media_type="image/png")
        for extra in (0, 1)
    ]
    said = await heart.say("Look")
    await heart.answered(said)
    await heart.store.turns.revise(said.message_id, "Look", pictures, (3, "o200k_base"))

    export = await heart.commands.history.export(ROOM, MANAGER, most)
    files = [file async for file in export.files]
    written = b"".join(file.data for file in files if file.name.endswith("jsonl")).splitlines()
    messages = [json.loads(line) for line in written]

    assert max(len(file.data) for file in files) <= most
    assert len(messages) == lines + 1
    assert "[image: 0.png]" in str(messages[0])
    assert str(messages).count("data:image/png;base64,") == (2 if size < most else 1)


async def test_an_export_says_where_only_the_newest_was_compared_with_discord(
    returned: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = returned.commands.history
    monkeypatch.setattr("bot.chat.commands.history.CHECKED", 6)
    first = await history.export(ROOM, MANAGER)
    asked = len(returned.reader.asked)
    monkeypatch.setattr("bot.chat.commands.history.CHECKED", 250)
    second = await history.export(ROOM, MANAGER)

    assert (first.checked_all, second.checked_all) == (False, True)
    assert asked == 1


async def test_an_answer_has_details_only_in_its_own_channel(heart: Heart) -> None:
    sink = await heart.ask("Hello")
    details = heart.commands.details
    (message_id,) = sink.message_ids

    found = await details.of(ROOM, message_id, MANAGER)

    assert found.completion_json == "chatcmpl-1 Answer 1"
    with pytest.raises(UserFacingError, match=str(members.NO_DETAILS)):
        await details.of(OTHER_ROOM, message_id, MANAGER)


async def test_who_asked_sees_the_bill_alone_and_nobody_else_does(heart: Heart) -> None:
    sink = await heart.ask("Hello", JOHN)
    details = heart.commands.details
    (message_id,) = sink.message_ids

    found = await details.of(ROOM, message_id, MEMBER)

    assert found.completion_json is None
    assert found.answer.completion is not None
    with pytest.raises(NotAllowed, match="Manage Channels"):
        await details.of(ROOM, message_id, Member(MARY.id, "Mary", frozenset()))


async def test_in_a_direct_conversation_one_sees_all_of_an_answer(heart: Heart) -> None:
    sink = await heart.ask("Hello", JOHN, DIRECT)
    details = heart.commands.details

    found = await details.of(DIRECT, sink.message_ids[0], MEMBER)

    assert found.completion_json == "chatcmpl-1 Answer 1"


async def test_pages_meet_without_a_gap_whatever_is_said_meanwhile(heart: Heart) -> None:
    for number in range(5):
        await heart.ask(f"Question {number}")
    history = heart.commands.history
    newest = await history.page(ROOM, MEMBER)
    await heart.ask("Meanwhile")

    older = await history.page(ROOM, MEMBER, newest.older)

    pages = [turn.text for turn in (*newest.turns, *older.turns)]
    assert pages == [said for n in reversed(range(5)) for said in (f"Answer {n + 1}", f"Question {n}")]
    assert (newest.newest, older.newest, older.older) == (True, False, None)


@pytest.fixture
async def returned(heart: Heart) -> AsyncIterator[Heart]:
    """Return a process that began after some of what memory holds, before and behind a cut, was deleted."""
    for number in range(12):
        await heart.ask(f"Question {number}")
    turns = await heart.turns()
    await heart.store.turns.cut(ROOM.channel_id, turns[-1].position - 1, "")
    heart.clock.pass_time(days=1)
    async with started_again(heart) as later:
        later.reader.channels[ROOM.channel_id] = [
            later.message(turn.text, message_id=turn.message_id)
            for turn in turns
            if turn.text not in {"Question 0", "Answer 4", "Question 11"}
        ]
        yield later


async def test_a_page_does_not_repeat_what_was_deleted_while_nobody_listened(returned: Heart) -> None:
    history = returned.commands.history
    before: int | None = None
    said: list[str] = []
    while before is not None or not said:
        page = await history.page(ROOM, MEMBER, before)
        said += [turn.text for turn in page.turns]
        before = page.older

    assert len(said) == 21
    assert not {"Question 0", "Answer 4", "Question 11"}.intersection(said)


async def test_an_export_does_not_repeat_what_was_deleted_while_nobody_listened(returned: Heart) -> None:
    export = await returned.commands.history.export(ROOM, MANAGER)
    files = [file.data.decode() async for file in export.files]

    assert all("Question 1" in file and "Answer 5" in file for file in files)
    assert not any(said in file for file in files for said in ("Question 0", "Answer 4", "Question 11"))


async def test_older_ones_that_were_looked_at_first_say_nothing_of_newer_ones(returned: Heart) -> None:
    history = returned.commands.history
    [*_, last, _] = await returned.turns()
    await history.page(ROOM, MEMBER, last.position)

    page = await history.page(ROOM, MEMBER)

    assert [turn.text for turn in page.turns][:2] == ["Answer 12", "Answer 11"]


async def test_a_channel_counted_for_another_encoding_is_not_exact(heart: Heart) -> None:
    await heart.ask("Hello")
    [question, _] = await heart.turns()
    counting = heart.commands.counting
    before = await counting.channel(ROOM)
    await heart.store.turns.recount({question.id: 9}, "cl100k_base")

    after = await counting.channel(ROOM)

    assert (before.exact, after.exact) == (True, False)
    assert replace(after.preview, tokens=0) != before.preview


@pytest.mark.parametrize("change", [{"auto": True}, {"recent": 5}])
async def test_what_is_not_heard_can_not_be_asked_for(change: dict[str, int]) -> None:
    async with beating(house=HouseRules(hears_all=False)) as heart:
        with pytest.raises(UserFacingError, match="Message Content"):
            await heart.commands.settings.change(ROOM, OWNER, guild_wide=False, **change)
        await heart.commands.settings.change(ROOM, OWNER, guild_wide=False, auto=False, persona="Be brief.")

        assert (await heart.store.places.settings(ROOM)).persona == "Be brief."


async def test_what_was_set_while_all_was_heard_does_not_hold_where_it_is_not() -> None:
    async with beating(house=HouseRules(hears_all=False)) as heart:
        await heart.store.places.change(ROOM, OWNER.id, guild_wide=False, auto=True, recent=5, persona="Hm.")
        held = [await heart.commands.settings.held(ROOM, name) for name in ("auto", "recent", "persona")]

    assert held == [Held(False, Source.DEFAULT), Held(0, Source.DEFAULT), Held("Hm.", Source.HERE)]
