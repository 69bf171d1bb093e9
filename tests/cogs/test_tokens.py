"""/tokens: exact where the tokenizer is known, marked where it isn't, and of this conversation alone."""

import pytest

from bot.texts import members
from playground.world.people import Person
from tests.cogs.acting import exchange, shown, told
from tests.support.room import Room

pytestmark = pytest.mark.memory

ENGLISH = (
    "It’s easy to make something cool with LLMs, but very hard to make something production-ready with them."
)
KOREAN = "LLM을 사용해서 멋져 보이는 것을 만들기는 쉽지만, 프로덕션 수준으로 만들어 내기는 매우 어렵다."


async def test_a_text_is_counted_as_it_is_billed(alex: Person, sam: Person) -> None:
    said = await told(alex, "tokens text", text=ENGLISH)
    korean = await told(alex, "tokens text", text=KOREAN)

    assert said.content.startswith("**23 tokens** and **103 characters**, counted for `gpt-4.1-mini`")
    assert korean.content.startswith("**28 tokens** and **55 characters**")
    assert "```ansi" in said.content
    assert said not in sam.sees("general")


async def test_a_model_that_nobody_knows_gets_an_estimate(alex: Person) -> None:
    said = await told(alex, "tokens text", text="Hello", model="llama-9")

    assert said.content.startswith("**About 1 token** and **5 characters**. This is an estimate")


async def test_a_models_name_cannot_leave_its_frame(alex: Person) -> None:
    said = await told(alex, "tokens text", text="Hello", model="a` **bold** `b")

    assert "`a' **bold** 'b`" in said.content


async def test_a_long_text_is_shortened_in_the_picture_and_not_in_the_count(alex: Person) -> None:
    said = await told(alex, "tokens text", text="word " * 1200)

    assert said.content.startswith("**1,201 tokens** and **6,000 characters**")
    assert "more tokens" in said.content
    assert len(said.content) <= 2000


async def test_allowed_models_are_offered_as_one_types(alex: Person) -> None:
    offer = alex.autocomplete("general", "tokens text", "model", "GPT", options={"text": "Hello"})

    assert await offer.offered() == ["gpt-4.1-mini", "gpt-4o"]


async def test_a_conversation_is_shown_with_what_the_next_request_carries(room: Room, alex: Person) -> None:
    await exchange(room, "Hello", "Hi")
    await exchange(room, "Elsewhere", "Hi", "random")

    said = shown(await told(alex, "tokens channel"))

    assert "In memory: 2 messages, 4 tokens" in said
    assert "Next request: 2 messages, 25 tokens of 8,000" in said
    assert "Trimmed: 0 messages, 0 tokens" in said
    assert " 100%\n" in said
    assert all(len(line) <= 35 for block in said.split("```")[1::2] for line in block.splitlines())


async def test_the_last_bill_stands_beside_our_own_count(room: Room, alex: Person) -> None:
    usage = {"prompt_tokens": 1200, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 1024}}
    room.playground.model.script("Hi").finish(usage=usage)
    await room.ask("Hello")

    said = shown(await told(alex, "tokens channel"))

    assert "1,200 in (1,024 cached), 7 out" in said
    assert "counted here: 20 in (-1,180)" in said


async def test_our_own_count_beside_a_bill_is_marked_where_it_is_an_estimate(
    room: Room, alex: Person, mo: Person
) -> None:
    await told(mo, "model set", name="llama-9")
    room.playground.model.script("Hi").finish(usage={"prompt_tokens": 24, "completion_tokens": 1})
    await room.ask("Hello")
    await told(mo, "model set", name="gpt-4o")

    said = shown(await told(alex, "tokens channel"))

    assert "counted here: about 20 in (" in said


async def test_before_the_first_answer_nothing_was_billed(alex: Person) -> None:
    said = shown(await told(alex, "tokens channel"))

    assert "In memory: 0 messages, 0 tokens" in said
    assert f"Last answer: {members.NO_BILL}" in said


async def test_what_was_trimmed_is_told(room: Room, alex: Person) -> None:
    await room.stop()
    room.environ["MAX_PROMPT_TOKENS"] = "100"
    await room.start()
    for number in range(4):
        await exchange(room, f"Question {number} " + "word " * 20, "Yes.")

    said = shown(await told(alex, "tokens channel"))

    assert "In memory: 8 messages" in said
    assert "of 100 with persona and framing" in said
    assert "Trimmed: 0 messages" not in said


async def test_the_ratio_that_bills_taught_is_told_also_after_a_restart(
    room: Room, alex: Person, mo: Person
) -> None:
    await told(mo, "model set", name="llama-9")
    await room.store.facts.write("calibration:llama-9", "[1.5, 1.5, 1.5]")
    await room.stop()
    await room.start()

    said = shown(await told(alex, "tokens channel"))

    assert "`llama-9`: not known, so these are estimates" in said
    assert "its bills count 1.50 times as much" in said


async def test_turns_counted_for_another_model_are_said_to_be(room: Room, alex: Person, mo: Person) -> None:
    await room.stop()
    room.environ["ALLOWED_MODELS"] = "gpt-4"
    await room.start()
    await exchange(room, "Hello", "Hi")
    await told(mo, "model set", name="gpt-4")

    assert "messages counted for another model are recounted" in shown(await told(alex, "tokens channel"))
