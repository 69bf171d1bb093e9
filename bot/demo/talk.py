"""A talk in the terminal: what `--say` posts, and the answers to it."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from bot.demo.bot import bot_in
from bot.demo.counting import counting
from bot.errors import StartError
from bot.llm.counter import TiktokenCounter
from bot.rules.model import State
from bot.store.sqlite import Store
from bot.texts import startup
from playground import Person, Playground, World
from playground.world import permissions
from playground.world.entities import Channel, Message
from playground.world.errors import ApiError

ANSWER_SECONDS = 180.0
FAILURES = frozenset({State.FAILED, State.BROKEN})


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    say: tuple[str, ...]
    channel: str
    speaker: str
    admin: bool


@dataclass(frozen=True, slots=True)
class _Talk:
    """Somebody in a channel who talks with the bot, and where both are written down."""

    world: World
    store: Store
    speaker: Person
    channel: Channel
    write: Callable[[str], None]

    async def exchange(self, text: str) -> bool:
        """Ask, wait for the finished answer, write both down, and say whether it succeeded."""
        self.write(f"\n{self.speaker.user.display_name}: {text}")
        started = monotonic()
        question = self._posted(text)
        try:
            shown = await self.world.until(lambda: _finished_answer(self.channel, question), ANSWER_SECONDS)
        except AssertionError as error:
            raise StartError(startup.NO_ANSWER.format(seconds=round(ANSWER_SECONDS))) from error
        self.write(f"{self.world.bot.display_name}: " + "\n".join(message.content for message in shown))
        edits = sum(message.edits for message in shown)
        answer = await self.store.answers.by_message(question.id)
        usage = answer.completion.usage if answer and answer.completion else None
        tokens = f"{usage.prompt_tokens} + {usage.completion_tokens} tokens" if usage else "tokens unknown"
        self.write(
            f"   ({edits} {'edit' if edits == 1 else 'edits'}, {tokens}, {monotonic() - started:.1f} s)"
        )
        return answer is not None and answer.state not in FAILURES

    def _posted(self, text: str) -> Message:
        post = self.speaker.post if self.channel.guild_id is None else self.speaker.say
        try:
            return post(self.channel, text)
        except ApiError as error:
            raise StartError(startup.CANT_SAY.format(reason=error)) from error


async def run(options: Options, write: Callable[[str], None]) -> int:
    """Hold the talk, in a playground that is forgotten afterwards; return the process's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Playground(count_tokens=counting(await TiktokenCounter.load())) as playground,
            bot_in(playground, Path(folder)) as running,
        ):
            world = playground.world
            speaker = _speaker(world, options)
            channel = _channel(world, options, speaker)
            write(f"#{channel.name}" if channel.name else "a direct message")
            talk = _Talk(world, running.store, speaker, channel, write)
            answered = [await talk.exchange(text) for text in options.say]
    return 0 if all(answered) else 1


def _speaker(world: World, options: Options) -> Person:
    name = options.speaker.strip()
    if not name or name.lower() == world.bot.name.lower():
        raise StartError(startup.NOBODY_SPEAKS)
    person = world.people.get(name) or world.add_person(name)
    if options.admin:
        role = world.add_role("admin", permissions.ADMINISTRATOR)
        world.guild.members[person.id].role_ids.append(role.id)
    return person


def _channel(world: World, options: Options, speaker: Person) -> Channel:
    if options.channel == "dm":
        return world.dm(speaker)
    known = {channel.name: channel for channel in world.channels.values()}
    return known.get(options.channel) or world.add_text_channel(options.channel)


def _finished_answer(channel: Channel, question: Message) -> list[Message]:
    """Return the messages of the answer to a question, once its last one has the button to redo it."""
    after = [message for message in channel.messages.values() if message.id > question.id]
    finished = any("parley:regenerate" in json.dumps(message.components) for message in after)
    return after if finished else []
