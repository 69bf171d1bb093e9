"""Getting in line: at once, or in auto channels after a pause."""

import asyncio

import pytest

from bot.chat.conversation.gathering import QUIET_SECONDS, TOLD_SECONDS
from bot.chat.conversation.queue import MOST_WAITING, Job
from bot.rules.model import State
from bot.texts import members
from tests.chat.heart import JOHN, MARY, OTHER_ROOM, ROOM, Heart
from tests.support.fakes import LIMIT_SECONDS, completion


async def busy(heart: Heart) -> asyncio.Event:
    """Have the room's line held up by an answer; return what lets it go on."""
    gate = asyncio.Event()
    heart.completer.will("Long", gate, completion())
    await heart.say("Take your time")
    await heart.asked_the_model()
    return gate


async def gathered(heart: Heart, *words: str) -> None:
    """Say things in the room that do not mention the bot, so that it waits for quiet."""
    await heart.chime_in_everywhere()
    for text in words:
        await heart.say(text, mentions_us=False)
    await heart.until(lambda: heart.clock.sleepers == 1)


async def lined_up(heart: Heart) -> None:
    """Wait until what was gathered in the room waits for its turn."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not heart.queue.waiting(ROOM.channel_id):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)


async def test_three_quick_messages_in_an_auto_channel_get_one_answer(heart: Heart) -> None:
    await gathered(heart, "So", "I wonder", "is tea a soup?")
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    await heart.until(lambda: heart.screen.sinks and heart.screen.sinks[0].ending)

    assert len(heart.completer.requests) == 1
    assert heart.completer.last[1:] == [
        ("user", "John: So"),
        ("user", "John: I wonder"),
        ("user", "John: is tea a soup?"),
    ]


async def test_an_auto_channel_is_not_answered_before_it_is_quiet(heart: Heart) -> None:
    await gathered(heart, "So")
    heart.clock.pass_time(seconds=QUIET_SECONDS / 2)
    await gathered(heart, "I wonder")
    heart.clock.pass_time(seconds=QUIET_SECONDS / 2)
    await heart.ask("Hello", key=OTHER_ROOM)

    assert len(heart.screen.sinks) == 1


async def test_an_auto_channel_that_is_never_quiet_is_answered_at_least_every_ten_seconds(
    heart: Heart,
) -> None:
    await heart.chime_in_everywhere()
    start, answered_at = heart.clock.monotonic(), []
    for number in range(40):
        said = await heart.say(f"Word {number}", mentions_us=False)
        await heart.until(lambda: heart.clock.sleepers == 1)
        heart.clock.pass_time(seconds=1)
        await heart.ask("Hello", key=OTHER_ROOM)  # whatever is due has been done by then
        if heart.sinks(said):
            answered_at.append(heart.clock.monotonic())
            await heart.answered(said)
    asked = [request for request in heart.completer.requests if "Word" in str(request.messages)]

    gaps = [after - before for before, after in zip([start, *answered_at], answered_at, strict=False)]
    assert gaps
    assert max(gaps) <= 10
    assert len(asked) == len(answered_at)
    assert all(text in str(asked[-1].messages) for text in ("Word 0", "Word 20", "Word 39"))


async def test_a_long_answer_does_not_put_off_for_how_long_people_may_go_on(heart: Heart) -> None:
    gate = await busy(heart)
    await heart.chime_in_everywhere()
    for _ in range(12):
        last = await heart.say("Also", mentions_us=False)
        await heart.until(lambda: heart.clock.sleepers == 1)
        heart.clock.pass_time(seconds=1)
    await lined_up(heart)
    gate.set()
    await heart.answered(last)

    assert len(heart.completer.requests) == 2
    assert list(heart.screen.seen.values()).count(True) <= 1


async def test_a_mention_answers_for_what_was_gathered_at_once(heart: Heart) -> None:
    await gathered(heart, "So", "I wonder")
    await heart.ask("is tea a soup?")
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    await heart.ask("Hello", key=OTHER_ROOM)

    assert len(heart.completer.requests) == 2
    assert [turn.state for turn in await heart.turns()][:2] == [State.HEARD, State.HEARD]


async def test_what_comes_while_an_answer_is_written_is_gathered_into_one_next_answer(heart: Heart) -> None:
    gate = await busy(heart)
    await heart.chime_in_everywhere()
    for number in range(MOST_WAITING + 5):
        last = await heart.say(f"Also {number}", mentions_us=False)
        await heart.until(lambda: heart.clock.sleepers == 1)
        heart.clock.pass_time(seconds=QUIET_SECONDS)
        await lined_up(heart)
    gate.set()
    await heart.answered(last)

    assert len(heart.completer.requests) == 2
    assert heart.screen.said == []


async def test_redoing_an_answer_leaves_what_was_gathered_to_its_own(heart: Heart) -> None:
    first = await heart.say("Hello")
    await heart.answered(first)
    await gathered(heart, "is tea a soup?")
    await heart.control.regenerate((await heart.answer_to(first)).id, *heart.presser())
    await heart.answered(first, times=2)
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    await heart.asked_the_model(3)

    assert heart.completer.last[-1] == ("user", "John: is tea a soup?")


async def test_a_waiting_question_shows_that_it_was_seen_until_its_answer_begins(heart: Heart) -> None:
    gate = await busy(heart)
    waiting = await heart.say("And then?", MARY)
    await heart.until(lambda: heart.screen.seen == {waiting.message_id: True})
    gate.set()
    await heart.answered(waiting)
    await heart.until(lambda: heart.screen.seen == {waiting.message_id: False})

    assert len(heart.sinks(waiting)) == 1


async def test_a_question_that_is_answered_at_once_is_not_marked(heart: Heart) -> None:
    await heart.ask("Hello")

    assert heart.screen.seen == {}


async def test_a_full_line_says_so_and_keeps_the_message(heart: Heart) -> None:
    await busy(heart)
    for number in range(MOST_WAITING):
        await heart.say(f"Question {number}", MARY)
    turned_away = await heart.say("One more", JOHN)

    assert heart.screen.said == [(turned_away.message_id, members.LINE_FULL.format(most=MOST_WAITING))]
    assert (await heart.words())[-1] == "One more"


async def test_a_full_line_is_told_of_once_a_minute_in_each_channel(heart: Heart) -> None:
    await busy(heart)
    for number in range(MOST_WAITING + 5):
        await heart.say(f"Question {number}", MARY)
    told_at_first = len(heart.screen.said)
    heart.clock.pass_time(seconds=TOLD_SECONDS)
    for number in range(5):
        await heart.say(f"Still {number}", MARY)

    assert told_at_first == 1
    assert len(heart.screen.said) == 2


async def test_every_channel_is_told_that_its_line_is_full(heart: Heart) -> None:
    await busy(heart)
    heart.completer.will(asyncio.Event())
    for number in range(MOST_WAITING + 3):
        for key in (ROOM, OTHER_ROOM):
            await heart.say(f"Question {number}", MARY, key)

    assert len(heart.screen.said) == 2


async def test_who_was_turned_away_is_not_answered_after_a_restart_either(heart: Heart) -> None:
    await busy(heart)
    for number in range(MOST_WAITING + 1):
        await heart.say(f"Question {number}", MARY)

    waiting = await heart.store.questions.waiting(heart.clock.now())
    assert [question.message_id for question in waiting] == [
        turn.message_id for turn in (await heart.turns())[1:-1]
    ]


async def test_a_full_line_holds_up_no_other_channel(heart: Heart) -> None:
    await busy(heart)
    for number in range(MOST_WAITING + 1):
        await heart.say(f"Question {number}", MARY)
    answer = await heart.ask("Hello", key=OTHER_ROOM)

    assert answer.text == "Answer 2"


async def test_deleting_the_last_gathered_message_leaves_the_answer_to_the_one_before(heart: Heart) -> None:
    await gathered(heart, "So", "is tea a soup?")
    slip = await heart.say("oops", mentions_us=False)
    await heart.until(lambda: heart.clock.sleepers == 1)

    await heart.delete(slip.message_id)
    await heart.until(lambda: heart.clock.sleepers == 1)
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    await heart.until(lambda: heart.screen.sinks and heart.screen.sinks[0].ending)

    assert heart.completer.last[1:] == [("user", "John: So"), ("user", "John: is tea a soup?")]


async def test_deleting_a_mention_in_line_leaves_the_answer_to_what_it_gathered(heart: Heart) -> None:
    gate = await busy(heart)
    await heart.say("One thing first", MARY)
    await gathered(heart, "So", "is tea a soup?")
    mention = await heart.say("well?")

    await heart.delete(mention.message_id)
    await heart.until(lambda: heart.clock.sleepers == 1)
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    gate.set()
    await heart.until(lambda: len(heart.completer.requests) == 3)

    assert heart.completer.last[-1] == ("user", "John: is tea a soup?")


async def test_what_a_deleted_mention_gathered_is_left_to_what_is_gathered_now(
    heart: Heart, caplog: pytest.LogCaptureFixture
) -> None:
    gate = await busy(heart)
    await gathered(heart, "So", "is tea a soup?")
    mention = await heart.say("well?")
    newer = await heart.say("I mean green tea", mentions_us=False)
    await heart.until(lambda: heart.clock.sleepers == 1)

    await heart.delete(mention.message_id)
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    gate.set()
    await heart.answered(newer)
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    await heart.ask("Hello", key=OTHER_ROOM)

    assert [one["content"] for one in heart.completer.requests[1].messages[-3:]] == [
        "John: So",
        "John: is tea a soup?",
        "John: I mean green tea",
    ]
    assert len(heart.completer.requests) == 3
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_two_lines_that_end_at_once_lose_no_question(
    heart: Heart, caplog: pytest.LogCaptureFixture
) -> None:
    gate = await busy(heart)
    await gathered(heart, "So")
    first = await heart.say("well?")
    await gathered(heart, "is tea a soup?")
    second = await heart.say("and?")

    await heart.delete(first.message_id, second.message_id)
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    gate.set()
    await heart.asked_the_model(2)

    assert [one["content"] for one in heart.completer.requests[1].messages[-2:]] == [
        "John: So",
        "John: is tea a soup?",
    ]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_deleting_all_that_was_gathered_leaves_nothing_to_answer(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    only = await heart.say("oops", mentions_us=False)
    await heart.until(lambda: heart.clock.sleepers == 1)

    await heart.delete(only.message_id)
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    await heart.ask("Hello", key=OTHER_ROOM)

    assert len(heart.completer.requests) == 1


async def test_an_older_question_does_not_answer_for_newer_ones(heart: Heart) -> None:
    first = await heart.say("Hello", key=OTHER_ROOM)
    await heart.answered(first)
    old = await heart.store.questions.find(first.message_id)
    await heart.chime_in_everywhere()
    await heart.say("is tea a soup?", key=OTHER_ROOM, mentions_us=False)
    await heart.until(lambda: heart.clock.sleepers == 1)

    assert old is not None
    await heart.inbox.resume(Job(OTHER_ROOM, old.id, first.message_id))
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    await heart.until(lambda: len(heart.completer.requests) == 3)

    assert heart.completer.last[-1] == ("user", "John: is tea a soup?")
