"""The previews of links, which Discord makes of its own accord and shows as embeds."""

from __future__ import annotations

import re
from typing import Any

from playground.world.entities import SUPPRESS_EMBEDS, Message

MOST_PREVIEWS = 5
_LINK = re.compile(r"(?<!<)https?://[^\s<>()]+")


def embeds_of(message: Message) -> list[dict[str, Any]]:
    """Return a message's embeds and the previews of its links; suppressed, both are hidden."""
    if message.flags & SUPPRESS_EMBEDS:
        return []
    links = dict.fromkeys(_LINK.findall(message.content))
    previews = [{"type": "link", "title": link, "url": link} for link in links]
    return [*message.embeds, *previews[:MOST_PREVIEWS]]
