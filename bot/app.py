"""The composition root: makes the adapters, and closes them in reverse.

Which use cases there are is known in `bot.chat.services` alone.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.chat.asides.hooks import Hooks
from bot.chat.languages import Languages
from bot.chat.meter import Meter
from bot.chat.ports import Clock, Defaults
from bot.chat.services import Services, build
from bot.chat.world import Ports
from bot.client.bot import ParleyBot
from bot.client.trusted import Trusted
from bot.clock import SystemClock
from bot.cluster.joining import Left, Place, place_of
from bot.cluster.news import Heard, catch_up
from bot.cluster.shares import Limit, Shares, sharing
from bot.extracting.process import Extraction
from bot.gateway.hearing import pass_over, speak_of_events
from bot.llm import catalog
from bot.llm.completion import chat_completion_json
from bot.llm.connection import Servers
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects.learned import Dialects
from bot.llm.moderating.endpoint import OpenAIModeration
from bot.llm.prices import Prices, require_prices, unpriced
from bot.llm.slots import Slots
from bot.llm.speech.transcription import OpenAITranscription
from bot.reaching import Reached
from bot.reading.history import DiscordReader
from bot.reading.locales import DiscordCommunities
from bot.reading.membership import DiscordMembership
from bot.reading.names import known_in
from bot.rules.admission.access import HouseRules, Installs, Kind, Listed, Lists
from bot.rules.pacing import MOST_AT_ONCE
from bot.rules.prompting.situation import Told
from bot.rules.threads.modes import ThreadMode
from bot.serving.outlet import meter_for, outlet
from bot.serving.readings import Readings
from bot.serving.vitals import Vitals
from bot.settings.access import REACTION, Access
from bot.settings.settings import Settings
from bot.store.store import Store, open_store
from bot.ui.answers.means import Means
from bot.ui.answers.owners import DiscordOwners
from bot.ui.answers.screen import DiscordScreen
from bot.ui.commands.buttons import view_for
from bot.ui.home import followed
from bot.ui.home.hello import hello
from bot.ui.requests.limiter import Limiter
from bot.ui.requests.transport import Transport
from bot.ui.threads.threads import DiscordThreads

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """An assembled bot, with the parts that whoever runs it may look at."""

    bot: ParleyBot
    services: Services
    store: Store
    servers: Servers
    vitals: Vitals
    place: Place


@asynccontextmanager
async def assembled(
    settings: Settings, clock: Clock | None = None, left: Left | None = None, **options: Any
) -> AsyncIterator[App]:
    """Assemble the bot; on leaving, let answers finish and close everything in order.

    `left` is what a former beginning of this process has left; `options` go to discord.py's client.

    Raises:
        StartError: the database or a shipped file can't be used.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        adapters = await _adapters(stack, settings, clock, left or Left())
        bot = ParleyBot(
            lambda bot: build(_ports(adapters, settings, bot)),
            api_url=settings.discord_api_url,
            trusted=Trusted(settings.allowed_bots, settings.access.owners, settings.access.message_content),
            http_trace=Transport(adapters.limiter, adapters.place.lives).trace(),
            **options,
        )
        speak_of_events(bot, bot.services.languages)
        pass_over(bot, bot.services.hearing.listens)
        vitals, queue = _vitals(adapters, settings, bot), bot.services.queue
        readings = Readings(bot.sessions, queue.lengths, adapters.slots.waiting, settings.database)
        await stack.enter_async_context(outlet(settings, vitals, readings))
        await stack.enter_async_context(bot)
        stack.push_async_callback(vitals.end)
        stack.push_async_callback(bot.services.close, settings.shutdown_grace)
        bot.services.tasks.start(_read_ahead(bot, adapters.counter, settings.openai_model))
        bot.services.start()
        bot.services.tasks.start(vitals.run())
        if adapters.place.member is not None:
            heard: Sequence[Heard] = [
                bot.services.commands.privacy,
                bot.services.elsewhere,
                *adapters.dialects,
            ]
            bot.services.tasks.start(catch_up(heard, clock))
        yield App(bot, bot.services, adapters.store, adapters.servers, vitals, adapters.place)


@dataclass(frozen=True, slots=True)
class _Adapters:
    """What stands between the use cases and the world, apart from what needs the bot itself."""

    store: Store
    place: Place
    counter: TiktokenCounter
    servers: Servers
    dialects: Sequence[Dialects]
    transcription: OpenAITranscription
    moderation: OpenAIModeration
    slots: Slots
    limiter: Limiter
    clock: Clock
    meter: Meter
    prices: Prices
    hooks: Hooks


async def _adapters(stack: AsyncExitStack, settings: Settings, clock: Clock, left: Left) -> _Adapters:
    counter, meter = await TiktokenCounter.load(), meter_for(settings)
    opened = open_store(settings.database, clock.now, settings.max_stored_media)
    store = await stack.enter_async_context(opened)
    place = await stack.enter_async_context(place_of(settings, store, left))
    bounds, limiter = settings.bounds, Limiter(meter)
    most = (bounds.max_concurrent_requests, bounds.max_concurrent_per_person)
    slots = Slots(*most, shared=place.member is not None)
    if place.member is not None and store.cluster is not None:

        def limits() -> Sequence[Limit]:
            discord = Limit("requests to Discord", MOST_AT_ONCE, limiter)
            return [discord, *(Limit(*line) for line in slots.bounded())]

        store.ledger.process = store.hooks.process = place.member.process
        shares = Shares(store.cluster.shares, place.member.process, clock, limits)
        await stack.enter_async_context(sharing(shares))
    reached = Reached(stack, settings, store, counter, clock, slots)
    main = await reached.main()
    speech = settings.transcription_model
    transcription = OpenAITranscription(main if speech else None, speech, clock)
    servers, prices = await reached.servers(main), Prices(settings.spending.prices)
    require_prices(settings, servers, prices, clock.now())
    return _Adapters(
        store=store,
        place=place,
        counter=counter,
        servers=servers,
        dialects=reached.dialects,
        transcription=transcription,
        moderation=await reached.moderation(),
        slots=slots,
        limiter=limiter,
        clock=clock,
        meter=meter,
        prices=prices,
        hooks=Hooks(store.hooks, clock),
    )


def _vitals(adapters: _Adapters, settings: Settings, bot: ParleyBot) -> Vitals:
    kept, model = adapters.store.facts, settings.openai_model
    return Vitals(bot, kept, adapters.servers, model, adapters.clock, adapters.meter)


def _ports(adapters: _Adapters, settings: Settings, bot: ParleyBot) -> Ports:
    limiter, clock, store = adapters.limiter, adapters.clock, adapters.store
    priced_by = settings, adapters.servers, adapters.prices
    languages = Languages(store.facts, store.places, DiscordCommunities(bot), settings.language)
    shown_by = (bot, limiter, clock, view_for, settings.max_reply_messages, partial(known_in, bot))
    screen = DiscordScreen(Means(*shown_by, languages.of, hello, followed.told, hook_of=adapters.hooks.of))
    return Ports(
        memory=store,
        reader=DiscordReader(bot, settings.discord_api_url, lambda: bot.allowed_bots),
        extraction=Extraction(),
        transcription=adapters.transcription,
        moderation=adapters.moderation,
        screen=screen,
        completer=adapters.servers,
        counter=adapters.counter,
        catalog=adapters.servers,
        clock=clock,
        ledger=store.ledger,
        limits=store.limits,
        owners=DiscordOwners(bot, screen),
        pricing=adapters.prices,
        completion_json=chat_completion_json,
        meter=adapters.meter,
        defaults=_defaults(settings, priced=lambda: unpriced(*priced_by, clock.now()) is None),
        access_lists=store.access,
        languages=languages,
        membership=DiscordMembership(bot),
        threads=DiscordThreads(bot),
        openings=adapters.store.openings,
        hooks=adapters.hooks,
        house=_house(settings.access),
        leads=adapters.place.leads,
    )


def _house(set_: Access) -> HouseRules:
    kinds = {
        Kind.USER: (set_.allowed_users, set_.denied_users),
        Kind.ROLE: (set_.allowed_roles, set_.denied_roles),
        Kind.CHANNEL: (set_.allowed_channels, set_.denied_channels),
    }
    allowed, denied = (
        frozenset(Listed(kind, id_) for kind, both in kinds.items() for id_ in both[side]) for side in (0, 1)
    )
    return HouseRules(
        Lists(allowed, denied),
        set_.allowed_servers,
        set_.direct_messages,
        reacts=set_.refused_mentions == REACTION,
        hears_all=set_.message_content,
        installs=Installs(set_.user_installs),
    )


async def _read_ahead(bot: ParleyBot, counter: TiktokenCounter, model: str) -> None:
    """Load the tables of the first answer once the start no longer waits for them."""
    await bot.wait_until_ready()
    await counter.ready(model)
    await asyncio.to_thread(catalog.facts, model)


def _defaults(settings: Settings, *, priced: Callable[[], bool]) -> Defaults:
    return Defaults(
        model=settings.openai_model,
        persona=settings.system_prompt,
        max_prompt_tokens=settings.max_prompt_tokens,
        max_reply_tokens=settings.max_reply_tokens,
        summarize=settings.summarize,
        retention_days=settings.retention_days,
        recent=settings.recent_messages,
        threads=ThreadMode(settings.threads),
        situation=Told(settings.situation),
        presence=settings.presence,
        help_url=settings.serving.help_url,
        cooldown=settings.bounds.cooldown,
        spending=settings.spending,
        priced=priced,
        moderation_closed=settings.moderation.moderation_fail == "closed",
        models=settings.models,
        fallbacks=[one.name for one in settings.fallback_models],
    )
