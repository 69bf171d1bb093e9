"""How the bot is: live, ready or neither, and the record of it that other processes read."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.texts import serving

FACT = "health"  # where the record is kept
STALE_SECONDS = 45.0  # a record older than that says that nobody writes it any more


class State(StrEnum):
    """What the bot can do."""

    READY = "ready"  # answer
    LIVE = "live, but not ready"  # hear
    DEAD = "not live"


@dataclass(frozen=True, slots=True)
class Health:
    """A state, and what is behind it."""

    state: State
    why: str

    def __str__(self) -> str:
        return f"{self.state}: {self.why}"

    def record(self, now: datetime) -> str:
        """Return what to keep of it."""
        return json.dumps({"at": now.isoformat(), "state": self.state, "why": self.why})


def recorded(record: str | None, now: datetime) -> Health | None:
    """Return the health that a record tells of, if there is one; one that is not renewed tells of a death."""
    if record is None:
        return None
    told = json.loads(record)
    age = (now - datetime.fromisoformat(told["at"])).total_seconds()
    if abs(age) > STALE_SECONDS and told["state"] != State.DEAD:
        return Health(State.DEAD, serving.NO_SIGN.format(seconds=round(age)))
    return Health(State(told["state"]), told["why"])
