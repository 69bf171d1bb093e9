"""One tab of a browser: the person in it, what it is told of, and what it asks for."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from playground.model.characters.cast import CAST
from playground.page import views
from playground.page.actions import Actions
from playground.page.inspector import Inspector
from playground.world import permissions, places
from playground.world.errors import ApiError
from playground.world.people import Person
from playground.world.state import Event
from playground.world.world import World

Json = dict[str, Any]
log = logging.getLogger(__name__)

MOST_UNSENT = 5000
MOST_ASKED_BYTES = 36 * 2**20  # the files that a message may have, in base64, and some words
OF_MESSAGES = (
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_REACTION_ADD",
    "MESSAGE_REACTION_REMOVE",
    "MESSAGE_REACTION_REMOVE_ALL",
)
AS_THEY_ARE = ("MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "TYPING_START")
SILENT = ("INTERACTION_CREATE", "THREAD_MEMBERS_UPDATE")


@dataclass(frozen=True, slots=True)
class Captions:
    """What the page says beyond the world: which model answers, how commands were called (by interaction)."""

    answering: str
    commands: MutableMapping[str, str]


class Tab:
    """Speak with one tab until it closes."""

    def __init__(self, world: World, inspector: Inspector, person: Person, captions: Captions) -> None:
        self._world = world
        self._inspector = inspector
        self._cluster = inspector.cluster
        self._person = person
        self._captions = captions
        self._actions = Actions(world, person, captions.commands)
        self._unsent: asyncio.Queue[str] = asyncio.Queue(MOST_UNSENT)
        self._running: set[asyncio.Task[None]] = set()
        self._socket = web.WebSocketResponse(heartbeat=30, max_msg_size=MOST_ASKED_BYTES)
        self._transport: asyncio.Transport | None = None
        self._unknown = ""
        self._stop_wire: Callable[[], None] | None = None

    async def run(self, request: web.Request) -> web.StreamResponse:
        """Greet the tab, then tell and listen until it closes."""
        self._transport = request.transport
        await self._socket.prepare(request)
        places.direct_messages(self._world, self._person.id)
        stop = self._world.subscribe(self._hear)
        writer = asyncio.create_task(self._write())
        try:
            self._tell("HELLO", self._greeting())
            async for frame in self._socket:
                if frame.type is WSMsgType.TEXT:
                    self._take(json.loads(frame.data))
        finally:
            stop()
            self._look_away()
            await _ended([writer, *self._running])
        return self._socket

    def tell_unknown(self, name: str) -> None:
        """Tell in the greeting that nobody here goes by the name in the address."""
        self._unknown = name

    async def close(self) -> None:
        """Close the tab's connection."""
        await self._socket.close(code=1001)

    def _greeting(self) -> Json:
        return {
            "me": str(self._person.id),
            "locale": self._person.user.locale,
            "bot": str(self._world.bot.id),
            "people": views.people(self._world),
            "places": views.places(self._world, self._person),
            "unknown": self._unknown,
            "answering": self._captions.answering,
            "instruments": self._inspector.instruments(),
            "cluster": self._cluster.table() if self._cluster else None,
        }

    def _tell(self, name: str, data: Any) -> None:
        text = json.dumps({"t": name, "d": data}, separators=(",", ":"))
        try:
            self._unsent.put_nowait(text)
        except asyncio.QueueFull:  # it has stopped reading; it may come again and begin anew
            if self._transport is not None:
                self._transport.abort()

    async def _write(self) -> None:
        while True:
            text = await self._unsent.get()
            try:
                await self._socket.send_str(text)
            except ConnectionError:
                return

    def _hear(self, event: Event) -> None:
        """Tell the tab of an event if its person may know."""
        if event.name in SILENT or event.private_to not in (None, self._person.id):
            return
        if event.name == "THREAD_CREATE":
            self._tell_places()  # before the message that leads there
            return
        if event.name not in OF_MESSAGES and event.name not in AS_THEY_ARE:
            asyncio.get_running_loop().call_soon(self._tell_places)
            return
        channel = self._world.channels.get(event.channel_id or 0)
        if channel is None or not self._world.may(self._person.id, channel, permissions.VIEW_CHANNEL):
            return
        if event.name in AS_THEY_ARE:
            self._tell(event.name, event.data)
            return
        message = channel.messages.get(int(event.data.get("id") or event.data["message_id"]))
        if message is not None and message.ephemeral_for in (None, self._person.id):
            name = event.name if event.name == "MESSAGE_CREATE" else "MESSAGE_UPDATE"
            self._tell(name, views.message(self._world, self._person, message, self._captions.commands))

    def _tell_places(self) -> None:
        self._tell("PLACES", views.places(self._world, self._person))

    def _take(self, asked: Json) -> None:
        """Begin what the tab asks for; each answer goes back by the number of its request."""
        task = asyncio.create_task(self._answer(asked))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer(self, asked: Json) -> None:
        answer: Json = {"n": asked.get("n")}
        try:
            answer["d"] = await self._do(asked)
        except ApiError as error:
            answer["error"] = error.sentence
        except KeyError as error:
            answer["error"] = f"{error.args[0]} is not there (any more)."
        except (LookupError, ValueError, TypeError, AssertionError) as error:
            answer["error"] = str(error).splitlines()[0]
        except Exception:  # a bug of ours must not leave the tab waiting
            log.exception("the page asked for %s", asked.get("do"))
            answer["error"] = "Something broke in the playground; its log says what."
        self._tell("ANSWER", answer)

    async def _do(self, asked: Json) -> Any:
        match asked.get("do"):
            case "look":
                return self._look()
            case "look away":
                self._look_away()
            case "details":
                return await self._inspector.details(int(asked["entry"]))
            case "speed":
                self._inspector.set_speed(float(asked["speed"]))
            case "character":
                self._inspector.set_character(str(asked["character"]))
            case "fault":
                await self._inspector.cause(str(asked["fault"]))
            case "cluster" if self._cluster:
                return self._cluster.table()
            case "process" if self._cluster:
                return await self._cluster.do(str(asked["deed"]), int(asked["number"]))
            case _:
                return await self._actions.do(asked)
        return None

    def _look(self) -> Json:
        """Open the inspector: bring what went over the wire lately, and tell of all that follows."""
        self._look_away()
        self._stop_wire = self._inspector.subscribe(self._tell)
        cast = [{"name": one.name, "does": one.does} for one in CAST.values()]
        return {
            "entries": self._inspector.latest(),
            "instruments": self._inspector.instruments(),
            "cast": cast,
        }

    def _look_away(self) -> None:
        if self._stop_wire is not None:
            self._stop_wire()
            self._stop_wire = None


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
