"""What is shown until the first word: in time that passes when it is told to."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.chat.completions import Delay, InLine, Loading, Standing, StreamEvent, Thought
from bot.rules.model import AttachmentRef
from bot.texts import bounds, members
from tests.chat.heart import Heart, beating
from tests.support.fakes import FakeSink, completion


async def silent(heart: Heart, *events: StreamEvent) -> FakeSink:
    """Ask something of a model that says no word; return its answer once there is somebody who waits."""
    heart.completer.will(*events, asyncio.Event())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.completer.streams and heart.clock.sleepers)
    return heart.sinks(question)[0]


async def over(heart: Heart, answer: FakeSink, seconds: Sequence[float]) -> list[str]:
    """Let time go by, some seconds after each other, and return what was shown."""
    for step in seconds:
        heart.clock.pass_time(seconds=step)
        await heart.until(lambda: heart.clock.sleepers)
    return answer.notices


async def test_a_silence_of_three_seconds_is_told_and_then_every_five(heart: Heart) -> None:
    answer = await silent(heart)

    assert await over(heart, answer, [2.9]) == []
    assert await over(heart, answer, [0.1, 4.9, 0.1]) == ["Thinking… 3 s", "Thinking… 8 s"]


async def test_a_long_silence_without_thoughts_is_a_wait(heart: Heart) -> None:
    answer = await silent(heart)

    assert (await over(heart, answer, [3, 5, 5, 5]))[-1] == "Waiting for the model… 18 s"


@pytest.mark.parametrize(
    ("event", "sentence"), [(Thought(), str(members.THINKING)), (Loading(), str(members.LOADING))]
)
async def test_what_is_known_of_a_silence_is_said(heart: Heart, event: StreamEvent, sentence: str) -> None:
    answer = await silent(heart, event)

    assert (await over(heart, answer, [3, 5, 5, 5]))[-1] == sentence.format(seconds=18)


async def test_a_place_in_line_is_told_as_it_changes_until_the_turn_has_come(
    heart: Heart,
) -> None:
    standing: list[Standing | None] = [Standing(3), Standing(0), Standing(2, most_own=3), None]
    answer = await silent(heart, InLine(lambda: standing.pop(0)))

    assert await over(heart, answer, [3, 5, 5, 5]) == [
        "Waiting, 3 ahead of you… 3 s",
        "Waiting, you are next… 8 s",
        bounds.WAITS_FOR_OWN.format(most=3, seconds=13),
        members.WAITING.format(seconds=18),
    ]


async def test_a_summary_that_waits_in_line_is_told_as_well() -> None:
    async with beating(summarize=True) as heart:
        heart.completer.will_sum_up(InLine(lambda: Standing(3)), asyncio.Event())
        talking = asyncio.create_task(talk(heart))
        await heart.until(lambda: heart.completer.summary_requests and heart.clock.sleepers)
        heart.clock.pass_time(seconds=3)
        answer = heart.screen.sinks[-1]
        await heart.until(lambda: answer.notices)
        talking.cancel()

        assert answer.notices == ["Waiting, 3 ahead of you… 3 s"]


async def talk(heart: Heart) -> None:
    """Talk for ever, so that something is to be summed up by and by."""
    while True:
        await heart.ask("why " * 40)


async def test_the_wait_that_a_server_asks_for_stands_until_it_is_over(heart: Heart) -> None:
    answer = await silent(heart, Delay(12))

    assert await over(heart, answer, [3, 5, 5]) == [
        members.RETRY_IN.format(seconds=12),
        members.THINKING.format(seconds=13),
    ]


async def test_after_the_first_word_nothing_is_said_beside_it(heart: Heart) -> None:
    go = asyncio.Event()
    heart.completer.will(go, "Hi", asyncio.Event())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.clock.sleepers)
    heart.clock.pass_time(seconds=3)
    await heart.until(lambda: heart.sinks(question)[0].notices)
    go.set()
    await heart.until(lambda: heart.sinks(question)[0].text == "Hi")

    heart.clock.pass_time(minutes=1)
    await asyncio.sleep(0)

    assert len(heart.sinks(question)[0].notices) == 1


async def test_nothing_waits_on_when_an_answer_has_ended(heart: Heart) -> None:
    heart.completer.will(completion())
    await heart.ask("Hello")

    assert not [task for task in asyncio.all_tasks() if "_say" in repr(task.get_coro())]


async def test_files_that_take_long_to_read_are_told_of(heart: Heart) -> None:
    files = [AttachmentRef(id_, f"{id_}.txt", f"https://cdn.discordapp.com/{id_}.txt", 9) for id_ in (1, 2)]
    heart.reader.files |= {file.id: b"Buy tea.\n" for file in files}
    heart.reader.may_fetch = gate = asyncio.Event()
    question = await heart.say("What is in them?", attachments=tuple(files))
    await heart.until(lambda: heart.sinks(question) and heart.clock.sleepers)
    answer = heart.sinks(question)[0]
    told = await over(heart, answer, [3.0])
    gate.set()
    await heart.answered(question)

    assert told == [members.READING.format(2, seconds=3)]
