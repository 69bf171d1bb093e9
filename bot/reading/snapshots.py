"""Forwards with what discord.py drops: whom they mention, and what they forward in their turn."""

from collections.abc import Iterator
from typing import Any

import discord
from discord import message as library


class Snapshot(discord.MessageSnapshot):
    """A forwarded message as it was."""

    __slots__ = ("forwarded", "mentions")

    def __init__(self, state: Any, data: Any) -> None:
        super().__init__(state, data)
        self.mentions = [discord.User(state=state, data=one) for one in data.get("mentions") or ()]
        self.forwarded = [Snapshot(state, one["message"]) for one in data.get("message_snapshots") or ()]


library.MessageSnapshot = Snapshot  # type: ignore[misc]  # by which it makes them; there is no public way


def forwarded_in(message: discord.Message) -> Iterator[Snapshot]:
    """Yield all that a message forwards; of a forward of forwards, these."""
    yield from _leaves(one for one in message.message_snapshots if isinstance(one, Snapshot))


def _leaves(snapshots: Iterator[Snapshot]) -> Iterator[Snapshot]:
    for one in snapshots:
        if one.forwarded:
            yield from _leaves(iter(one.forwarded))
        else:
            yield one
