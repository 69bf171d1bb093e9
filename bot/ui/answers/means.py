"""What all answers on the screen share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import discord

from bot.chat.asides.hooks import Hook
from bot.chat.ports import Buttons, Clock
from bot.rules.model import ChannelKey, State
from bot.rules.pages.naming import Known
from bot.texts.languages.spoken import SOURCE
from bot.ui.answers.hooked.webhook import Hooked
from bot.ui.answers.lacks import Lacks
from bot.ui.answers.posting import Channel, Post, ViewFor
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
    greeting_of: Callable[[ChannelKey], Post] = lambda _: Post("")
    followed: Callable[[], Post] = lambda: Post("")
    lacks: Lacks = field(default_factory=Lacks)
    hook_of: Callable[[int], Hook | None] = lambda _: None

    def channel(self, key: ChannelKey, about: int) -> Channel:
        """Return where something is shown about a message: through its webhook, if it has one."""
        if (hook := self.hook_of(about)) is None:
            return Channel(self.client, key)
        return Hooked(self.client, key, hook, lambda: self.hook_of(about) is not None)

    def within(self, channel: Channel) -> "Means":
        """Return the same, but for what an answer can't have in a place."""
        most = min(self.most_messages, channel.most_messages or self.most_messages)
        return replace(self, most_messages=most, view_for=partial(self._within_reach, channel))

    def _within_reach(self, channel: Channel, answer_id: int, buttons: Buttons) -> discord.ui.View:
        """Return the buttons of an answer, of one that nothing leads to once it has ended only Stop."""
        works = buttons.state is State.WRITING or channel.takes_more(self.clock.now())
        return self.view_for(answer_id, buttons if works else Buttons(State.GONE))
