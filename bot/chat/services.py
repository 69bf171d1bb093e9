"""The one assembly: from the ports to the use cases, for the bot, its tests and the benchmarks alike.

No adapter is made here, and no use case anywhere else.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

from bot.chat.bounds.access import Access
from bot.chat.bounds.budgets import Budgets, Kept, Leftover, Servers
from bot.chat.bounds.ledger import Ledger, Metered
from bot.chat.bounds.moderation import Moderator
from bot.chat.bounds.notices import NoticesChannel
from bot.chat.bounds.warnings import Warnings
from bot.chat.commands.asks.asking import Asking, Entry
from bot.chat.commands.control import Control
from bot.chat.commands.counting import Counting
from bot.chat.commands.services import Asked, CommandServices, UnderWay, commands
from bot.chat.completions import Asker
from bot.chat.conversation.answering import Answering
from bot.chat.conversation.asides.closing import Closing
from bot.chat.conversation.asides.reach import Reach
from bot.chat.conversation.asking.background import Background
from bot.chat.conversation.asking.calibration import Calibrations
from bot.chat.conversation.asking.outages import Outages
from bot.chat.conversation.asking.request import Requests
from bot.chat.conversation.asking.summary import Summaries
from bot.chat.conversation.asking.tries import FallBacks, Tries
from bot.chat.conversation.asking.window import CurrentWindow
from bot.chat.conversation.attachments import Files, Readers
from bot.chat.conversation.cooldown import Cooldown
from bot.chat.conversation.gathering import Gathering
from bot.chat.conversation.hearing import Hearing
from bot.chat.conversation.inbox import Inbox
from bot.chat.conversation.queue import AnswerQueue
from bot.chat.conversation.reconciliation import Reconciliation
from bot.chat.conversation.recorder import FinalAnswers, Recorder
from bot.chat.conversation.threads.naming import ThreadsOfAnswers
from bot.chat.home.chosen import Situations
from bot.chat.home.greetings import Greetings
from bot.chat.languages import Languages
from bot.chat.memory import Facts
from bot.chat.ports import Defaults, Screen
from bot.chat.shards.served import Forgets, Served
from bot.chat.tasks import Tasks
from bot.chat.threads.following import Following
from bot.chat.threads.opening import Opening
from bot.chat.upkeep.departures import Departures
from bot.chat.upkeep.elsewhere import Elsewhere
from bot.chat.upkeep.heard import Means
from bot.chat.upkeep.holding import Holding
from bot.chat.upkeep.missed import Missed
from bot.chat.upkeep.recovery import Recovery
from bot.chat.upkeep.retention import Retention
from bot.chat.world import Ports

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
    holding: Holding
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
    elsewhere: Elsewhere
    leads: Callable[[], bool]

    @property
    def recovery(self) -> Recovery:
        """What repairs what a former process left."""
        return self.holding.recovery

    @property
    def missed(self) -> Missed:
        """What looks for what was said while nobody listened."""
        return self.holding.missed

    def start(self) -> None:
        """Begin what is done every minute, connected or not."""
        self.tasks.start(self.retention.run(self.leads))

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
    asking = _asking(ports, reconciliation, tasks)
    access, following, cooldown, ledger = asking.access, asking.following, asking.cooldown, asking.ledger
    answering, served = _answering(ports, asking, tasks), Served()
    ways = (ports.hooks, ports.languages, clock, tasks)
    queue = AnswerQueue(Reach(answering.run, memory, answering.finals, *ways).run, served)
    gathering = Gathering(queue, memory.questions, ports.screen, clock, tasks, ports.meter)
    hearing = Hearing(memory, access, ports.screen, tasks, following.opening)
    line = (recorder, queue, gathering, tasks, reconciliation)
    inbox = Inbox(memory, ports.reader, hearing, _files(ports, ledger, recorder), *line, following.opening)
    under_way = UnderWay(reconciliation, queue, ledger.budgets, following, tasks)
    known = (asking.requests.situations, gathering, answering.outages, hearing.bots, reconciliation)
    recovery = Recovery(memory, queue, gathering, inbox, access, clock)
    closing = Closing(ports.hooks, memory.answers, queue, clock, tasks)
    holding = _holding(ports, _Held(served, queue, reconciliation, recovery, closing, known), tasks)
    return Services(
        inbox=inbox,
        hearing=hearing,
        access=access,
        languages=ports.languages,
        greetings=Greetings(memory.facts, clock, defaults.presence),
        control=Control(memory.answers, queue, gathering, inbox, cooldown, ledger.budgets, ports.hooks),
        holding=holding,
        cooldown=cooldown,
        budgets=ledger.budgets,
        reconciliation=reconciliation,
        retention=Retention(memory.disposal, memory.storage, clock, defaults.retention_days),
        facts=memory.facts,
        queue=queue,
        tasks=tasks,
        screen=ports.screen,
        asking=Asking(asking.entry(defaults), inbox, closing, ports.languages, clock),
        commands=commands(ports, Asked(access, _counting(ports, asking), _notices(ports)), under_way),
        elsewhere=Elsewhere(ports.hooks, closing, recovery),
        leads=ports.leads,
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """What goes on in places, and whatever knows something of them."""

    served: Served
    queue: AnswerQueue
    reconciliation: Reconciliation
    recovery: Recovery
    closing: Closing
    known: Sequence[Forgets]


def _holding(ports: Ports, held: _Held, tasks: Tasks) -> Holding:
    memory, clock = ports.memory, ports.clock
    missed = Missed(Means(memory, ports.reader, held.recovery.inbox, clock, tasks))
    departures = Departures(memory.places, memory.facts, ports.reader, clock)
    upkeep = (missed, held.reconciliation, held.recovery, departures)
    kept = (memory.places, ports.access_lists, ports.languages, ports.hooks, held.closing)
    return Holding(held.served, held.queue, *upkeep, kept, (*held.known, ports.screen), tasks, clock)


def _requests(ports: Ports) -> Requests:
    defaults, calibrations = ports.defaults, Calibrations(ports.memory.facts, ports.catalog)
    situations = Situations(ports.reader, ports.clock, defaults.spending.timezone, defaults.situation)
    return Requests((ports.counter, ports.catalog), calibrations, situations, defaults)


def _following(ports: Ports, cooldown: Cooldown, budgets: Budgets) -> Following:
    async def may_begin(asker: Asker) -> None:
        cooldown.require(asker.id)
        await budgets.require(asker)

    usual, moderation = ports.defaults.threads, ports.moderation
    opening = Opening(
        ports.threads,
        ports.openings,
        usual,
        lambda: not moderation.is_on,
        may_begin,
        ports.languages.speaking,
    )
    return Following(opening, ports.memory.places, ports.screen, ports.house.hears_all)


def _files(ports: Ports, ledger: Ledger, recorder: Recorder) -> Files:
    readers = Readers(ports.reader, ports.extraction, ports.transcription, ledger)
    return Files(readers, recorder.count, ports.defaults.max_prompt_tokens)


def _notices(ports: Ports) -> NoticesChannel:
    return NoticesChannel(ports.memory.facts, ports.memory.places, ports.screen, ports.reader)


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
    ledger: Ledger

    def entry(self, defaults: Defaults) -> Entry:
        """Return what a question by command is held against."""
        return Entry(defaults, self.cooldown, self.ledger.budgets, self.moderator)


def _asking(ports: Ports, reconciliation: Reconciliation, tasks: Tasks) -> _Asking:
    metered = Metered(ports.completer, ledger := _ledger(ports, tasks))
    wanted, requests = ports.defaults.summarize, _requests(ports)
    summaries = Summaries(metered, ports.counter, requests, wanted=wanted)
    cooldown = Cooldown(ports.defaults.cooldown, ports.clock, ports.screen)
    return _Asking(
        requests=requests,
        window=CurrentWindow(ports.memory.turns, reconciliation, requests, summaries),
        metered=metered,
        cooldown=cooldown,
        access=Access(ports.access_lists, ports.membership, ports.house),
        moderator=_moderator(ports, ledger, tasks),
        following=_following(ports, cooldown, ledger.budgets),
        ledger=ledger,
    )


def _counting(ports: Ports, asking: _Asking) -> Counting:
    requests = asking.requests
    background = _background(ports, requests)
    return Counting(ports.counter, ports.catalog, requests, ports.memory, background, asking.window)


def _answering(ports: Ports, asking: _Asking, tasks: Tasks) -> Answering:
    requests, named = asking.requests, (asking.metered, asking.requests, asking.moderator, tasks)
    return Answering(
        memory=ports.memory,
        requests=requests,
        fallbacks=FallBacks(ports.defaults.fallbacks, Tries(requests, ports.catalog), ports.clock),
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
