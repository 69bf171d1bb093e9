"""The use cases behind commands and menus, as cogs reach them: put together from what others are made of."""

from dataclasses import dataclass

from bot.chat.bounds.access import Access
from bot.chat.bounds.budgets import Budgets
from bot.chat.bounds.limits import LimitsOfServers
from bot.chat.bounds.notices import NoticesChannel
from bot.chat.commands.config import Config
from bot.chat.commands.counting import Counting
from bot.chat.commands.details import Details
from bot.chat.commands.guide import Guide
from bot.chat.commands.history import History
from bot.chat.commands.privacy import Privacy
from bot.chat.commands.resetting import Resetting
from bot.chat.commands.settings import PlaceSettings
from bot.chat.commands.threads.continuing import Continuing
from bot.chat.commands.usage import Usage
from bot.chat.conversation.queue import AnswerQueue
from bot.chat.conversation.reconciliation import Reconciliation
from bot.chat.tasks import Tasks
from bot.chat.threads.following import Following
from bot.chat.world import Ports
from bot.rules.places.settings import Settings


@dataclass(frozen=True, slots=True)
class CommandServices:
    """The use cases behind commands and menus."""

    counting: Counting
    history: History
    resetting: Resetting
    settings: PlaceSettings
    privacy: Privacy
    details: Details
    guide: Guide
    usage: Usage
    limits: LimitsOfServers
    notices: NoticesChannel
    config: Config
    threads: Continuing


@dataclass(frozen=True, slots=True)
class Asked:
    """What commands ask others: who is let in, what would be sent, who hears of it."""

    access: Access
    counting: Counting
    notices: NoticesChannel


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What is under way: answers, what they may still cost, and what is held against Discord's copy."""

    reconciliation: Reconciliation
    queue: AnswerQueue
    budgets: Budgets
    following: Following
    tasks: Tasks


def commands(ports: Ports, asked: Asked, under_way: UnderWay) -> CommandServices:
    """Put them together."""
    memory, defaults, following = ports.memory, ports.defaults, under_way.following
    unset = Settings(
        persona=defaults.persona,
        model=defaults.model,
        auto=False,
        retention_days=defaults.retention_days,
        recent=defaults.recent,
        threads=defaults.threads,
    )
    settings = PlaceSettings(following, unset, defaults.models)
    limits, notices = LimitsOfServers(ports.limits, defaults.priced), asked.notices
    return CommandServices(
        counting=asked.counting,
        history=History(memory.journal, asked.counting, under_way.reconciliation),
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
        guide=Guide(settings, following, defaults.help_url),
        privacy=_privacy(ports, under_way),
        limits=limits,
        usage=Usage(ports.ledger, under_way.budgets, ports.clock, defaults.spending.timezone),
        details=Details(memory.answers, ports.catalog, ports.completion_json),
        notices=notices,
        config=Config(settings, asked.access, limits, notices, ports.languages, defaults.spending),
        threads=Continuing(memory, following, under_way.tasks),
    )


def _privacy(ports: Ports, under_way: UnderWay) -> Privacy:
    memory = ports.memory
    return Privacy(
        people=memory.people,
        questions=memory.questions,
        queue=under_way.queue,
        budgets=under_way.budgets,
        disposal=memory.disposal,
        clock=ports.clock,
    )
