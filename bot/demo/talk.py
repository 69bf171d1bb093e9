"""A talk in the terminal: what `--say` posts, and the answers to it."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TypeVar

from bot.demo import slash
from bot.demo.bot import bot_in
from bot.demo.counting import counting
from bot.demo.serve import FOLDER, WORLD
from bot.errors import StartError
from bot.llm.counter import TiktokenCounter
from bot.rules.model import State
from bot.store.connection.lock import held
from bot.store.store import Store
from bot.texts import startup
from playground import Person, Playground, World
from playground.kept_world import Keeper, open_world
from playground.world import permissions
from playground.world.entities import Channel, Message
from playground.world.errors import ApiError
from playground.world.interacting.interactions import Interaction

ANSWER_SECONDS = 180.0
FAILURES = frozenset({State.FAILED, State.BROKEN})
DIRECT, ADMIN = "dm", "admin"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for; a talk that is kept is gone on with the next time, unless `fresh`."""

    say: tuple[str, ...]
    channel: str
    speaker: str
    admin: bool = False
    keep: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class _Talk:
    """Somebody in a channel who talks with the bot, and where both are written down."""

    world: World
    store: Store
    speaker: Person
    channel: Channel
    write: Callable[[str], None]

    async def exchange(self, text: str) -> bool:
        """Say something or run a command, write the finished answer down, and say whether it succeeded."""
        self.write(f"\n{self.speaker.user.display_name}: {text}")
        try:
            return await (self._command(text) if slash.is_one(text) else self._question(text))
        except AssertionError as error:  # it waited for too long
            raise StartError(startup.NO_ANSWER.format(seconds=round(ANSWER_SECONDS))) from error

    async def _question(self, text: str) -> bool:
        started = monotonic()
        question = self._posted(text)
        shown = await self.world.until(lambda: _finished_answer(self.channel, question), ANSWER_SECONDS)
        self._answer("\n".join(message.content for message in shown))
        edits = sum(message.edits for message in shown)
        answer = await self.store.answers.by_message(question.id)
        usage = answer.completion.usage if answer and answer.completion else None
        tokens = f"{usage.prompt_tokens} + {usage.completion_tokens} tokens" if usage else "tokens unknown"
        self.write(
            f"   ({edits} {'edit' if edits == 1 else 'edits'}, {tokens}, {monotonic() - started:.1f} s)"
        )
        return answer is not None and answer.state not in FAILURES

    async def _command(self, text: str) -> bool:
        try:
            used = slash.run(self.world, self.speaker, self.channel, text)
        except (LookupError, ValueError, TypeError, OSError) as error:
            raise StartError(startup.CANT_RUN.format(command=text.split()[0], reason=error)) from error
        await self.world.until(lambda: used.modal or _is_written(used), ANSWER_SECONDS)
        if used.modal:
            self._answer(startup.OPENS_FORM.format(title=used.modal.title))
        for message in used.responses:
            self._answer(slash.shown(message))
        return True

    def _answer(self, text: str) -> None:
        self.write(f"{self.world.bot.display_name}: {text}")

    def _posted(self, text: str) -> Message:
        post = self.speaker.post if self.channel.guild_id is None else self.speaker.say
        try:
            return post(self.channel, text)
        except ApiError as error:
            raise StartError(startup.CANT_SAY.format(reason=error)) from error


async def run(options: Options, write: Callable[[str], None]) -> int:
    """Hold the talk; return the process's exit code."""
    async with _world(options) as (world, folder):
        speaker = _speaker(world, options)
        channel = _channel(world, options, speaker)
        async with (
            Playground(world=world, count_tokens=counting(await TiktokenCounter.load())) as playground,
            bot_in(playground, folder) as running,
        ):
            write(f"#{channel.name}" if channel.name else "a direct message")
            talk = _Talk(world, running.store, speaker, channel, write)
            answered = [await talk.exchange(text) for text in options.say]
    return 0 if all(answered) else 1


@asynccontextmanager
async def _world(options: Options) -> AsyncIterator[tuple[World, Path]]:
    """Yield a world, and a folder for the bot's memory of it: as they were left, or for this talk alone."""
    if not options.keep:
        with tempfile.TemporaryDirectory() as folder:
            yield World(), Path(folder)
        return
    kept = FOLDER / "say"
    with held(kept / "parley.db"):
        if options.fresh:
            await asyncio.to_thread(_empty, kept)
        world = open_world(kept / WORLD)
        async with Keeper(world, kept / WORLD):
            yield world, kept


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if not path.name.endswith(".lock"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _is_written(used: Interaction) -> bool:
    shown = used.responses[1:] if slash.asks(used) else used.responses
    if slash.asks(used) and not any(map(_can_be_redone, shown)):
        return False
    return bool(shown) and all(map(slash.is_written, shown))


def _speaker(world: World, options: Options) -> Person:
    person = _known(options.speaker, world.people, startup.NO_SUCH_PERSON)
    if options.admin and world.guild.owner_id != person.id:
        known = next((role for role in world.guild.roles.values() if role.name == ADMIN), None)
        role = known or world.add_role(ADMIN, permissions.ADMINISTRATOR)
        held_roles = world.guild.members[person.id].role_ids
        if role.id not in held_roles:
            held_roles.append(role.id)
    return person


def _channel(world: World, options: Options, speaker: Person) -> Channel:
    if options.channel == DIRECT:
        return world.dm(speaker)
    channels = {one.name: one for one in world.channels.values() if one.name and one.guild_id}
    return _known(options.channel.removeprefix("#"), channels, startup.NO_SUCH_CHANNEL)


def _known(name: str, all_: Mapping[str, T], refusal: str) -> T:
    """Return what is called so, however it is capitalised; a slip of the hand makes nothing new."""
    found = {one.lower(): value for one, value in all_.items()}.get(name.strip().lower())
    if found is None:
        raise StartError(refusal.format(name=name, known=", ".join(sorted(all_))))
    return found


def _finished_answer(channel: Channel, question: Message) -> list[Message]:
    """Return the messages of the answer to a question, once its last one has the button to redo it."""
    after = [message for message in channel.messages.values() if message.id > question.id]
    return after if any(map(_can_be_redone, after)) else []


def _can_be_redone(message: Message) -> bool:
    return "parley:regenerate" in json.dumps(message.components)
