"""A screen over the playground: the real discord.py client, logged in but not listening, and its limiter."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import discord
import pytest
from discord import ui
from discord.http import Route

from bot.chat.ports import AnswerSink, Buttons, Progress, Spot
from bot.clock import SystemClock
from bot.rules.model import ChannelKey
from bot.ui.answers.means import Means
from bot.ui.answers.screen import DiscordScreen
from bot.ui.requests.limiter import Limiter
from bot.ui.requests.transport import Transport
from playground import Limits, Playground
from playground.wire import REST, Entry
from playground.world.entities import Message

MOST_MESSAGES = 3


class PlaygroundClock(SystemClock):
    """The time of day in the playground, which tests can set."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._playground.clock.wall(), UTC)


def named_buttons(answer_id: int, buttons: Buttons) -> ui.View:
    """Return one button that says the state."""
    return ui.View(timeout=None).add_item(
        ui.Button(label=buttons.state.value, custom_id=f"{buttons.state}:{answer_id}")
    )


@dataclass
class Stage:
    """A question in a channel and a screen to answer it on; keeps what the use case would be told."""

    playground: Playground
    client: discord.Client
    question: Message
    screen: DiscordScreen = field(init=False)
    told: list[Progress] = field(default_factory=list)
    gone: int = 0

    def __post_init__(self) -> None:
        self.screen = self.another_screen()

    def another_screen(self) -> DiscordScreen:
        """Return a screen as another process has it."""
        clock = PlaygroundClock(self.playground)
        return DiscordScreen(Means(self.client, self.limiter, clock, named_buttons, MOST_MESSAGES))

    @property
    def limiter(self) -> Limiter:
        """The budget; the client's trace belongs to it."""
        limiter: Limiter = self.client.limiter  # type: ignore[attr-defined]
        return limiter

    @property
    def key(self) -> ChannelKey:
        """The channel as the bot knows it."""
        channel = self.playground.world.channels[self.question.channel_id]
        return ChannelKey(channel.id, channel.guild_id)

    def open(
        self,
        *message_ids: int,
        screen: DiscordScreen | None = None,
        progress: Callable[[Progress], Any] | None = None,
    ) -> AnswerSink:
        """Open an answer to the question."""

        async def keep(step: Progress) -> None:
            self.told.append(step)

        def count() -> None:
            self.gone += 1

        spot = Spot(self.key, 7, self.question.id, 1, message_ids)
        return (screen or self.screen).open(spot, progress=progress or keep, gone=count)

    @property
    def messages(self) -> list[Message]:
        """The bot's messages in the channel."""
        world = self.playground.world
        found = world.channels[self.question.channel_id].messages.values()
        return [message for message in found if message.author_id == world.bot.id and not message.deleted]

    async def shown(self, *contents: str) -> list[Message]:
        """Wait until the channel shows just this of the bot."""
        world = self.playground.world
        await world.until(lambda: [message.content for message in self.messages] == list(contents), 5)
        return self.messages

    def calls(self, method: str) -> list[Entry]:
        """Return the REST calls on messages of the channel."""
        path = f"/channels/{self.question.channel_id}/messages"
        return [
            entry
            for entry in self.playground.wire
            if entry.kind == REST and entry.method == method and entry.path.startswith(path)
        ]


def buttons(message: Message) -> list[str]:
    """Return the labels of a message's buttons."""
    return [button["label"] for row in message.components for button in row["components"]]


class Client(discord.Client):
    """A client whose requests a limiter hears."""

    def __init__(self) -> None:
        self.limiter = Limiter()
        super().__init__(intents=discord.Intents(guilds=True), http_trace=Transport(self.limiter).trace())


@pytest.fixture
def limits() -> Limits:
    return Limits.off()


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch, limits: Limits) -> AsyncIterator[Stage]:
    async with Playground(limits=limits) as playground, Client() as client:
        monkeypatch.setattr(Route, "BASE", playground.api_url)
        await client.login(playground.token)
        question = playground.world.people["alex"].say("general", "Hello")
        stage = Stage(playground, client, question)
        yield stage
        playground.faults.clear()
        await stage.screen.close()
