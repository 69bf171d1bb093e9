"""When to edit next: Discord's rate-limit windows as values, and the schedule of one answer's edits.

Nothing here waits, sends or reads a clock: times are seconds of one monotonic clock, given as arguments.

A window opens with its first request and gives `limit` requests until it resets. The schedule spends them so
that words are seen early whenever the model may stop. The older an answer is, the longer it is likely to go
on still; so edits lie close together at first and ever further apart, evenly on a clock that runs the slower
the older the answer is. One request is kept back, so that the final text never waits; it becomes an ordinary
edit only when the reset is so near that a final text would hardly wait for it.

`benchmarks/pacing/model.py` holds this schedule against a sender that knows in advance when the model stops;
`python -m benchmarks.pacing.search` finds its constants.
"""

import math
from dataclasses import dataclass, replace

LEAST_GAP = 0.1  # between edits that lie close together because the window soon resets
FIRST_PATIENCE = 0.03  # how long first words wait for the next chunk, lest one word take an update alone
PATIENCE = 2.0  # chunks' time that a due edit waits for the next one, to take it along …
MOST_PATIENCE = 0.3  # … and no longer than that
PAUSE = 1.0  # text that follows such a silence is first words again


@dataclass(frozen=True, slots=True)
class Shape:
    """The schedule's constants: no guesses, but what `benchmarks.pacing.search` finds.

    With an evenness of 1 each edit of a window multiplies the age by the same factor, which suits answers
    that may be of any length; far above that they lie equally far apart, which suits answers without end.
    """

    first_gap: float = 0.28  # from the first words to the first edit
    evenness: float = 1.3
    reset_is_near: float = 0.5  # a final text may wait this long, no longer


SHAPE = Shape()


@dataclass(frozen=True, slots=True)
class Bucket:
    """One of Discord's windows as far as known; `resets_at` is None while no window is open.

    The defaults hold until an answer's headers tell better.
    """

    limit: int = 5
    span: float = 5.0
    left: int = 5
    resets_at: float | None = None

    def at(self, now: float) -> "Bucket":
        """Return the bucket as it is at a later time: full again once its window has reset."""
        if self.resets_at is None or now < self.resets_at:
            return self
        return replace(self, left=self.limit, resets_at=None)

    def ready_at(self, now: float) -> float:
        """Return when a request may be sent at the earliest."""
        bucket = self.at(now)
        if bucket.left > 0 or bucket.resets_at is None:
            return now
        return bucket.resets_at

    def spend(self, now: float) -> "Bucket":
        """Return the bucket after a request has left."""
        bucket = self.at(now)
        resets_at = now + bucket.span if bucket.resets_at is None else bucket.resets_at
        return replace(bucket, left=max(0, bucket.left - 1), resets_at=resets_at)

    def learn(self, now: float, limit: int, remaining: int, reset_after: float) -> "Bucket":
        """Return the bucket as the headers of an answer describe it."""
        opened = remaining >= limit - 1
        span = reset_after if opened else max(self.span, reset_after)
        return Bucket(limit, span, max(0, remaining), now + reset_after)

    def refuse(self, now: float, retry_after: float) -> "Bucket":
        """Return the bucket after a 429: somebody else has spent what we thought was left."""
        return replace(self, left=0, resets_at=now + retry_after)


@dataclass(frozen=True, slots=True)
class Flow:
    """How an answer's text has come so far: since when, in how many chunks, and when it was last sent.

    It begins with the first text, however long the model has thought before; until then `since` lies ahead.
    """

    since: float = math.inf
    heard_at: float = -math.inf
    chunks: int = 0
    shown_at: float = -math.inf

    @property
    def is_new(self) -> bool:
        """Say whether nothing of it was sent yet."""
        return self.shown_at < self.since

    def hear(self, now: float) -> "Flow":
        """Return the flow after a chunk; after a pause it begins anew."""
        if now - self.heard_at > PAUSE:
            return Flow(now, now, 1, self.shown_at)
        return Flow(self.since, now, self.chunks + 1, self.shown_at)

    def show(self, now: float) -> "Flow":
        """Return the flow after text was sent."""
        return replace(self, shown_at=now)

    def patience(self) -> float:
        """Return how long text that is due waits for the chunk that is likely to come."""
        if self.chunks < 2:
            return FIRST_PATIENCE * self.chunks
        return min(MOST_PATIENCE, PATIENCE * (self.heard_at - self.since) / (self.chunks - 1))


def edit_due(bucket: Bucket, flow: Flow, now: float, shape: Shape = SHAPE) -> float:
    """Return when an edit on the way should be sent; ask again then, for the window may have reset."""
    bucket = bucket.at(now)
    if bucket.resets_at is None:
        return now if flow.is_new else flow.shown_at + shape.first_gap
    if bucket.left == 0:
        return bucket.resets_at
    near = bucket.resets_at - shape.reset_is_near
    if bucket.left == 1:
        return max(near, flow.shown_at + LEAST_GAP)
    if flow.is_new:
        return now
    age = shape.evenness * max(shape.first_gap, flow.shown_at - flow.since)
    remaining = max(0.0, near - flow.shown_at)
    gap = age * (math.pow(1 + remaining / age, 1 / bucket.left) - 1)
    return flow.shown_at + max(LEAST_GAP, gap)


MOST_AT_ONCE = 48  # of Discord's 50 requests a second: two stay for whatever else uses the token
FEWEST_AT_ONCE = 6
CUT = 0.75
REGAINED_PER_SECOND = 1.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many requests may be under way within a second, over all channels; less for a while after a 429."""

    most: float = MOST_AT_ONCE
    cut_at: float = 0.0

    def at(self, now: float) -> int:
        """Return how many are allowed now."""
        regained = (now - self.cut_at) * REGAINED_PER_SECOND
        return int(min(MOST_AT_ONCE, self.most + max(0.0, regained)))

    def cut(self, now: float) -> "Allowance":
        """Return a smaller allowance: somebody else draws on the same limit."""
        return Allowance(max(FEWEST_AT_ONCE, self.at(now) * CUT), now)
