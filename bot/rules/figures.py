"""Numbers from outside, bounded where they enter: others may tell any size and any type."""

MOST_TOKENS = 10**9  # of one bill
MOST_TIME = 253_402_300_799  # the last second of the year 9999, since 1970
MOST_BYTES = 2**40  # of a file
MOST_PIXELS = 10**6  # of a picture's side
MOST_SECONDS = 30 * 86_400.0  # that anybody may ask us to wait
MOST_ID = 2**63 - 1


def whole(said: object, most: int) -> int | None:
    """Return a whole number from 0 to `most`, its fraction cut off; None for anything else."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    return int(said) if 0 <= said <= most else None  # which no NaN is


def figure(said: object, most: float) -> float | None:
    """Return a number that stands in JSON or in a header, brought between 0 and `most`; else None."""
    if isinstance(said, str):
        try:
            said = float(said)
        except ValueError:
            return None
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    is_number = said == said  # which NaN is not; math.isnan takes no whole number past every float
    return float(min(max(said, 0), most)) if is_number else None


def seconds(said: object) -> float | None:
    """Return a duration that stands in JSON or in a header, not below 0 and not without end; else None."""
    return figure(said, MOST_SECONDS)
