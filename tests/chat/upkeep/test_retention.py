"""What is swept every minute, also after a minute that failed."""

import logging
from datetime import timedelta

import pytest

from bot.chat.clearing import UNDO_FOR, ResetOrder
from tests.chat.heart import MODERATOR, ROOM, Heart, beating


async def test_a_reset_is_purged_when_its_undo_is_over(heart: Heart) -> None:
    await heart.ask("Hello")
    reset = await heart.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    upkeep = heart.services.retention
    await upkeep.sweep()
    before = await heart.store.resets.get(reset.id)
    heart.clock.pass_time(seconds=(UNDO_FOR + timedelta(seconds=1)).total_seconds())

    await upkeep.sweep()

    assert before == reset
    assert await heart.store.resets.get(reset.id) is None


async def test_a_sweep_that_fails_is_logged_and_the_next_one_comes(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> int:
        raise RuntimeError("the disk is full")

    async with beating(retention_days=1) as heart:
        await heart.ask("Hello")
        with monkeypatch.context() as patched, caplog.at_level(logging.INFO):
            patched.setattr("bot.store.disposal.SqlDisposal.purge", broken)
            heart.services.start()
            await heart.until(lambda: heart.clock.sleepers)
        heart.clock.pass_time(days=2)
        await heart.until(lambda: heart.clock.sleepers)

        assert "sweeping the memory failed" in caplog.text
        assert await heart.words() == []


async def test_of_several_processes_one_sweeps(heart: Heart, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[bool] = []
    leads = iter([False, True])

    async def sweep(_: object) -> None:
        swept.append(True)

    monkeypatch.setattr("bot.chat.upkeep.retention.Retention.sweep", sweep)
    heart.services.tasks.start(heart.services.retention.run(lambda: next(leads)))
    await heart.until(lambda: heart.clock.sleepers)
    assert not swept

    heart.clock.pass_time(minutes=1)
    await heart.until(lambda: swept)
