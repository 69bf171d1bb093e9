"""What can go wrong at the gateway, on demand: connections closed, sessions refused, answers withheld."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """What the gateway is to answer: a new connection with HELLO, the others with READY or RESUMED."""

    OPEN = "open"
    IDENTIFY = "identify"
    RESUME = "resume"


@dataclass(slots=True)
class GatewayFault:
    """What happens in place of the answer: a close, an INVALID_SESSION, or nothing at all."""

    stage: Stage
    times: float
    close_code: int | None = None
    resumable: bool | None = None


class GatewayFaults:
    """The faults in store; of several for a stage, the oldest happens."""

    def __init__(self) -> None:
        self._faults: list[GatewayFault] = []

    def close(self, stage: Stage, code: int, *, times: float = math.inf) -> None:
        """Close the connection with a code."""
        self._faults.append(GatewayFault(stage, times, close_code=code))

    def invalidate(self, stage: Stage, *, resumable: bool, times: float = math.inf) -> None:
        """Send INVALID_SESSION; one that is resumable may be resumed later."""
        self._faults.append(GatewayFault(stage, times, resumable=resumable))

    def withhold(self, stage: Stage, *, times: float = math.inf) -> None:
        """Say nothing."""
        self._faults.append(GatewayFault(stage, times))

    def clear(self) -> None:
        """Drop all that is in store."""
        self._faults.clear()

    def take(self, stage: Stage) -> GatewayFault | None:
        """Return what is to happen now, if anything."""
        for fault in self._faults:
            if fault.stage is stage and fault.times > 0:
                fault.times -= 1
                return fault
        return None
