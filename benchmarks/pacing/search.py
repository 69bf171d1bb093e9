"""`python -m benchmarks.pacing.search`: find the constants of the schedule, on paper.

An answer may end at any moment, and the longer it has gone on, the longer it is likely to go on still. The
best of all schedules that keep a request for the end is the one whose lag, beside the bound, is least on
average over lengths that are log-uniform. The shape of `bot.rules.pacing` has two constants to be found; how
near the reset is to be is what was promised of final texts, less their way to Discord.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import mean

from benchmarks.pacing.model import SPOKEN_FOR, bound, mixed_lengths, play, words
from bot.rules.pacing import SHAPE, Shape

SEEDS = (1, 2, 3)  # several mixes, lest the constants fit one
FIRST_GAPS = tuple(hundredths / 100 for hundredths in range(22, 36, 2))
EVENNESSES = tuple(tenths / 10 for tenths in range(10, 20))
GOOD_ENOUGH = 0.01  # so little more than the best is not worth a change


@dataclass(frozen=True, slots=True)
class Found:
    """What a shape reaches: lag beside the bound, for each of the five lengths and over the mixes."""

    shape: Shape
    five: Sequence[float]
    mixed: float

    @property
    def both(self) -> float:
        """Return what is to be least."""
        return (mean(self.five) + self.mixed) / 2


_bound = cache(bound)


def ratios(lengths: Sequence[float], shape: Shape = SHAPE) -> list[float]:
    """Return lag beside the bound for answers of these lengths."""
    return [play(words(seconds), shape=shape).mean_lag / _bound(seconds) for seconds in lengths]


def reached(shape: Shape, seeds: Sequence[int] = SEEDS) -> Found:
    """Return what a shape reaches."""
    lengths = [seconds for seed in seeds for seconds in mixed_lengths(seed)]
    return Found(shape, ratios(SPOKEN_FOR, shape), mean(ratios(lengths, shape)))


def search(seeds: Sequence[int] = SEEDS) -> list[Found]:
    """Return what all shapes reach, the best first."""
    shapes = [Shape(first_gap, evenness) for first_gap in FIRST_GAPS for evenness in EVENNESSES]
    return sorted((reached(shape, seeds) for shape in shapes), key=lambda found: found.both)


def main() -> None:
    """Print the best shapes, and the one that is in use."""
    print("first gap  evenness  five lengths  the worst  40 lengths")
    for found in (*search()[:10], reached(SHAPE)):
        shape, five = found.shape, found.five
        print(f"{shape.first_gap:7.2f} s  {shape.evenness:8.1f}", end="")
        print(f"{mean(five):14.3f}  {max(five):9.2f}  {found.mixed:10.3f}")


if __name__ == "__main__":
    main()
