"""When to edit next: Discord's rate-limit windows as values, and the schedule of one answer's edits.

Nothing here waits, sends or reads a clock: times are seconds of one monotonic clock, given as arguments.

A window opens with its first request and gives `limit` requests until it resets. The schedule spends them so
that words are seen early whenever the model may stop: edits lie close together at first and ever further
apart (each one when the text has flowed twice as long as at the last), later at an even share of what the
window still has, or a little before. One request is kept back, so that the final text never waits; it becomes
an ordinary edit only when the reset is so near that a final text would hardly wait for it.
`benchmarks/pacing_model.py` holds this schedule against a sender that knows in advance when the model stops.
"""

from dataclasses import dataclass, replace

FIRST_GAP = 0.36  # from the first words to the first edit
RESET_IS_NEAR = 0.3  # a final text may wait this long, no longer
YOUNG_SHARE = 0.75  # of an even share: the answer may end any moment, and what is then left was kept in vain
OLD_AFTER = 30.0  # by then an answer is likely to go on, and its edits lie evenly
BETWEEN_WINDOWS = 0.5  # of an even share, from a window's last edit to the edit that opens the next
LEAST_GAP = 0.1
PATIENCE = 0.05  # how long a due edit waits for the chunk that is just coming, to take it along
PAUSE = 1.0  # text that follows such a silence is first words again


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
    """How an answer's text has come so far: since when it flows, and when it was last sent to the screen."""

    since: float
    shown_at: float

    def resume(self, now: float) -> "Flow":
        """Return the flow when text comes that follows all that was shown; after a pause it begins anew."""
        return replace(self, since=now) if now - self.shown_at > PAUSE else self

    def show(self, now: float) -> "Flow":
        """Return the flow after text was sent."""
        return replace(self, shown_at=now)


def final_due(bucket: Bucket, now: float) -> float:
    """Return when the final text may be sent: at once if anything is left."""
    return bucket.ready_at(now)


def edit_due(bucket: Bucket, flow: Flow, now: float) -> float:
    """Return when an edit on the way should be sent; ask again then, for the window may have reset."""
    bucket = bucket.at(now)
    age = max(0.0, flow.shown_at - flow.since)
    doubled = max(FIRST_GAP, age)
    if bucket.resets_at is None:
        return flow.shown_at + min(doubled, BETWEEN_WINDOWS * bucket.span / bucket.limit)
    if bucket.left == 0:
        return bucket.resets_at
    near = bucket.resets_at - RESET_IS_NEAR
    if bucket.left == 1:
        return max(near, flow.shown_at + LEAST_GAP)
    share = (near - flow.shown_at) / bucket.left
    share *= min(1.0, YOUNG_SHARE + (1 - YOUNG_SHARE) * age / OLD_AFTER)
    return flow.shown_at + max(LEAST_GAP, min(doubled, share))


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
