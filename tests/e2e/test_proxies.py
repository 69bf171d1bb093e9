"""Questions that a proxy such as PluralKit posts again under a name of their author's own."""

import pytest

from bot.reading.messages import PLURALKIT, TUPPERBOX
from playground.world.entities import Message
from tests.support.room import Room, finished


def newest(room: Room) -> str:
    """Return what the model was sent last."""
    return str(room.playground.model.requests[-1].messages[-1]["content"])


async def answers(room: Room) -> list[Message]:
    """Wait for a finished answer in #general, and return all that the bot shows there."""

    def shown() -> list[Message]:
        said = room.world.channel("general").messages.values()
        return [one for one in said if one.author_id == room.world.bot.id and not one.deleted]

    await room.until(lambda: finished(shown()) and room.playground.model.requests[1:])
    return shown()


@pytest.mark.parametrize("said", ["How tall is it?", "J: How tall is it?", "[How tall is it?]"])
async def test_a_proxied_question_is_answered_under_the_proxys_name(room: Room, said: str) -> None:
    alex, general, bot = room.world.people["alex"], room.world.channel("general"), room.world.bot
    gate = room.playground.model.script().hold_headers()
    original = alex.say(general, said)
    await gate.reached()
    room.world.webhook(general, "Jay", f"<@{bot.id}> How tall is it?")
    alex.delete(original)

    assert len(await answers(room)) == 1
    assert newest(room) == "Jay: How tall is it?"


async def test_a_proxied_question_that_is_deleted_before_its_copy_comes_is_answered(room: Room) -> None:
    alex, general, bot = room.world.people["alex"], room.world.channel("general"), room.world.bot
    gate = room.playground.model.script().hold_headers()
    original = alex.say(general, "How tall is it?")
    await gate.reached()
    alex.delete(original)
    copy = room.world.webhook(general, "Jay", f"<@{bot.id}> How tall is it?")

    await room.answered(copy)

    assert newest(room) == "Jay: How tall is it?"


async def test_an_answer_that_is_on_the_screen_stays_when_its_question_is_proxied(room: Room) -> None:
    alex, general, bot = room.world.people["alex"], room.world.channel("general"), room.world.bot
    original = alex.say(general, "How tall is it?")
    (answer,) = await room.answered(original)
    room.world.webhook(general, "Jay", f"<@{bot.id}> How tall is it?")
    alex.delete(original)

    await room.ask("And in feet?")

    assert not answer.deleted
    assert "Jay: How tall is it?" in str(room.playground.model.requests[-1].messages)


async def test_a_webhook_that_says_something_of_its_own_is_no_copy(room: Room) -> None:
    alex, general, bot = room.world.people["alex"], room.world.channel("general"), room.world.bot
    original = alex.say(general, "How tall is it?")
    await room.answered(original)
    news = room.world.webhook(general, "News", f"<@{bot.id}> The tower is closed today.")

    await room.ask("And in feet?")

    assert room.replies(news) == []
    assert "Alex: How tall is it?" in str(room.playground.model.requests[-1].messages)


@pytest.mark.parametrize("proxy", [PLURALKIT, TUPPERBOX])
async def test_a_proxied_question_of_which_the_original_was_never_seen_is_answered_once(
    room: Room, proxy: int
) -> None:
    await room.ask("Hello")
    await room.stop()
    alex, general, bot = room.world.people["alex"], room.world.channel("general"), room.world.bot
    original = alex.say(general, "J: How tall is it?")
    alex.delete(original)
    copy = room.world.webhook(general, "Jay", f"<@{bot.id}> How tall is it?", application_id=proxy)
    await room.start()

    await room.answered(copy)
    await room.ask("And in feet?")

    assert "Jay: How tall is it?" in str(room.playground.model.requests[-1].messages)
    assert len(room.playground.model.requests) == 3


async def test_a_proxied_question_whose_original_was_seen_has_one_answer(room: Room) -> None:
    alex, general, bot = room.world.people["alex"], room.world.channel("general"), room.world.bot
    original = alex.say(general, "J: How tall is it?")
    (answer,) = await room.answered(original)
    copy = room.world.webhook(general, "Jay", f"<@{bot.id}> How tall is it?", application_id=PLURALKIT)
    alex.delete(original)

    await room.ask("And in feet?")

    assert room.replies(copy) == []
    assert not answer.deleted
    assert len(room.playground.model.requests) == 2


async def test_nobody_but_who_manages_messages_may_stop_what_a_stranger_behind_a_proxy_asked(
    room: Room,
) -> None:
    general, bot = room.world.channel("general"), room.world.bot
    gate = room.playground.model.script("One ").hold()
    copy = room.world.webhook(general, "Jay", f"<@{bot.id}> Count.", application_id=PLURALKIT)
    await gate.reached()
    (answer,) = await room.until(lambda: room.replies(copy))

    await room.world.people["alex"].press(answer, "Stop").answered()
    assert "▌" in answer.content

    await room.world.people["mo"].press(answer, "Stop").acknowledged()
    await room.answered(copy)


async def test_a_webhook_of_any_other_bot_asks_nothing(room: Room) -> None:
    general, bot = room.world.channel("general"), room.world.bot
    news = room.world.webhook(general, "News", f"<@{bot.id}> How tall is it?", application_id=77)

    await room.ask("Hello")

    assert room.replies(news) == []
    assert len(room.playground.model.requests) == 1
