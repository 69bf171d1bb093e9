"""What people do with an answer: stop it, redo it, go on with it."""

import asyncio
from typing import Any

import pytest

from bot.chat.ports import Ending
from bot.errors import ConnectionCut, NotAllowed, RateLimited, UserFacingError
from bot.rules.model import Answer, ChannelKey, Incoming, Role, State
from bot.rules.prompting.prompt import CONTINUE
from bot.texts import members
from tests.chat.heart import DIRECT, JOHN, MARY, OTHER_ROOM, Heart
from tests.support.fakes import completion


async def answered(
    heart: Heart, *script: str | Exception, finish_reason: str = "stop"
) -> tuple[Incoming, Answer]:
    """Have John's question answered by a script; return it and its answer."""
    last = () if script and isinstance(script[-1], Exception) else (completion(finish_reason),)
    heart.completer.will(*script, *last)
    question = await heart.say("Count to four", JOHN)
    await heart.answered(question)
    return question, await heart.answer_to(question)


async def test_stop_ends_an_answer_and_says_who_stopped_it(heart: Heart) -> None:
    heart.completer.will("One, ", asyncio.Event())
    question = await heart.say("Count to four")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.control.stop((await heart.answer_to(question)).id, *heart.presser(JOHN))
    sink = await heart.answered(question)

    assert sink.ending == Ending(State.STOPPED, members.STOPPED_BY.format(name="John"))
    assert sink.text == "One, "


async def test_stop_explains_itself_on_an_answer_that_has_ended(heart: Heart) -> None:
    _, answer = await answered(heart, "One, two")

    with pytest.raises(UserFacingError, match=str(members.NOT_WRITING)):
        await heart.control.stop(answer.id, *heart.presser())


async def test_regenerate_redoes_an_answer_in_place(heart: Heart) -> None:
    question, answer = await answered(heart, "One, tow")
    heart.completer.will("One, two", completion())
    await heart.control.regenerate(answer.id, *heart.presser())
    sink = await heart.answered(question, times=2)

    assert sink.text == "One, two"
    assert sink.spot.message_ids == answer.message_ids
    assert await heart.words() == ["Count to four", "One, two"]


async def test_a_press_before_the_end_is_noted_waits_for_that(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed, finish = asyncio.Event(), heart.store.answers.finish

    async def finished(*given: Any, **named: Any) -> Any:
        await pressed.wait()
        return await finish(*given, **named)

    monkeypatch.setattr(heart.store.answers, "finish", finished)
    heart.completer.will("One, tow", completion())
    question = await heart.say("Count to four", JOHN)
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    answer = await heart.answer_to(question)
    job = heart.control.queue.find(answer.key.channel_id, answer.question_id)
    assert job is not None
    wait = job.ended.wait

    async def waited() -> Any:
        pressed.set()
        return await wait()

    monkeypatch.setattr(job.ended, "wait", waited)
    await heart.until(lambda: job.is_ending)
    await heart.control.regenerate(answer.id, *heart.presser())
    await heart.answered(question, times=2)


async def test_redoing_asks_what_was_asked_at_first(heart: Heart) -> None:
    question, answer = await answered(heart, "One, tow")
    await heart.control.regenerate(answer.id, *heart.presser())
    await heart.answered(question, times=2)

    first, second = heart.completer.requests
    assert first == second


async def test_the_old_answer_stays_when_it_can_not_be_redone(heart: Heart) -> None:
    question, before = await answered(heart, "One, two", finish_reason="length")
    heart.completer.will(RateLimited())
    await heart.control.regenerate(before.id, *heart.presser())
    sink = await heart.answered(question, times=2)
    after = await heart.answer_to(question)

    assert sink.text == "One, two"
    assert sink.ending == Ending(State.LENGTH, f"{members.RAN_OUT_OF_LENGTH} {members.RATE_LIMITED}")
    assert (after.text, after.state) == ("One, two", State.LENGTH)
    assert after.completion == before.completion
    assert (after.own_count, after.first_chunk_ms) == (before.own_count, before.first_chunk_ms)


async def test_an_answer_that_breaks_off_again_replaces_the_old_one(heart: Heart) -> None:
    question, answer = await answered(heart, "One, tow")
    heart.completer.will("One", ConnectionCut())
    await heart.control.regenerate(answer.id, *heart.presser())
    await heart.answered(question, times=2)

    assert await heart.words() == ["Count to four", "One"]


@pytest.mark.parametrize("script", [("One, two, ", ConnectionCut()), ("One, two, ",)])
async def test_continue_goes_on_where_an_answer_stopped(
    heart: Heart, script: tuple[str | Exception, ...]
) -> None:
    question, answer = await answered(heart, *script, finish_reason="length")
    heart.completer.will("three, four", completion())
    await heart.control.go_on(answer.id, *heart.presser())
    sink = await heart.answered(question, times=2)

    assert heart.completer.last[-2:] == [("assistant", "One, two, "), ("user", CONTINUE)]
    assert sink.text == "One, two, three, four"
    assert sink.ending == Ending(State.COMPLETE)
    assert await heart.words() == ["Count to four", "One, two, three, four"]


async def test_an_answer_that_can_not_go_on_stays_and_can_still_go_on_later(heart: Heart) -> None:
    question, before = await answered(heart, "One, two, ", finish_reason="length")
    heart.completer.will(RateLimited())
    await heart.control.go_on(before.id, *heart.presser())
    sink = await heart.answered(question, times=2)
    after = await heart.answer_to(question)

    assert sink.text == "One, two, "
    assert after.state is State.LENGTH
    assert after.completion == before.completion


async def test_continue_explains_itself_on_a_whole_answer(heart: Heart) -> None:
    _, answer = await answered(heart, "One, two")

    with pytest.raises(UserFacingError, match=str(members.NOTHING_TO_CONTINUE)):
        await heart.control.go_on(answer.id, *heart.presser())


async def test_buttons_explain_themselves_on_an_answer_that_is_not_the_newest(heart: Heart) -> None:
    _, answer = await answered(heart, "One, two, ", finish_reason="length")
    await heart.ask("And now?")

    for press in (heart.control.regenerate, heart.control.go_on):
        with pytest.raises(UserFacingError, match="Only the newest answer"):
            await press(answer.id, *heart.presser())


async def test_buttons_explain_themselves_while_the_answer_is_being_redone(heart: Heart) -> None:
    _, answer = await answered(heart, "One, two, ", finish_reason="length")
    heart.completer.will(asyncio.Event())
    await heart.control.go_on(answer.id, *heart.presser())
    await heart.asked_the_model(2)

    for press in (heart.control.regenerate, heart.control.go_on):
        with pytest.raises(UserFacingError, match=str(members.STILL_WRITING)):
            await press(answer.id, *heart.presser())


async def test_pressing_twice_redoes_an_answer_once(heart: Heart) -> None:
    question, answer = await answered(heart, "One, tow")
    presses = [heart.control.regenerate(answer.id, *heart.presser()) for _ in range(2)]
    results = await asyncio.gather(*presses, return_exceptions=True)
    await heart.answered(question, times=2)

    assert [str(result) for result in results if result] == [str(members.STILL_WRITING)]
    assert len(heart.completer.requests) == 2


async def test_pressing_twice_redoes_an_answer_without_a_word_once(heart: Heart) -> None:
    question, answer = await answered(heart, RateLimited())
    heart.reader.channels[question.key.channel_id] = [question]
    presses = [heart.control.regenerate(answer.id, *heart.presser()) for _ in range(3)]
    results = await asyncio.gather(*presses, return_exceptions=True)
    await heart.answered(question, times=2)
    await heart.ask("And now?")

    assert [str(result) for result in results if result] == [str(members.STILL_WRITING)] * 2
    assert len(heart.completer.requests) == 3


@pytest.mark.parametrize("script", [(RateLimited(),), ("One, two, ", ConnectionCut())])
async def test_pressing_while_the_question_is_edited_gives_one_more_answer(
    heart: Heart, script: tuple[str | Exception, ...]
) -> None:
    question, answer = await answered(heart, *script)
    gate = asyncio.Event()
    for _ in range(4):
        heart.completer.will(gate, "One, two", completion())
    presses = [heart.control.regenerate(answer.id, *heart.presser()) for _ in range(2)]
    edits = [heart.edit(question, f"Count to {number}") for number in (5, 6)]
    await asyncio.gather(presses[0], *edits, presses[1], return_exceptions=True)
    gate.set()
    await heart.ask("And now?")

    assert heart.completer.requests[-2].messages[-1]["content"] == "John: Count to 6"
    assert len([sink for sink in heart.sinks(question) if sink.ending == Ending(State.COMPLETE)]) == 1
    assert [turn.role for turn in await heart.turns()] == [Role.USER, Role.ASSISTANT] * 2


async def test_pressing_regenerate_with_continue_gives_one_answer(heart: Heart) -> None:
    question, answer = await answered(heart, "One, two, ", finish_reason="length")
    presses = [
        press(answer.id, *heart.presser()) for press in (heart.control.go_on, heart.control.regenerate)
    ]
    results = await asyncio.gather(*presses, return_exceptions=True)
    await heart.answered(question, times=2)
    await heart.ask("And now?")

    assert [str(result) for result in results if result] == [str(members.STILL_WRITING)]
    assert len(heart.completer.requests) == 3


async def test_a_button_that_is_seen_before_the_end_is_noted_waits_for_it(heart: Heart) -> None:
    seen, held_up = asyncio.Event(), asyncio.Event()

    async def hold_up(text: str, ending: Ending) -> None:
        seen.set()
        await held_up.wait()

    heart.screen.before_end = hold_up
    heart.completer.will("One, two, ", completion("length"))
    heart.completer.will("three", completion())
    question = await heart.say("Count to three")
    await seen.wait()
    press = asyncio.create_task(
        heart.control.go_on((await heart.answer_to(question)).id, *heart.presser(JOHN))
    )
    await asyncio.sleep(0)
    held_up.set()
    await press
    sink = await heart.answered(question, times=2)

    assert sink.text == "One, two, three"


async def test_stop_is_heard_while_an_edited_question_waits_to_be_answered_anew(heart: Heart) -> None:
    held_up = asyncio.Event()

    async def hold_up(text: str, ending: Ending) -> None:
        await held_up.wait()

    heart.screen.before_end = hold_up
    heart.completer.will("One, ", asyncio.Event())
    question = await heart.say("Count to four")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.edit(question, "Count to five")
    await heart.edit(question, "Count to six")
    await heart.control.stop((await heart.answer_to(question)).id, *heart.presser())
    held_up.set()
    sink = await heart.answered(question, times=2)

    assert sink.text == "One, "
    assert sink.ending == Ending(State.STOPPED, members.STOPPED_BY.format(name="John"))
    assert len(heart.completer.requests) == 1


@pytest.mark.parametrize("press", ["stop", "regenerate", "go_on"])
async def test_an_answer_belongs_to_who_asked_and_to_moderators(heart: Heart, press: str) -> None:
    _, answer = await answered(heart, "One, two, ", finish_reason="length")

    with pytest.raises(NotAllowed, match="Manage Messages"):
        await getattr(heart.control, press)(answer.id, *heart.presser(MARY))


async def test_a_moderator_may_redo_what_somebody_else_asked(heart: Heart) -> None:
    question, answer = await answered(heart, "One, tow")
    await heart.control.regenerate(answer.id, *heart.presser(MARY, may_manage=True))
    sink = await heart.answered(question, times=2)

    assert sink.text == "Answer 2"


@pytest.mark.parametrize("press", ["stop", "regenerate", "go_on"])
async def test_buttons_explain_themselves_on_an_answer_that_was_forgotten(heart: Heart, press: str) -> None:
    question, answer = await answered(heart, "One, two")
    await heart.delete(*answer.message_ids)

    with pytest.raises(UserFacingError, match="no longer remember"):
        await getattr(heart.control, press)(answer.id, *heart.presser())
    assert len(heart.sinks(question)) == 1


async def test_an_answer_whose_question_was_deleted_says_so(heart: Heart) -> None:
    question = await heart.say("Hello")
    await heart.answered(question)
    answer = await heart.answer_to(question)
    await heart.delete(question.message_id)

    with pytest.raises(UserFacingError, match="was deleted"):
        await heart.control.regenerate(answer.id, *heart.presser())


@pytest.mark.parametrize("press", ["stop", "regenerate", "go_on"])
@pytest.mark.parametrize("place", [OTHER_ROOM, DIRECT])
async def test_a_button_acts_on_no_answer_of_another_place(
    heart: Heart, press: str, place: ChannelKey
) -> None:
    question, answer = await answered(heart, "One, two")

    with pytest.raises(UserFacingError, match="no longer remember"):
        await getattr(heart.control, press)(answer.id, *heart.presser(may_manage=True, place=place))
    assert len(heart.sinks(question)) == 1


async def test_what_was_said_before_can_be_leafed_to_and_is_what_is_remembered(heart: Heart) -> None:
    question, answer = await answered(heart, "One, tow")
    heart.completer.will("One, two", completion())
    await heart.control.regenerate(answer.id, *heart.presser())
    await heart.answered(question, times=2)
    await heart.control.leaf(answer.id, *heart.presser(), by=-1)
    sink = await heart.answered(question, times=3)
    await heart.ask("And now?")

    assert sink.text == "One, tow"
    assert ("assistant", "One, tow") in heart.completer.last
    assert len(heart.completer.requests) == 3


async def test_behind_the_last_version_there_is_none(heart: Heart) -> None:
    question, answer = await answered(heart, "One, tow")
    with pytest.raises(UserFacingError, match=str(members.NO_OTHER_VERSION)):
        await heart.control.leaf(answer.id, *heart.presser(), by=1)
    await heart.control.regenerate(answer.id, *heart.presser())
    await heart.answered(question, times=2)

    with pytest.raises(UserFacingError, match=str(members.NO_OTHER_VERSION)):
        await heart.control.leaf(answer.id, *heart.presser(), by=1)
    with pytest.raises(NotAllowed):
        await heart.control.leaf(answer.id, *heart.presser(MARY), by=-1)


async def test_an_edited_question_has_no_versions_from_before(heart: Heart) -> None:
    question, answer = await answered(heart, "One, tow")
    await heart.control.regenerate(answer.id, *heart.presser())
    await heart.answered(question, times=2)
    await heart.edit(question, "Count to five")
    await heart.answered(question, times=3)

    assert await heart.store.answers.version(answer.id) is None
