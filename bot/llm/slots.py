"""How many requests are under way at once: at each server of models, and of each person at all of them.

What waits gets its slot in fair order. A slot is held from the request to the end of its stream, and not
while a failed request waits to be repeated. Where several processes share a bound, each has a part of it for
as long as it is told so.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Iterator
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
class _Running:
    """What is under way in a line, and what waits for its turn there; no bound: 0."""

    most: int = 0
    under_way: int = 0
    turns: Turns["Slot"] = field(default_factory=Turns)


@dataclass(slots=True, eq=False)
class Slot:
    """One request's place among those under way."""

    slots: "Slots"
    line: _Running
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
    """The requests under way to all servers; no bound: 0."""

    def __init__(self, most: int = 0, most_of_a_person: int = 0) -> None:
        self._most = self._part = most
        self._part_until = math.inf
        self.most_of_a_person = most_of_a_person
        self._of_person: Counter[int] = Counter()
        self._lines: dict[Line, _Running] = {}

    def most(self, named: int | None) -> int:
        """Return how many requests a server gets at once that names so many slots."""
        return min(self._most, named or self._most)

    @contextmanager
    def ask(self, line: Line, asker: Asker | None, most: int) -> Iterator[Slot]:
        """Get in line for a slot, of which there are so many; leaving gives it back, or the place in line."""
        running = self._lines.setdefault(line, _Running())
        running.most = most
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

    def need(self) -> tuple[int, int]:
        """Return how many slots are taken at the busiest server, and how many would be with enough."""
        lines = self._lines.values()
        taken = max((one.under_way for one in lines), default=0)
        return taken, max((one.under_way + len(one.turns) for one in lines), default=0)

    def allot(self, part: int, until: float) -> None:
        """Have a part of each server's slots, and from a moment on none; others have the rest."""
        self._part, self._part_until = part, until
        self._serve()

    def _has_room(self, running: _Running) -> bool:
        """Say whether one more may begin in a line."""
        most = running.most
        if most and self._most:
            has_part = self._part and asyncio.get_running_loop().time() < self._part_until
            most = max(1, most * self._part // self._most) if has_part else -1
        return not most or running.under_way < most

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
