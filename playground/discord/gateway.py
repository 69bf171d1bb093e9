"""Discord's gateway: sessions that bots open, resume and lose, and the events that reach them.

Nothing here decides what happens in the world; it only tells of it.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from typing import Any

from aiohttp import WSMsgType, web

from playground.discord.application import WRONG_TOKEN, Application
from playground.discord.gateway_faults import GatewayFaults, Stage
from playground.discord.presence import note_presence
from playground.discord.session import (
    INVALID_SESSION,
    MESSAGE_CONTENT,
    Connection,
    Session,
    emptied,
    kept,
    wants,
)
from playground.wire import GATEWAY_IN, GATEWAY_OUT, Entry, Wire
from playground.world import guild_payloads, payloads, permissions
from playground.world.state import ONLINE, Event, State

HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT = 1, 2, 3, 6, 7
CHUNK, HELLO, HEARTBEAT_ACK = 8, 10, 11
RESUMABLE_SECONDS = 120.0
GONE, INTERACTION = "GUILD_DELETE", "INTERACTION_CREATE"


class Gateway:
    """Keep the sessions and tell each the events that it may know."""

    def __init__(
        self, world: State, wire: Wire, application: Application, heartbeat_seconds: float = 41.25
    ) -> None:
        self._world = world
        self._clock = world.clock
        self._wire = wire
        self._application = application
        self._heartbeat_seconds = heartbeat_seconds
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self._repeats: Counter[str] = Counter()
        self._count = 0
        self.faults = GatewayFaults()
        self.starts = application.starts
        self.silent = False
        self.acknowledging = True
        self.refusing = False
        self.opened = 0
        world.subscribe(self._tell)

    @property
    def sessions(self) -> list[Session]:
        """Return the sessions that live, connected or waiting to be resumed."""
        return list(self._sessions.values())

    @property
    def connected(self) -> list[Session]:
        """Return the sessions that are connected right now."""
        return [one for one in self._sessions.values() if one.connected]

    async def drop(self, code: int = 4000) -> None:
        """Close the connections of all bots; their sessions wait to be resumed."""
        for session in self._sessions.values():
            session.detach()
        for connection in tuple(self._connections):
            with contextlib.suppress(ConnectionError):
                await connection.socket.close(code=code)

    def abort(self) -> None:
        """Cut the connections without a word."""
        for session in self.connected:
            session.abort()

    def ask_to_reconnect(self) -> None:
        """Send op 7 to every bot."""
        for session in self.connected:
            self._send(session, {"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Send op 9 to every bot; without `resumable` its session is gone."""
        for session in self.connected:
            if not resumable:
                self._sessions.pop(session.id, None)
            self._send(session, {"op": INVALID_SESSION, "d": resumable})

    def forget_sessions(self) -> None:
        """Make every session impossible to resume: a bot that loses its connection has to identify anew."""
        for session in self._sessions.values():
            session.resumable = False

    def repeat_next(self, name: str, times: int = 1) -> None:
        """Deliver the next events of this name once more each, as Discord sometimes does."""
        self._repeats[name] += times

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Speak with one bot until either side closes."""
        self.opened += 1
        if self.refusing:
            return web.Response(status=503)
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, request.transport)
        self._connections.add(connection)
        session: Session | None = None
        try:
            if fault := self.faults.take(Stage.OPEN):
                await connection.suffer(fault)
            else:
                await connection.tell(HELLO, {"heartbeat_interval": int(self._heartbeat_seconds * 1000)})
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    session = await self._receive(connection, session, json.loads(frame.data))
                    note_presence(self._world, self.connected)
        finally:
            self._connections.discard(connection)
            self._ended(connection, session)
        return socket

    def _ended(self, connection: Connection, session: Session | None) -> None:
        """Note that a bot is gone; one that said goodbye properly will not resume."""
        if session is None or not session.uses(connection):
            return
        session.detach()
        session.left = self._clock.steady()
        note_presence(self._world, self.connected)
        if connection.socket.close_code in (1000, 1001):
            self._sessions.pop(session.id, None)
        self._world.touch()

    async def _receive(
        self, connection: Connection, session: Session | None, frame: dict[str, Any]
    ) -> Session | None:
        op, data = frame["op"], frame.get("d") or {}
        self._record(GATEWAY_IN, f"op {op}", None if op in (IDENTIFY, RESUME) else frame.get("d"))
        if op == HEARTBEAT:
            if self.acknowledging and not self.silent:
                await connection.tell(HEARTBEAT_ACK)
        elif op == IDENTIFY:
            return await self._identify(connection, data)
        elif op == RESUME:
            return await self._resume(connection, data)
        elif op == PRESENCE and session is not None:
            session.presence = data
        elif op == CHUNK and session is not None:
            self._chunk(session, data)
        return session

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> Session | None:
        if not self.starts.spend():
            self._application.reset_token()  # as Discord does
            await self.drop(WRONG_TOKEN)
        if refusal := self._application.refusal(data):
            await connection.socket.close(code=refusal)
            return None
        if fault := self.faults.take(Stage.IDENTIFY):
            await connection.suffer(fault)
            return None
        index, count = data.get("shard") or (0, 1)
        if not self.starts.lets_begin(index):
            await connection.tell(INVALID_SESSION, False)
            return None
        self._sessions = kept(self._sessions, self._clock.steady() - RESUMABLE_SECONDS)
        self._count += 1
        session = Session(f"session-{self._count}", int(data["intents"]), index, count)
        self._sessions[session.id] = session
        session.presence = data.get("presence") or ONLINE
        session.device = str((data.get("properties") or {}).get("device"))
        session.attach(connection)
        self._welcome(session)
        return session

    def _welcome(self, session: Session) -> None:
        world = self._world
        mine = [one for one in self._application.guilds if session.serves(one.id)]
        ready = {
            "v": 10,
            "user": payloads.user(world.bot) | {"verified": True, "mfa_enabled": True, "flags": 0},
            "guilds": [{"id": str(one.id), "unavailable": True} for one in mine],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._application.gateway_url,
            "shard": [session.shard, session.shards],
            "application": {"id": str(world.application_id), "flags": 1 << 19},
            "private_channels": [],
            "relationships": [],
            "_trace": ["playground"],
        }
        self._dispatch(session, "READY", json.dumps(ready), ready)
        for guild in [one for one in mine if not one.unavailable]:
            data = guild_payloads.guild(world, guild)
            self._dispatch(session, "GUILD_CREATE", json.dumps(data), data)
        world.touch()

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> Session | None:
        session = self._sessions.get(data["session_id"])
        if data["token"] != self._application.token:
            await connection.socket.close(code=WRONG_TOKEN)
            return None
        if fault := self.faults.take(Stage.RESUME):
            await connection.suffer(fault)
            return None
        missed = session.since(int(data["seq"] or 0)) if session and session.resumable else None
        if session is None or missed is None:
            await connection.tell(INVALID_SESSION, False)
            return None
        session.attach(connection)
        for frame in missed:
            session.send(frame)
        self._dispatch(session, "RESUMED", '{"_trace":["playground"]}', {})
        self._world.touch()
        return session

    def _chunk(self, session: Session, data: dict[str, Any]) -> None:
        """Answer op 8 with all members of a guild in one piece."""
        world = self._world
        guild_id = data["guild_id"][0] if isinstance(data["guild_id"], list) else data["guild_id"]
        guild = world.guilds.get(int(guild_id))
        if guild is None:
            return
        answer = {
            "guild_id": str(guild.id),
            "members": [payloads.member(world, one) for one in guild.members.values()],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
            "nonce": data.get("nonce"),
        }
        self._dispatch(session, "GUILD_MEMBERS_CHUNK", json.dumps(answer), answer)

    def _tell(self, event: Event) -> None:
        """Send an event to the sessions that serve its guild, asked for it and may see it."""
        if event.name == INTERACTION:
            self._tell_one(event)
            return
        if event.private_to is not None or not self._sessions or not self._bot_sees(event):
            return
        times = 1
        if self._repeats[event.name] > 0:
            self._repeats[event.name] -= 1
            times = 2
        whole = json.dumps(event.data, separators=(",", ":"))
        for session in self._sessions.values():
            if not session.serves(event.guild_id) or not wants(session, event):
                continue
            text = whole if session.intents & MESSAGE_CONTENT else self._without_content(event, whole)
            for _ in range(times):
                self._dispatch(session, event.name, text, event.data)

    def _tell_one(self, event: Event) -> None:
        """Send an interaction to one session that serves its guild: the newest that is connected."""
        serving = [one for one in self._sessions.values() if one.serves(event.guild_id)]
        if serving:
            chosen = max(reversed(serving), key=lambda one: one.connected)
            self._dispatch(chosen, event.name, json.dumps(event.data), event.data)

    def _bot_sees(self, event: Event) -> bool:
        world = self._world
        if event.guild_id is not None and event.name != GONE:
            guild = world.guilds.get(event.guild_id)
            if guild is None or world.bot.id not in guild.members:
                return False
        channel = world.channels.get(event.channel_id) if event.channel_id is not None else None
        return channel is None or world.may(world.bot.id, channel, permissions.VIEW_CHANNEL)

    def _without_content(self, event: Event, whole: str) -> str:
        if not event.name.startswith("MESSAGE_") or "author" not in event.data:
            return whole
        return json.dumps(emptied(event.data, self._world.bot.id), separators=(",", ":"))

    def _dispatch(self, session: Session, name: str, text: str, data: Any) -> None:
        session.dispatch(name, text, live=not self.silent)
        self._record(GATEWAY_OUT, name, data)

    def _send(self, session: Session, frame: dict[str, Any]) -> None:
        session.send(json.dumps({"s": None, "t": None, **frame}))
        self._record(GATEWAY_OUT, f"op {frame['op']}", frame["d"])

    def _record(self, kind: str, name: str, data: Any) -> None:
        self._wire.record(Entry(self._clock.steady(), kind, name, payload=data))
