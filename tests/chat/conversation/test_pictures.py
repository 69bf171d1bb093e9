"""Which pictures a request carries, and what the asker is told of the others."""

from typing import Any

from bot.chat.completions import Request
from bot.chat.ports import Ending
from bot.errors import ContextTooLong, RequestRefused
from bot.rules.model import AttachmentRef, State
from bot.texts import contents
from tests.chat.heart import MODERATOR, ROOM, Heart, beating, ending
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
        assert ending(answer).note == contents.IMAGE_NO_ROOM.format(name="cat.png") + "."
        assert heart.completer.last[-1] == ("user", "John: What is this?\n\n[image: cat.png]")


async def test_of_several_pictures_those_that_fit_are_shown() -> None:
    async with beating(max_prompt_tokens=250) as heart:
        answer = await show(heart, "What are these?", "a.png", "b.png", "c.png")

        assert pictures(heart.completer.requests[-1]) == [2]
        assert ending(answer).note == contents.IMAGE_NO_ROOM.format(name="c.png") + "."


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


REFUSED = RequestRefused(reason="Invalid image data")


async def test_a_request_refused_for_its_pictures_is_tried_once_more_without_them(heart: Heart) -> None:
    heart.completer.will(REFUSED)
    answer = await show(heart, "What is this?", "broken.png")

    assert [sum(pictures(request)) for request in heart.completer.requests] == [1, 0]
    assert ending(answer) == Ending(State.COMPLETE, str(contents.IMAGES_REFUSED) + ".")


async def test_pictures_that_were_refused_are_sent_no_more(heart: Heart) -> None:
    await show(heart, "Look", "good.png")
    heart.completer.will(REFUSED)
    await show(heart, "What is this?", "broken.png")
    answer = await heart.ask("And now?")

    assert [pictures(request) for request in heart.completer.requests[1:]] == [[1, 1], [0, 0], [1, 0, 0]]
    assert ending(answer).note == ""


async def test_where_older_pictures_are_refused_none_of_them_are_sent_again(heart: Heart) -> None:
    await show(heart, "Look", "a.png")
    await show(heart, "Look", "b.png")
    heart.completer.will(REFUSED)
    await heart.ask("And now?")
    await heart.ask("And then?")

    assert [sum(pictures(request)) for request in heart.completer.requests[2:]] == [2, 0, 0]


async def test_who_asks_again_about_a_refused_picture_is_told_again(heart: Heart) -> None:
    heart.completer.will(REFUSED)
    answer = await show(heart, "What is this?", "broken.png")
    await heart.control.regenerate(answer.spot.answer_id, *heart.presser())
    again = (await heart.until(lambda: [sink for sink in heart.screen.sinks[1:] if sink.ending]))[0]

    assert sum(pictures(heart.completer.requests[-1])) == 0
    assert ending(again).note == str(contents.IMAGES_REFUSED) + "."


async def test_another_model_gets_the_pictures_that_one_refused(heart: Heart) -> None:
    heart.completer.will(REFUSED)
    await show(heart, "What is this?", "cat.png")
    await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, model="gpt-4o")
    await heart.ask("And you?")

    assert pictures(heart.completer.requests[-1]) == [1, 0]


async def test_pictures_are_not_blamed_for_a_request_that_is_refused_without_them_too(heart: Heart) -> None:
    heart.completer.will(REFUSED)
    heart.completer.will(RequestRefused(reason="No such parameter"))
    answer = await show(heart, "What is this?", "cat.png")
    await heart.ask("And now?")

    assert ending(answer).state is State.FAILED
    assert [sum(pictures(request)) for request in heart.completer.requests] == [1, 0, 1]


async def test_a_picture_that_is_too_much_for_the_model_is_left_out(heart: Heart) -> None:
    heart.completer.will(ContextTooLong())
    answer = await show(heart, "What is this?", "cat.png")

    assert [sum(pictures(request)) for request in heart.completer.requests] == [1, 0]
    assert ending(answer) == Ending(State.COMPLETE, contents.IMAGE_NO_ROOM.format(name="cat.png") + ".")


async def test_a_request_without_pictures_that_is_refused_is_not_tried_again(heart: Heart) -> None:
    heart.completer.will(REFUSED)
    answer = await heart.ask("Hello")

    assert ending(answer) == Ending(State.FAILED, str(REFUSED))
    assert len(heart.completer.requests) == 1


async def test_a_preview_counts_the_pictures_that_would_go_along(heart: Heart) -> None:
    await heart.ask("Look")
    before = (await heart.preview(ROOM)).tokens
    await show(heart, "Look", "a.png")

    assert (await heart.preview(ROOM)).tokens - before > COST
