"""The bot's registration at Discord: its token, what it may read, its shards, and where its gateway is."""

from __future__ import annotations

from typing import Any

from playground.discord.limits import Limiter
from playground.discord.session import MESSAGE_CONTENT, emptied, serves
from playground.discord.session_starts import SessionStarts
from playground.world.entities import Guild, Message
from playground.world.state import State

TOKEN = "playground-token.not-a-secret"  # noqa: S105 - opens nothing but this server

MESSAGE_CONTENT_LIMITED = 1 << 19
MOST_GUILDS = 2500  # of one shard
WRONG_TOKEN, WRONG_SHARD, MORE_SHARDS, DISALLOWED_INTENTS = 4004, 4010, 4011, 4014

Json = dict[str, Any]


class Application:
    """What the developer portal tells of the bot, and may change at any time."""

    def __init__(self, world: State, limiter: Limiter, shards: int) -> None:
        self._world = world
        self.token = TOKEN
        self.message_content_allowed = True
        self.shards = shards
        self.guilds_of_shard = MOST_GUILDS  # at most, or its session is not begun
        self.starts = SessionStarts(world.clock.steady, limiter)

    @property
    def flags(self) -> int:
        """Return the application's flags: that it may read messages, as one in up to a hundred guilds."""
        return MESSAGE_CONTENT_LIMITED if self.message_content_allowed else 0

    @property
    def gateway_url(self) -> str:
        """Return the gateway's address."""
        return f"ws{self._world.base_url.removeprefix('http')}/gateway"

    @property
    def guilds(self) -> list[Guild]:
        """Return the guilds that the bot is in."""
        return [one for one in self._world.guilds.values() if self._world.bot.id in one.members]

    def refusal(self, identify: Json) -> int:
        """Return the code with which a connection is closed that may not identify so, or 0."""
        index, count = identify.get("shard") or (0, 1)
        if identify["token"] != self.token:
            return WRONG_TOKEN
        if not 0 <= index < count:
            return WRONG_SHARD
        if sum(serves((index, count), one.id) for one in self.guilds) > self.guilds_of_shard:
            return MORE_SHARDS
        needs_leave = int(identify["intents"]) & MESSAGE_CONTENT
        return DISALLOWED_INTENTS if needs_leave and not self.message_content_allowed else 0

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
