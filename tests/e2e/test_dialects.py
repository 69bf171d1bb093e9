"""Servers that depart from OpenAI's API: one question teaches what they take, and no member reads why."""

from pathlib import Path

import pytest

from bot.texts import contents
from playground.model.characters.cast import CAST
from tests.e2e.test_memory import PNG
from tests.support.room import Room, open_room

STRICT = ("llama.cpp", "llama.cpp-gemma", "vllm")
SMALL = ("llama.cpp", "vllm")
FILE = ("notes.txt", b"word " * 5_000)


def seems_clean(text: str) -> bool:
    """Say whether nothing in it is a server's."""
    told = ("inja", "{", "BadRequest", "alternate", "mmproj", "tokens)")
    return not any(part in text for part in told)


@pytest.mark.parametrize("name", STRICT)
async def test_an_unanswered_question_does_not_close_a_channel(room: Room, name: str) -> None:
    model = room.playground.model
    for _ in range(3):
        model.fail(500)
    await room.ask("My name is Alex.")
    model.character = CAST[name]
    seen = len(model.requests)

    answers = [(await room.ask(f"What is my name? {number}"))[0] for number in range(2)]

    assert all(seems_clean(answer.content) for answer in answers)
    assert all("can't reach" not in answer.content for answer in answers)
    statuses = [asked.status for asked in model.requests[seen:]]
    assert statuses[-1] == 200
    assert statuses.count(200) == 2
    last = model.last.messages
    assert "Alex: My name is Alex.\n\nAlex: What is my name? 0" in last[name != "llama.cpp-gemma"]["content"]


@pytest.mark.parametrize("name", STRICT)
async def test_a_picture_is_left_out_once_for_all_and_the_asker_is_told(room: Room, name: str) -> None:
    model = room.playground.model
    model.character = CAST[name]
    await room.ask("Hello")
    seen = len(model.requests)

    (first,) = await room.ask("What is this?", files=[("cat.png", PNG)])
    (second,) = await room.ask("And this?", files=[("dog.png", PNG)])
    (plain,) = await room.ask("And now?")

    assert str(contents.IMAGES_REFUSED) in first.content
    assert str(contents.IMAGE_NOT_SEEN) in second.content
    assert seems_clean(plain.content)
    asked = model.requests[seen:]
    assert [one.status for one in asked].count(200) == 3
    assert ["image_url" in str(one.messages) for one in asked].count(True) == 1  # refused once
    assert len(asked) == 4 + (name == "vllm")  # which thinks: with room for that it overflows, once


@pytest.mark.parametrize("name", SMALL)
async def test_a_small_window_is_learned_and_a_file_beyond_it_refused_alone(room: Room, name: str) -> None:
    model = room.playground.model
    model.character = CAST[name]
    await room.ask("My name is Alex.")

    (refused,) = await room.ask("Read this.", files=[FILE])
    seen = len(model.requests)
    (answer,) = await room.ask("What is my name?")

    assert refused.content.startswith("Your message has ")
    assert seems_clean(refused.content)
    assert len(model.requests) == seen + 1
    assert "My name is Alex." in str(model.last.messages)
    assert seems_clean(answer.content)


async def test_the_window_of_a_model_that_was_picked_is_known_before_its_first_question(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path, ALLOWED_MODELS="llama3.2") as room:
        model = room.playground.model
        for number in range(8):
            model.answer(f"{number} " + "yes " * 150)
            await room.ask(f"{number} " + "why " * 150)
        model.character, model.known_models = CAST["llama.cpp"], {"llama3.2"}
        seen = len(model.requests)
        await room.store.places.change(room.key("general"), 1, guild_wide=False, model="llama3.2")
        await room.ask("And now?")

    assert [(asked.model, asked.status) for asked in model.requests[seen:]] == [("llama3.2", 200)]


async def test_a_long_talk_with_a_small_window_costs_one_usual_cut_at_a_time(room: Room) -> None:
    model = room.playground.model
    model.character = CAST["llama.cpp"]
    for number in range(9):
        model.answer(f"{number} " + "yes " * 150)
        await room.ask(f"{number} " + "why " * 150)

    sent = [asked.prompt_tokens for asked in model.requests if asked.status == 200]
    refused = [asked for asked in model.requests if asked.status != 200]
    assert len(refused) <= 1
    assert max(sent) <= 2048
    assert min(sent[5:]) > 2048 * 0.75 * 0.5  # half of what a request may carry


async def test_a_long_prompt_that_gets_nothing_is_halved(room: Room) -> None:
    model = room.playground.model
    for number in range(8):
        model.answer(f"{number} " + "yes " * 150)
        await room.ask(f"{number} " + "why " * 150)
    model.character = CAST["llama-cpp-python"]

    (answer,) = await room.ask("And now?")

    assert "sent back nothing" not in answer.content
