"""The walks through the code: which files a message, an edit and a command pass through.

`python -m tests.walk` prints them, `--write` puts their files into docs/life-of-a-message.md;
`tests/test_walk.py` holds both to the code.

A walk begins where the gateway hands an event to the bot, and follows that event alone: what is called in
its task, and in the tasks, timers and units of work that come of it, which inherit its context. Heartbeats,
what is saved every few seconds, and what Discord tells of the bot's own messages belong to no walk, nor does
what the playground does. What is walked was done once before, and the model answers in one chunk: what is
done for each counts once.

A step is a function that begins; neither going on after a wait nor coming back is one, and a comprehension
belongs to its function. A function that calls no other file of ours leads nowhere: it is a tool that is used
on the way, such as a rule or a value made of a row. To make an object or to read a property is no call, just
as it is none where nobody wrote the constructor and the property is a field. So `files` are those of the
steps, `changes` says how often a step was in another file than the one before it in its task, and `tools` are
the files of which nothing but tools were used.
"""

import argparse
import asyncio
import dis
import re
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from unittest.mock import patch

from discord import utils

from bot.ui.answers import typing as indicator
from tests.support.room import Room, open_room

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "life-of-a-message.md"
BEGIN, END = "<!-- made by python -m tests.walk --write -->", "<!-- end -->"
QUIET_SECONDS = 0.3
WALKED = tuple(str(ROOT / folder) for folder in ("bot/", "cogs/"))
COMPREHENSION = re.compile(r"(\.<locals>\.<(genexpr|listcomp|setcomp|dictcomp)>)+$")
CONSTRUCTORS = ("__init__", "__post_init__")
EVENTS = ("MESSAGE_CREATE", "MESSAGE_UPDATE", "INTERACTION_CREATE")

_current: ContextVar["Walk | None"] = ContextVar("walk", default=None)
Function = tuple[str, str]  # a file and a name in it


@dataclass(frozen=True, slots=True)
class Call:
    """A function that begins, who called it if anybody of ours did, and the task that it is called in."""

    called: Function
    caller: Function | None
    task: str
    leads: bool  # False of an object's making, and of reading its properties


@dataclass(slots=True)
class Walk:
    """The calls that one event led to."""

    calls: list[Call] = field(default_factory=list)

    def note(self, frame: FrameType) -> None:
        """Note a function that begins."""
        caller = frame.f_back
        while caller is not None and not _is_ours(caller):
            caller = caller.f_back
        leads = frame.f_code.co_name not in CONSTRUCTORS and not _is_property(frame)
        self.calls.append(Call(_function(frame), _function(caller) if caller else None, _task_name(), leads))

    @property
    def steps(self) -> list[Call]:
        """Return the calls but for those of tools, which call no other file, nor anything here that does."""
        leading: set[Function] = set()
        before = -1
        while len(leading) != before:
            before = len(leading)
            leading |= {
                one.caller
                for one in self.calls
                if one.leads and one.caller and (one.caller[0] != one.called[0] or one.called in leading)
            }
        return [one for one in self.calls if one.leads and one.called in leading]

    @property
    def files(self) -> list[str]:
        """Return the files of the steps, in the order in which they were entered first."""
        return list(dict.fromkeys(step.called[0] for step in self.steps))

    @property
    def tools(self) -> list[str]:
        """Return the files of which nothing but tools were used."""
        return sorted({call.called[0] for call in self.calls}.difference(self.files))

    @property
    def changes(self) -> int:
        """Return how often a step was in another file than the one before it in its task."""
        where: dict[str, str] = {}
        changes = 0
        for step in self.steps:
            changes += where.get(step.task) != step.called[0]
            where[step.task] = step.called[0]
        return changes


def _task_name() -> str:
    try:
        task = asyncio.current_task()
    except RuntimeError:  # in the database's thread
        return threading.current_thread().name
    return task.get_name() if task else ""


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(WALKED)


def _function(frame: FrameType) -> Function:
    name = COMPREHENSION.sub("", frame.f_code.co_qualname)
    return str(Path(frame.f_code.co_filename).relative_to(ROOT)), name


@cache
def _loads(code: CodeType) -> frozenset[int]:
    """Return where a function reads an attribute."""
    return frozenset(step.offset for step in dis.get_instructions(code) if step.opname == "LOAD_ATTR")


def _is_property(frame: FrameType) -> bool:
    """Say whether it is by reading an attribute that a function began."""
    caller = frame.f_back
    return caller is not None and caller.f_lasti in _loads(caller.f_code)


@cache
def _start(code: CodeType) -> int:
    """Return where a function begins; a coroutine that goes on is further than that."""
    return next(step.offset for step in dis.get_instructions(code) if step.opname == "RESUME")


def _trace(frame: FrameType, event: str, _: Any) -> None:
    """Note a call in the walk that it belongs to; a hook for `sys.setprofile`."""
    walk = _current.get()
    if (
        walk is None
        or event != "call"
        or not _is_ours(frame)
        or COMPREHENSION.search(frame.f_code.co_qualname)
    ):
        return
    if frame.f_lasti <= _start(frame.f_code):
        walk.note(frame)


@contextmanager
def walking(room: Room) -> Iterator[Walk]:
    """Trace what the next event leads to that a person caused."""
    parsers, walk = room.app.bot._connection.parsers, Walk()
    before = {name: parsers[name] for name in EVENTS}

    def begin(name: str, event: Any) -> None:
        if event.get("author", {}).get("id") == str(room.world.bot.id):
            before[name](event)
            return
        parsers.update(before)
        token = _current.set(walk)
        try:
            before[name](event)
        finally:
            _current.reset(token)

    for name in EVENTS:
        parsers[name] = partial(begin, name)
    sys.setprofile(_trace)
    try:
        yield walk
    finally:
        sys.setprofile(None)
        parsers.update(before)


async def _mention(room: Room) -> None:
    room.playground.model.script("Hello John.")
    await room.ask("Hello! I'm John.")


async def _edit(room: Room) -> None:
    """Edit a message that is in memory but not the newest, so that it is not answered again."""
    person = room.world.people["alex"]
    question = next(one for one in room.world.channel("general").messages.values() if "first" in one.content)
    person.edit(question, question.content.replace("first", "very first"))


async def _reset(room: Room) -> None:
    await room.world.people["mo"].run(room.world.channel("general"), "reset", {}).answered()


async def _quiet(walk: Walk) -> None:
    """Wait until nothing goes on any more."""
    before = -1
    while len(walk.calls) != before:
        before = len(walk.calls)
        await asyncio.sleep(QUIET_SECONDS)


def _untraced(count: Callable[..., int]) -> Callable[..., int]:
    """Have the playground's bill left out, which the bot's own counter stands behind."""

    def counted(*what: Any) -> int:
        trace = sys.getprofile()
        sys.setprofile(None)
        try:
            return count(*what)
        finally:
            sys.setprofile(trace)

    return counted


WALKS: Mapping[str, Callable[[Room], Awaitable[None]]] = {
    "a mention": _mention,
    "an edit": _edit,
    "/reset": _reset,
}


async def measured() -> dict[str, Walk]:
    """Walk each way once, in a room where everything was done before."""
    walks = {}
    threading.setprofile(_trace)  # for the database's thread, which is still to begin
    at_once = patch.object(indicator, "PATIENCE_SECONDS", 60.0)  # however busy this machine is
    with tempfile.TemporaryDirectory() as folder, at_once:
        async with open_room(Path(folder)) as room:
            room.playground.model.count_tokens = _untraced(room.playground.model.count_tokens)
            # As if the bot had listened for a minute: younger turns are read back from Discord once.
            room.app.services.reconciliation.listening_since(utils.utcnow() - timedelta(minutes=1))
            await room.ask("This is the first message.")
            for name, go in WALKS.items():
                with walking(room) as walk:
                    await go(room)
                    await _quiet(walk)
                walks[name] = walk
    return walks


def summary(name: str, walk: Walk) -> str:
    """Return a walk in one line."""
    return f"{name}: {len(walk.files)} files, {walk.changes} changes of file; tools of {len(walk.tools)} more"


def listed(walks: Mapping[str, Walk]) -> str:
    """Return the files of all walks for the page; in no order of time, which may differ."""
    lines = []
    for name, walk in walks.items():
        lines += [f"\n### {name[0].upper()}{name[1:]}\n"]
        lines += [f"{len(walk.files)} files lead on:\n", *(f"- `{file}`" for file in sorted(walk.files))]
        lines += [f"\n{len(walk.tools)} more hold tools:\n", *(f"- `{file}`" for file in walk.tools)]
    return "\n".join(lines).lstrip("\n")


def written(page: str, walks: Mapping[str, Walk]) -> str:
    """Return the page with the files put in anew."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{listed(walks)}\n\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Print the walks, or write their files into the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the files into docs/life-of-a-message.md")
    walks = asyncio.run(measured())
    if parser.parse_args().write:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), walks), encoding="utf-8")
    for name, walk in walks.items():
        print(summary(name, walk))
        print("".join(f"    {file}\n" for file in walk.files))


if __name__ == "__main__":
    main()
