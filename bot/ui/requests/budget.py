"""Discord's global limit: how many requests the process may make within a second; nothing here waits.

Where several processes share it, each has a part of it for as long as it is told so.
"""

import math
from dataclasses import dataclass
from heapq import nsmallest

from bot.rules.pacing import MOST_AT_ONCE, Allowance

SECOND = 1.02  # Discord's, with something for its clock and ours
LONGEST_HOLD = 4.0  # a request that hangs gives its slot back after this time
PROBE_SECONDS = 60.0  # how often is tried whether Cloudflare still refuses all that we send
AFTER_THE_REFUSED = 0.25  # discord.py repeats what was refused at once; others come after
UNTRIED = MOST_AT_ONCE  # so many tell what is fast: a start, when all comes late, is no measure
CREEP = 0.0002  # seconds by which the fastest round trip is believed less with each slower one


@dataclass(eq=False, slots=True)
class Slot:
    """One request among those of the last second, or about to be sent."""

    taken_at: float
    free_at: float = math.inf
    sent: bool = False
    answered: bool = False


class _Least:
    """The least of what was seen; less is believed at once, more only slowly."""

    def __init__(self) -> None:
        self._least, self._seen = math.inf, 0

    def excess(self, seen: float) -> float:
        """Return by how much a value is more than the least; without end while too few were seen."""
        self._least = min(seen, self._least + CREEP)
        self._seen += 1
        return seen - self._least if self._seen > UNTRIED else math.inf


class Budget:
    """The slots for requests; fewer for a while after Discord has refused one.

    Discord counts a request at some moment between its start and its answer. How late that was at most is
    what its round trip took beyond the fastest one; Discord's own clock, which the headers tell, may say that
    it was less. A second and so much after its start a request is forgotten; while too few were seen to
    know the fastest, a second after its answer.
    """

    def __init__(self) -> None:
        self._slots: list[Slot] = []
        self._allowance = Allowance()
        self._part, self._part_until = MOST_AT_ONCE, math.inf
        self._blocked_until = -math.inf
        self._banned_at: float | None = None
        self._round_trips, self._delays = _Least(), _Least()

    def allot(self, part: int, until: float) -> None:
        """Have a part of the limit, and after a while none."""
        self._part, self._part_until = part, until

    def held(self, now: float) -> int:
        """Return how many requests Discord may count among those of this second."""
        self._slots = [slot for slot in self._slots if slot.free_at > now]
        return len(self._slots)

    def take(self, now: float) -> Slot:
        """Take a slot, whether there is one or not."""
        self._probe(now)
        self.held(now)
        slot = Slot(now)
        self._slots.append(slot)
        return slot

    def send(self, slot: Slot, now: float) -> None:
        """Note that a request leaves."""
        slot.sent = True
        slot.taken_at = now
        slot.free_at = now + LONGEST_HOLD

    def answer(self, slot: Slot, now: float, counted_at: float | None = None) -> None:
        """Note that a request was answered or failed or never sent; `counted_at` is by Discord's clock."""
        slot.answered = True
        if not slot.sent:
            slot.free_at = now
            return
        took = now - slot.taken_at
        late = min(took, self._round_trips.excess(took))
        if counted_at is not None:
            late = min(late, self._delays.excess(counted_at - slot.taken_at))
        slot.free_at = min(slot.free_at, slot.taken_at + SECOND + late)

    def aside(self, now: float) -> Slot | None:
        """Return a slot for a request that Discord doesn't count; None while Cloudflare refuses all."""
        if self.is_banned and self._blocked_until > now:
            return None
        self._probe(now)
        return Slot(now)

    def _probe(self, now: float) -> None:
        if self.is_banned:  # this request will tell; the others wait for what it tells
            self._blocked_until = now + PROBE_SECONDS

    @property
    def is_banned(self) -> bool:
        """Say whether Cloudflare refused the last request that could tell."""
        return self._banned_at is not None

    @property
    def blocked_until(self) -> float:
        """Return until when nothing at all may be sent."""
        return self._blocked_until

    def wait(self, now: float, since: float) -> float:
        """Return for how long nothing may be sent; of a ban, which is waited for since then, all of it."""
        wait = self._blocked_until - now
        if self.is_banned and wait > 0:  # a minute at a time, and nobody knows how many
            wait += now - since - 1.0  # but each may see one probe
        return wait

    def room_at(self, now: float, share: int = 1) -> float:
        """Return when the next request may start that fills at most one part in `share` of the second.

        Without a part of the limit that is never, until there is one.
        """
        if self._blocked_until > now:
            return self._blocked_until
        if not self._part or now >= self._part_until:
            return math.inf
        most = max(1, self._allowance.at(now) * self._part // (MOST_AT_ONCE * share))
        held = [slot.free_at for slot in self._slots if slot.free_at > now]
        too_many = len(held) - most + 1
        return now if too_many <= 0 else nsmallest(too_many, held)[-1]

    def refuse(self, now: float, retry_after: float) -> bool:
        """Heed a global 429; say whether it is the first of several at once."""
        is_first = self._blocked_until <= now
        if is_first:
            self._allowance = self._allowance.cut(now)
        self._blocked_until = max(self._blocked_until, now + retry_after + AFTER_THE_REFUSED)
        return is_first

    def ban(self, now: float) -> bool:
        """Heed a refusal of all that comes from our address; say whether it is the first."""
        is_first = not self.is_banned
        self._banned_at = now
        self._blocked_until = max(self._blocked_until, now + PROBE_SECONDS)
        return is_first

    def lift(self, slot: Slot, now: float) -> bool:
        """Note that a request came through; say whether that ends a ban."""
        if self._banned_at is None or slot.taken_at < self._banned_at:
            return False
        self._banned_at, self._blocked_until = None, now
        return True
