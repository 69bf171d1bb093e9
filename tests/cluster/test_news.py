"""What other processes did is looked for in the memory, again and again."""

import asyncio

from bot.cluster.news import LOOKED_EVERY, catch_up
from bot.errors import MemoryLocked
from bot.llm.dialects.learned import Dialects
from bot.llm.dialects.refusals import Finding
from bot.store.store import MEMORY, open_store
from tests.cluster.test_shares import LoopClock
from tests.store.building import StoppedClock
from tests.support.virtual_time import run


async def test_what_one_learned_of_a_model_the_others_know() -> None:
    clock = StoppedClock()
    async with open_store(MEMORY, clock.now) as store:
        mine, theirs, elsewhere = (
            Dialects(server, clock.now, store.lessons)
            for server in ("http://a/v1", "http://a/v1", "http://b/v1")
        )
        await mine.learn_refusal("local", Finding("temperature"), "400")
        for one in (theirs, elsewhere):
            await one.catch_up()
        first = theirs.of("local")
        await theirs.learn_window("local", 8_000, "400")
        await theirs.catch_up()
        await mine.catch_up()

        assert "temperature" in first
        assert "temperature" not in elsewhere.of("local")
        assert mine.facts("local").context_window == 8_000
        await Dialects("http://a/v1", clock.now).catch_up()


class Looking:
    """Counts looks, of which the first is refused."""

    def __init__(self) -> None:
        self.looks = 0

    async def catch_up(self) -> None:
        self.looks += 1
        if self.looks == 1:
            raise MemoryLocked


def test_a_look_that_is_refused_is_taken_again() -> None:
    async def scene() -> list[int]:
        both = [Looking(), Looking()]
        looking = asyncio.create_task(catch_up(both, LoopClock()))
        await asyncio.sleep(2.5 * LOOKED_EVERY)
        looking.cancel()
        return [one.looks for one in both]

    assert run(scene()) == [3, 3]
