"""Which pictures a request carries, and what the asker is told of the others."""

from typing import Any

from bot import texts
from bot.chat.ports import Request
from bot.rules.model import AttachmentRef
from tests.chat.heart import ROOM, Heart, beating, ending
from tests.support.fakes import FakeSink

PNG = b"\x89PNG\r\n\x1a\n"
COST = 10 + 20 * 4  # of a picture as large as ours, by the rule of the models that are asked here


async def show(heart: Heart, text: str, *names: str) -> FakeSink:
    """Ask something about large pictures, each costing `COST`, and return the answer."""
    first = len(heart.reader.files)
    refs = [
        AttachmentRef(number, name, "https://cdn.discordapp.com/x", len(PNG), "image/png", 768, 768)
        for number, name in enumerate(names, start=first)
    ]
    heart.reader.files |= {ref.id: PNG for ref in refs}
    return await heart.ask(text, attachments=tuple(refs))


def pictures(request: Request) -> list[int]:
    """Return how many pictures each of a request's user messages brings."""
    contents = [message["content"] for message in request.messages if message["role"] == "user"]
    return [0 if isinstance(content, str) else len(content) - 1 for content in contents]


def text_of(message: dict[str, Any]) -> str:
    """Return the text of a message, with or without pictures."""
    content = message["content"]
    return content if isinstance(content, str) else str(content[0]["text"])


async def test_a_picture_for_which_there_is_no_room_stands_as_a_line_and_the_asker_is_told() -> None:
    async with beating(max_prompt_tokens=100) as heart:
        answer = await show(heart, "What is this?", "cat.png")

        assert answer.text == "Answer 1"
        assert ending(answer).note == texts.IMAGE_NO_ROOM.format(name="cat.png") + "."
        assert heart.completer.last[-1] == ("user", "John: What is this?\n\n[image: cat.png]")


async def test_of_several_pictures_those_that_fit_are_shown() -> None:
    async with beating(max_prompt_tokens=250) as heart:
        answer = await show(heart, "What are these?", "a.png", "b.png", "c.png")

        assert pictures(heart.completer.requests[-1]) == [2]
        assert ending(answer).note == texts.IMAGE_NO_ROOM.format(name="c.png") + "."


async def test_room_for_pictures_is_what_the_text_leaves(heart: Heart) -> None:
    await show(heart, "I like this", "cat.png")
    answer = await heart.ask("why " * 900)

    assert pictures(heart.completer.requests[-1]) == [0, 0]
    assert text_of(heart.completer.requests[-1].messages[1]) == "John: I like this\n\n[image: cat.png]"
    assert ending(answer).note == ""


async def test_pictures_are_counted_in_the_budget() -> None:
    async with beating(max_prompt_tokens=300) as heart:
        for number in range(6):
            question = await heart.say(f"{number}")
            await heart.answered(question)
            await show(heart, "Look", f"{number}.png")
        answers = [await heart.store.answers.get(sink.spot.answer_id) for sink in heart.screen.sinks]

        assert max(answer.own_count or 0 for answer in answers if answer) <= 300
        assert max(sum(pictures(request)) for request in heart.completer.requests) == 2


async def test_newer_pictures_go_before_older_ones() -> None:
    async with beating(max_prompt_tokens=250) as heart:
        for name in ("a.png", "b.png", "c.png"):
            await show(heart, "Look", name)

        assert pictures(heart.completer.requests[-1]) == [0, 1, 1]


async def test_a_picture_comes_along_again_as_it_was_sent_while_there_is_room(heart: Heart) -> None:
    await show(heart, "Look", "a.png", "b.png")
    await heart.ask("And now?")

    first, second = heart.completer.requests
    assert second.messages[: len(first.messages)] == first.messages


async def test_a_preview_counts_the_pictures_that_would_go_along(heart: Heart) -> None:
    await heart.ask("Look")
    before = (await heart.context.preview(ROOM)).tokens
    await show(heart, "Look", "a.png")

    assert (await heart.context.preview(ROOM)).tokens - before > COST
