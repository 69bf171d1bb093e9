"""One bot's session at the gateway: its connection, its numbering of events, and what a resume replays."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.discord.gateway_faults import GatewayFault
from playground.world.state import ONLINE, Event

GUILDS = 1 << 0
GUILD_EXPRESSIONS = 1 << 3
GUILD_PRESENCES = 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_MESSAGE_TYPING = 1 << 12, 1 << 13, 1 << 14
MESSAGE_CONTENT = 1 << 15

INTENT_OF_EVENT = {
    "CHANNEL_CREATE": GUILDS,
    "CHANNEL_UPDATE": GUILDS,
    "CHANNEL_DELETE": GUILDS,
    "THREAD_CREATE": GUILDS,
    "THREAD_UPDATE": GUILDS,
    "THREAD_DELETE": GUILDS,
    "THREAD_MEMBERS_UPDATE": GUILDS,
    "GUILD_CREATE": GUILDS,
    "GUILD_DELETE": GUILDS,
    "GUILD_ROLE_CREATE": GUILDS,
    "GUILD_ROLE_DELETE": GUILDS,
    "GUILD_EMOJIS_UPDATE": GUILD_EXPRESSIONS,
    "MESSAGE_CREATE": GUILD_MESSAGES,
    "MESSAGE_UPDATE": GUILD_MESSAGES,
    "MESSAGE_DELETE": GUILD_MESSAGES,
    "MESSAGE_DELETE_BULK": GUILD_MESSAGES,
    "MESSAGE_REACTION_ADD": GUILD_REACTIONS,
    "MESSAGE_REACTION_REMOVE": GUILD_REACTIONS,
    "MESSAGE_REACTION_REMOVE_ALL": GUILD_REACTIONS,
    "TYPING_START": GUILD_TYPING,
    "PRESENCE_UPDATE": GUILD_PRESENCES,
}
DIRECT_INTENT_OF = {
    GUILD_MESSAGES: DIRECT_MESSAGES,
    GUILD_REACTIONS: DIRECT_REACTIONS,
    GUILD_TYPING: DIRECT_MESSAGE_TYPING,
}
KEPT_FOR_RESUME = 5000
INVALID_SESSION = 9  # the op


@dataclass(frozen=True, slots=True)
class Connection:
    """A bot's open websocket."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None

    async def tell(self, op: int, data: Any = None) -> None:
        """Send a frame that belongs to no session."""
        await self.socket.send_str(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def suffer(self, fault: GatewayFault) -> None:
        """Apply a fault."""
        if fault.close_code is not None:
            await self.socket.close(code=fault.close_code)
        elif fault.resumable is not None:
            await self.tell(INVALID_SESSION, fault.resumable)

    def abort(self) -> None:
        """Cut it without a close frame."""
        if self.transport is not None:
            self.transport.abort()


class Session:
    """What the gateway knows of one identified bot (one shard of it)."""

    def __init__(self, session_id: str, intents: int, shard: int, shards: int) -> None:
        self.id = session_id
        self.device = ""  # as which the bot identified
        self.intents = intents
        self.shard = shard
        self.shards = shards
        self.sequence = 0
        self.left = 0.0
        self.presence: dict[str, Any] = ONLINE
        self.resumable = True
        self._connection: Connection | None = None
        self._sent: deque[tuple[int, str]] = deque(maxlen=KEPT_FOR_RESUME)
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Return whether a connection is open."""
        return self._connection is not None

    def uses(self, connection: Connection) -> bool:
        """Tell whether this is the session's connection."""
        return self._connection is connection

    def serves(self, guild_id: int | None) -> bool:
        """Tell whether this shard gets the events of a guild; those without one go to the first shard."""
        return serves((self.shard, self.shards), guild_id)

    def attach(self, connection: Connection) -> None:
        """Use this connection from now on."""
        self.detach()
        self._connection = connection
        self._outgoing = asyncio.Queue()
        self._writer = asyncio.create_task(self._write(connection.socket, self._outgoing))

    def detach(self) -> None:
        """Drop the connection; events are kept for a resume."""
        self._connection = None
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None

    def abort(self) -> None:
        """Cut the connection without a close frame."""
        if self._connection is not None:
            self._connection.abort()

    def dispatch(self, name: str, text: str, *, live: bool = True) -> None:
        """Number an event, keep it for a resume, and send it unless the gateway is silent."""
        self.sequence += 1
        frame = f'{{"op":0,"s":{self.sequence},"t":"{name}","d":{text}}}'
        self._sent.append((self.sequence, frame))
        if live:
            self.send(frame)

    def send(self, frame: str) -> None:
        """Send a frame if there is a connection."""
        if self._connection is not None:
            self._outgoing.put_nowait(frame)

    def since(self, sequence: int) -> list[str] | None:
        """Return the frames after this number, or None when some are gone or it never was reached."""
        if sequence > self.sequence or (self._sent and self._sent[0][0] > sequence + 1):
            return None
        return [frame for number, frame in self._sent if number > sequence]

    @staticmethod
    async def _write(socket: web.WebSocketResponse, outgoing: asyncio.Queue[str]) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await socket.send_str(await outgoing.get())


def serves(shard: tuple[int, int], guild_id: int | None) -> bool:
    """Tell whether a shard of so many gets the events of a guild; those without one go to the first."""
    number, count = shard
    return number == ((guild_id or 0) >> 22) % count


def kept(sessions: dict[str, Session], oldest: float) -> dict[str, Session]:
    """Return the sessions but those that nobody can resume any more: left before that moment."""
    return {
        one.id: one for one in sessions.values() if one.connected or (one.resumable and one.left > oldest)
    }


def wants(session: Session, event: Event) -> bool:
    """Tell whether a session asked for such events."""
    wanted = INTENT_OF_EVENT.get(event.name)
    if wanted is None:
        return True
    if event.guild_id is None:
        wanted = DIRECT_INTENT_OF.get(wanted, wanted)
    return bool(session.intents & wanted)


def emptied(data: dict[str, Any], bot_id: int) -> dict[str, Any]:
    """Return a message as a bot without the message content intent gets it."""
    own = data["author"]["id"] == str(bot_id)
    mentioned = any(one["id"] == str(bot_id) for one in data["mentions"])
    shown = dict(data)
    if not own and not mentioned and "guild_id" in data:
        shown |= {"content": "", "embeds": [], "attachments": [], "components": []}
        shown.pop("poll", None)
        shown.pop("message_snapshots", None)
    inner = data.get("referenced_message")
    if inner and "guild_id" in data:
        shown["referenced_message"] = emptied(inner | {"guild_id": data["guild_id"]}, bot_id)
        del shown["referenced_message"]["guild_id"]
    return shown
