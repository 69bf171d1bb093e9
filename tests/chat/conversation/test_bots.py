"""Bots that may ask are answered like people, but only so often until a person speaks."""

from bot.chat.conversation.bots import MOST_TURNS
from bot.rules.model import Speaker
from tests.chat.heart import OTHER_ROOM, ROOM, Heart

ROBIN = Speaker(500, "Robin", "robin")


async def test_a_bot_is_answered_until_its_turns_are_used_up(heart: Heart) -> None:
    for number in range(MOST_TURNS):
        await heart.ask(f"Number {number}", ROBIN, from_bot=True)
    unanswered = await heart.say("One too many", ROBIN, from_bot=True)
    await heart.ask("Elsewhere", ROBIN, OTHER_ROOM, from_bot=True)

    assert heart.sinks(unanswered) == []
    assert (await heart.words())[-1] == "One too many"


async def test_a_person_who_speaks_to_somebody_else_lets_a_bot_ask_again(heart: Heart) -> None:
    for number in range(MOST_TURNS):
        await heart.ask(f"Number {number}", ROBIN, from_bot=True)
    assert heart.services.hearing.listens(ROOM.channel_id, ROOM.guild_id or 0)

    await heart.say("What are they up to?", mentions_us=False)

    assert not heart.services.hearing.listens(ROOM.channel_id, ROOM.guild_id or 0)
    await heart.ask("Once more", ROBIN, from_bot=True)


async def test_what_a_bot_says_to_others_counts_for_nothing(heart: Heart) -> None:
    await heart.say("Hello everybody", ROBIN, from_bot=True, mentions_us=False)

    assert await heart.words() == []
    assert not heart.services.hearing.listens(ROOM.channel_id, ROOM.guild_id or 0)


async def test_a_bot_that_goes_on_editing_is_not_answered_for_ever(heart: Heart) -> None:
    question = await heart.say("Draft", ROBIN, from_bot=True)
    await heart.answered(question)
    for number in range(MOST_TURNS + 2):
        question = await heart.edit(question, f"Draft {number}")
        await heart.answered(question)

    assert len(heart.completer.requests) == MOST_TURNS
    assert (await heart.turns())[0].text == f"Draft {MOST_TURNS + 1}"
