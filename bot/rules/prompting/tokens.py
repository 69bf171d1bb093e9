"""Token arithmetic: what a request costs, what a picture costs, and what bills teach about our own count.

Counting text is the TokenCounter's work; here its counts are put together. Nothing here knows an encoding.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from bot.rules.model_facts import ImageRule, PatchRule, TileRule

MESSAGE_TOKENS = 4  # the marks around each message, and its role
PRIMING_TOKENS = 3  # the beginning of the answer, which every request carries

TILE_SIDE = 512
TILE_LONG_SIDE = 2048
TILE_SHORT_SIDE = 768
PATCH_SIDE = 32

NEWEST_BILLS = 9
LEAST_COUNT = 50  # below this, what a server adds to each request outweighs the text
LOWEST_RATIO = 0.25
HIGHEST_RATIO = 4.0


def request_tokens(contents: Iterable[int]) -> int:
    """Return a request's prompt tokens from the token counts of its messages' contents.

    OpenAI's own formula for Chat Completions; holds for system, developer, user and assistant messages.
    """
    return PRIMING_TOKENS + sum(MESSAGE_TOKENS + content for content in contents)


def image_tokens(rule: ImageRule, width: int | None, height: int | None) -> int:
    """Return what a picture of so many pixels costs; with a size unknown, the most that any picture can."""
    if isinstance(rule, TileRule):
        return rule.base + rule.tile * _tiles(width, height)
    return math.ceil(rule.factor * _patches(rule, width, height))


def _tiles(width: int | None, height: int | None) -> int:
    if not width or not height:
        return math.ceil(TILE_LONG_SIDE / TILE_SIDE) * math.ceil(TILE_SHORT_SIDE / TILE_SIDE)
    scale = min(1, TILE_LONG_SIDE / max(width, height))
    scale = min(scale, TILE_SHORT_SIDE / min(width, height))
    return _cells(width * scale, TILE_SIDE) * _cells(height * scale, TILE_SIDE)


def _patches(rule: PatchRule, width: int | None, height: int | None) -> int:
    if not width or not height:
        return rule.most_patches
    whole = _cells(width, PATCH_SIDE) * _cells(height, PATCH_SIDE)
    if whole <= rule.most_patches:
        return whole
    scale = math.sqrt(PATCH_SIDE**2 * rule.most_patches / (width * height))
    across, down = width * scale / PATCH_SIDE, height * scale / PATCH_SIDE
    shrink = min(math.floor(side) / side for side in (across, down) if side >= 1)
    fitted = _cells(across * shrink, 1) * _cells(down * shrink, 1)
    return min(fitted, rule.most_patches)


def _cells(length: float, side: int) -> int:
    """Return how many cells of a side cover a length; a hair over a whole number is that number."""
    return max(1, math.ceil(round(length / side, 6)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a model's newest bills say of our own count, as billed ÷ counted, oldest first.

    The ratio is their median together with a 1 that stands for our own count, so that a single strange bill
    moves it half way at most and later ones outvote it; it stays between a quarter and four.
    """

    ratios: tuple[float, ...] = ()

    @property
    def ratio(self) -> float:
        """Return by what our own counts are to be multiplied."""
        return median((1.0, *self.ratios))

    def learn(self, counted: int, billed: int) -> "Calibration":
        """Take in one bill; requests too small to tell anything are left out."""
        if counted < LEAST_COUNT or billed <= 0:
            return self
        ratio = min(max(billed / counted, LOWEST_RATIO), HIGHEST_RATIO)
        return Calibration((*self.ratios, round(ratio, 4))[-NEWEST_BILLS:])

    def dump(self) -> str:
        """Write it as text, to be stored."""
        return json.dumps(self.ratios)

    @staticmethod
    def load(text: str) -> "Calibration":
        """Read back what `dump` wrote; raise ValueError for anything else."""
        ratios = json.loads(text)
        if not isinstance(ratios, list) or not all(_is_ratio(ratio) for ratio in ratios):
            raise ValueError("not a calibration")
        return Calibration(tuple(map(float, ratios))[-NEWEST_BILLS:])


def _is_ratio(value: object) -> bool:
    return isinstance(value, int | float) and LOWEST_RATIO <= value <= HIGHEST_RATIO


def disagree(counted: int, billed: int) -> bool:
    """Say whether a bill is further from our own count than models' small constants explain."""
    return abs(billed - counted) > max(4, 0.01 * billed)
