"""One channel on paper: the bound of any sender, and what the schedule of `bot.rules.pacing` reaches.

No network and no clock. Lag of a word is the moment Discord has accepted the text that holds it, less the
moment the model sent it. Times are seconds.
"""

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import add

from bot.rules.pacing import SHAPE, Bucket, Flow, Shape, edit_due

ROUND_TRIP = 0.06
OVERHEAD = 0.003  # from when an edit is due to when it leaves
SPOKEN_FOR = (1, 2, 4, 8, 15)
MIXED, SHORTEST, LONGEST = 40, 0.5, 60.0  # answers of many lengths
WORDS_PER_SECOND = 40


def mixed_lengths(seed: int = 1) -> list[float]:
    """Return how long the answers of the mix are, in seconds, the longest first.

    Their logarithms are evenly distributed (one of each fortieth): short answers are the commonest.
    """
    draw = random.Random(seed)  # noqa: S311 - lengths are no secrets
    shares = [(number + draw.random()) / MIXED for number in range(MIXED)]
    return [SHORTEST * (LONGEST / SHORTEST) ** share for share in reversed(shares)]


def words(seconds: float, rate: float = WORDS_PER_SECOND) -> list[float]:
    """Return when a model that speaks evenly sends its words."""
    return [index / rate for index in range(max(1, round(seconds * rate)))]


def bound(seconds: float, rate: int = WORDS_PER_SECOND, bucket: Bucket | None = None) -> float:
    """Return the least mean lag of a sender that knows in advance when the model will stop.

    It has `limit` updates in each window, which opens with its first; the best it can do within a window is
    to let equally many words wait for each. What remains is where the windows open: tried for all words.
    """
    bucket = bucket or Bucket()
    count, per_window = round(seconds * rate), round(bucket.span * rate)
    within = [_wait(words, bucket.limit) for words in range(count + 1)]
    at_the_end = [_wait(words, bucket.limit - 1) for words in range(count + 1)]
    opening = [math.inf] * count  # least total wait when a window opens with this word
    best = math.inf
    for word in range(count):
        # The window before may have opened with each word up to the last that leaves it its span.
        earlier = map(add, opening[: max(0, word - per_window + 1)], reversed(within[: word + 1]))
        opening[word] = min(_wait(word + 1, 1), *earlier, math.inf)
        best = min(best, opening[word] + at_the_end[count - 1 - word])
    return best / count / rate + ROUND_TRIP / 2


def _wait(count: int, updates: int) -> float:
    """Return for how many words' time `count` words wait in all when so many updates share them evenly."""
    if count == 0:
        return 0.0
    if updates == 0:
        return math.inf
    size, larger = divmod(count, updates)
    return (larger * (size + 1) * size + (updates - larger) * size * (size - 1)) / 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one answer on paper came to: mean lag, the last word's lag, and when edits were accepted."""

    mean_lag: float
    final_lag: float
    accepted: tuple[float, ...]


@dataclass
class _Channel:
    """The screen's side of one answer: what is shown, what the window holds, when it is free to send."""

    times: Sequence[float]
    bucket: Bucket
    shape: Shape
    opened: float = -math.inf
    used: int = 0
    flow: Flow = field(default_factory=Flow)
    heard: int = 0
    shown: int = 0
    free_at: float = 0.0
    total_lag: float = 0.0

    def hear(self, now: float) -> Flow:
        """Return the flow once all words so far have come."""
        while self.heard < len(self.times) and self.times[self.heard] <= now:
            self.flow = self.flow.hear(self.times[self.heard])
            self.heard += 1
        return self.flow

    def send(self, now: float) -> float:
        """Send all words so far; return when they are accepted."""
        sent = now + OVERHEAD
        self.flow = self.hear(sent).show(sent)
        known = bisect_right(self.times, sent)
        accepted = sent + ROUND_TRIP / 2
        self.total_lag += sum(accepted - time for time in self.times[self.shown : known])
        self.shown = known
        self.free_at = sent + ROUND_TRIP
        return accepted

    def edit(self, now: float) -> float:
        """Send all words so far as an edit, and learn of the window as Discord counts it."""
        self.bucket = self.bucket.spend(now)
        accepted = self.send(now)
        if accepted >= self.opened + self.bucket.span:
            self.opened, self.used = accepted, 0
        self.used += 1
        left, reset_after = self.bucket.limit - self.used, self.opened + self.bucket.span - accepted
        self.bucket = self.bucket.learn(self.free_at, self.bucket.limit, left, reset_after)
        return accepted


def play(times: Sequence[float], bucket: Bucket | None = None, shape: Shape = SHAPE) -> Outcome:
    """Show words that come at these times by the schedule."""
    channel = _Channel(times, bucket or Bucket(), shape)
    accepted = [channel.send(_with_the_next_chunk(channel, times[0]))]
    while channel.shown < len(times):
        now = _moment(channel, max(channel.free_at, times[channel.shown]))
        accepted.append(channel.edit(now))
    return Outcome(channel.total_lag / len(times), accepted[-1] - times[-1], tuple(accepted))


def _moment(channel: _Channel, now: float) -> float:
    """Return when the next edit is sent: when due and a chunk comes along, or when the model has stopped."""
    end = channel.times[-1]
    flow = channel.hear(now)
    waited = flow.is_new and flow.chunks == 1
    while now < end and (due := edit_due(channel.bucket, channel.hear(now), now, channel.shape)) > now:
        now, waited = due, True
    if now < end and waited:
        now = _with_the_next_chunk(channel, now)
    if now >= end:
        now = channel.bucket.ready_at(max(end, channel.free_at))
    return now


def _with_the_next_chunk(channel: _Channel, now: float) -> float:
    """Return when text that is due is sent: when a chunk comes along, or after some patience."""
    flow = channel.hear(now)
    coming = channel.heard if flow.chunks == 1 else bisect_left(channel.times, now)
    return min(channel.times[min(coming, len(channel.times) - 1)], now + flow.patience())
