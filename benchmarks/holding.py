"""For how long somebody waits, in one loop and for one connection, while something big happens elsewhere."""

import asyncio
import gc
import sqlite3
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord

from benchmarks.parts.nowhere import Nowhere
from benchmarks.table import Row
from bot.chat.asides.hooks import Hooks
from bot.chat.clearing import ResetOrder
from bot.chat.completions import Completer, Request, StreamEvent
from bot.chat.conversation.reconciliation import snowflake
from bot.chat.languages import Languages
from bot.chat.ports import Defaults
from bot.chat.rights import Member, Permission
from bot.chat.services import Services, build
from bot.chat.world import Ports
from bot.clock import SystemClock
from bot.extracting.process import Extraction
from bot.llm.completer import OpenAICompleter, Server
from bot.llm.completion import chat_completion_json
from bot.llm.connection import Servers, connect
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects.learned import Dialects
from bot.llm.moderating.endpoint import OpenAIModeration
from bot.llm.prices import Prices
from bot.llm.speech.transcription import OpenAITranscription
from bot.rules.model import ChannelKey, Incoming, Speaker
from bot.store.store import Store, open_store
from bot.ui.threads.threads import DiscordThreads

MODEL, BUDGET = "gpt-4.1-mini", 1_000_000  # tokens, which it reads
TURNS, CHANNELS, EXPORTED, SENT, SERVER, OTHER_SERVER = 486_000, 1_000, 100_000, 10_000, 1, 2
HERE, OTHER = ChannelKey(1_000, SERVER), ChannelKey(5, OTHER_SERVER)
MANAGER = Member(900, "Mo", frozenset({Permission.MANAGE_CHANNELS}))
WORDS = "A message of some three hundred characters, as people write them when they explain something. " * 3
FILL = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :turns)
    INSERT INTO turns (channel_id, state, message_id, author_id, label, folded_label, tokens, encoding,
        created_at, text) SELECT 1000 + i % :channels, 'answered', :first + i, 100, 'John', 'john', 90,
        'o200k_base', i, :words FROM n"""


class ShiftedClock(SystemClock):
    """The real clock, ahead by as much as was let pass."""

    ahead = timedelta()

    def now(self) -> datetime:
        """Return the time of day, later than it is."""
        return datetime.now(UTC) + self.ahead


class Unheard:
    """A model whose server nobody runs, and how many messages it was sent all the same."""

    messages = 0

    def __init__(self, completer: Completer) -> None:
        self._completer = completer

    def stream(self, request: Request) -> AsyncGenerator[StreamEvent, None]:
        """Ask, in vain."""
        self.messages = len(request.messages)
        return self._completer.stream(request)


@asynccontextmanager
async def _filled(path: Path, clock: ShiftedClock, turns: int, channels: int) -> AsyncIterator[Store]:
    async with open_store(path, clock.now) as store:
        await _fill(path, store, turns, channels)
        yield store


async def _fill(path: Path, store: Store, turns: int, channels: int) -> None:
    """Fill a server, and let another one have a message."""
    for key in (*(ChannelKey(1_000 + number, SERVER) for number in range(channels)), OTHER):
        await store.places.change(key, 900, guild_wide=False, auto=False)
    with closing(sqlite3.connect(path)) as connection, connection:
        [[first]] = connection.execute("SELECT coalesce(max(message_id), 0) FROM turns")
        values = {"turns": turns, "channels": channels, "first": first, "words": WORDS}
        connection.execute(FILL, values)


async def waits(folder: Path) -> AsyncIterator[Row]:
    """Measure the longest wait of another channel's window while a whole server is worked on."""
    gc.freeze()  # as the bot does at its start
    clock, path = ShiftedClock(), folder / "parley.db"
    async with _filled(path, clock, TURNS, CHANNELS) as store:
        resets, disposal = store.resets, store.disposal
        size = f"{TURNS:,} turns"
        reset = resets.reset(ResetOrder(HERE, guild_wide=True), 900)
        yield await _longest_wait(store, reset, f"longest wait of others while {size} are reset")
        [row] = await store.turns._database.read("SELECT max(id) AS id FROM clearings")
        yield await _longest_wait(store, resets.undo(row["id"], 900), "... while that is undone")
        await resets.reset(ResetOrder(HERE, guild_wide=True, keep=10), 900)
        clock.ahead = timedelta(minutes=11)
        yield await _longest_wait(store, disposal.purge(clock.now()), "... while it is deleted for good")
        await _fill(path, store, TURNS, CHANNELS)
        yield await _longest_wait(store, store.places.drop_guild(SERVER), "... while the server is left")
        await _fill(path, store, TURNS // 10, 1)
        drop = store.places.drop_channel(HERE.channel_id)
        yield await _longest_wait(store, drop, f"... while a channel of {TURNS // 10:,} turns is deleted")
        await _fill(path, store, TURNS // 10, 1)
        yield await _longest_wait(store, disposal.expire(clock.now(), 1), "... while as many turns expire")


async def _longest_wait(store: Store, deed: Awaitable[object], name: str) -> Row:
    task = asyncio.ensure_future(deed)
    longest = 0.0
    while not task.done():
        asked = time.perf_counter()
        await store.turns.window(OTHER.channel_id, None, 1_000)
        longest = max(longest, time.perf_counter() - asked)
        await asyncio.sleep(0.005)
    await task
    return Row(name, 1_000 * longest, "ms", limit=50)


async def large_channel(folder: Path) -> AsyncIterator[Row]:
    """Measure an export of a long history, and the loop while a request of a million tokens is made."""
    gc.freeze()  # as above
    clock, counter = ShiftedClock(), await TiktokenCounter.load()
    async with (
        _filled(folder / "parley.db", clock, EXPORTED, 1) as store,
        connect("none", "http://127.0.0.1:9/v1") as client,
    ):
        completer = OpenAICompleter(Server(client, Dialects("", clock.now)), counter, clock, lambda: 0.0)
        services = build(
            Ports(
                memory=store,
                reader=Nowhere(),
                extraction=Extraction(),
                transcription=OpenAITranscription(None, "", clock),
                moderation=OpenAIModeration(None, "", clock),
                screen=Nowhere(),
                completer=(model := Unheard(completer)),
                ledger=store.ledger,
                limits=store.limits,
                owners=Nowhere(),
                pricing=Prices({}),
                counter=counter,
                catalog=Servers(completer, {}),
                clock=clock,
                completion_json=chat_completion_json,
                defaults=Defaults(MODEL, "Be brief.", BUDGET, 1_000),
                access_lists=store.access,
                membership=Nowhere(),
                threads=DiscordThreads(discord.Client(intents=discord.Intents.none())),
                openings=store.openings,
                languages=Languages(store.facts, store.places, Nowhere(), "en"),
                hooks=Hooks(store.hooks, clock),
            )
        )
        yield Row(f"export of {EXPORTED:,} turns", await _exported(services), "s", limit=30)
        longest = await _longest_block(_asked(services))
        assert model.messages > SENT / 2  # noqa: S101 - else something else was measured
        yield Row(f"longest loop block, {BUDGET:,} tokens in {SENT:,} turns", 1_000 * longest, "ms", limit=50)
        await services.close(0)


async def _exported(services: Services) -> float:
    """Export the history, and return how many seconds that took."""
    began, export = time.perf_counter(), await services.commands.history.export(HERE, MANAGER)
    async for _ in export.files:
        pass
    return time.perf_counter() - began


async def _asked(services: Services) -> None:
    """Say something, and wait until its answer has failed: nobody listens there."""
    now = datetime.now(UTC)
    speaker = Speaker(100, "John", "john")
    await services.inbox.receive(Incoming(snowflake(now), HERE, speaker, "Hello", now, mentions_us=True))
    [job] = services.queue.everywhere()
    await job.ended.wait()


async def _longest_block(deed: Awaitable[None]) -> float:
    """Return the most processor time that one turn of the event loop took, in seconds."""
    task = asyncio.ensure_future(deed)
    longest, before = 0.0, time.thread_time()
    while not task.done():
        await asyncio.sleep(0)
        now = time.thread_time()
        longest, before = max(longest, now - before), now
    await task
    return longest
