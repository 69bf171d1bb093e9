"""What is counted is what is billed; where a server reads less than it is sent, that is found out."""

import json
from dataclasses import replace

import pytest

from bot.rules.model import Answer
from playground.model.characters.cast import CAST
from playground.world.entities import Message
from tests.cogs.acting import told
from tests.cogs.test_tokens import ENGLISH, KOREAN
from tests.support.room import Room

pytestmark = pytest.mark.memory

HELLO, NAME = "Hello! I'm John.", "Do you know my name?"


async def started_with(room: Room, **environ: str) -> None:
    await room.stop()
    room.environ |= environ
    await room.start()


async def own_count(room: Room, question: Message) -> int | None:
    answer: Answer | None = await room.store.answers.by_message(question.id)
    assert answer is not None
    assert answer.completion is not None
    assert answer.completion.usage is not None
    assert answer.completion.usage.prompt_tokens == answer.own_count
    return answer.own_count


async def test_texts_and_prompts_count_what_openai_bills_for_gpt_4_1_mini(room: Room) -> None:
    assert room.environ["OPENAI_MODEL"] == "gpt-4.1-mini"
    alex, model = room.world.people["alex"], room.playground.model
    english, korean = [await told(alex, "tokens text", text=text) for text in (ENGLISH, KOREAN)]
    counts: list[int | None] = []
    for persona, said, answer in (
        ("You are a helpful assistant.", ("Hello I'm John",), ""),
        ("You are a helpful assistant", (HELLO, NAME), "Hello John! How can I assist you today?"),
        ("", (HELLO, NAME), "Nice to meet you, John!"),
    ):
        database = f"sqlite:///{room.folder / f'{len(counts)}.db'}"
        await started_with(room, SYSTEM_PROMPT=persona, DATABASE_URL=database)
        for text in said:
            model.answer(answer or "Hello!")
            question = room.post(text, "dm")
            await room.answered(question)
            counts.append(await own_count(room, question))

    assert (english.content[:13], korean.content[:13]) == ("**23 tokens**", "**28 tokens**")
    assert [counts[0], counts[2], counts[3], counts[4]] == [20, 45, 12, 33]


async def test_a_prompt_that_ollama_cuts_in_silence_is_told_of_once_and_kept_within(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    await started_with(room, OPENAI_MODEL="llama3.2")
    model = room.playground.model
    model.character, model.context_window = replace(CAST["ollama"], loads=0.0), 1024
    for number in range(11):
        model.answer(f"{number} " + "yes " * 80)
        await room.ask(f"{number} " + "why " * 80)
    counted = model.count_tokens(model.last.messages, "llama3.2")
    ratios = json.loads(await room.store.facts.read("calibration:llama3.2") or "")

    assert caplog.text.count("llama3.2 cuts prompts to some 1000 tokens") == 1
    assert 1000 * 0.75 / 2 <= counted <= 1000 * 0.75  # a quarter is left for the answer
    assert min(ratios) > 0.8  # the cut bills are not among them
