"""How the tokens of a model's window are shared between a request and its answer."""

import math

LEAST_BUDGET = 64
REPLY_SHARE = 0.25  # of the window; more is not kept free for the answer


def prompt_budget(window: int | None, most_prompt: int, most_reply: int, ratio: float) -> int:
    """Return what a request may carry by our own count, so that the answer has room in the window.

    `ratio` says how many times our count the server counts; one below 1 never makes a request larger.
    """
    most = most_prompt
    if window is not None:
        most = min(most, window - min(most_reply, int(window * REPLY_SHARE)))
    return max(LEAST_BUDGET, int(most / max(1.0, ratio)))


def reply_limit(window: int | None, most_reply: int, prompt: int, ratio: float) -> int:
    """Return what the answer to a request of so many tokens may take; some servers add both up themselves."""
    if window is None:
        return most_reply
    return max(1, min(most_reply, window - math.ceil(prompt * max(1.0, ratio))))
