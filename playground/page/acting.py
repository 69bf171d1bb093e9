"""The channel and the message that a request of the page names, as far as its person sees them."""

from __future__ import annotations

from typing import Any

from playground.world import permissions
from playground.world.entities import Channel, Message
from playground.world.errors import MISSING_ACCESS, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, ApiError
from playground.world.people import Person
from playground.world.world import World

Json = dict[str, Any]


class Acting:
    """One person in the world; what they don't see is not there."""

    def __init__(self, world: World, person: Person) -> None:
        self._world = world
        self._person = person

    def _channel(self, asked: Json) -> Channel:
        channel = self._world.channels.get(int(asked["channel"]))
        if channel is None:
            raise ApiError(UNKNOWN_CHANNEL)
        if not self._world.may(self._person.id, channel, permissions.VIEW_CHANNEL):
            raise ApiError(MISSING_ACCESS)
        return channel

    def _message(self, asked: Json, key: str = "message") -> Message:
        message = self._channel(asked).messages.get(int(asked[key]))
        if message is None or message.ephemeral_for not in (None, self._person.id):
            raise ApiError(UNKNOWN_MESSAGE)
        return message
