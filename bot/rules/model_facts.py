"""What is known of a language model: its tokenizer, its window, what pictures cost, what it takes."""

from dataclasses import dataclass


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


ImageRule = TileRule | PatchRule


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model: None where nobody has said; without an image rule it doesn't see.

    `encoding_known` is false where the encoding is assumed, so that counts are estimates. A reasoning model
    thinks before its first word; one without `system_role` takes no system message.
    """

    name: str
    encoding: str
    encoding_known: bool
    context_window: int | None = None
    image_rule: ImageRule | None = None
    reasoning: bool = False
    system_role: bool = True

    @property
    def sees(self) -> bool:
        """Say whether the model takes pictures."""
        return self.image_rule is not None
