"""What is known of a language model: its tokenizer, its window, pictures, and what its server taught."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.settings.model_servers import BEHIND_ADDRESS
from bot.settings.request_fields import EFFORTS


@dataclass(frozen=True, slots=True)
class TileRule:
    """Pictures billed by tiles of 512 pixels a side: tokens for the picture and for each tile."""

    base: int
    tile: int


@dataclass(frozen=True, slots=True)
class PatchRule:
    """Pictures billed by patches of 32 pixels a side: a factor for each, up to so many patches."""

    factor: float
    most_patches: int = 1536


def nearest_effort(wanted: str, offered: Iterable[str]) -> str | None:
    """Return the effort most like a wanted one, the lesser of two, or None where none is offered."""
    place = EFFORTS.index(wanted)
    known = sorted((effort for effort in offered if effort in EFFORTS), key=EFFORTS.index)
    return min(known, key=lambda effort: abs(EFFORTS.index(effort) - place), default=None)


def plain_name(model: str) -> str:
    """Return a model's name on its server; that of a fall-back has the server's address before it."""
    return model.rpartition(BEHIND_ADDRESS)[2]


ImageRule = TileRule | PatchRule


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model: None where nobody has said; without an image rule it doesn't see.

    `encoding_known` is false where the encoding is assumed, so that counts are estimates. A reasoning model
    thinks before its first word, `efforts` are those that it knows, least first; one without `system_role`
    takes no system message. A model is `gone` that its server has said not to have.
    """

    name: str
    encoding: str
    encoding_known: bool
    context_window: int | None = None
    image_rule: ImageRule | None = None
    reasoning: bool = False
    efforts: tuple[str, ...] = ()
    system_role: bool = True
    gone: bool = False

    @property
    def model(self) -> str:
        """Return the model's name as people know it, without its server's address."""
        return plain_name(self.name)

    @property
    def sees(self) -> bool:
        """Say whether the model takes pictures."""
        return self.image_rule is not None


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one model of a server has taught by refusing: what it is about, and since when it is known.

    `server` is a base URL; `value` is said in the place of what was refused, nothing where it is left out;
    `why` are the server's own words, short and without secrets; `version` is of the Parley that learned it.
    """

    server: str
    model: str
    about: str
    value: str
    why: str
    learned_at: datetime
    version: str
