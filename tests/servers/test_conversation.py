"""The main conversation with servers that nobody here wrote.

What a tiny model says is nobody's law: what is asserted is what was sent, what is stored and what is shown.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.rules.model import State
from bot.texts import contents, members
from playground.world.entities import Message
from tests.servers.conftest import Meet, Meeting
from tests.servers.running import WINDOW, WRONG_KEY, Server
from tests.support.room import Room
from tests.works_with import PNG, UNFIT

LIMIT_SECONDS = 120.0
WHOLE = (State.COMPLETE, State.LENGTH)
TURNS = ("Hello! I'm John.", "I like tea.", "I have a cat.", "It rains.", "It is late.", "What is my name?")


async def asked(room: Room, text: str, channel: str = "general", **options: Any) -> str:
    """Ask, and return what is shown of an answer that came to its end."""
    question = room.post(text, channel, **options)
    shown = shown_of(await room.answered(question, LIMIT_SECONDS))
    stored = await room.store.answers.by_message(question.id)

    assert stored is not None
    assert (stored.state in WHOLE, shown) == (True, shown)
    assert stored.text.strip()
    return shown


async def refused(room: Room, text: str) -> str:
    """Ask, and return what is shown in place of an answer."""
    return shown_of(await room.answered(room.post(text), LIMIT_SECONDS))


def shown_of(messages: list[Message]) -> str:
    return "\n".join(message.content for message in messages)


async def until(holds: Callable[[], bool], limit: float = LIMIT_SECONDS) -> float:
    """Wait until a server's page says something; return how many seconds that took."""
    began = time.monotonic()
    while not await asyncio.to_thread(holds):
        assert time.monotonic() - began < limit
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def begun(meeting: Meeting, server: Server) -> tuple[Message, Message]:
    """Ask for something long, and return the question and the answer that is being written."""
    room = meeting.room
    for wish in ("Tell me a long story.", "Count from 1 to 500.", "Write down the alphabet ten times."):
        if server.kind.scripted:
            server.expect("reply", text="Once upon a time. " * 100)
        question = room.post(wish, wish.split(maxsplit=1)[0].lower())
        [first, *_] = await room.until(lambda asked=question: room.replies(asked), LIMIT_SECONDS)
        if f"'label': '{members.STOP}'" in str(first.components) and first.content.strip(" ▌"):
            return question, first
        await room.answered(question, LIMIT_SECONDS)
    raise AssertionError("no answer was long enough to be stopped")


def add_channels(room: Room) -> None:
    for name in ("tell", "count", "write"):
        room.world.add_text_channel(name)


async def test_six_turns_go_along_with_the_name_that_was_told(meet: Meet) -> None:
    async with meet() as meeting:
        for turn in TURNS:
            await asked(meeting.room, turn)
        last = meeting.tap.taken[-1]
        first = str(last[:2])

    assert [status for _, status in meeting.tap.asked] == [200] * len(TURNS)
    assert "I'm John" in first
    assert sum(one["role"] == "assistant" for one in last) == len(TURNS) - 1


async def test_two_channels_at_once_get_their_own_answers(meet: Meet) -> None:
    async with meet() as meeting:
        meeting.room.world.add_text_channel("second")
        await asyncio.gather(
            asked(meeting.room, "The word is apple."),
            asked(meeting.room, "The word is pear.", "second", who="mo"),
        )
        requests = [str(messages) for messages in meeting.tap.taken]

    assert sorted("apple" in one for one in requests) == [False, True]
    assert all(("apple" in one) != ("pear" in one) for one in requests)


async def test_a_picture_is_seen_or_left_out_and_the_next_question_goes_through(
    meet: Meet, server: Server
) -> None:
    async with meet() as meeting:
        answer = await asked(meeting.room, "What is this?", files=[("cat.png", PNG)])
        before = len(meeting.tap.asked)
        await asked(meeting.room, "Thank you.")

    assert (str(contents.IMAGES_REFUSED) in answer) is server.kind.blind
    assert [status for _, status in meeting.tap.asked[before:]] == [200]


async def test_more_than_the_window_leaves_the_oldest_behind(meet: Meet, server: Server) -> None:
    if server.kind.window is None:
        pytest.skip("it has no window")
    async with meet() as meeting:
        for number in range(5):
            await asked(meeting.room, f"Part {number}: " + "word " * (WINDOW // 4))
        last = str(meeting.tap.taken[-1])
        alone = await refused(meeting.room, "x " * (2 * WINDOW - 100))
        await asked(meeting.room, "And now?")

    assert "Part 4" in last
    assert "Part 0" not in last
    assert not UNFIT.search(alone)
    assert "Part 4" in str(meeting.tap.taken[-1])


async def test_an_unknown_model_is_told_as_such(meet: Meet, server: Server) -> None:
    if server.kind.scripted:
        server.expect("fail", status=404, code="model_not_found", match={"model": "nope"})
    async with meet(OPENAI_MODEL="nope") as meeting:
        if not server.kind.knows_models:
            await asked(meeting.room, "Hello")
            return
        shown = await refused(meeting.room, "Hello")

    assert shown == members.MODEL_NOT_FOUND.format(model="nope")


async def test_a_wrong_key_is_told_as_such(meet: Meet, server: Server) -> None:
    if server.kind.scripted:
        server.expect("fail", status=401, match={"path": "*/chat/completions"})
    async with meet(OPENAI_API_KEY=WRONG_KEY) as meeting:
        shown = await refused(meeting.room, "Hello")

    assert shown == str(members.KEY_REFUSED)


async def test_regenerate_asks_the_same_again(meet: Meet) -> None:
    async with meet() as meeting:
        await asked(meeting.room, "Hello! I'm John.")
        question = meeting.room.post("Tell me something.")
        [answer] = await meeting.room.answered(question, LIMIT_SECONDS)
        meeting.room.world.people["alex"].press(answer, str(members.REGENERATE))
        await meeting.room.until(lambda: len(meeting.tap.asked) == 3, LIMIT_SECONDS)
        await meeting.room.until(lambda: "'label': 'Stop'" not in str(answer.components), LIMIT_SECONDS)
        await asked(meeting.room, "Thank you.")
        stored = await meeting.room.store.answers.by_message(question.id)

    assert meeting.tap.taken[1] == meeting.tap.taken[2]
    assert stored is not None
    assert stored.state in WHOLE


async def test_stop_frees_the_server_within_a_second(meet: Meet, server: Server) -> None:
    if not server.kind.slow:
        pytest.skip("it answers at once, so that there is nothing to stop")
    async with meet(MAX_REPLY_TOKENS="250") as meeting:
        add_channels(meeting.room)
        began = time.monotonic()
        await asked(meeting.room, "Hello")
        short = time.monotonic() - began  # what a short answer takes, as busy as this machine is now
        question, answer = await begun(meeting, server)
        meeting.room.world.people["alex"].press(answer, str(members.STOP))
        seconds = await until(lambda: server.idle)
        await meeting.room.answered(question, LIMIT_SECONDS)
        stored = await meeting.room.store.answers.by_message(question.id)

    assert stored is not None
    assert stored.state is State.STOPPED
    assert stored.text
    assert meeting.tap.hung_up  # so it did not write to its end
    assert seconds < (5.0 if server.behind else 1.0) + short  # a proxy takes its time to pass it on


async def test_killed_in_mid_answer_it_keeps_what_was_written_and_goes_on_when_it_is_back(
    meet: Meet, server: Server
) -> None:
    if not server.kind.slow:
        pytest.skip("it answers at once, so that there is no middle")
    killed = server.behind or server
    async with meet(MAX_REPLY_TOKENS="250") as meeting:
        add_channels(meeting.room)
        question, _ = await begun(meeting, server)
        killed.kill()
        shown = shown_of(await meeting.room.answered(question, LIMIT_SECONDS))
        stored = await meeting.room.store.answers.by_message(question.id)
        killed.again()
        await asked(meeting.room, "And now?")

    assert stored is not None
    assert stored.state is State.BROKEN
    assert stored.text.strip() in shown
