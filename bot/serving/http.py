"""Health and figures over HTTP, for probes and Prometheus; imported only where that is wanted."""

import errno
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.errors import PassingError, StartError
from bot.serving.health import Health, State
from bot.serving.metrics import CONTENT_TYPE, Metrics
from bot.settings.serving import Address
from bot.texts import serving

STOP_SECONDS = 1.0  # for answers under way; whoever sends only half of a request is not waited for

log = logging.getLogger(__name__)
log.addFilter(lambda record: not _is_of_a_client(record))


@asynccontextmanager
async def served(address: Address, health: Callable[[], Health], metrics: Metrics) -> AsyncIterator[None]:
    """Answer /livez, /readyz and /metrics.

    Raises:
        StartError: nothing can listen there.
    """

    def says(*good: State) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(_: web.Request) -> web.Response:
            now = health()
            return web.Response(text=f"{now}\n", status=200 if now.state in good else 503)

        return answer

    async def figures(_: web.Request) -> web.Response:
        return web.Response(body=metrics.exposition(), headers={"Content-Type": CONTENT_TYPE})

    application = web.Application()
    application.router.add_get("/livez", says(State.READY, State.LIVE))
    application.router.add_get("/readyz", says(State.READY))
    application.router.add_get("/metrics", figures)
    runner = web.AppRunner(
        application, access_log=None, logger=log, lingering_time=0.0, shutdown_timeout=STOP_SECONDS
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, *address).start()
        except OSError as error:
            kind = PassingError if error.errno == errno.EADDRINUSE else StartError
            why = os.strerror(error.errno or 0) if (error.errno or 0) > 0 else error.strerror
            raise kind(serving.HTTP_TAKEN.format(**address._asdict(), reason=why)) from error
        yield
    finally:
        await runner.cleanup()


def _is_of_a_client(record: logging.LogRecord) -> bool:
    """Say whether a line tells of a request that is no HTTP, or too long: the client hears of it."""
    return record.exc_info is not None and isinstance(record.exc_info[1], HttpProcessingError)
