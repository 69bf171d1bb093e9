"""Which turns a request is made of."""

from bot.chat.clearing import ResetOrder
from bot.rules.model import Part, PartKind, Role, State
from bot.store.turns import PICTURES
from tests.store.building import ROOM, Talk, texts


async def test_an_answer_stands_right_after_its_question(talk: Talk) -> None:
    first = await talk.say("first")
    second = await talk.say("second")
    await talk.answer(second, "to the second")
    await talk.answer(first, "to the first")

    turns = (await talk.window()).turns

    assert [turn.text for turn in turns] == ["first", "to the first", "second", "to the second"]
    assert [turn.role for turn in turns] == [Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT]
    assert [turn.position for turn in turns] == [first, first, second, second]


async def test_an_answer_points_at_its_first_message_and_has_no_label(talk: Talk) -> None:
    question = await talk.say("hello")
    await talk.answer(question, "hi", message_ids=(71, 70))

    turn = (await talk.window()).turns[-1]

    assert (turn.message_id, turn.author_id, turn.label) == (71, None, "")


async def test_a_window_ends_with_the_question_that_it_is_for(talk: Talk) -> None:
    await talk.exchange("first", "to the first")
    second, _ = await talk.exchange("second", "said already, to be redone")
    await talk.say("third")

    assert texts(await talk.window(until=second)) == ["first", "to the first", "second"]


async def test_a_window_holds_at_least_the_tokens_asked_for(talk: Talk) -> None:
    for number in range(6):
        await talk.say(str(number), tokens=10)

    assert texts(await talk.window(tokens=20)) == ["4", "5"]
    assert texts(await talk.window(tokens=21)) == ["3", "4", "5"]
    assert texts(await talk.window(tokens=1_000)) == ["0", "1", "2", "3", "4", "5"]


async def test_a_giant_turn_hides_none_that_is_older(talk: Talk) -> None:
    await talk.say("small and old")
    await talk.say("giant", tokens=50_000)
    await talk.say("new")

    assert texts(await talk.window(tokens=100)) == ["small and old", "giant", "new"]


async def test_many_giant_turns_end_a_window(talk: Talk) -> None:
    await talk.say("small and old")
    for _ in range(70):
        await talk.say("giant", tokens=50_000)

    assert set(texts(await talk.window(tokens=100))) == {"giant"}


async def test_a_window_of_many_small_turns_has_no_gap(talk: Talk) -> None:
    for number in range(100):
        await talk.exchange(f"q{number}", f"a{number}")

    expected = [word for number in range(100) for word in (f"q{number}", f"a{number}")]
    assert texts(await talk.window(tokens=200)) == expected
    assert texts(await talk.window(tokens=199)) == expected[1:]


async def test_turns_up_to_the_cut_are_left_out_and_the_summary_stands_for_them(talk: Talk) -> None:
    first, _ = await talk.exchange("first", "to the first")
    await talk.exchange("second", "to the second")
    await talk.store.turns.cut(ROOM.channel_id, first, "They greeted each other.")

    window = await talk.window()

    assert texts(window) == ["second", "to the second"]
    assert (window.cut, window.summary) == (first, "They greeted each other.")


async def test_an_answer_without_text_gives_no_turn_but_its_question_stays(talk: Talk) -> None:
    failed = await talk.say("anybody there?")
    await talk.answer(failed, "", state=State.FAILED, completion=None)
    running = await talk.say("and now?")
    await talk.begin(running)

    assert await talk.words() == ["anybody there?", "and now?"]


async def test_a_message_of_nothing_but_a_mention_is_a_turn(talk: Talk) -> None:
    await talk.say("")

    assert await talk.words() == [""]


async def test_only_the_newest_pictures_bring_their_bytes(talk: Talk) -> None:
    for number in range(PICTURES + 2):
        await talk.say("look", parts=(Part(PartKind.IMAGE, data=bytes([number])),))

    pictures = [turn.parts[0].data for turn in (await talk.window()).turns]

    assert pictures == [None, None, *(bytes([number]) for number in range(2, PICTURES + 2))]


async def test_a_cut_is_not_stored_when_a_reset_came_first(talk: Talk) -> None:
    question = await talk.say("cleared")
    await talk.store.resets.reset(ResetOrder(ROOM), 1)
    await talk.store.turns.cut(ROOM.channel_id, question, "It repeats what was cleared.")

    window = await talk.window()

    assert (window.cut, window.summary) == (0, "")
