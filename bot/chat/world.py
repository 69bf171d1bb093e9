"""All that the use cases need of the world, and what the self-hoster has set; no port is defined here."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.chat.asides.hooks import Hooks
from bot.chat.bounds.ports import (
    AccessLists,
    Books,
    Membership,
    Moderation,
    Owners,
    Pricing,
    ServerLimits,
)
from bot.chat.completions import Completer
from bot.chat.languages import Languages
from bot.chat.memory import Memory
from bot.chat.meter import Meter
from bot.chat.ports import Catalog, Clock, Defaults, Extraction, Reader, Screen, TokenCounter, Transcription
from bot.chat.threads.ports import Openings, Threads
from bot.rules.admission.access import HouseRules
from bot.rules.model import Completion


@dataclass(frozen=True, slots=True)
class Ports:
    """All that the use cases need of the world, and what the self-hoster has set.

    `leads` says whether what one process does for all is done by this one.
    """

    memory: Memory
    reader: Reader
    extraction: Extraction
    transcription: Transcription
    screen: Screen
    completer: Completer
    counter: TokenCounter
    catalog: Catalog
    clock: Clock
    ledger: Books
    limits: ServerLimits
    owners: Owners
    pricing: Pricing
    moderation: Moderation
    completion_json: Callable[[Completion, str], str]
    defaults: Defaults
    access_lists: AccessLists
    membership: Membership
    hooks: Hooks
    languages: Languages
    threads: Threads
    openings: Openings
    house: HouseRules = HouseRules()  # noqa: RUF009 - frozen
    meter: Meter = field(default_factory=Meter)
    leads: Callable[[], bool] = lambda: True
