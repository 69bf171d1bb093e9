"""Many answers at once, on paper: how late their words are seen where all share one limit of requests.

Each answer is paced by `bot.rules.pacing`, as `benchmarks.pacing.model` plays one alone; what is due goes out
in the order of `bot.ui.requests.limiter`: first words and final texts before edits, then by waiting.
What nobody waits for (typing, buttons taken from older answers) takes what is left over, and is left out. No
network and no clock; times are seconds.
"""

import math
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from statistics import mean

from benchmarks.pacing.model import OVERHEAD, ROUND_TRIP, WORDS_PER_SECOND
from bot.rules.pacing import MOST_AT_ONCE, Bucket, Flow, edit_due

SECOND = 1.02  # what counts as one, with something for Discord's clock and ours
TEXT, EDIT = 0, 1  # who goes first
STEADY_SECONDS = 15.0  # for which a crowd that renews itself is watched, after as long to warm up


@dataclass(eq=False, slots=True)
class Spoken:
    """One answer: when its words come, what of them is shown, and what its channel's window holds."""

    begin: float
    words: int
    rate: float
    bucket: Bucket = field(default_factory=Bucket)
    opened: float = -math.inf
    used: int = 0
    shown: int = 0
    shown_at: float = -math.inf
    waits: int | None = None  # with which priority
    under_way: bool = False
    is_whole: bool = False
    total_lag: float = 0.0

    @property
    def end(self) -> float:
        """Return when the model stops."""
        return self.word(self.words - 1)

    @property
    def mean_lag(self) -> float:
        """Return how late its words were seen."""
        return self.total_lag / self.words

    def word(self, number: int) -> float:
        """Return when the model sends a word."""
        return self.begin + number / self.rate

    def known(self, now: float) -> int:
        """Return how many words have come."""
        return min(self.words, int((now - self.begin) * self.rate + 1e-9) + 1)

    def due(self, now: float) -> float:
        """Return when the words to come next are to be shown."""
        known = self.known(now)
        flow = Flow(self.begin, self.word(known - 1), known, self.shown_at)
        return max(edit_due(self.bucket, flow, now), self.word(min(self.shown, self.words - 1)))

    def send(self, now: float) -> float:
        """Send all words so far, as a message or as an edit; return when that is answered."""
        is_edit = self.shown > 0
        sent = now + OVERHEAD
        accepted = sent + ROUND_TRIP / 2
        known = self.known(sent)
        new = known - self.shown
        self.total_lag += new * (accepted - (self.word(self.shown) + self.word(known - 1)) / 2) if new else 0
        self.shown, self.shown_at = known, sent
        self.is_whole = sent >= self.end
        if is_edit:
            self._spend(now, accepted)
        return sent + ROUND_TRIP

    def _spend(self, now: float, accepted: float) -> None:
        self.bucket = self.bucket.spend(now)
        if accepted >= self.opened + self.bucket.span:
            self.opened, self.used = accepted, 0
        self.used += 1
        left, reset_after = self.bucket.limit - self.used, self.opened + self.bucket.span - accepted
        self.bucket = self.bucket.learn(accepted, self.bucket.limit, left, reset_after)


class Crowd:
    """Answers that share a limit of requests a second, played from the first word to the last."""

    def __init__(self, answers: Sequence[Spoken], per_second: int) -> None:
        self._gate: deque[float] = deque([-math.inf] * per_second, per_second)
        self._events: list[tuple[float, int, Spoken | None]] = []
        self._waiting: list[tuple[int, float, int, Spoken]] = []
        self._numbers = count()
        self.sent: list[float] = []
        self._comes_back_at = -math.inf
        for answer in answers:
            self._at(answer.begin, answer)
            self._at(answer.end, answer)

    def play(self) -> None:
        """Let all of them come to their end."""
        while self._events:
            now, _, answer = heappop(self._events)
            if answer is not None:
                self._look_at(answer, now)
            self._pump(now)

    def _at(self, when: float, answer: Spoken | None) -> None:
        heappush(self._events, (when, next(self._numbers), answer))

    def _look_at(self, answer: Spoken, now: float) -> None:
        """Ask for an answer what is due now; come back when something will be."""
        if answer.under_way:
            if now < answer.shown_at + ROUND_TRIP:
                return
            answer.under_way = False
        has_ended = now >= answer.end
        if answer.is_whole or answer.waits == TEXT or (answer.waits == EDIT and not has_ended):
            return
        if has_ended or not answer.shown:
            self._ask(answer, TEXT)
        elif (due := answer.due(now)) <= now:
            self._ask(answer, EDIT)
        else:
            self._at(due, answer)

    def _ask(self, answer: Spoken, priority: int) -> None:
        answer.waits = priority
        since = answer.word(min(answer.shown, answer.words - 1))
        heappush(self._waiting, (priority, since, next(self._numbers), answer))

    def _pump(self, now: float) -> None:
        """Send what may be sent."""
        while self._waiting:
            priority, _, _, answer = self._waiting[0]
            if answer.waits == priority:
                if (room_at := self._gate[0] + SECOND) > now:
                    if room_at > self._comes_back_at:
                        self._comes_back_at = room_at
                        self._at(room_at, None)
                    return
                ready_at = answer.bucket.ready_at(now) if answer.shown else now
                answer.waits = None
                if ready_at > now:
                    self._at(ready_at, answer)
                else:
                    self._gate.append(now)
                    self.sent.append(now)
                    answer.under_way = True
                    self._at(answer.send(now), answer)
            heappop(self._waiting)


def burst(answers: int, seconds: float, rate: float = WORDS_PER_SECOND) -> float:
    """Return how late words are seen on average where so many answers begin together."""
    spoken = [Spoken(0.0, round(seconds * rate), rate) for _ in range(answers)]
    Crowd(spoken, MOST_AT_ONCE).play()
    return mean(answer.mean_lag for answer in spoken)


def steady(answers: int, seconds: float, per_second: int = MOST_AT_ONCE) -> float:
    """Return how late words are seen on average where at any moment some so many answers are being spoken.

    They begin as people ask, each at a moment that has nothing to do with the others'.
    """
    chance = random.Random(1)  # noqa: S311 - moments are no secrets
    lasting = 2 * STEADY_SECONDS + 2 * seconds
    begins = [chance.uniform(0, lasting) for _ in range(round(lasting / seconds * answers))]
    words = max(1, round(seconds * WORDS_PER_SECOND))
    spoken = [Spoken(begin, words, WORDS_PER_SECOND) for begin in sorted(begins)]
    Crowd(spoken, per_second).play()
    return mean(answer.mean_lag for answer in spoken if 1 <= answer.begin / STEADY_SECONDS < 2)


def most_at_once(seconds: float, lag: float, per_second: int = MOST_AT_ONCE) -> int:
    """Return how many answers may be spoken at any moment with words seen no later than this on average."""
    few, many = 1, per_second
    while steady(many, seconds, per_second) <= lag:
        few, many = many, 2 * many
    while many - few > max(1, few // 25):
        half = (few + many) // 2
        if steady(half, seconds, per_second) <= lag:
            few = half
        else:
            many = half
    return few
