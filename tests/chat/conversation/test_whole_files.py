"""Long files, which are sent whole while their question is asked."""

import asyncio

import pytest

from bot.errors import ContextTooLong, QuestionTooLong
from bot.rules.model import AttachmentRef, Incoming
from bot.rules.prompting.prompt import REMEMBERED_CHARACTERS
from tests.chat.heart import Heart, beating, ending

LONG = 2 * REMEMBERED_CHARACTERS


def posted(heart: Heart, text: str, letter: str) -> Incoming:
    """Return a message with a long file of one letter."""
    number = len(heart.reader.files)
    heart.reader.files[number] = letter.encode() * LONG
    ref = AttachmentRef(number, "log.txt", "https://cdn.discordapp.com/x", LONG, "text/plain")
    return heart.message(text, attachments=(ref,))


async def all_read() -> None:
    """Wait until the files of all messages are read."""
    await asyncio.gather(*(task for task in asyncio.all_tasks() if "_read_after" in str(task.get_coro())))


def letters(heart: Heart) -> tuple[int, int]:
    """Return how much of both files the newest request carried."""
    said = str(heart.completer.last)
    return said.count("Z"), said.count("Q")


async def test_what_was_posted_before_the_question_is_whole_where_there_is_room() -> None:
    async with beating(max_prompt_tokens=6_000) as heart:
        await heart.inbox.receive(posted(heart, "Look", "Z"), missing=["send_messages"])
        question = posted(heart, "And this?", "Q")
        await heart.inbox.receive(question)
        await heart.answered(question)

        assert letters(heart) == (LONG, LONG)


async def test_the_questions_own_file_goes_before() -> None:
    async with beating(max_prompt_tokens=4_000) as heart:
        await heart.inbox.receive(posted(heart, "Look", "Z"), missing=["send_messages"])
        question = posted(heart, "And this?", "Q")
        await heart.inbox.receive(question)
        await heart.answered(question)

        assert letters(heart)[0] == REMEMBERED_CHARACTERS
        assert letters(heart)[1] > 0.9 * LONG


async def test_after_the_answer_the_beginning_is_remembered() -> None:
    async with beating(max_prompt_tokens=6_000) as heart:
        question = posted(heart, "Look", "Z")
        await heart.inbox.receive(question)
        await heart.answered(question)
        await heart.ask("And now?")

        assert letters(heart) == (REMEMBERED_CHARACTERS, 0)


@pytest.mark.parametrize("between", [0, 2])
async def test_of_a_file_that_was_refused_nothing_is_sent_later(between: int) -> None:
    async with beating(max_prompt_tokens=6_000) as heart:
        await heart.ask("I like tea")
        question, gate = posted(heart, "Look", "Z"), asyncio.Event()
        heart.completer.will(gate, ContextTooLong())
        await heart.inbox.receive(question)
        await heart.asked_the_model(2)
        heart.catalog.windows["gpt-4.1-mini"] = LONG // 4
        gate.set()
        refused = await heart.answered(question)
        for number in range(between + 1):
            await heart.ask(f"And {number}?")

        assert QuestionTooLong.sentence.source.partition("{")[0] in ending(refused).note
        assert letters(heart) == (0, 0)
        assert "I like tea" in str(heart.completer.last)


@pytest.mark.parametrize("budget", [6_000, 2_000])
async def test_what_the_next_request_would_carry_is_counted_as_its_question_counts_it(budget: int) -> None:
    async with beating(max_prompt_tokens=budget) as heart:
        await heart.inbox.receive(posted(heart, "Look", "Z"), missing=["send_messages"])
        await all_read()
        foretold = (await heart.preview()).tokens
        question = await heart.say("?")
        await heart.answered(question)
        counted = (await heart.answer_to(question)).own_count
        afterwards = (await heart.preview()).tokens

        assert counted is not None
        assert 0 <= counted - foretold < 20  # the question itself
        assert letters(heart)[0] == (LONG if budget == 6_000 else REMEMBERED_CHARACTERS)
        assert afterwards < 2_000
