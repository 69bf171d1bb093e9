"""How what is seen is compared."""

import re
from collections.abc import Callable, Iterable

from tests.support.discord_markdown import Seen

_UNSEEN = re.compile("[\\s\u200b]")


def bare(seen: Iterable[Seen], holds: Callable[[Seen], bool] = lambda one: True) -> str:
    """Return the characters for which that holds, without white space and a list's bullets."""
    held = (one for one in seen if holds(one))
    words = (one.text for one in held if not any(look.startswith("bullet") for look in one.looks))
    return _UNSEEN.sub("", "".join(words))
