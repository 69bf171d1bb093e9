"""A model that was picked and is gone gives way to the default, which is said once."""

from bot.errors import ContextTooLong, KeyRefused, ModelNotFound
from bot.rules.model import State
from tests.chat.heart import MODERATOR, OTHER_ROOM, ROOM, Heart, beating, ending, started_again
from tests.support.fakes import completion


async def pick(heart: Heart, model: str) -> None:
    await heart.store.places.change(ROOM, MODERATOR, guild_wide=True, model=model)


async def test_a_model_that_is_no_longer_allowed_gives_way_and_that_is_said_once(heart: Heart) -> None:
    await pick(heart, "retired")
    first, second = [await heart.ask(f"Hello {number}") for number in range(2)]

    assert {request.model for request in heart.completer.requests} == {"gpt-4.1-mini"}
    assert "retired" in ending(first).note
    assert "retired" not in ending(second).note


async def test_a_model_that_is_gone_from_its_server_gives_way_at_once(heart: Heart) -> None:
    await pick(heart, "gpt-4o")
    heart.completer.will(ModelNotFound(model="gpt-4o"))
    first, second = [await heart.ask(f"Hello {number}") for number in range(2)]

    assert [request.model for request in heart.completer.requests] == ["gpt-4o"] + ["gpt-4.1-mini"] * 2
    assert ending(first).state is State.COMPLETE
    assert "gpt-4o" in ending(first).note
    assert "gpt-4o" not in ending(second).note


async def test_a_place_that_was_told_is_not_told_again_after_a_restart(heart: Heart) -> None:
    await pick(heart, "retired")
    await heart.ask("Hello")
    async with started_again(heart) as after:
        again = await after.ask("Hello again")
        elsewhere = await after.ask("Hello there", key=OTHER_ROOM)

    assert "retired" not in ending(again).note
    assert "retired" in ending(elsewhere).note


async def test_another_model_that_is_gone_is_told_too(heart: Heart) -> None:
    notes = []
    for model in ("retired", "gone-as-well", "retired"):
        await pick(heart, model)
        notes.append(ending(await heart.ask("Hello")).note)

    assert "retired" in notes[0]
    assert "gone-as-well" in notes[1]
    assert "retired" in notes[2]


async def test_what_nobody_has_answered_is_told_with_the_next_answer(heart: Heart) -> None:
    await pick(heart, "retired")
    heart.completer.will(ModelNotFound(model="gpt-4.1-mini"))
    failed, answered = [await heart.ask(f"Hello {number}") for number in range(2)]

    assert "retired" not in ending(failed).note
    assert "retired" in ending(answered).note


async def test_the_word_stays_where_the_default_is_asked_twice(heart: Heart) -> None:
    await heart.ask("Something " * 20)
    await pick(heart, "retired")
    heart.completer.will(ContextTooLong())
    answer = await heart.ask("Hello")

    assert len(heart.completer.requests) == 3
    assert "retired" in ending(answer).note


async def test_the_bill_of_the_default_teaches_nothing_of_the_model_that_was_picked() -> None:
    async with beating(models=("strange-model",)) as heart:
        await pick(heart, "strange-model")
        heart.completer.will(ModelNotFound(model="strange-model"))
        heart.completer.will("Yes", completion(prompt_tokens=150))
        await heart.ask("word " * 60)

        assert [request.model for request in heart.completer.requests] == ["strange-model", "gpt-4.1-mini"]
        assert await heart.store.facts.read("calibration:strange-model") is None


async def test_a_try_in_vain_tells_the_model_that_was_really_asked(heart: Heart) -> None:
    await pick(heart, "gpt-4o")
    for error in (ModelNotFound(model="gpt-4o"), KeyRefused()):
        heart.completer.will(error)
    question = await heart.say("Hello")
    await heart.answered(question)
    stored = await heart.answer_to(question)

    assert [request.model for request in heart.completer.requests] == ["gpt-4o", "gpt-4.1-mini"]
    assert (stored.state, stored.model) == (State.FAILED, "gpt-4.1-mini")


async def test_a_default_that_is_gone_is_told_as_such(heart: Heart) -> None:
    heart.completer.will(ModelNotFound(model="gpt-4.1-mini"))
    answer = await heart.ask("Hello")

    assert ending(answer).state is State.FAILED
    assert len(heart.completer.requests) == 1
