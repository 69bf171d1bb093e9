"""Forwards with the people whom they mention, of whom discord.py keeps no more than ids."""

from collections.abc import Iterator
from typing import Any

import discord
from discord import message as library


class Snapshot(discord.MessageSnapshot):
    """A forwarded message as it was."""

    __slots__ = ("mentions",)

    def __init__(self, state: Any, data: Any) -> None:
        super().__init__(state, data)
        self.mentions = [discord.User(state=state, data=one) for one in data.get("mentions") or ()]


library.MessageSnapshot = Snapshot  # type: ignore[misc]  # by which it makes them; there is no public way


def mentioned_in_forwards(message: discord.Message) -> Iterator[discord.User]:
    """Yield the people whom what a message forwards mentions."""
    for one in message.message_snapshots:
        if isinstance(one, Snapshot):
            yield from one.mentions
