"""How the bot shows itself: as its newest connection says, and offline without one."""

from __future__ import annotations

from typing import Any

from playground.discord.session import Session
from playground.world.state import OFFLINE, Event, State


def note_presence(world: State, connected: list[Session]) -> None:
    """Tell those who look if the bot shows itself otherwise than before."""
    shown: dict[str, Any] = connected[-1].presence if connected else OFFLINE
    if shown == world.presence:
        return
    world.presence = shown
    world.emit(Event("PRESENCE_UPDATE", {"user": {"id": str(world.application_id)}, **shown}))
