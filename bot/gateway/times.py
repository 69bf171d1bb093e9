"""How long the gateway is waited for, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that are waited for the gateway, and before it is tried again."""

    hello: float = 15.0  # for a connection and its HELLO
    ready: float = 30.0  # for READY after IDENTIFY, RESUMED after RESUME
    silence: float = 55.0  # without a frame; a heartbeat is answered at least each 45 s
    stable: float = 10.0  # a connection that held so long was no failure
    resumable: float = 90.0  # a session that was lost for so long is given up
    identify: float = 5.0  # between two sessions' starts
    longest: float = 30.0  # between two attempts
    hopeless: float = 300.0  # without any session, though Discord's API answers
    longest_at_start: float = 60.0


DEFAULT_TIMES = Times()


def until(seconds: float) -> str:
    """Return the time of day, as the log tells it, so many seconds from now."""
    when = datetime.now().astimezone() + timedelta(seconds=seconds)
    return f"{when:%H:%M:%S}" if seconds < 3600 else f"{when:%Y-%m-%d %H:%M:%S}"
