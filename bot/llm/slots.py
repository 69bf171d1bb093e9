"""How many requests are under way at once: at each server of models, and of each person at all of them.

What waits gets its slot in fair order. A slot is held from the request to the end of its stream, and not
while a failed request waits to be repeated. Where several processes share the slots, each has a part of those
of each line for as long as it is told so.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.chat.completions import Asker, Standing
from bot.rules.spending.turns import Turns


class Line(NamedTuple):
    """What requests wait for: a server, or one model of a server that writes one answer at a time."""

    server: str
    model: str = ""


@dataclass(slots=True, eq=False)
class Running:
    """What is under way in a line, and what waits for its turn there; no bound: 0.

    Of slots that processes share this one has a `part` until a moment, and then none.
    """

    serve: Callable[[], None]
    most: int = 0
    under_way: int = 0
    turns: Turns["Slot"] = field(default_factory=Turns)
    part: int = 0
    part_until: float = 0.0

    def need(self) -> tuple[int, int]:
        """Return how many slots are taken, and how many would be with enough."""
        return self.under_way, self.under_way + len(self.turns)

    def allot(self, part: int, until: float) -> None:
        """Have a part of the slots, and from a moment on none; others have the rest."""
        self.part, self.part_until = part, until
        self.serve()


@dataclass(slots=True, eq=False)
class Slot:
    """One request's place among those under way."""

    slots: "Slots"
    line: Running
    asker: Asker | None
    turn: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def person(self) -> int:
        """Return who asks; the bot itself is nobody, whom no bound holds."""
        return self.asker.id if self.asker else 0

    @property
    def community(self) -> int:
        """Return which server of Discord's, or direct conversation, has its turn with this request."""
        return self.asker.community if self.asker else 0

    async def granted(self) -> None:
        """Wait until the request may begin."""
        await self.turn.wait()

    def standing(self) -> Standing | None:
        """Return where the request stands in line, None once its turn has come."""
        if self.turn.is_set():
            return None
        most_own = 0 if self.slots.may_begin(self.person) else self.slots.most_of_a_person
        return Standing(self.line.turns.before(self.community, self.person, self), most_own)


class Slots:
    """The requests under way to all servers, by all processes where they are `shared`; no bound: 0."""

    def __init__(self, most: int = 0, most_of_a_person: int = 0, *, shared: bool = False) -> None:
        self._most = most
        self.most_of_a_person = most_of_a_person
        self._shared = shared
        self._of_person: Counter[int] = Counter()
        self._lines: dict[Line, Running] = {}

    def most(self, named: int | None) -> int:
        """Return how many requests a server gets at once that names so many slots."""
        return min(self._most, named or self._most)

    def know(self, line: Line, most: int) -> Running:
        """Know a line, and how many slots it has; of another number than before no part is held yet."""
        running = self._lines.setdefault(line, Running(self._serve))
        if running.most != most:
            running.most, running.part = most, 0
        return running

    def bounded(self) -> Sequence[tuple[str, int, Running]]:
        """Return the lines that have a bound, each with a name and how many slots there are of it."""
        lines = self._lines.items()
        bounded = [(" ".join(filter(None, line)), one) for line, one in lines if one.most]
        return [(f"{one.most} at once at {name}", one.most, one) for name, one in bounded]

    @contextmanager
    def ask(self, line: Line, asker: Asker | None, most: int) -> Iterator[Slot]:
        """Get in line for a slot, of which there are so many; leaving gives it back, or the place in line."""
        running = self.know(line, most)
        slot = Slot(self, running, asker)
        running.turns.join(slot.community, slot.person, slot)
        self._serve()
        try:
            yield slot
        finally:
            if slot.turn.is_set():
                running.under_way -= 1
                self._of_person[slot.person] -= 1
                if not self._of_person[slot.person]:
                    del self._of_person[slot.person]
            else:
                running.turns.leave(slot.community, slot.person, slot)
            self._serve()

    def waiting(self) -> int:
        """Return how many requests wait for a slot."""
        return sum(len(running.turns) for running in self._lines.values())

    def _has_room(self, running: Running) -> bool:
        """Say whether one more may begin in a line."""
        if not running.most:
            return True
        most = running.most
        if self._shared:
            most = running.part if asyncio.get_running_loop().time() < running.part_until else 0
        return running.under_way < most

    def may_begin(self, person: int) -> bool:
        """Say whether one more request of a person may begin."""
        return not (person and self.most_of_a_person) or self._of_person[person] < self.most_of_a_person

    def _serve(self) -> None:
        """Give what is free to those whose turn it is."""
        for running in self._lines.values():
            while self._has_room(running) and (slot := running.turns.take(self.may_begin)) is not None:
                running.under_way += 1
                self._of_person[slot.person] += 1
                slot.turn.set()
