"""Which turns fit: whole turns, the newest, cut in blocks so that the prompt's beginning stays the same.

Cutting the oldest turn at every question would move the prefix each time and no provider's prompt cache could
serve it. So when a request would pass its budget, half of it is cut at once, and the cut stays until the next
overflow; `python -m benchmarks.parts.cutting` shows what other shares would cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.model import Turn
from bot.rules.prompting.prompt import tokens_of

KEPT_SHARE = 0.5  # of the budget, at least, when turns are cut


@dataclass(frozen=True, slots=True)
class Plan:
    """The turns that go along, those cut now, and the tokens of the request (fixed part included)."""

    kept: tuple[Turn, ...]
    dropped: tuple[Turn, ...]
    tokens: int

    @property
    def cut(self) -> int | None:
        """Return the position up to which turns were cut now, or None."""
        return self.dropped[-1].position if self.dropped else None


def sendable(turns: Sequence[Turn], room: int) -> tuple[Turn, ...]:
    """Leave out exchanges of which a single turn takes more than there is room for turns' contents.

    They can go along with no request; were they planned for, all that was said before them would be cut.
    """
    too_long = {turn.position for turn in turns if tokens_of(turn) > room}
    return tuple(turn for turn in turns if turn.position not in too_long)


def plan(turns: Sequence[Turn], costs: Sequence[int], *, fixed: int, budget: int) -> Plan:
    """Choose what goes along: all of it where it fits, else as few of the newest as make up a share of it.

    `turns` are oldest first and end with the question; `costs` are their tokens within a request, `fixed`
    what the request costs without them. An answer is cut with its question. Less than the share stays only
    where one exchange more would pass the budget. The question always stays, even where it alone does.
    """
    total = fixed + sum(costs)
    if total <= budget or not turns:
        return Plan(tuple(turns), (), total)
    enough = KEPT_SHARE * budget
    start, total = len(turns), fixed
    question = turns[-1].position
    for first, position in reversed(_exchanges(turns)):
        more = sum(costs[first:start])
        if position != question and (total >= enough or total + more > budget):
            break
        start, total = first, total + more
    return Plan(tuple(turns[start:]), tuple(turns[:start]), total)


def _exchanges(turns: Sequence[Turn]) -> list[tuple[int, int]]:
    """Return the index of the first turn of each position, with that position."""
    return [
        (index, turn.position)
        for index, turn in enumerate(turns)
        if index == 0 or turns[index - 1].position != turn.position
    ]
