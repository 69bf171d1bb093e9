"""The bot's registration at Discord: its token, what it may read, its shards, and where its gateway is."""

from __future__ import annotations

from typing import Any

from playground.discord.session import emptied
from playground.discord.session_starts import SessionStarts
from playground.world.entities import Message
from playground.world.state import State

TOKEN = "playground-token.not-a-secret"  # noqa: S105 - opens nothing but this server

MESSAGE_CONTENT_LIMITED = 1 << 19

Json = dict[str, Any]


class Application:
    """What the developer portal tells of the bot, and may change at any time."""

    def __init__(self, world: State, shards: int) -> None:
        self._world = world
        self.token = TOKEN
        self.message_content_allowed = True
        self.shards = shards
        self.starts = SessionStarts(world.clock.steady)

    @property
    def flags(self) -> int:
        """Return the application's flags: that it may read messages, as one in up to a hundred guilds."""
        return MESSAGE_CONTENT_LIMITED if self.message_content_allowed else 0

    @property
    def gateway_url(self) -> str:
        """Return the gateway's address."""
        return f"ws{self._world.base_url.removeprefix('http')}/gateway"

    def reset_token(self) -> None:
        """Replace the token."""
        self.token = f"{TOKEN}.{self._world.ids.next()}"

    def without_secrets(self, shown: Json, message: Message) -> Json:
        """Empty a message that a bot without the message content intent may not read."""
        guild_id = self._world.channels[message.channel_id].guild_id
        if self.message_content_allowed or guild_id is None:
            return shown
        cleared = emptied(shown | {"guild_id": str(guild_id)}, self._world.bot.id)
        del cleared["guild_id"]
        return cleared
