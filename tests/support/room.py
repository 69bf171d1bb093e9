"""A room with the real bot in it: real clients over the playground, and what tests ask of both."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from discord.http import Route

from bot import app
from bot.chat.ports import Clock
from bot.cluster.joining import Left
from bot.demo.counting import counting
from bot.gateway.connecting import connected
from bot.gateway.holding import Sharing
from bot.gateway.times import Times
from bot.llm.counter import TiktokenCounter
from bot.rules.model import ChannelKey
from bot.settings import bounds, settings
from bot.settings.forms import ServerUrl
from bot.store.store import Store
from bot.texts import members
from playground import Limits, Playground, Quota
from playground.world.entities import Channel, Message
from playground.world.people import Person
from playground.world.world import World
from tests.support.engine import new_memory
from tests.support.log import logged, told_of
from tests.support.wire_log import wire_kept

OVER = (str(members.QUESTION_GONE), str(members.HISTORY_RESET))
LIMIT_SECONDS = 60.0
# Discord's limits never bite unless a test is about them. Two quotas stand all the same, since a bot that is
# told nothing assumes five messages and five edits in five seconds.
AMPLE = Quota(1_000, 1.0)
NO_LIMITS = replace(Limits.off(), create=AMPLE, edit=AMPLE)
NO_WAITS = Times(identify=0.05)


def database_url(folder: Path) -> str:
    """Return the address of a database for a room, with nothing in it."""
    where = new_memory(folder / "parley.db")
    return where.raw if isinstance(where, ServerUrl) else f"sqlite:///{where}"


class Room:
    """The playground and a bot that can be stopped, started again, and asked."""

    def __init__(
        self, playground: Playground, folder: Path, environ: dict[str, str], clock: Clock | None
    ) -> None:
        self.playground = playground
        self.folder = folder
        self.clock = clock
        self.environ = {
            "DISCORD_TOKEN": playground.token,
            "DISCORD_API_URL": playground.api_url,
            "OPENAI_BASE_URL": playground.model_url,
            "OPENAI_MODEL": "gpt-4.1-mini",
            **bounds.OFF,  # unless a test is about them
            "SITUATION": "off",  # likewise: prompts are held to the letter
        } | environ
        if "DATABASE_URL" not in environ:  # which empties it
            self.environ["DATABASE_URL"] = database_url(folder)
        self.times = NO_WAITS
        self.sharing: Sharing | None = None
        self.left = Left()
        self.connected: asyncio.Task[None] | None = None
        self._stack: AsyncExitStack | None = None
        self._app: app.App | None = None

    @property
    def world(self) -> World:
        """The playground's world."""
        return self.playground.world

    @property
    def app(self) -> app.App:
        """The bot, put together."""
        assert self._app is not None
        return self._app

    @property
    def store(self) -> Store:
        """The bot's memory."""
        return self.app.store

    async def start(self) -> None:
        """Start the bot and wait until it listens."""
        loaded = settings.load(None, self.environ)
        self._stack = stack = AsyncExitStack()
        running = app.assembled(loaded, self.clock, self.left, guild_ready_timeout=0.05)
        self._app = await stack.enter_async_context(running)
        sharing = self.sharing or self._app.place.sharing
        staying = connected(self._app.bot, loaded.discord_token, self.times, sharing)
        self.connected = await stack.enter_async_context(staying)
        member = self._app.place.member
        if member is not None and member.leads():  # which registers the commands for all
            await self.until(lambda: self.playground.world.commands[None])

    async def stop(self) -> None:
        """Stop the bot as SIGTERM does."""
        if self._stack is not None:
            stack, self._stack = self._stack, None
            if self._app is not None:
                await self._app.services.drain(float(self.environ.get("SHUTDOWN_GRACE", "0")))
            await stack.aclose()

    async def until(self, condition: Any, limit: float = LIMIT_SECONDS) -> Any:
        """Wait until something holds."""
        return await self.playground.world.until(condition, limit)

    async def ask(
        self, text: str, channel: Channel | str = "general", who: Person | str = "alex", **options: Any
    ) -> list[Message]:
        """Ask the bot something and return the messages of its finished answer."""
        return await self.answered(self.post(text, channel, who, **options))

    def post(
        self, text: str, channel: Channel | str = "general", who: Person | str = "alex", **options: Any
    ) -> Message:
        """Say something that mentions the bot, or anything in a DM (channel "dm")."""
        person = self.world.people[who] if isinstance(who, str) else who
        if channel == "dm":
            return person.dm(text, **options)
        return person.say(channel, text, **options)

    async def answered(self, question: Message, limit: float = LIMIT_SECONDS) -> list[Message]:
        """Wait for the finished answer to a question and return its messages."""
        messages: list[Message] = await self.until(lambda: finished(self.replies(question)), limit)
        return messages

    def key(self, name: str) -> ChannelKey:
        """Return a channel's key as the bot knows it."""
        channel = self.world.channel(name)
        return ChannelKey(channel.id, channel.guild_id, channel.parent_id if channel.is_thread else None)

    def replies(self, question: Message) -> list[Message]:
        """Return the messages of the answer to a question, as far as they are there."""
        channel = self.world.channels[question.channel_id]
        found: list[Message] = []
        for message in channel.messages.values():
            if message.author_id != self.world.bot.id or message.deleted or message.ephemeral_for:
                continue
            reference = message.reference or {}
            if str(reference.get("message_id")) == str(question.id):
                found = [message]
            elif found and message.reference is None and not _is_apart(message):
                found.append(message)
        return found


def _is_apart(message: Message) -> bool:
    """Say whether a message stands beside answers: a thread's line on mentions, or what is new to try."""
    return any(f"parley:{name}:" in json.dumps(message.components) for name in ("quiet", "try"))


def finished(messages: list[Message]) -> list[Message]:
    """Return an answer's messages once the last of them can be redone, or never can be, else nothing."""
    ended = any(
        "parley:regenerate" in json.dumps(message.components) or message.content.endswith(OVER)
        for message in messages
    )
    return messages if ended else []


@asynccontextmanager
async def open_room(
    folder: Path,
    *,
    limits: Limits | None = None,
    clock: Clock | None = None,
    times: Times = NO_WAITS,
    heartbeat_seconds: float = 41.25,
    **environ: str,
) -> AsyncIterator[Room]:
    """Start a playground and the bot in it; Discord's rate limits are off unless given."""
    base = Route.BASE
    counter = await TiktokenCounter.load()
    playground = Playground(
        limits=limits or NO_LIMITS,
        speed=10_000,
        count_tokens=counting(counter),
        heartbeat_seconds=heartbeat_seconds,
    )
    async with playground, wire_kept(playground.wire):
        playground.world.first_answer_seconds = LIMIT_SECONDS  # more than three: machines are busy
        room = Room(playground, folder, environ, clock)
        room.times = times
        try:
            with logged() as lines:
                await room.start()
                yield room
        finally:
            await room.stop()
            Route.BASE = base
        assert told_of(lines, playground.world) == [], "what was said stands in the log"
