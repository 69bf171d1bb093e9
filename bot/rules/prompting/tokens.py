"""Token arithmetic: what a request costs, what a picture costs, and what bills teach about our own count.

Counting text is the TokenCounter's work; here its counts are put together. Nothing here knows an encoding.
"""

import json
import math
from collections.abc import Iterable, Sequence
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
LEAST_BILLS = 3  # that agree, before they are believed
AGREEMENT = 0.15  # of their median: how far bills that agree lie from it
# Tokenizers differ by no more; a bill beyond is of something else, such as a prompt cut short.
LOWEST_RATIO, HIGHEST_RATIO = 0.5, 2.0
CUT_SHARE = 0.8  # of our count: a bill below that may be of a prompt that was cut
NEAR_LIMIT = 0.9  # of a limit: where the bills of cut prompts lie
LEAST_LIMIT = 256  # tokens; no server reads less
DIFFERENCE = 1.1  # of prompts' lengths, from which on bills show whether they grow with them
GROWTH = 0.25  # tokens billed for each that we count more; those of prompts that are cut grow by fewer

Bill = tuple[int, int]  # a request's prompt tokens: counted, and billed


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

    The ratio is their median, once there are several and most of them agree; until then our own count stands.
    """

    ratios: tuple[float, ...] = ()

    @property
    def ratio(self) -> float:
        """Return by what our own counts are to be multiplied."""
        middle = median(self.ratios) if self.ratios else 1.0
        agreeing = sum(abs(ratio - middle) <= AGREEMENT * middle for ratio in self.ratios)
        return middle if agreeing >= LEAST_BILLS and 2 * agreeing > len(self.ratios) else 1.0

    def learn(self, counted: int, billed: int) -> "Calibration":
        """Take in one bill; those of small requests, and those that no tokenizer explains, are left out."""
        if counted < LEAST_COUNT or not LOWEST_RATIO <= (ratio := billed / counted) <= HIGHEST_RATIO:
            return self
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
        believable = (float(ratio) for ratio in ratios if LOWEST_RATIO <= ratio <= HIGHEST_RATIO)
        return Calibration(tuple(believable)[-NEWEST_BILLS:])


def _is_ratio(value: object) -> bool:
    return isinstance(value, int | float) and 0.25 <= value <= 4  # which older versions believed


def disagree(counted: int, billed: int) -> bool:
    """Say whether a bill is further from our own count than models' small constants explain."""
    return abs(billed - counted) > max(4, 0.01 * billed)


def may_be_cut(counted: int, billed: int) -> bool:
    """Say whether a bill may be of a prompt that was cut; a single one doesn't tell."""
    return counted >= LEAST_COUNT and billed <= CUT_SHARE * counted


def silent_cut(bills: Sequence[Bill]) -> int | None:
    """Return the limit at which a server cuts prompts without a word.

    Several bills far below our count show it that lie just below the same power of two, or round number, and
    that don't grow with our counts, as those by another tokenizer would.
    """
    limit, (shortest, longest) = _limit(bills), _extremes(bills)
    if limit is None or is_undecided(bills):
        return None
    return limit if longest[1] - shortest[1] < GROWTH * (longest[0] - shortest[0]) else None


def is_undecided(bills: Sequence[Bill]) -> bool:
    """Say whether bills lie below a limit, but are of prompts too much alike to tell why."""
    shortest, longest = _extremes(bills)
    return _limit(bills) is not None and longest[0] < DIFFERENCE * shortest[0]


def _extremes(bills: Sequence[Bill]) -> tuple[Bill, Bill]:
    return min(bills, default=(0, 0)), max(bills, default=(0, 0))


def _limit(bills: Sequence[Bill]) -> int | None:
    """Return the limit that bills far below our count lie just below."""
    if len(bills) < LEAST_BILLS or not all(may_be_cut(counted, billed) for counted, billed in bills):
        return None
    least, most = min(billed for _, billed in bills), max(billed for _, billed in bills)
    limits = sorted((1 << (most - 1).bit_length(), math.ceil(most / 1000) * 1000))
    return next((limit for limit in limits if least >= max(LEAST_LIMIT, limit) * NEAR_LIMIT), None)
