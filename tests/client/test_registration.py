"""The commands are registered however long that takes, unless the fault is ours."""

import asyncio
from collections.abc import Iterator

import discord
import pytest
from discord import app_commands

from bot.client.registration import keep_registered
from bot.client.retry import LongWait
from bot.errors import MemoryFull
from tests.support.virtual_time import run


class Over(Exception):
    """Ends a test: it has got as far as it should."""


class Facts:
    """Fails in one way after another."""

    def __init__(self, *failures: Exception) -> None:
        self.failures: Iterator[Exception] = iter(failures)

    async def read(self, _: str) -> str | None:
        raise next(self.failures)

    async def write(self, name: str, value: str, guild_id: int | None = None) -> None:
        raise AssertionError(name, value)


async def untranslated() -> str:
    return ""


def register(*failures: Exception) -> None:
    """Register the commands where all fails that is given here."""

    async def work() -> None:
        tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
        async with asyncio.timeout(3600):
            await keep_registered(tree, Facts(*failures), untranslated, lambda: 0.0)

    run(work())


@pytest.mark.parametrize("failure", [LongWait(), MemoryFull(), ConnectionResetError()])
def test_what_may_pass_is_tried_again(failure: Exception) -> None:
    with pytest.raises(Over):
        register(failure, failure, Over())


def test_a_bug_of_ours_rises_at_once() -> None:
    with pytest.raises(KeyError):
        register(KeyError("id"), Over())
