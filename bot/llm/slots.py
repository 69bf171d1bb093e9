"""How many requests are under way at once: at each server of models, and of each person at all of them.

What waits gets its slot in fair order. A slot is held from the request to the end of its stream, and not
while a failed request waits to be repeated.
"""

import asyncio
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

    @property
    def has_room(self) -> bool:
        """Say whether one more may begin."""
        return not self.most or self.under_way < self.most


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
        self._most = most
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

    def may_begin(self, person: int) -> bool:
        """Say whether one more request of a person may begin."""
        return not (person and self.most_of_a_person) or self._of_person[person] < self.most_of_a_person

    def _serve(self) -> None:
        """Give what is free to those whose turn it is."""
        for running in self._lines.values():
            while running.has_room and (slot := running.turns.take(self.may_begin)) is not None:
                running.under_way += 1
                self._of_person[slot.person] += 1
                slot.turn.set()
