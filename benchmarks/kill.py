"""The law of the kill: the bot dies at any moment, and nothing is lost, doubled or left half.

`python -m benchmarks.kill` drives six channels with questions, edits, resets, stops and regenerations over
the playground, and ends the bot with `kill -9`: 200 times at a uniformly random moment, 100 times within
0.15 s of something that it wrote to Discord. People go on while it is dead. After each return, once all is
settled, what Discord shows, what is stored and what the model is sent are held against each other.
"""

import argparse
import asyncio
import contextlib
import os
import sqlite3
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.kill_checks import TAG, Checks, sqlite_state
from bot.settings import bounds
from playground import Limits, Playground
from playground.model.request import ModelRequest
from playground.model.scripts import Script
from playground.wire import REST, Entry
from playground.world.entities import Message
from playground.world.errors import ApiError
from playground.world.people import Person

ROOT = Path(__file__).parent.parent
CHANNELS = ("general", "help", "random", "one", "two", "three")
WRITES = {"POST", "PATCH", "DELETE"}
START_SECONDS, SETTLE_SECONDS = 60.0, 25.0
LONGEST_LIFE = 2.5  # seconds that people go on before the kill
AFTER_A_WRITE = 0.15
MOST_AT_ONCE = 4  # unanswered questions of a channel


@dataclass
class Trial:
    """One world, one database, and a bot that dies in it again and again."""

    playground: Playground
    folder: Path
    random: Random
    checks: Checks = field(init=False)
    kills: int = 0
    faults: list[str] = field(default_factory=list)
    _process: asyncio.subprocess.Process = field(init=False)
    _output: asyncio.Task[tuple[bytes, bytes]] = field(init=False)
    _writes: list[asyncio.Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = self.playground.world
        for name in CHANNELS[3:]:
            world.add_text_channel(name)
        self.checks = Checks(world, lambda: sqlite_state(self.folder / "parley.db"), CHANNELS)
        self.playground.model.responder = answer
        self.playground.wire.subscribe(self._note)

    async def run(self, anywhere: int, after_writes: int) -> None:
        """Kill the bot so many times, in a random order of the two kinds."""
        kinds = [False] * anywhere + [True] * after_writes
        self.random.shuffle(kinds)
        for after_write in kinds:
            await self.start()
            await self.settle()
            await self._live(after_write=after_write)
            await self.kill()
            said = f"{self.kills} kills, {len(self.faults)} faults"
            print(said, *self.faults[-3:], sep="\n  ", file=sys.stderr)
            self._speak_to_the_dead()
        await self.start()
        await self.settle()
        await self.kill()

    # The process.

    async def start(self) -> None:
        """Start the bot; now and then it dies while it starts."""
        await self._launch()
        if self.random.random() < 0.1:
            await asyncio.sleep(self.random.uniform(0.0, 3.0))
            await self.kill()
            await self._launch()
        await self.playground.world.until(self._is_connected, START_SECONDS)

    def _is_connected(self) -> bool:
        return bool(self.playground.gateway.connected)

    async def _launch(self) -> None:
        environ = {
            "PYTHONPATH": str(ROOT),
            "PATH": os.environ.get("PATH", ""),
            "DISCORD_TOKEN": self.playground.token,
            "DISCORD_API_URL": self.playground.api_url,
            "OPENAI_BASE_URL": self.playground.model_url,
            "DATABASE_URL": f"sqlite:///{self.folder / 'parley.db'}",
            **bounds.OFF,  # one person asks for many
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", cwd=self.folder, env=environ, stderr=asyncio.subprocess.PIPE
        )
        self._output = asyncio.create_task(self._process.communicate())

    async def close(self) -> None:
        """Leave no bot behind."""
        if self._process.returncode is None:
            self._process.kill()
            await self._output

    async def kill(self) -> None:
        """End the bot without a word, and look at what it left."""
        self._process.kill()
        _, errors = await self._output
        self.kills += 1
        output = errors.decode()
        if "Traceback" in output:
            self.faults.append(f"kill {self.kills}: {output[output.index('Traceback') - 300 :][:3000]}")
        with contextlib.closing(sqlite3.connect(self.folder / "parley.db")) as connection:
            [(found,)] = connection.execute("PRAGMA integrity_check").fetchall()
        if found != "ok":
            self.faults.append(f"kill {self.kills}: integrity_check says {found}")
        await self.playground.world.until(lambda: not self._is_connected(), START_SECONDS)

    # Life.

    async def settle(self) -> None:
        """Wait until all is as it should be, and have a channel's next request looked at."""
        await self._wait_until_sound()
        place = self.random.choice(CHANNELS)
        probe = self._ask(place)
        await self._wait_until_sound()
        self.faults += [f"kill {self.kills}: {one}" for one in self.checks.request(self._sent(probe), place)]

    async def _wait_until_sound(self) -> None:
        problems = self.checks.problems()
        for _ in range(int(SETTLE_SECONDS * 10)):
            if not problems:
                return
            await asyncio.sleep(0.1)  # another process brings it about
            problems = self.checks.problems()
        self.faults += [f"kill {self.kills}: {one}" for one in problems]
        self.checks.excuse(problems)

    def _sent(self, probe: Message) -> ModelRequest | None:
        [tag] = TAG.findall(probe.content)
        asked = reversed(self.playground.model.requests)
        return next((one for one in asked if f"q{tag}q" in str(one.messages[-1]["content"])), None)

    async def _live(self, *, after_write: bool) -> None:
        """Let people go on until the bot has to die."""
        people = asyncio.create_task(self._people())
        if after_write:
            await self._next_write(self.random.randrange(12))
            await asyncio.sleep(self.random.uniform(0.0, AFTER_A_WRITE))
        else:
            await asyncio.sleep(self.random.uniform(0.0, LONGEST_LIFE))
        people.cancel()
        await asyncio.gather(people, return_exceptions=True)

    async def _next_write(self, skipped: int) -> None:
        written = asyncio.Event()
        self._writes = [asyncio.Event() for _ in range(skipped)] + [written]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(written.wait(), 10)

    def _note(self, entry: Entry) -> None:
        if entry.kind == REST and entry.method in WRITES and "/messages" in entry.path and self._writes:
            self._writes.pop(0).set()

    async def _people(self) -> None:
        tasks = [asyncio.create_task(self._person(place)) for place in CHANNELS]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _person(self, place: str) -> None:
        deeds = (self._ask, self._ask, self._ask, self._edit, self._regenerate, self._regenerate, self._stop)
        while True:
            if self.random.random() < 0.08:
                await self._reset(place)
            elif self.checks.waiting(place) < MOST_AT_ONCE:
                with contextlib.suppress(ApiError, LookupError):
                    self.random.choice(deeds)(place)
            await asyncio.sleep(self.random.expovariate(2.5))

    def _speak_to_the_dead(self) -> None:
        for place in self.random.sample(CHANNELS, self.random.randrange(4)):
            if self.checks.waiting(place) < MOST_AT_ONCE:
                self._ask(place)
            if self.random.random() < 0.3:
                self._edit(place)

    def _ask(self, place: str) -> Message:
        self.checks.asked += 1
        number = self.checks.asked
        what = self.random.choice(("a word", "a page", "a page", "a book", "a failure"))
        name = self.random.choice(("alex", "sam"))
        message = self.playground.world.people[name].say(place, f"Give me {what}, q{number}q.")
        self.checks.questions[message.id] = message
        return message

    def _edit(self, place: str) -> None:
        message = self.checks.newest(place)
        if message is not None:
            person = self._author(message)
            text = message.content.rstrip(".")
            person.edit(message, f"{text}, please.")

    def _regenerate(self, place: str) -> None:
        self._press(place, "Regenerate")

    def _stop(self, place: str) -> None:
        self._press(place, "Stop")

    def _press(self, place: str, label: str) -> None:
        question = self.checks.newest(place)
        if question is not None:
            for answer in reversed(self.checks.answers(question)):
                self._author(question).press(answer, label)
                return

    def _author(self, message: Message) -> Person:
        people = self.playground.world.people.values()
        found: Person = next(person for person in people if person.id == message.author_id)
        return found

    async def _reset(self, place: str) -> None:
        mo = self.playground.world.people["mo"]
        with contextlib.suppress(TimeoutError, LookupError, ApiError):
            said = await mo.run(place, "reset", {}, unchecked=True).answered(2)
            if "Reset" in str(said.components):
                mo.press(said, "Reset")


def answer(asked: ModelRequest) -> Script:
    """Answer as the question wants it."""
    question = str(asked.messages[-1]["content"])
    if "a failure" in question:
        return Script().fail(401, "That key is wrong.")
    words = 3 if "a word" in question else 60 if "a page" in question else 900
    text = " ".join(f"w{number}" for number in range(words))
    return Script().words(text, 3 * max(words, 20) / 4, start=0.05)


async def main() -> int:
    """Run the law, print what broke it, and return how many times."""
    parser = argparse.ArgumentParser(description="Kill the bot again and again.")
    parser.add_argument("--anywhere", type=int, default=200, help="kills at a uniformly random moment")
    parser.add_argument("--after-writes", type=int, default=100, help="kills within 0.15 s of a write")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with Playground(limits=Limits.off()) as playground:
            trial = Trial(playground, Path(folder), Random(options.seed))  # noqa: S311 - not for secrets
            try:
                await trial.run(options.anywhere, options.after_writes)
            finally:
                await trial.close()
                print("\n".join(trial.faults))
                asked = trial.checks.asked
                print(
                    f"{trial.kills} kills, {asked} questions, {len(trial.faults)} faults; seed {options.seed}"
                )
    return len(trial.faults)


if __name__ == "__main__":
    sys.exit(min(asyncio.run(main()), 1))
