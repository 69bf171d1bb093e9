"""What may be spent: checked before a request, booked by its bill; sixty at once spend no more than one."""

from pathlib import Path

import pytest

from bot.errors import StartError
from bot.rules.spending.entries import Result
from bot.texts import bounds
from playground.model.api import ModelApi
from tests.support.entries import entries_of
from tests.support.room import Room, open_room

pytestmark = pytest.mark.memory

CHANNELS = 60
LIMIT = 2_000
USED_UP = bounds.LIMIT_REACHED["total", "owner"].source.partition("{")[0]
OWN = bounds.LIMIT_REACHED["person", "owner"].source.partition("{")[0]


def bill(model: ModelApi) -> int:
    """Return what the playground's model took in all, in tokens."""
    return model.bill.prompt_tokens + model.bill.completion_tokens


def told(room: Room) -> list[str]:
    """Return what was said of limits, in every channel."""
    return [
        message.content
        for channel in room.world.channels.values()
        for message in channel.messages.values()
        if bounds.LIMIT_REACHED["person", "owner"].source.partition("{limit}")[2].partition(".")[0]
        in message.content
    ]


async def ask_everywhere(room: Room, words: str = "Hello") -> None:
    for channel in [room.world.add_text_channel(f"{words}-{number}".lower()) for number in range(CHANNELS)]:
        room.post(words, channel)
    await room.until(lambda: room.app.services.queue.everywhere(), 5)
    await room.until(lambda: not room.app.services.queue.everywhere(), 60)


async def test_sixty_questions_at_once_overspend_no_limit_and_a_restart_forgets_nothing(
    tmp_path: Path,
) -> None:
    limit = f"{LIMIT} tokens/day"
    async with open_room(tmp_path, LIMIT_TOTAL=limit, MAX_REPLY_TOKENS="200") as room:
        model = room.playground.model
        await ask_everywhere(room)
        spent, sentences = bill(model), told(room)
        await room.stop()
        await room.start()
        await ask_everywhere(room, "Again")
        entries = await entries_of(room.store)

        assert LIMIT - 300 <= spent <= LIMIT
        assert len(sentences) == 1
        assert sentences[0].startswith(f"{USED_UP}2,000 tokens a day")
        assert spent <= bill(model) <= LIMIT
        assert sum(one.usage.tokens for one in entries) == bill(model)
        assert {one.result for one in entries} == {Result.DONE}


async def test_money_is_counted_by_the_owners_prices(tmp_path: Path) -> None:
    prices = '{"gpt-4.1-mini": {"input": 1000, "output": 2000}}'
    async with open_room(tmp_path, LIMIT_PERSON="$0.5/day", PRICES=prices, MAX_REPLY_TOKENS="100") as room:
        question = room.post("Hello")
        [answer] = await room.answered(question)
        while not told(room):
            await room.ask("And now?")
        spent = sum(one.micros or 0 for one in await entries_of(room.store))
        [elsewhere] = await room.ask("Hello", "dm", "sam")

        assert 0 < spent <= 500_000
        assert told(room)[0].startswith(f"{OWN}$0.50 a day")
        assert OWN not in elsewhere.content
        assert answer.content


async def test_whoever_presses_regenerate_hears_of_it_alone(tmp_path: Path) -> None:
    async with open_room(tmp_path, LIMIT_PERSON="150 tokens/day", MAX_REPLY_TOKENS="50") as room:
        alex = room.world.people["alex"]
        while not told(room):
            [last] = await room.ask("And now?")
        room.playground.model.requests.clear()
        told_alone = await alex.press(last, "Regenerate").answered()

        assert told_alone.ephemeral_for == alex.id
        assert told_alone.content.startswith(OWN)
        assert room.playground.model.requests == []


async def test_a_limit_in_money_needs_a_price_for_each_model(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"LIMIT_TOTAL.*PRICES"):
        async with open_room(
            tmp_path,
            LIMIT_TOTAL="$1/month",
            OPENAI_MODEL="a-model",
            OPENAI_BASE_URL="https://api.openai.com/v1",
            OPENAI_API_KEY="key",
        ):
            raise AssertionError


async def test_the_owners_hear_in_their_direct_messages_that_80_percent_are_used(tmp_path: Path) -> None:
    async with open_room(tmp_path, LIMIT_TOTAL="2000 tokens/day", MAX_REPLY_TOKENS="20") as room:
        [owner] = [one for one in room.world.people.values() if one.id in room.app.bot.owners]

        def heard() -> list[str]:
            dms = [one for one in room.world.channels.values() if one.guild_id is None]
            said = [message for dm in dms for message in dm.messages.values()]
            return [one.content for one in said if "that everyone shares" in one.content]

        while not told(room):
            await room.ask("And now?")
        await room.until(heard)

        assert owner is not None
        assert len(heard()) == 1
        assert "of the limit of 2,000 tokens a day that everyone shares is used" in heard()[0]
