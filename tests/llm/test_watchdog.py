"""Time limits that interrupt a wait, and nothing else."""

import asyncio
from contextlib import nullcontext
from typing import Never

import pytest

from bot.llm.attempt import Limits, Watchdog
from tests.llm.conftest import LIMIT
from tests.support.virtual_time import run


async def never() -> Never:
    await asyncio.Event().wait()
    raise AssertionError


async def soon() -> str:
    return "here"


async def elapse(seconds: float) -> None:
    """Let the event loop's time go on."""
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, passed.set)
    await passed.wait()


async def test_what_comes_in_time_is_passed_on() -> None:
    with Watchdog(LIMIT) as watchdog:
        assert await watchdog.within(LIMIT, soon()) == "here"


async def test_a_wait_beyond_its_limit_is_interrupted() -> None:
    with Watchdog(LIMIT) as watchdog, pytest.raises(TimeoutError):
        await watchdog.within(0.01, never())


async def test_a_wait_beyond_the_total_is_interrupted() -> None:
    with Watchdog(0.01) as watchdog, pytest.raises(TimeoutError):
        await watchdog.within(LIMIT, never())


async def test_a_shorter_limit_after_a_longer_one_holds() -> None:
    with Watchdog(LIMIT) as watchdog:
        await watchdog.within(LIMIT, soon())

        with pytest.raises(TimeoutError):
            await watchdog.within(0.01, never())


async def test_a_longer_limit_after_a_shorter_one_holds() -> None:
    with Watchdog(LIMIT) as watchdog:
        await watchdog.within(0.01, soon())

        await watchdog.within(LIMIT, elapse(0.03))


async def test_what_the_reader_does_between_two_waits_does_not_count() -> None:
    with Watchdog(LIMIT) as watchdog:
        await watchdog.within(0.01, soon())
        await elapse(0.03)

        assert await watchdog.within(0.01, soon()) == "here"
        with pytest.raises(TimeoutError):
            await watchdog.within(0.01, never())


async def test_after_an_interruption_the_task_goes_on_as_if_nothing_was() -> None:
    task = asyncio.current_task()
    assert task

    with Watchdog(LIMIT) as watchdog, pytest.raises(TimeoutError):
        await watchdog.within(0.01, never())

    assert task.cancelling() == 0


async def test_a_cancellation_from_elsewhere_stays_one() -> None:
    async def wait() -> None:
        with Watchdog(LIMIT) as watchdog:
            await watchdog.within(LIMIT, never())

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_outer_time_limit_stays_its_own() -> None:
    outer = asyncio.timeout(0.01)

    async def wait() -> None:
        async with outer:
            with Watchdog(LIMIT) as watchdog:
                await watchdog.within(LIMIT, never())

    with pytest.raises(TimeoutError):
        await wait()

    assert outer.expired()


@pytest.mark.parametrize(("nearby", "waited"), [(True, True), (False, False)])
def test_two_minutes_without_a_word_are_waited_for_where_a_server_may_load_its_model(
    nearby: bool, waited: bool
) -> None:
    limits, asked = Limits.of(nearby=nearby), {"model": "llama3.2"}

    async def load() -> None:
        with Watchdog(limits.total) as watchdog:
            await watchdog.within(limits.first_of(asked), asyncio.sleep(120))

    with nullcontext() if waited else pytest.raises(TimeoutError):
        run(load())
