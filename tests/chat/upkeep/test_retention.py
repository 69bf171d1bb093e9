"""What is swept every minute, also after a minute that failed."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.chat.memory import UNDO_FOR
from bot.chat.upkeep.retention import Upkeep
from tests.chat.heart import MODERATOR, ROOM, Heart


async def test_a_reset_is_purged_when_its_undo_is_over(heart: Heart) -> None:
    await heart.ask("Hello")
    reset = await heart.store.resets.reset(ROOM, MODERATOR, guild_wide=False, keep=0)
    upkeep = Upkeep(heart.store.disposal, heart.store.storage, heart.clock, None)
    await upkeep.sweep()
    before = await heart.store.resets.get(reset.id)
    heart.clock.pass_time(seconds=(UNDO_FOR + timedelta(seconds=1)).total_seconds())

    await upkeep.sweep()

    assert before == reset
    assert await heart.store.resets.get(reset.id) is None


async def test_a_sweep_that_fails_is_logged_and_the_next_one_comes(
    heart: Heart, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> int:
        raise RuntimeError("the disk is full")

    await heart.ask("Hello")
    upkeep = Upkeep(heart.store.disposal, heart.store.storage, heart.clock, retention_days=1)
    with monkeypatch.context() as patched, caplog.at_level(logging.INFO):
        patched.setattr("bot.store.disposal.SqliteDisposal.purge", broken)
        running = asyncio.create_task(upkeep.run())
        await heart.until(lambda: heart.clock.sleepers)
    heart.clock.pass_time(days=2)
    await heart.until(lambda: heart.clock.sleepers)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert "sweeping the memory failed" in caplog.text
    assert await heart.words() == []
