"""One channel on paper: the bound of any sender, and what the schedule of `bot.rules.pacing` reaches.

No network and no clock. Lag of a word is the moment Discord has accepted the text that holds it, less the
moment the model sent it. Times are seconds.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.pacing import PATIENCE, Bucket, Flow, edit_due, final_due

ROUND_TRIP = 0.06
SPOKEN_FOR = (1, 2, 4, 8, 15)
WORDS_PER_SECOND = 40


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
    opening = [math.inf] * count  # least total wait when a window opens with this word
    best = math.inf
    for word in range(count):
        after_earlier = (
            opening[earlier] + _wait(word - earlier, bucket.limit) for earlier in range(word - per_window + 1)
        )
        opening[word] = min(_wait(word + 1, 1), *after_earlier, math.inf)
        best = min(best, opening[word] + _wait(count - 1 - word, bucket.limit - 1))
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
    overhead: float
    bucket: Bucket
    shown: int = 0
    free_at: float = 0.0
    total_lag: float = 0.0

    def send(self, now: float) -> float:
        """Send all words so far; return when they are accepted."""
        sent = now + self.overhead
        known = bisect_right(self.times, sent)
        accepted = sent + ROUND_TRIP / 2
        self.total_lag += sum(accepted - time for time in self.times[self.shown : known])
        self.shown = known
        self.free_at = sent + ROUND_TRIP
        return accepted

    def edit(self, now: float) -> float:
        """Send all words so far as an edit; the window opens where Discord accepts it."""
        opens = self.bucket.at(now).resets_at is None
        self.bucket = self.bucket.spend(now)
        accepted = self.send(now)
        if opens:
            self.bucket = self.bucket.learn(
                self.free_at, self.bucket.limit, self.bucket.left, self.bucket.span
            )
        return accepted


def play(times: Sequence[float], overhead: float = 0.003, bucket: Bucket | None = None) -> Outcome:
    """Show words that come at these times by the schedule; every request costs so much time of our own."""
    channel = _Channel(times, overhead, bucket or Bucket())
    accepted = [channel.send(times[0])]
    flow = Flow(times[0], times[0])
    while channel.shown < len(times):
        word = times[channel.shown]
        now = max(channel.free_at, word)
        flow = flow.resume(word)
        now = _moment(channel, flow, now)
        accepted.append(channel.edit(now))
        flow = flow.show(now)
    return Outcome(channel.total_lag / len(times), accepted[-1] - times[-1], tuple(accepted))


def _moment(channel: _Channel, flow: Flow, now: float) -> float:
    """Return when the next edit is sent: when due and a chunk comes along, or when the model has stopped."""
    end = channel.times[-1]
    while now < end and (due := edit_due(channel.bucket, flow, now)) > now:
        now = due
    if now < end:
        coming = channel.times[bisect_left(channel.times, now)]
        now = min(coming, now + PATIENCE)
    if now >= end:
        now = max(end, channel.free_at)
        now = final_due(channel.bucket, now)
    return now
