"""The run of the bot: put together, connected, its models looked up, and stopped in order; each is a line."""

import asyncio
import gc
import logging
import time
from contextlib import suppress

from bot.app import App, assembled
from bot.cluster.joining import Left
from bot.errors import (
    KeyRefused,
    LeaseOver,
    MemoryRefused,
    ModelError,
    ModelNotFound,
    PassingError,
    StartError,
    TokenRefused,
)
from bot.gateway.connecting import connect_to_discord
from bot.llm.completer import LOOK_SECONDS, OpenAICompleter
from bot.rules.waits import back_off
from bot.settings.settings import Settings
from bot.store.connection.lock import held
from bot.texts import serving, startup

log = logging.getLogger(__name__)

YOUNG_OBJECTS = 10_000  # that are looked through at once: at 700 it took a twelfth of the time of a busy bot
LONGEST_WAIT_SECONDS = 2.0  # before another beginning, once the lease was over: others wait no longer for it


async def serve(settings: Settings, told: asyncio.Event) -> None:
    """Run the bot until it is told to stop.

    Raises:
        StartError: what the self-hoster has to mend, in a sentence.
    """
    with held(settings.database):
        await _serve_anew(settings, told)
    log.info("stopped")


async def _serve_anew(settings: Settings, told: asyncio.Event) -> None:
    """Begin anew, as another process would, whenever the lease on what this one held is over."""
    failures, left = 0, Left()  # since then
    while not told.is_set():
        try:
            await _serve(settings, told, left)
        except LeaseOver:
            failures = 1
        except (PassingError, MemoryRefused) as error:  # the database may be back, and gone again
            if not failures:
                raise
            failures += 1
            log.warning("%s", error)
        else:
            break
        gc.collect()  # the former bot, or what is frozen next would hold it for ever
        seconds = back_off(failures, LONGEST_WAIT_SECONDS, chance=1.0)
        log.warning("beginning anew in %.1f s", seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await told.wait()
    if left.kept:
        log.error("%d writes were kept and could not be stored; they are lost", len(left.kept))


async def _serve(settings: Settings, told: asyncio.Event, left: Left) -> None:
    began = time.monotonic()
    async with assembled(settings, left=left) as app:
        app.services.tasks.start(_tell_when_ready(app, began, time.monotonic()))
        gc.freeze()  # what is loaded stays; to look through it for garbage held the loop for 100 ms each time
        gc.set_threshold(YOUNG_OBJECTS)
        gc.enable()
        listening = asyncio.create_task(_listen(app, settings))
        stopped = asyncio.create_task(told.wait())
        await asyncio.wait({listening, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if listening.done():
            if isinstance(listening.exception(), TokenRefused | LeaseOver):  # no answer can be shown any more
                await app.services.drain(0)
            await listening
        else:
            log.info("stopping; answers in progress have %s s to finish", settings.shutdown_grace)
            await _leave(app, listening)
            await app.services.drain(settings.shutdown_grace)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def _leave(app: App, listening: asyncio.Future[None]) -> None:
    """Leave to other processes what they may have, unless this one loses it meanwhile."""
    leaving = asyncio.create_task(app.place.leave())
    await asyncio.wait({leaving, listening}, return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)


async def _listen(app: App, settings: Settings) -> None:
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(connect_to_discord(app.bot, settings.discord_token, sharing=app.place.sharing))
            both.create_task(_look_at_a_model(*app.servers.of(settings.openai_model), needed=True))
            for one in settings.fallback_models:
                both.create_task(_look_at_a_model(*app.servers.of(one.name), needed=False))
    except ExceptionGroup as failures:
        raise failures.exceptions[0]  # noqa: B904 - the group is nothing but its first failure


async def _tell_when_ready(app: App, began: float, loaded: float) -> None:
    await app.bot.wait_until_ready()
    now, servers = time.monotonic(), len(app.bot.guilds)
    what = (servers, loaded - began, now - loaded)
    log.info("ready, servers: %d; loaded in %.2f s, connected in %.2f s more", *what)


async def _look_at_a_model(completer: OpenAICompleter, model: str, *, needed: bool) -> None:
    """Look a model up; a server that is down or answers oddly may recover.

    Raises:
        StartError: the key is wrong, and the model is the one that is needed.
    """
    began, url = time.monotonic(), completer.dialects.server.rstrip("/")
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await completer.check(model)
            log.info("model %s is there: %s said so in %.2f s", model, url, time.monotonic() - began)
    except ModelError as error:
        if needed and isinstance(error, KeyRefused):
            raise StartError(startup.KEY_REFUSED_AT_START) from error
        unseen = serving.MODEL_UNKNOWN if isinstance(error, ModelNotFound) else serving.MODEL_UNSEEN
        log.warning(unseen, model, url, completer.why(error))
    except TimeoutError:
        log.warning(serving.MODEL_UNSEEN, model, url, f"no answer within {LOOK_SECONDS:g} s")
