"""The one assembly: from the ports to the use cases, for the bot, its tests and the benchmarks alike.

No adapter is made here, and no use case anywhere else.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

from bot.chat.bounds.access import Access
from bot.chat.bounds.budgets import Budgets, Kept, Leftover, Servers
from bot.chat.bounds.ledger import Ledger, Metered
from bot.chat.bounds.limits import LimitsOfServers
from bot.chat.bounds.moderation import Moderator
from bot.chat.bounds.notices import NoticesChannel
from bot.chat.bounds.warnings import Warnings
from bot.chat.commands.asks.asking import Asking, Entry
from bot.chat.commands.config import Config
from bot.chat.commands.control import Control
from bot.chat.commands.counting import Counting
from bot.chat.commands.details import Details
from bot.chat.commands.guide import Guide
from bot.chat.commands.history import History
from bot.chat.commands.privacy import Privacy
from bot.chat.commands.resetting import Resetting
from bot.chat.commands.services import CommandServices
from bot.chat.commands.settings import PlaceSettings
from bot.chat.commands.threads.continuing import Continuing
from bot.chat.commands.usage import Usage
from bot.chat.completions import Asker
from bot.chat.conversation.answering import Answering
from bot.chat.conversation.asides.reach import Reach
from bot.chat.conversation.asking.background import Background
from bot.chat.conversation.asking.calibration import Calibrations
from bot.chat.conversation.asking.fallbacks import FallBacks
from bot.chat.conversation.asking.outages import Outages
from bot.chat.conversation.asking.request import Requests
from bot.chat.conversation.asking.summary import Summaries
from bot.chat.conversation.asking.tries import Tries
from bot.chat.conversation.asking.window import CurrentWindow
from bot.chat.conversation.attachments import Files, Readers
from bot.chat.conversation.cooldown import Cooldown
from bot.chat.conversation.gathering import Gathering
from bot.chat.conversation.hearing import Hearing
from bot.chat.conversation.inbox import Inbox
from bot.chat.conversation.queue import AnswerQueue, Job
from bot.chat.conversation.reconciliation import Reconciliation
from bot.chat.conversation.recorder import FinalAnswers, Recorder
from bot.chat.conversation.threads.naming import ThreadsOfAnswers
from bot.chat.home.chosen import Situations
from bot.chat.home.greetings import Greetings
from bot.chat.languages import Languages
from bot.chat.memory import Facts
from bot.chat.ports import Screen
from bot.chat.tasks import Tasks
from bot.chat.threads.following import Following
from bot.chat.threads.opening import Opening
from bot.chat.upkeep.departures import Departures
from bot.chat.upkeep.missed import Missed
from bot.chat.upkeep.recovery import Recovery
from bot.chat.upkeep.retention import Retention
from bot.chat.world import Ports
from bot.rules.model import Settings

SAVE_SECONDS = 1.0  # at the end


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases that cogs and buttons call, and what runs beneath them until `close`."""

    inbox: Inbox
    hearing: Hearing
    access: Access
    languages: Languages
    greetings: Greetings
    control: Control
    recovery: Recovery
    departures: Departures
    missed: Missed
    cooldown: Cooldown
    budgets: Budgets
    reconciliation: Reconciliation
    retention: Retention
    facts: Facts
    queue: AnswerQueue
    tasks: Tasks
    screen: Screen
    asking: Asking
    commands: CommandServices

    def start(self) -> None:
        """Begin what is done every minute, connected or not."""
        self.tasks.start(self.retention.run())

    async def drain(self, grace: float) -> None:
        """Let answers in progress finish for so many seconds; no new one begins."""
        await self.queue.drain(grace)

    async def close(self, grace: float) -> None:
        """End everything while Discord and the memory can still be reached."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.screen.close)
            stack.push_async_callback(self._save)
            stack.push_async_callback(self.tasks.close)
            await self.drain(grace)

    async def _save(self) -> None:
        """Store what was heard; a memory that refuses delays the end no longer than anything else."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SAVE_SECONDS):
                await self.missed.save()


def build(ports: Ports) -> Services:
    """Put the use cases together."""
    memory, clock, defaults, tasks = ports.memory, ports.clock, ports.defaults, Tasks()
    recorder = Recorder(memory.turns, ports.counter, ports.catalog, defaults.model)
    reconciliation = Reconciliation(ports.reader, memory, recorder, clock.now())
    metered = Metered(ports.completer, ledger := _ledger(ports, tasks))
    summaries = Summaries(metered, ports.counter, requests := _requests(ports), wanted=defaults.summarize)
    window = CurrentWindow(memory.turns, reconciliation, requests, summaries)
    cooldown = Cooldown(defaults.cooldown, clock, ports.screen)
    access = Access(ports.access_lists, ports.membership, ports.house)
    following = _following(ports, cooldown, ledger.budgets)
    asking = _Asking(requests, window, metered, cooldown, access, _moderator(ports, ledger, tasks), following)
    queue = AnswerQueue(_localised(ports, _answering(ports, asking, tasks), tasks))
    gathering = Gathering(queue, memory.questions, ports.screen, clock, tasks, ports.meter)
    hearing = Hearing(memory, access, ports.screen, tasks, following.opening)
    line = (recorder, queue, gathering, tasks, reconciliation)
    inbox = Inbox(memory, ports.reader, hearing, _files(ports, ledger, recorder), *line, following.opening)
    counting = Counting(ports.counter, ports.catalog, requests, memory, _background(ports, requests), window)
    under_way = _UnderWay(reconciliation, queue, ledger.budgets, following, tasks)
    return Services(
        inbox=inbox,
        hearing=hearing,
        access=access,
        languages=ports.languages,
        greetings=Greetings(memory.facts, clock, defaults.presence),
        control=Control(memory.answers, queue, gathering, inbox, cooldown, ledger.budgets),
        recovery=Recovery(memory, queue, gathering, inbox, access, clock),
        departures=Departures(memory.places, memory.facts, ports.reader, clock),
        missed=Missed(memory, ports.reader, inbox, clock, tasks),
        cooldown=cooldown,
        budgets=ledger.budgets,
        reconciliation=reconciliation,
        retention=Retention(memory.disposal, memory.storage, clock, defaults.retention_days),
        facts=memory.facts,
        queue=queue,
        tasks=tasks,
        screen=ports.screen,
        asking=Asking(Entry(defaults, cooldown, ledger.budgets), inbox, ports.hooks, ports.languages, clock),
        commands=_commands(ports, access, counting, under_way),
    )


def _requests(ports: Ports) -> Requests:
    defaults, calibrations = ports.defaults, Calibrations(ports.memory.facts, ports.catalog)
    situations = Situations(ports.reader, ports.clock, defaults.spending.timezone, defaults.situation)
    return Requests((ports.counter, ports.catalog), calibrations, situations, defaults)


def _following(ports: Ports, cooldown: Cooldown, budgets: Budgets) -> Following:
    async def may_begin(asker: Asker) -> None:
        cooldown.require(asker.id)
        await budgets.require(asker)

    opening = Opening(ports.threads, ports.openings, ports.defaults.threads, may_begin)
    return Following(opening, ports.memory.places, ports.screen, ports.house.hears_all)


def _localised(ports: Ports, answering: Answering, tasks: Tasks) -> Callable[[Job], Awaitable[None]]:
    """Return what gives an answer whose notes are in the language of its place, whoever asked for it how."""
    reach = Reach(answering.run, ports.memory, answering.finals, ports.hooks, ports.clock, tasks)

    async def run(job: Job) -> None:
        with ports.languages.speaking(job.key):
            await reach.run(job)

    return run


def _files(ports: Ports, ledger: Ledger, recorder: Recorder) -> Files:
    readers = Readers(ports.reader, ports.extraction, ports.transcription, ledger)
    return Files(readers, recorder.count, ports.defaults.max_prompt_tokens)


def _notices(ports: Ports) -> NoticesChannel:
    return NoticesChannel(ports.memory.facts, ports.memory.places, ports.screen)


def _ledger(ports: Ports, tasks: Tasks) -> Ledger:
    memory, clock = ports.memory, ports.clock
    kept = Kept(ports.ledger, Leftover(ports.ledger, memory.facts))
    budgets = Budgets(kept, Servers(ports.limits, ports.membership), clock, ports.defaults.spending)
    warnings = Warnings(budgets, memory.facts, _notices(ports), ports.owners, tasks)
    return Ledger(ports.ledger, ports.pricing, ports.counter, clock, budgets, warnings.look, ports.meter)


def _background(ports: Ports, requests: Requests) -> Background:
    return Background(ports.memory, ports.reader, requests, ports.defaults)


def _moderator(ports: Ports, ledger: Ledger, tasks: Tasks) -> Moderator:
    closed = ports.defaults.moderation_closed
    return Moderator(ports.moderation, closed, ledger, ports.memory.turns, _notices(ports), tasks)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What asks the model for an answer, and when."""

    requests: Requests
    window: CurrentWindow
    metered: Metered
    cooldown: Cooldown
    access: Access
    moderator: Moderator
    following: Following


def _answering(ports: Ports, asking: _Asking, tasks: Tasks) -> Answering:
    requests, named = asking.requests, (asking.metered, asking.requests, asking.moderator, tasks)
    return Answering(
        memory=ports.memory,
        requests=requests,
        tries=Tries(requests, ports.catalog),
        fallbacks=FallBacks(ports.defaults.fallbacks, ports.clock),
        outages=Outages(),
        background=_background(ports, requests),
        window=asking.window,
        metered=asking.metered,
        names=ports.reader,
        access=asking.access,
        cooldown=asking.cooldown,
        moderator=asking.moderator,
        screen=ports.screen,
        finals=FinalAnswers(ports.counter, ports.catalog),
        threads=ThreadsOfAnswers(asking.following, ports.memory.answers, *named),
        clock=ports.clock,
        tasks=tasks,
        meter=ports.meter,
    )


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """What is under way: answers, what they may still cost, and what is held against Discord's copy."""

    reconciliation: Reconciliation
    queue: AnswerQueue
    budgets: Budgets
    following: Following
    tasks: Tasks


def _commands(ports: Ports, access: Access, counting: Counting, under_way: _UnderWay) -> CommandServices:
    memory, defaults, following = ports.memory, ports.defaults, under_way.following
    unset = Settings(
        persona=defaults.persona,
        model=defaults.model,
        auto=False,
        retention_days=defaults.retention_days,
        recent=defaults.recent,
        threads=defaults.threads,
    )
    settings = PlaceSettings(memory.places, unset, defaults.models, hears_all=ports.house.hears_all)
    limits, notices = LimitsOfServers(ports.limits, defaults.priced), _notices(ports)
    return CommandServices(
        counting=counting,
        history=History(memory.journal, counting, under_way.reconciliation),
        resetting=Resetting(
            resets=memory.resets,
            questions=memory.questions,
            queue=under_way.queue,
            clock=ports.clock,
            opening=following.opening,
            answers=memory.answers,
            screen=ports.screen,
            tasks=under_way.tasks,
        ),
        settings=settings,
        guide=Guide(settings),
        privacy=Privacy(memory.people, memory.questions, under_way.queue, under_way.budgets),
        limits=limits,
        usage=Usage(ports.ledger, under_way.budgets, ports.clock, defaults.spending.timezone),
        details=Details(memory.answers, ports.catalog, ports.completion_json),
        notices=notices,
        config=Config(settings, access, limits, notices, ports.languages, defaults.spending),
        threads=Continuing(memory, following, ports.languages, under_way.tasks),
    )
