"""The playground with the real bot in it: for the browser, or for the terminal with `--say`."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from bot import app, logs, settings, stopping
from bot.errors import StartError
from bot.gateway.connecting import connect_to_discord
from bot.llm import catalog
from bot.llm.counter import TiktokenCounter
from bot.rules.model import State
from bot.rules.prompting.tokens import image_tokens, request_tokens
from bot.settings import DEFAULT_MODEL, Settings
from bot.texts import startup
from playground import Playground
from playground.kept_world import Keeper, open_world
from playground.model.counting import CountTokens
from playground.world import permissions
from playground.world.entities import Channel, Message
from playground.world.errors import ApiError
from playground.world.people import Person
from playground.world.world import World

ANSWER_SECONDS = 180.0
READY_SECONDS = 15.0
FAILURES = frozenset({State.FAILED, State.BROKEN})
FOLDER = Path("data/playground")
WORLD = "world.json"

Write = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    say: tuple[str, ...] = ()
    channel: str = "general"
    speaker: str = "alex"
    admin: bool = False
    port: int = 8765
    fresh: bool = False


async def run(options: Options, write: Write) -> int:
    """Start the playground; hold the talk that was asked for, or serve until interrupted."""
    if options.say:
        with tempfile.TemporaryDirectory() as folder:
            return await _talk(options, Path(folder), write)
    return await _serve(options, FOLDER / str(options.port), write)


@asynccontextmanager
async def bot_in(playground: Playground, folder: Path) -> AsyncIterator[app.App]:
    """Connect the real bot to a playground; it keeps its database in the folder.

    Raises:
        StartError: the bot did not get ready.
        SettingsError: settings in the environment or .env are wrong.
    """
    loaded = _settings(playground, folder)
    logs.set_up("WARNING", loaded.secrets)
    async with app.assembled(loaded, guild_ready_timeout=0.05) as running:
        connected = asyncio.create_task(connect_to_discord(running.bot, loaded.discord_token))
        ready = asyncio.create_task(running.bot.wait_until_ready())
        try:
            await asyncio.wait({connected, ready}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if connected.done():
                await connected
            if not ready.done():
                raise StartError(startup.PLAYGROUND_NOT_READY)
            yield running
        finally:
            await running.services.drain(0)
            for task in (ready, connected):
                task.cancel()
            await asyncio.gather(ready, connected, return_exceptions=True)


def model_in_use(values: dict[str, str]) -> str | None:
    """Return the configured model's name, or None where the stand-in answers."""
    if values.get("OPENAI_API_KEY") or values.get("OPENAI_BASE_URL"):
        return values.get("OPENAI_MODEL") or DEFAULT_MODEL
    return None


def _settings(playground: Playground, folder: Path) -> Settings:
    values = settings.raw_values()
    if model_in_use(values) is None:
        values |= {"OPENAI_BASE_URL": playground.model_url, "OPENAI_API_KEY": ""}
    own = {
        "DISCORD_TOKEN": playground.token,
        "DISCORD_API_URL": playground.api_url,
        "DATABASE_URL": f"sqlite:///{folder / 'parley.db'}",
    }
    return settings.parse(values | own)


def counting(counter: TiktokenCounter) -> CountTokens:
    """Return a token count for the playground's model, which then bills as OpenAI does.

    A request doesn't say how large its pictures are, so they are billed as the largest.
    """

    def count(what: str | list[dict[str, Any]], model: str) -> int:
        if isinstance(what, str):
            return counter.count(what, model)
        rule = catalog.facts(model).image_rule
        each = image_tokens(rule, None, None) if rule else 0
        contents = [_content(message) for message in what]
        return request_tokens(counter.count(text, model) + pictures * each for text, pictures in contents)

    return count


def _content(message: dict[str, Any]) -> tuple[str, int]:
    """Return a message's text, and how many pictures it brings."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content, 0
    text = "".join(part.get("text", "") for part in content)
    return text, sum(part.get("type") == "image_url" for part in content)


async def _serve(options: Options, folder: Path, write: Write) -> int:
    told = stopping.told()
    world = open_world(folder / WORLD, fresh=options.fresh)
    model = model_in_use(settings.raw_values())
    playground = Playground(
        port=options.port,
        world=world,
        answering=model or "",
        count_tokens=counting(await TiktokenCounter.load()),
    )
    async with _listening(playground), _kept(world, folder, options), bot_in(playground, folder):
        write(startup.PLAYGROUND_READY.format(url=playground.url, model=model or startup.STAND_IN))
        await told.wait()
    return 0


@asynccontextmanager
async def _kept(world: World, folder: Path, options: Options) -> AsyncIterator[None]:
    """Keep the world in the folder; what is there is deleted only once the port is known to be ours."""
    if options.fresh:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    async with Keeper(world, folder / WORLD):
        yield


@asynccontextmanager
async def _listening(playground: Playground) -> AsyncIterator[None]:
    try:
        await playground.start()
    except OSError as error:
        raise StartError(startup.PORT_TAKEN.format(url=playground.url, reason=error.strerror)) from error
    try:
        yield
    finally:
        await playground.close()


async def _talk(options: Options, folder: Path, write: Write) -> int:
    async with (
        Playground(count_tokens=counting(await TiktokenCounter.load())) as playground,
        bot_in(playground, folder) as running,
    ):
        speaker = _speaker(playground, options)
        channel = _channel(playground, options, speaker)
        write(f"#{channel.name}" if channel.name else "a direct message")
        answered = [
            await _exchange(playground, running, speaker, channel, text, write) for text in options.say
        ]
    return 0 if all(answered) else 1


def _speaker(playground: Playground, options: Options) -> Person:
    world = playground.world
    name = options.speaker.strip()
    if not name or name.lower() == world.bot.name.lower():
        raise StartError(startup.NOBODY_SPEAKS)
    person = world.people.get(name) or world.add_person(name)
    if options.admin:
        role = world.add_role("admin", permissions.ADMINISTRATOR)
        world.guild.members[person.id].role_ids.append(role.id)
    return person


def _channel(playground: Playground, options: Options, speaker: Person) -> Channel:
    world = playground.world
    if options.channel == "dm":
        return world.dm(speaker)
    known = {channel.name: channel for channel in world.channels.values()}
    return known.get(options.channel) or world.add_text_channel(options.channel)


async def _exchange(
    playground: Playground, running: app.App, speaker: Person, channel: Channel, text: str, write: Write
) -> bool:
    """Ask, wait for the finished answer, write both down, and say whether it succeeded."""
    write(f"\n{speaker.user.display_name}: {text}")
    started = monotonic()
    try:
        question = speaker.post(channel, text) if channel.guild_id is None else speaker.say(channel, text)
    except ApiError as error:
        raise StartError(startup.CANT_SAY.format(reason=error)) from error
    try:
        shown = await playground.world.until(lambda: _finished_answer(channel, question), ANSWER_SECONDS)
    except AssertionError as error:
        raise StartError(startup.NO_ANSWER.format(seconds=round(ANSWER_SECONDS))) from error
    write(f"{playground.world.bot.display_name}: " + "\n".join(message.content for message in shown))
    edits = sum(message.edits for message in shown)
    answer = await running.store.answers.by_message(question.id)
    usage = answer.completion.usage if answer and answer.completion else None
    tokens = f"{usage.prompt_tokens} + {usage.completion_tokens} tokens" if usage else "tokens unknown"
    write(f"   ({edits} {'edit' if edits == 1 else 'edits'}, {tokens}, {monotonic() - started:.1f} s)")
    return answer is not None and answer.state not in FAILURES


def _finished_answer(channel: Channel, question: Message) -> list[Message]:
    """Return the messages of the answer to a question, once its last one has the button to redo it."""
    after = [message for message in channel.messages.values() if message.id > question.id]
    finished = any("parley:regenerate" in json.dumps(message.components) for message in after)
    return after if finished else []
