"""The walks through the code: the files that a message, an edit and a command pass through.

`python -m tests.walk` prints them. What the playground does is not counted.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support.room import Room, open_room

ROOT = Path(__file__).parent.parent
QUIET_SECONDS = 0.5
WALKED = tuple(str(ROOT / folder) for folder in ("bot/", "cogs/"))


@dataclass(slots=True)
class Walk:
    """One walk: its files in the order in which they were entered first, and the changes of file."""

    files: list[str] = field(default_factory=list)
    changes: int = 0
    _last: str = ""

    def step(self, frame: FrameType, event: str, _: Any) -> None:
        """Note a call; a hook for `sys.setprofile`."""
        path = frame.f_code.co_filename
        if event != "call" or path == self._last or not path.startswith(WALKED):
            return
        self._last = path
        self.changes += 1
        name = str(Path(path).relative_to(ROOT))
        if name not in self.files:
            self.files.append(name)


@contextmanager
def walking() -> Iterator[Walk]:
    """Trace what this thread calls meanwhile."""
    walk = Walk()
    sys.setprofile(walk.step)
    try:
        yield walk
    finally:
        sys.setprofile(None)


async def _mention(room: Room) -> None:
    await room.ask("Hello! I'm John.")


async def _edit(room: Room) -> None:
    """Edit what was heard in an auto channel, which is not answered again."""
    person = room.world.people["alex"]
    question = next(one for one in room.world.channel("general").messages.values() if "first" in one.content)
    person.edit(question, question.content.replace("first", "very first"))


async def _reset(room: Room) -> None:
    await room.world.people["mo"].run(room.world.channel("general"), "reset", {}).answered()


async def _quiet(walk: Walk) -> None:
    """Wait until nothing goes on any more."""
    before = -1
    while walk.changes != before:
        before = walk.changes
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
    """Walk each way once, in a room where everything was done once before."""
    walks = {}
    with tempfile.TemporaryDirectory() as folder:
        async with open_room(Path(folder)) as room:
            room.playground.model.count_tokens = _untraced(room.playground.model.count_tokens)
            await room.ask("This is the first message.")
            with walking() as begun:
                await room.ask("This is the second.")
                await _quiet(begun)
            for name, go in WALKS.items():
                with walking() as walk:
                    await go(room)
                    await _quiet(walk)
                walks[name] = walk
    return walks


def main() -> None:
    """Print the walks."""
    for name, walk in asyncio.run(measured()).items():
        print(f"{name}: {len(walk.files)} files, {walk.changes} changes of file")
        print("".join(f"    {file}\n" for file in walk.files))


if __name__ == "__main__":
    main()
