"""The page in the browser: its files, and the one WebSocket over which each of its tabs lives."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web

from playground.page.inspector import Inspector
from playground.page.origin_check import add_headers
from playground.page.tab import Captions, Tab
from playground.world.interacting import commands, interactions
from playground.world.people import Person
from playground.world.state import Event
from playground.world.world import World

MOST_COMMANDS = 2000
MOST_TABS = 32  # each is told of everything that happens
FILES = Path(__file__).parent / "web"


class Page:
    """Serve the page of a world; `answering` names the configured model, empty for the stand-in."""

    def __init__(self, world: World, inspector: Inspector, answering: str = "") -> None:
        self._world = world
        self._inspector = inspector
        self._tabs: set[Tab] = set()
        self._commands: dict[str, str] = {}
        self._captions = Captions(answering, self._commands)
        world.subscribe(self._note)

    def mount(self, app: web.Application) -> None:
        """Add the routes to the application."""
        app.router.add_get("/", _index)
        app.router.add_get("/live", self._live)
        app.router.add_static("/web", FILES)
        app.on_response_prepare.append(add_headers)

    async def close(self) -> None:
        """Close all tabs."""
        await self._inspector.close()
        await asyncio.gather(*(tab.close() for tab in tuple(self._tabs)))

    def _note(self, event: Event) -> None:
        """Keep how a command was called, for the line above its answer."""
        if event.name != "INTERACTION_CREATE" or event.data["type"] != interactions.COMMAND:
            return
        self._commands[event.data["id"]] = _called(event.data["data"])
        if len(self._commands) > MOST_COMMANDS:
            del self._commands[next(iter(self._commands))]

    async def _live(self, request: web.Request) -> web.StreamResponse:
        if len(self._tabs) >= MOST_TABS:
            return await _turn_away(request)
        name = request.query.get("as", "")
        person = self._world.people.get(name)
        tab = Tab(self._world, self._inspector, person or _member(self._world), self._captions)
        if person is None and name:
            tab.tell_unknown(name)
        self._tabs.add(tab)
        try:
            return await tab.run(request)
        finally:
            self._tabs.discard(tab)


def _called(data: dict[str, Any]) -> str:
    """Return how a command was called: with its path, or by its name in a menu."""
    if data["type"] != commands.CHAT_INPUT:
        return str(data["name"])
    path, options = [data["name"]], data.get("options") or []
    while options and options[0]["type"] in (commands.SUBCOMMAND, commands.GROUP):
        path.append(options[0]["name"])
        options = options[0].get("options") or []
    return "/" + " ".join(path)


def _member(world: World) -> Person:
    """Return the first person who is a mere member."""
    return next(one for one in world.people.values() if one.id != world.guild.owner_id)


async def _turn_away(request: web.Request) -> web.StreamResponse:
    """Tell a tab that there are too many; it comes again by itself, when there may be room."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_json({"t": "FULL", "d": MOST_TABS})
    await socket.close()
    return socket


async def _index(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(FILES / "index.html")
