"""Background work that somebody owns."""

import asyncio
import logging

import pytest

from bot.chat.tasks import Tasks


async def test_work_goes_on_in_the_background() -> None:
    done = asyncio.Event()

    async def work() -> None:
        done.set()

    await Tasks().start(work())

    assert done.is_set()


async def test_work_that_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise RuntimeError("a bug of ours")

    task = Tasks().start(work())
    await asyncio.wait([task])
    await asyncio.sleep(0)

    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None


async def test_at_the_end_what_still_runs_is_ended_and_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    tasks, cleaned = Tasks(), []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    tasks.start(work())
    await asyncio.sleep(0)
    await tasks.close()

    assert cleaned == [True]
    assert caplog.records == []


async def test_an_end_with_nothing_to_do_is_an_end() -> None:
    await Tasks().close()
