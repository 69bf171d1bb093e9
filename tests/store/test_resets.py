"""Clearing history, the way back, and what is gone for good."""

from datetime import timedelta

from bot.chat.answers import FinalAnswer
from bot.chat.clearing import ResetOrder
from bot.rules.model import ChannelKey, State
from bot.rules.records import Deed, Verb
from bot.store.connection.database import Database
from bot.store.disposal import SqlDisposal
from bot.store.resets import SqlResets
from tests.store.building import (
    DIRECT,
    END,
    MODERATOR,
    OTHER_GUILD,
    OTHER_ROOM,
    ROOM,
    START,
    THREAD,
    StoppedClock,
    Talk,
    texts,
)


async def test_a_reset_clears_its_channel_and_no_other(talk: Talk) -> None:
    for key in (ROOM, THREAD, OTHER_ROOM, DIRECT):
        await talk.exchange("hello", "hi", key)
    await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)

    assert await talk.words(ROOM) == []
    for key in (THREAD, OTHER_ROOM, DIRECT):
        assert await talk.words(key) == ["hello", "hi"]


async def test_a_reset_of_a_guild_clears_each_of_its_channels(talk: Talk) -> None:
    for key in (ROOM, THREAD, OTHER_ROOM, OTHER_GUILD, DIRECT):
        await talk.exchange("hello", "hi", key)
    reset = await talk.store.resets.reset(ResetOrder(ROOM, guild_wide=True), MODERATOR)

    assert (reset.turns, reset.tokens, reset.guild_wide) == (6, 6, True)
    assert await talk.store.resets.get(reset.id) == reset
    for key in (ROOM, THREAD, OTHER_ROOM):
        assert await talk.words(key) == []
    for key in (OTHER_GUILD, DIRECT):
        assert await talk.words(key) == ["hello", "hi"]


async def test_a_preview_says_what_a_reset_would_clear_and_clears_nothing(talk: Talk) -> None:
    await talk.answer(await talk.say("one", tokens=3), "two", tokens=5)
    await talk.say("three", tokens=7)
    await talk.answer(await talk.say("four", OTHER_ROOM, tokens=11), "", state=State.FAILED)

    preview = talk.store.resets.preview

    assert await preview(ResetOrder(ROOM)) == (3, 15)
    assert await preview(ResetOrder(ROOM, keep=1)) == (2, 8)
    assert await preview(ResetOrder(ROOM, guild_wide=True)) == (4, 26)
    assert await talk.words() == ["one", "two", "three"]


async def test_a_reset_does_what_its_preview_said(talk: Talk) -> None:
    for _ in range(3):
        await talk.exchange("hello", "hi")
    preview = await talk.store.resets.preview(ResetOrder(ROOM, keep=1))
    reset = await talk.store.resets.reset(ResetOrder(ROOM, keep=1), MODERATOR)

    assert (reset.turns, reset.tokens) == preview == (4, 4)
    assert (reset.key, reset.at) == (ROOM, START)


async def test_a_reset_keeps_the_newest_questions_with_their_answers(talk: Talk) -> None:
    for number in range(4):
        await talk.exchange(f"q{number}", f"a{number}")
    await talk.store.resets.reset(ResetOrder(ROOM, keep=2), MODERATOR)

    assert await talk.words() == ["q2", "a2", "q3", "a3"]


async def test_a_reset_of_a_guild_keeps_the_newest_questions_of_each_channel(talk: Talk) -> None:
    for number in range(4):
        for key in (ROOM, OTHER_ROOM):
            await talk.exchange(f"q{number}", f"a{number}", key)
    await talk.exchange("only", "one", THREAD)
    preview = await talk.store.resets.preview(ResetOrder(ROOM, guild_wide=True, keep=2))
    reset = await talk.store.resets.reset(ResetOrder(ROOM, guild_wide=True, keep=2), MODERATOR)

    assert (reset.turns, reset.tokens) == preview == (8, 8)
    for key in (ROOM, OTHER_ROOM):
        assert await talk.words(key) == ["q2", "a2", "q3", "a3"]
    assert await talk.words(THREAD) == ["only", "one"]


async def test_a_reset_that_keeps_more_than_there_is_clears_nothing(talk: Talk) -> None:
    await talk.exchange("hello", "hi")
    reset = await talk.store.resets.reset(ResetOrder(ROOM, keep=5), MODERATOR)

    assert reset.turns == 0
    assert await talk.words() == ["hello", "hi"]


async def test_an_undo_brings_turns_cut_and_summary_back(talk: Talk) -> None:
    first, _ = await talk.exchange("first", "to the first")
    await talk.exchange("second", "to the second")
    await talk.store.turns.cut(ROOM.channel_id, first, "They met.")
    reset = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    cleared = await talk.window()
    undone = await talk.store.resets.undo(reset.id, MODERATOR)
    window = await talk.window()

    assert (cleared.turns, cleared.cut, cleared.summary) == ((), 0, "")
    assert undone == reset
    assert texts(window) == ["second", "to the second"]
    assert (window.cut, window.summary) == (first, "They met.")


async def test_an_undo_after_new_messages_puts_the_old_turns_before_them(talk: Talk) -> None:
    await talk.exchange("old", "old answer")
    reset = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    await talk.exchange("new", "new answer")
    await talk.store.resets.undo(reset.id, MODERATOR)

    assert await talk.words() == ["old", "old answer", "new", "new answer"]


async def test_a_reset_is_undone_once(talk: Talk) -> None:
    await talk.exchange("hello", "hi")
    reset = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)

    assert await talk.store.resets.get(reset.id) == reset
    assert await talk.store.resets.undo(reset.id, MODERATOR) == reset
    assert await talk.store.resets.get(reset.id) is None
    assert await talk.store.resets.undo(reset.id, MODERATOR) is None


async def test_two_resets_are_undone_each_by_itself(talk: Talk) -> None:
    await talk.say("first")
    first = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    await talk.say("second")
    second = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)

    await talk.store.resets.undo(first.id, MODERATOR)
    after_one = await talk.words()
    await talk.store.resets.undo(second.id, MODERATOR)

    assert after_one == ["first"]
    assert await talk.words() == ["first", "second"]


async def test_an_answer_that_ends_after_the_reset_stays_hidden_with_its_question(talk: Talk) -> None:
    question = await talk.say("tell me")
    running = await talk.begin(question)
    reset = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    await talk.store.answers.finish(running.id, FinalAnswer(State.STOPPED, "well", 1, "o", END))

    hidden = await talk.words()
    await talk.store.resets.undo(reset.id, MODERATOR)

    assert hidden == []
    assert await talk.words() == ["tell me", "well"]


async def test_resets_and_undos_are_recorded(talk: Talk) -> None:
    await talk.exchange("hello", "hi")
    reset = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    talk.clock.pass_time(minutes=1)
    await talk.store.resets.undo(reset.id, 901)
    await talk.store.resets.reset(ResetOrder(OTHER_ROOM, guild_wide=True), MODERATOR)

    log = await talk.store.journal.log(ROOM, 10)

    assert [(entry.actor_id, entry.channel_id, entry.deed) for entry in log] == [
        (MODERATOR, None, Deed(Verb.RESET, turns=2, tokens=2)),
        (901, ROOM.channel_id, Deed(Verb.UNDO, turns=2, tokens=2)),
        (MODERATOR, ROOM.channel_id, Deed(Verb.RESET, turns=2, tokens=2)),
    ]
    assert [entry.at - START for entry in log] == [timedelta(minutes=1), timedelta(minutes=1), timedelta()]


async def test_a_purge_deletes_what_was_reset_before_and_nothing_else(talk: Talk) -> None:
    await talk.exchange("old", "old answer")
    old = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    talk.clock.pass_time(minutes=10)
    await talk.exchange("young", "young answer")
    young = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    await talk.say("new")

    assert await talk.store.disposal.purge(talk.clock.now()) == 2
    assert await talk.store.resets.undo(old.id, MODERATOR) is None
    assert await talk.store.resets.undo(young.id, MODERATOR) == young
    assert await talk.words() == ["young", "young answer", "new"]


async def test_a_purge_with_nothing_to_do_deletes_nothing(talk: Talk) -> None:
    await talk.exchange("hello", "hi")

    assert await talk.store.disposal.purge(talk.clock.now()) == 0
    assert await talk.words() == ["hello", "hi"]


async def test_a_purge_of_a_long_history_goes_in_batches_to_the_end(
    database: Database, clock: StoppedClock
) -> None:
    await database.write_one("INSERT INTO channels (id) VALUES (10)")
    await database.write_one(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234)"
        " INSERT INTO turns (channel_id, state, created_at) SELECT 10, 'heard', 0 FROM n"
    )
    resets = SqlResets(database, clock.now)
    await resets.reset(ResetOrder(ChannelKey(10)), MODERATOR)

    assert await SqlDisposal(database).purge(START + timedelta(seconds=1)) == 1234
    assert await database.read("SELECT id FROM turns UNION ALL SELECT id FROM clearings") == []


async def test_turns_older_than_the_nearest_retention_expire(talk: Talk) -> None:
    places = talk.store.places
    await places.change(ROOM, MODERATOR, guild_wide=True, retention_days=3)
    await places.change(ROOM, MODERATOR, guild_wide=False, retention_days=5)
    await places.change(OTHER_ROOM, MODERATOR, guild_wide=False, retention_days=1)
    guild_default = ChannelKey(channel_id=50, guild_id=1)
    everywhere = (ROOM, THREAD, OTHER_ROOM, guild_default, OTHER_GUILD)
    for days in range(8):
        for key in everywhere:
            await talk.say(f"{days}", key)
        talk.clock.pass_time(days=1)

    deleted = await talk.store.disposal.expire(talk.clock.now(), default_days=7)

    kept = [len(await talk.words(key)) for key in everywhere]
    assert kept == [5, 5, 1, 3, 7]
    assert deleted == 5 * 8 - sum(kept)


async def test_a_place_set_to_no_days_keeps_what_others_forget(talk: Talk) -> None:
    places = talk.store.places
    await places.change(ROOM, MODERATOR, guild_wide=True, retention_days=3)
    await places.change(ROOM, MODERATOR, guild_wide=False, retention_days=0)
    await places.change(OTHER_GUILD, MODERATOR, guild_wide=True, retention_days=0)
    everywhere = (ROOM, THREAD, OTHER_ROOM, OTHER_GUILD, DIRECT)
    for key in everywhere:
        await talk.say("old", key)
    talk.clock.pass_time(days=10_000)
    await talk.store.disposal.expire(talk.clock.now(), default_days=7)

    assert [len(await talk.words(key)) for key in everywhere] == [1, 1, 0, 1, 0]


async def test_nothing_expires_where_no_retention_is_set(talk: Talk) -> None:
    await talk.say("old")
    talk.clock.pass_time(days=10_000)

    assert await talk.store.disposal.expire(talk.clock.now(), default_days=None) == 0
    assert await talk.words() == ["old"]


async def test_a_summary_of_expired_turns_expires_with_them(talk: Talk) -> None:
    cut_off = await talk.say("old")
    talk.clock.pass_time(days=2)
    await talk.say("new")
    await talk.store.turns.cut(ROOM.channel_id, cut_off, "It was old.")
    await talk.store.disposal.expire(talk.clock.now(), default_days=1)

    assert (await talk.window()).summary == ""
