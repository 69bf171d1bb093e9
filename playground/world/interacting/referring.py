"""What an interaction refers to by id, and brings along: people, roles, channels, messages, files."""

from __future__ import annotations

from typing import Any

from playground.world import payloads
from playground.world.entities import Channel, Message, Role, User
from playground.world.files import attach
from playground.world.state import State

Json = dict[str, Any]


class Referring:
    """Notes what is referred to, as Discord resolves it."""

    def __init__(self, world: State) -> None:
        self._world = world
        self.resolved: Json = {}

    def refer(self, value: Any) -> str:
        """Note what an option or a selection refers to, and return its id."""
        world = self._world
        if isinstance(value, tuple):
            uploaded = attach(world.ids.next(), *value, ephemeral=True)
            world.uploads[uploaded.id] = uploaded
            return self.note("attachments", uploaded.id, payloads.attachment(world, 0, uploaded))
        if isinstance(value, Channel):
            return self.note("channels", value.id, payloads.channel(world, value) | {"permissions": "0"})
        if isinstance(value, Role):
            return self.note("roles", value.id, payloads.role(value))
        if isinstance(value, Message):
            return self.note("messages", value.id, payloads.message(world, value))
        return self.refer_to_user(value if isinstance(value, User) else value.user)

    def refer_to_user(self, user: User, guild_channel: Channel | None = None) -> str:
        """Note a user, with their member where there is one, and return the id."""
        world = self._world
        place = guild_channel or next(one for one in world.channels.values() if not one.is_dm)
        member = world.member_in(place.id, user.id)
        if member is not None:
            shown = payloads.member(world, member, with_user=False)
            self.note("members", user.id, shown | {"permissions": str(world.permissions(user.id, place))})
        return self.note("users", user.id, payloads.user(user))

    def note(self, kind: str, number: int, shown: Json) -> str:
        """Note something, and return its id."""
        self.resolved.setdefault(kind, {})[str(number)] = shown
        return str(number)
