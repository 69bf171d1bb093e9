"""Interactions: what people start with commands, buttons and modals, and what the bot makes of each."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.world import payloads
from playground.world.entities import EPHEMERAL, Channel, Message, User
from playground.world.interacting import installs
from playground.world.interacting.modals import Modal
from playground.world.state import Event, State

Json = dict[str, Any]

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
TOKEN_SECONDS = 900.0
LIMIT_SECONDS = 60.0  # of waiting for what has no limit of Discord's
LARGEST_ATTACHMENT = 10 * 2**20
MOST_FOLLOWUPS = 5  # where the bot is no member
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Start:
    """Who starts an interaction of which kind where, and the message that it is started from."""

    user: User
    channel: Channel
    kind: int
    source: Message | None = None


class Interaction:
    """One interaction as the person who started it sees it."""

    def __init__(self, world: State, start: Start, data: Json) -> None:
        self._world = world
        self.id = world.ids.next()
        self.token = f"interaction.{self.id}.{secrets.token_urlsafe(24)}"
        self.user = start.user
        self.channel = start.channel
        self.kind = start.kind
        self.source = start.source
        self.owners = self._owners(data.get("id"))
        self.menu = start.kind == COMMAND and data.get("type") in (2, 3)
        self.followups = 0
        self.began = world.clock.steady()
        self.callback: int | None = None
        self.acknowledged_at: float | None = None
        self.original: Message | None = None
        self.responses: list[Message] = []
        self.modal: Modal | None = None
        self.choices: list[Json] | None = None

    @property
    def deferred(self) -> bool:
        """Return whether the bot asked for time and has not used it yet."""
        return self.original is not None and self.original.loading

    @property
    def failed(self) -> bool:
        """Return whether the person was told that the application did not respond."""
        return self.acknowledged_at is None and self.age() >= self._world.first_answer_seconds

    def _owners(self, command_id: str | None) -> Json:
        """Return who installed the application: of a component, for the command that brought it."""
        if self.source is not None and self.source.interaction is not None:
            known: Json = self.source.interaction["authorizing_integration_owners"]
            return known
        types = installs.types_of(self._world, command_id)
        return installs.owners(self._world, self.user, self.channel, types)

    @property
    def followups_left(self) -> bool:
        """Return whether a further message may be sent."""
        return str(installs.BY_GUILD) in self.owners or self.followups < MOST_FOLLOWUPS

    def flags(self, asked: int) -> int:
        """Return which of the flags that were asked for its messages have."""
        hidden = installs.is_hidden(self._world, self.user, self.channel, self.owners)
        return EPHEMERAL if hidden else asked & EPHEMERAL

    def age(self) -> float:
        """Return how many seconds ago it was started."""
        return self._world.clock.steady() - self.began

    def acknowledge(self, callback: int) -> None:
        """Note the bot's first answer."""
        self.callback = callback
        self.acknowledged_at = self._world.clock.steady()
        self._world.touch()

    async def acknowledged(self, limit: float | None = None) -> Interaction:
        """Wait for the bot's first answer, whatever it is."""
        await self._first(lambda: self.acknowledged_at is not None, limit)
        return self

    async def answered(self, limit: float = LIMIT_SECONDS) -> Message:
        """Wait for the first message that answers it, and return it once it is no longer loading."""
        await self._world.until(lambda: self.responses and not self.responses[0].loading, limit)
        return self.responses[0]

    async def asked(self, limit: float | None = None) -> Modal:
        """Wait for the modal that answers it."""
        modal: Modal = await self._first(lambda: self.modal, limit)
        return modal

    async def offered(self, limit: float | None = None) -> list[str]:
        """Wait for the choices of an autocomplete, and return their names."""
        await self._first(lambda: self.choices is not None, limit)
        return [choice["name"] for choice in self.choices or ()]

    async def _first(self, condition: Callable[[], Any], limit: float | None) -> Any:
        return await self._world.until(condition, limit or self._world.first_answer_seconds)


class Interactions:
    """The newest interactions, by token."""

    def __init__(self, world: State) -> None:
        self._world = world
        self.by_token: dict[str, Interaction] = {}

    def begin(self, start: Start, data: Json) -> Interaction:
        """Start an interaction and tell the bot of it."""
        interaction = Interaction(self._world, start, data)
        if len(self.by_token) >= KEPT:
            del self.by_token[next(iter(self.by_token))]
        self.by_token[interaction.token] = interaction
        payload = _payload(self._world, interaction, data)
        self._world.emit(Event("INTERACTION_CREATE", payload, start.channel.guild_id, start.channel.id))
        return interaction


def _payload(world: State, interaction: Interaction, data: Json) -> Json:
    channel, user = interaction.channel, interaction.user
    here = payloads.channel(world, channel) | {"permissions": str(world.permissions(user.id, channel))}
    payload: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": interaction.kind,
        "token": interaction.token,
        "version": 1,
        "data": data,
        "channel": here,
        "channel_id": str(channel.id),
        "locale": user.locale,
        "app_permissions": str(installs.app_permissions(world, channel)),
        "attachment_size_limit": LARGEST_ATTACHMENT,
        "entitlements": [],
        "authorizing_integration_owners": interaction.owners,
        "context": installs.context_of(channel),
    }
    if interaction.source is not None:
        payload["message"] = payloads.message(world, interaction.source)
    return payload | _who(world, interaction)


def _who(world: State, interaction: Interaction) -> Json:
    user, channel = interaction.user, interaction.channel
    member = world.member_in(channel.id, user.id)
    if member is None:
        return {"user": payloads.user(user)}
    granted = str(world.permissions(user.id, channel))
    guild = world.guilds[channel.guild_id or 0]
    return {
        "member": payloads.member(world, member) | {"permissions": granted},
        "guild_id": str(channel.guild_id),
        "guild_locale": guild.preferred_locale,
        "guild": {"id": str(guild.id), "locale": guild.preferred_locale, "features": list(guild.features)},
    }
