"""Which pictures go along with a request: the newest, as far as there is room behind the text.

The others stand as lines in their turns. What is planned here is pictures alone; text comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot import texts
from bot.rules import prompt
from bot.rules.model import ModelFacts, Turn
from bot.rules.tokens import image_tokens


@dataclass(frozen=True, slots=True)
class Shown:
    """The turns with the pictures that go along, what these cost, and why others of the question don't."""

    turns: tuple[Turn, ...]
    tokens: int = 0
    remarks: tuple[str, ...] = ()


def choose(facts: ModelFacts, turns: Sequence[Turn], room: int) -> Shown:
    """Show the pictures that fit, newer turns' first, so that those that are shown change seldom."""
    wanted = prompt.newest_images(turns)
    own = [part for turn, part in wanted if turn is turns[-1]]
    rule = facts.image_rule
    if rule is None:
        return Shown(prompt.with_images(turns, ()), remarks=(texts.IMAGE_NOT_SEEN,) if own else ())
    totals = accumulate(image_tokens(rule, part.width, part.height) for _, part in wanted)
    fitting = [total for total in totals if total <= room]
    images = [part for _, part in wanted[: len(fitting)]]
    remarks = tuple(texts.IMAGE_NO_ROOM.format(name=part.name) for part in own[len(fitting) :])
    return Shown(prompt.with_images(turns, images), fitting[-1] if fitting else 0, remarks)
