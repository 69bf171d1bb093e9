"""What is put together is ended together."""

import pytest

from bot.chat.upkeep.missed import Missed
from tests.chat.heart import ALL, Heart


async def test_a_failure_at_the_end_leaves_nothing_open(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: Missed) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Missed, "save", broken)
    with pytest.raises(RuntimeError):
        await heart.services.close(0)

    assert heart.screen.closed


async def test_the_end_waits_for_an_answer_and_remembers_what_was_heard(heart: Heart) -> None:
    await heart.services.missed.load(ALL)
    later = heart.shard(0).mark() + 1
    heart.shard(0).hear(later)
    question = await heart.say("Hello")
    await heart.services.close(60)

    assert (await heart.answer_to(question)).text == "Answer 1"
    assert await heart.store.facts.read("heard") == f'{{"0": {later}}}'
