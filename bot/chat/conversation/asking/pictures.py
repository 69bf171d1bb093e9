"""Which pictures go along with a request, and which its model's server did not take."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.rules.model import Part, Turn
from bot.rules.model_facts import ModelFacts
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting import prompt
from bot.rules.prompting.tokens import image_tokens

MOST_REFUSED = 1_000  # pictures that are remembered as refused, the newest


@dataclass(frozen=True, slots=True)
class Shown:
    """The turns with the pictures that go along, what these cost, and why others of the question don't."""

    turns: tuple[Turn, ...]
    tokens: int = 0
    remarks: tuple[Note, ...] = ()


class Pictures:
    """Chooses pictures, and remembers those that a model's server did not take."""

    def __init__(self) -> None:
        self._refused: deque[tuple[str, int, str]] = deque(maxlen=MOST_REFUSED)

    def choose(self, facts: ModelFacts, turns: Sequence[Turn], room: int, *, blind: bool = False) -> Shown:
        """Show the pictures that fit, newer turns' first, so that those that are shown change seldom."""
        wanted = prompt.newest_images(turns)
        own = {id(part) for turn, part in wanted if turn is turns[-1]}
        rule = facts.image_rule
        if rule is None or blind:
            why = Note(NoteCode.IMAGES_REFUSED if blind else NoteCode.IMAGE_NOT_SEEN)
            return Shown(prompt.with_images(turns, ()), remarks=(why,) if blind or own else ())
        taken = [part for turn, part in wanted if _named(facts.name, turn, part) not in self._refused]
        totals = accumulate(image_tokens(rule, part.width, part.height) for part in taken)
        fitting = [total for total in totals if total <= room]
        left_out = [part for part in taken[len(fitting) :] if id(part) in own]
        remarks = [Note(NoteCode.IMAGE_NO_ROOM, part.name) for part in left_out]
        if not own.issubset(map(id, taken)):
            remarks.append(Note(NoteCode.IMAGES_REFUSED))
        turns = prompt.with_images(turns, taken[: len(fitting)])
        return Shown(turns, fitting[-1] if fitting else 0, tuple(remarks))

    def refuse(self, model: str, turns: Sequence[Turn]) -> None:
        """Send pictures of a refused request no more: its question's, or all where these were sent before."""
        sent = [(turn, part) for turn in turns for part in turn.parts if part.data]
        own = [(turn, part) for turn, part in sent if turn is turns[-1]]
        self._refused.extend(_named(model, turn, part) for turn, part in own or sent)


def _named(model: str, turn: Turn, part: Part) -> tuple[str, int, str]:
    return model, turn.id, part.name
