"""`python -m benchmarks.parts.cutting`: how much of prompts repeats, by what stays at a cut; on paper.

A request begins with the whole one before it, unless turns are cut for it: then next to nothing repeats. The
less is kept, the rarer such requests are, and the less the model knows after one. `benchmarks.remembering`
measures the same over the real bot.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from unittest.mock import patch

from bot.rules.model import Role, State, Turn
from bot.rules.prompting import trim
from bot.rules.prompting.tokens import MESSAGE_TOKENS, PRIMING_TOKENS

BUDGET = 8_000  # the default of MAX_PROMPT_TOKENS
PERSONA = 20  # tokens
EXCHANGES = 500
SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
WRITTEN_AT = datetime(2026, 8, 6, tzinfo=UTC)
Sizes = tuple[int, int]  # the tokens of a question, and of its answer


@dataclass(frozen=True, slots=True)
class Talk:
    """A kind of conversation: between how many tokens its questions have, and its answers."""

    name: str
    questions: tuple[int, int]
    answers: tuple[int, int]

    def exchanges(self, seed: int = 1) -> list[Sizes]:
        """Return the sizes of its exchanges."""
        chance = random.Random(seed)  # noqa: S311 - sizes of turns, no secret
        return [(chance.randint(*self.questions), chance.randint(*self.answers)) for _ in range(EXCHANGES)]


SMALL = Talk("small talk", (10, 60), (50, 250))
LONG = Talk("answers of 400 tokens", (10, 60), (350, 450))
EVEN = Talk("turns of 200 tokens", (150, 250), (150, 250))
ESSAYS = Talk("questions of 400 tokens, too", (350, 450), (350, 450))
TALKS = (SMALL, LONG, EVEN, ESSAYS)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a conversation: its tokens, those that the one before began with, and whether it cut."""

    tokens: int
    repeated: int
    cut: bool


def asked(exchanges: Sequence[Sizes], budget: int = BUDGET) -> Iterator[Asked]:
    """Yield the requests of a conversation; the cut of one holds for the next."""
    fixed = PRIMING_TOKENS + MESSAGE_TOKENS + PERSONA
    turns: list[Turn] = []
    before, numbers = 0, count(1)
    for question, answer in exchanges:
        number = next(numbers)
        turns.append(_turn(number, number, question))
        costs = [MESSAGE_TOKENS + turn.tokens for turn in turns]
        plan = trim.plan(turns, costs, fixed=fixed, budget=budget)
        yield Asked(plan.tokens, before if plan.cut is None else min(before, fixed), plan.cut is not None)
        before = plan.tokens
        turns = [*plan.kept, _turn(next(numbers), number, answer)]


def repeated_share(requests: Sequence[Asked]) -> float:
    """Return how much of all prompts a cache could serve, once the window has filled up."""
    full = requests[len(requests) // 10 :]
    return sum(one.repeated for one in full) / sum(one.tokens for one in full)


def _turn(number: int, position: int, tokens: int) -> Turn:
    role, state = (Role.USER, State.ANSWERED) if number == position else (Role.ASSISTANT, State.COMPLETE)
    return Turn(number, position, role, state, None, None, "", "", tokens, "", WRITTEN_AT)


def main() -> None:
    """Print what each share would bring."""
    print("kept at a cut  " + "  ".join(talk.name for talk in TALKS))
    for share in SHARES:
        with patch.object(trim, "KEPT_SHARE", share):
            found = (repeated_share(list(asked(talk.exchanges()))) for talk in TALKS)
            cells = (f"{share:{len(talk.name)}.3f}" for talk, share in zip(TALKS, found, strict=True))
            print(f"{share:13.0%}  " + "  ".join(cells))


if __name__ == "__main__":
    main()
