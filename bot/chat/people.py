"""The memory's ports for people: how they are called, and what they may ask about their own data.

One store provides them, with the ports in `bot.chat.memory`.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import datetime
from typing import Any, Protocol


class Labels(Protocol):
    """How people are called where they speak."""

    async def label(self, user_id: int, channel_id: int) -> str | None:
        """Return the label under which a person spoke last in a channel."""

    async def label_taken(self, channel_id: int, label: str, author_id: int) -> bool:
        """Say whether somebody else spoke here under this label, or under one that looks like it."""


class PersonalData(Protocol):
    """What is stored of a person, and whether they want to be heard."""

    async def ignored(self, user_id: int) -> bool:
        """Say whether a person asked not to be listened to unless they address the bot."""

    async def ignore(self, user_id: int, on: bool) -> None:
        """Set that wish."""

    async def greet(self, user_id: int) -> bool:
        """Note that somebody is greeted; say whether they are new: this is their first message."""

    def export(self, user_id: int) -> AsyncIterator[dict[str, Any]]:
        """Yield all that is stored of a person, as plain dicts fit for JSON."""

    async def preview_delete(self, user_id: int, asked_in: int | None = None) -> tuple[int, int]:
        """Return how many messages a deletion would take, and in how many places it would take anything.

        A deed that was done to a whole guild counts the guild as a place.
        """

    async def delete(self, user_id: int, asked_in: int | None = None) -> int:
        """Delete all of a person's words everywhere, unlink answers to them; return how many messages.

        Their direct conversation goes whole, and so does the one with the id `asked_in`. Their deeds stay
        without their name; the wish not to be listened to stays.
        """

    async def forgotten(self, user_ids: Collection[int]) -> Mapping[int, datetime]:
        """Return when those of some people who did so last had their words deleted."""


class People(Labels, PersonalData, Protocol):
    """People, as one store knows them."""
