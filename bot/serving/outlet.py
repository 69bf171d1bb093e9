"""What is served over HTTP, where that is wanted; whoever does not want it loads nothing of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from bot.chat.meter import Meter
from bot.serving.readings import Readings
from bot.serving.vitals import Vitals
from bot.settings.settings import Settings


def meter_for(settings: Settings) -> Meter:
    """Return what counts and times, which is nothing where nobody can ask for it."""
    if settings.serving.http_port is None:
        return Meter()
    from bot.serving.metrics import Metrics

    return Metrics()


@asynccontextmanager
async def outlet(settings: Settings, vitals: Vitals, readings: Readings) -> AsyncIterator[None]:
    """Serve health and figures, where that is wanted.

    Raises:
        StartError: nothing can listen at that address.
    """
    address = settings.serving.http_port
    if address is None:
        yield
        return
    from bot.serving.http import served
    from bot.serving.metrics import Metrics

    metrics = cast("Metrics", vitals.meter)
    metrics.read(readings)
    async with served(address, vitals.health, metrics):
        yield
