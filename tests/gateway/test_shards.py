"""Session starts that have run out."""

import asyncio
from types import SimpleNamespace
from typing import Any

from bot.client.sessions import Sessions
from bot.gateway.lookup import Found
from bot.gateway.shards import Gateway, Times
from tests.support.virtual_time import run

NONE_LEFT = Found("wss://gateway", 1, 0, 1000, 0.0)
SOME_LEFT = Found("wss://gateway", 1, 9, 1000, 0.0)


class Limits:
    """Says for a while that no session may be started, and that the count begins anew at once."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def gateway(self) -> Found:
        self.asked.append(asyncio.get_running_loop().time())
        return NONE_LEFT if len(self.asked) < 5 else SOME_LEFT


def test_a_count_that_begins_anew_at_once_is_not_asked_for_without_end() -> None:
    limits, times = Limits(), Times()
    lookup: Any = limits
    client: Any = SimpleNamespace(sessions=Sessions())
    gateway = Gateway(client, lookup, times, lambda: 0.0)

    async def start() -> None:
        async with gateway.start():
            pass

    run(start())

    assert len(limits.asked) == 5
    assert limits.asked[-1] - limits.asked[0] >= 4 * times.identify
