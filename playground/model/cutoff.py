"""Where the memory of a request to the model begins: found by comparing it with what stands in the channels.

The playground does not know how a bot remembers; it only sees what was sent and what was said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playground.model.stand_in import text_of
from playground.world.entities import Channel, Message
from playground.world.state import State

Json = dict[str, Any]
_MARK = re.compile(r"<[@#:a][^>]*>")
_SPACE = re.compile(r"\s+")
MOST_SEARCHED = 2000


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The channel of a request, the oldest message that went along, and how many before it did not."""

    channel: Channel
    oldest: Message
    left_out: int


def find_cutoff(world: State, messages: list[Json]) -> Cutoff | None:
    """Return where the memory in these messages begins, or None when they are of no channel."""
    turns = [_plain(text_of(one)) for one in messages if one.get("role") in ("user", "assistant")]
    channel = _channel_of(world, turns[-1]) if turns else None
    if channel is None:
        return None
    said = [one for one in channel.messages.values() if one.ephemeral_for is None and _key(one)]
    said = said[-MOST_SEARCHED:]
    keys = [_key(one) for one in said]
    place = len(said)
    for turn in reversed(turns):
        found = next((index for index in range(place - 1, -1, -1) if keys[index] in turn), None)
        place = place if found is None else found
    return Cutoff(channel, said[place], place) if place < len(said) else None


def _channel_of(world: State, turn: str) -> Channel | None:
    """Return the channel in which this was said most lately."""
    newest: Message | None = None
    for channel in world.channels.values():
        for message in reversed(list(channel.messages.values())[-50:]):
            if newest is not None and message.id < newest.id:
                break
            if message.author_id != world.bot.id and _key(message) and _key(message) in turn:
                newest = message
                break
    return world.channels[newest.channel_id] if newest else None


def _key(message: Message) -> str:
    """Return the longest part of a text that any way of writing mentions leaves alone."""
    return max((_plain(part) for part in _MARK.split(message.content)), key=len)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
