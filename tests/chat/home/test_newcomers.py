"""Whoever is new is told once how to ask: where they do nothing but mention the bot, or greet it directly."""

import asyncio

import pytest

from bot.errors import MemoryRefused
from bot.rules.model import Reference
from bot.texts import guide
from tests.chat.heart import DIRECT, JOHN, MARY, OTHER_ROOM, ROOM, THREAD, Heart, started_again
from tests.support.fakes import completion


@pytest.mark.parametrize("text", ["", "👋", "?!"])
async def test_a_first_mention_without_words_is_greeted_once_beside_the_answer(
    heart: Heart, text: str
) -> None:
    said = await heart.ask(text)
    other = await heart.ask(text, MARY)
    async with started_again(heart) as later:
        await later.ask(text)
        again = list(later.screen.greeted)

    assert heart.screen.greeted == [one.spot.question_message_id for one in (said, other)]
    assert again == []


@pytest.mark.parametrize("text", ["Hello!", "What is tea?", "👋"])
async def test_a_first_direct_message_is_followed_by_it_once_it_is_answered(heart: Heart, text: str) -> None:
    gate = asyncio.Event()
    heart.completer.will("Hi.", gate, completion())
    said = await heart.say(text, MARY, DIRECT, mentions_us=False)
    await heart.asked_the_model()
    before = list(heart.screen.greeted)
    gate.set()
    await heart.until(lambda: heart.screen.greeted)
    await heart.ask("Hello again", MARY, DIRECT, mentions_us=False)

    assert (before, heart.screen.greeted) == ([], [said.message_id])
    assert (await heart.words(DIRECT))[:2] == [text, "Hi."]


async def test_questions_in_a_server_are_just_answered(heart: Heart) -> None:
    await heart.ask("What is tea?")
    await heart.ask("Hello", MARY)

    assert heart.screen.greeted == []


async def test_whoever_has_said_something_is_not_new(heart: Heart) -> None:
    await heart.ask("What is tea?")
    await heart.ask("")
    await heart.ask("Hello", JOHN, DIRECT)

    assert heart.screen.greeted == []


async def test_where_something_is_there_to_be_asked_about_a_mention_asks_about_it(heart: Heart) -> None:
    await heart.ask("", JOHN, THREAD)
    await heart.ask("", MARY, reply_to=Reference(77, "Tea is a soup."))
    heart.reader.channels[OTHER_ROOM.channel_id] = [
        heart.message("Is it?", MARY, OTHER_ROOM, mentions_us=False)
    ]
    await heart.store.people.delete(MARY.id)
    await heart.ask("", MARY, OTHER_ROOM)

    assert heart.screen.greeted == []


async def test_bots_and_commands_are_not_greeted(heart: Heart) -> None:
    await heart.ask("", from_bot=True)
    settings = await heart.store.places.settings(ROOM)
    await heart.ask("?", MARY, settings=settings)

    assert heart.screen.greeted == []


async def test_where_it_cannot_be_noted_nobody_is_greeted_and_all_are_answered(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(_: int) -> bool:
        raise MemoryRefused

    monkeypatch.setattr(heart.store.people, "greet", refuses)
    sink = await heart.ask("")

    assert heart.screen.greeted == []
    assert sink.text == "Answer 1"


async def test_what_asks_for_help_is_answered_once_it_is_edited_to_a_question(heart: Heart) -> None:
    said = await heart.say("help")
    await heart.answered(await heart.edit(said, "What is tea?", edited_at=heart.clock.now()))

    assert await heart.words() == ["What is tea?", "Answer 1"]
    assert heart.screen.said == [(said.message_id, str(guide.HINT))]


@pytest.mark.parametrize("from_bot", [False, True])
async def test_a_message_whose_words_are_kept_back_is_told_so_where_a_person_wrote_it(
    heart: Heart, from_bot: bool
) -> None:
    said = await heart.say("", is_withheld=True, from_bot=from_bot)
    await heart.ask("Hello")

    assert heart.screen.said == ([] if from_bot else [(said.message_id, str(guide.UNREAD))])
    assert await heart.words() == ["Hello", "Answer 1"]


async def test_what_is_kept_of_a_greeting_is_the_persons_own_and_goes_with_their_data(heart: Heart) -> None:
    await heart.ask("")
    kinds = [one["kind"] async for one in heart.store.people.export(JOHN.id)]
    others = [one["kind"] async for one in heart.store.people.export(MARY.id)]
    await heart.store.people.delete(JOHN.id)
    after = [one["kind"] async for one in heart.store.people.export(JOHN.id)]
    await heart.ask("")

    assert "greeting" in kinds
    assert "greeting" not in [*others, *after]
    assert len(heart.screen.greeted) == 2
