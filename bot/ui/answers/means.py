"""What all answers on the screen share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import discord

from bot.chat.ports import Clock
from bot.rules.model import ChannelKey
from bot.rules.pages.naming import Known
from bot.texts.languages.spoken import SOURCE
from bot.ui.answers.lacks import Lacks
from bot.ui.answers.posting import ViewFor
from bot.ui.requests.limiter import Limiter


@dataclass(frozen=True, slots=True)
class Means:
    """What all answers share."""

    client: discord.Client
    limiter: Limiter
    clock: Clock
    view_for: ViewFor
    most_messages: int
    known_in: Callable[[ChannelKey, Mapping[str, int]], Known] = lambda _, people: Known(people)
    language_of: Callable[[ChannelKey], str] = lambda _: SOURCE
    lacks: Lacks = field(default_factory=Lacks)
