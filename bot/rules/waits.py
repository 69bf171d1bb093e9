"""How long to wait before the next attempt: after failures in a row, and before a session is started."""

MOST_DOUBLINGS = 30


def back_off(failures: int, longest: float, chance: float) -> float:
    """Return seconds: none before the first attempt, then 1, 2, 4 … up to the longest, half of it by chance.

    `chance` is from 0 to 1; it keeps many bots from coming back at the same moment.
    """
    if failures <= 0:
        return 0.0
    whole = min(longest, 2.0 ** min(failures - 1, MOST_DOUBLINGS))
    return whole * (1 + chance) / 2


def before_a_session(remaining: int, total: int, reset_after: float) -> float:
    """Return the seconds to wait before another session is started, so that those of the day never run out.

    Discord resets the token of a bot that starts more. The first half may go as fast as it will; the rest is
    spread over the time until the count begins anew.
    """
    if remaining <= 0:
        return reset_after
    return 0.0 if remaining > total / 2 else reset_after / remaining
