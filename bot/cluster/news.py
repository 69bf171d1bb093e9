"""What other processes have done, of which no gateway event tells this one: polled from the store."""

import logging
from collections.abc import Sequence
from typing import Protocol

from bot.chat.ports import Clock
from bot.errors import MemoryRefused

log = logging.getLogger(__name__)

LOOKED_EVERY = 2.0  # seconds


class Heard(Protocol):
    """Whom it concerns."""

    async def catch_up(self) -> None:
        """Do what follows from what others did since the last look."""


async def catch_up(heard: Sequence[Heard], clock: Clock) -> None:
    """Look every few seconds until cancelled."""
    while True:
        for one in heard:
            try:
                await one.catch_up()
            except MemoryRefused:
                log.debug("what other processes did can't be looked for now")
        await clock.sleep(LOOKED_EVERY)
