"""The composition root: the only module that knows every concrete class, and in which order they close."""

import asyncio
import gc
import logging
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot import console
from bot.chat.commands.control import Control
from bot.chat.commands.counting import Counting
from bot.chat.commands.details import Details
from bot.chat.commands.history import History
from bot.chat.commands.privacy import Privacy
from bot.chat.commands.resetting import Resetting
from bot.chat.commands.settings import PlaceSettings
from bot.chat.conversation.answering import Answering
from bot.chat.conversation.calibration import Learning
from bot.chat.conversation.gathering import Lines
from bot.chat.conversation.inbox import Intake
from bot.chat.conversation.queue import Runs
from bot.chat.conversation.reconciling import Freshness
from bot.chat.conversation.recorder import Recorder
from bot.chat.conversation.request import Context, Defaults
from bot.chat.ports import Clock
from bot.chat.tasks import Tasks
from bot.chat.upkeep.departures import Absences
from bot.chat.upkeep.missed import Missed
from bot.chat.upkeep.recovery import Recovery
from bot.chat.upkeep.retention import Upkeep
from bot.client import CommandServices, ParleyBot, Services
from bot.clock import SystemClock
from bot.errors import KeyRefused, ModelError, StartError, TokenRefused
from bot.gateway.connecting import connect_to_discord
from bot.gateway.hearing import pass_over
from bot.llm import catalog
from bot.llm.completer import OpenAICompleter
from bot.llm.completion import chat_completion_json
from bot.llm.connection import connect
from bot.llm.counter import TiktokenCounter
from bot.reading.messages import DiscordReader
from bot.rules.model import Settings as PlaceDefaults
from bot.settings import Settings
from bot.store.sqlite import Store, open_store
from bot.ui.answers.screen import DiscordScreen
from bot.ui.commands.buttons import view_for
from bot.ui.requests.limiter import Limiter
from bot.ui.requests.transport import Transport

log = logging.getLogger(__name__)

LOOK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class App:
    """A bot put together, with what those who run it may want to look at."""

    bot: ParleyBot
    store: Store
    runs: Runs
    completer: OpenAICompleter


@asynccontextmanager
async def assembled(settings: Settings, clock: Clock | None = None, **options: Any) -> AsyncIterator[App]:
    """Put the bot together; on leaving, let answers finish and close everything in order.

    `options` go to discord.py's client.

    Raises:
        StartError: the database or a shipped file can't be used.
    """
    clock = clock or SystemClock()
    counter = await TiktokenCounter.load()
    async with (
        open_store(settings.database_path, clock.now, settings.max_stored_media) as store,
        connect(settings.openai_api_key, settings.openai_base_url or "") as client,
        AsyncExitStack() as stack,
    ):
        on = _Foundation(
            settings, clock, counter, store, OpenAICompleter(client, counter, clock, random.random), stack
        )
        trace = Transport(on.limiter).trace()
        bot = ParleyBot(partial(_services, on), api_url=settings.discord_api_url, http_trace=trace, **options)
        pass_over(bot, store.places.may_be_auto)
        closing = stack.pop_all()  # what shows answers must end before the connection does
        await stack.enter_async_context(bot)
        await stack.enter_async_context(closing)
        stack.push_async_callback(bot.services.missed.save)
        stack.push_async_callback(on.tasks.close)
        stack.push_async_callback(bot.services.runs.drain, settings.shutdown_grace)
        on.tasks.start(_read_ahead(bot, counter, settings.openai_model))
        on.tasks.start(Upkeep(store.disposal, store.storage, clock, settings.retention_days).run())
        yield App(bot, store, bot.services.runs, on.completer)


async def _read_ahead(bot: ParleyBot, counter: TiktokenCounter, model: str) -> None:
    """Read the token table that the first answer needs, once the start no longer waits for it."""
    await bot.wait_until_ready()
    await counter.ready(model)


@dataclass(frozen=True, slots=True)
class _Foundation:
    """What the use cases stand on; `closing` takes what must end before the connection to Discord does."""

    settings: Settings
    clock: Clock
    counter: TiktokenCounter
    store: Store
    completer: OpenAICompleter
    closing: AsyncExitStack
    limiter: Limiter = field(default_factory=Limiter)
    tasks: Tasks = field(default_factory=Tasks)


def _services(on: _Foundation, bot: ParleyBot) -> Services:
    settings, clock, store, counter, tasks = on.settings, on.clock, on.store, on.counter, on.tasks
    screen = DiscordScreen(bot, on.limiter, clock, view_for, settings.max_reply_messages)
    on.closing.push_async_callback(screen.close)
    reader = DiscordReader(bot, settings.discord_api_url)
    recorder = Recorder(store.turns, counter, settings.openai_model)
    freshness = Freshness(reader, store, recorder, clock.now())
    learning = Learning(store.facts)
    context = Context(store, counter, catalog, on.completer, learning, freshness, _defaults(settings))
    answering = Answering(store, context, on.completer, screen, counter, catalog, learning, clock, tasks)
    runs = Runs(answering.run)
    lines = Lines(runs, store.questions, screen, clock, tasks)
    intake = Intake(store, reader, recorder, runs, lines, tasks, freshness, settings.max_prompt_tokens)
    return Services(
        intake=intake,
        control=Control(store, runs, lines, intake),
        recovery=Recovery(store, runs, lines, intake, clock),
        absences=Absences(store, store.facts, reader, clock),
        missed=Missed(store, store.facts, reader, intake, clock, tasks),
        freshness=freshness,
        facts=store.facts,
        runs=runs,
        tasks=tasks,
        commands=_commands(settings, store, counter, context, freshness, learning, runs, clock),
    )


def _defaults(settings: Settings) -> Defaults:
    return Defaults(
        model=settings.openai_model,
        persona=settings.system_prompt,
        max_prompt_tokens=settings.max_prompt_tokens,
        max_reply_tokens=settings.max_reply_tokens,
        summarize=settings.summarize,
    )


def _commands(
    settings: Settings,
    store: Store,
    counter: TiktokenCounter,
    context: Context,
    freshness: Freshness,
    learning: Learning,
    runs: Runs,
    clock: Clock,
) -> CommandServices:
    counting = Counting(counter, context, learning, store.turns, store.journal)
    defaults = PlaceDefaults(
        persona=settings.system_prompt,
        model=settings.openai_model,
        auto=False,
        retention_days=settings.retention_days,
    )
    return CommandServices(
        counting=counting,
        history=History(store.journal, counting, freshness),
        resetting=Resetting(store.resets, runs, clock),
        settings=PlaceSettings(store.places, defaults, settings.models),
        privacy=Privacy(store.people, store.questions, runs),
        details=Details(store.answers, chat_completion_json),
    )


async def serve(settings: Settings, told: asyncio.Event) -> None:
    """Run the bot until it is told to stop.

    Raises:
        StartError: what the self-hoster has to mend, in a sentence.
    """
    async with assembled(settings) as app:
        gc.freeze()  # what is loaded stays; to look through it for garbage held the loop for 100 ms each time
        listening = asyncio.create_task(_listen(app, settings))
        stopped = asyncio.create_task(told.wait())
        await asyncio.wait({listening, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if listening.done():
            if isinstance(listening.exception(), TokenRefused):  # no answer in progress can be shown any more
                await app.runs.drain(0)
            await listening
        else:
            log.info("stopping; answers in progress have %s s to finish", settings.shutdown_grace)
            await app.runs.drain(settings.shutdown_grace)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def _listen(app: App, settings: Settings) -> None:
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(connect_to_discord(app.bot, settings.discord_token))
            both.create_task(_look_at_the_model(app.completer, settings.openai_model))
    except ExceptionGroup as failures:
        raise failures.exceptions[0]  # noqa: B904 - the group is nothing but its first failure


async def _look_at_the_model(completer: OpenAICompleter, model: str) -> None:
    """Raise a StartError if the key is wrong; a server that is down, or odd, may serve by and by."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await completer.check(model)
    except KeyRefused as error:
        raise StartError(console.KEY_REFUSED_AT_START) from error
    except ModelError as error:
        log.warning(
            "looking the model %s up failed: %s, %s", model, type(error).__name__, completer.why(error)
        )
    except TimeoutError:
        log.warning("looking the model %s up failed: no answer within %g s", model, LOOK_SECONDS)
