"""Leases: how long what a process holds is its own without a sign of life."""

from dataclasses import dataclass

LEASE_SECONDS = 15.0
RENEWED_EVERY = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease by the holder's own clock, which need not agree with the database's: only how it runs counts.

    The database begins to count when a renewal reaches it. The holder counts from before it was sent, and so
    knows that its lease is over before anybody else can think so.
    """

    sent_at: float

    @property
    def until(self) -> float:
        """Return when it is over."""
        return self.sent_at + LEASE_SECONDS

    def holds(self, now: float) -> bool:
        """Say whether what it stands for may still be done."""
        return now < self.until
