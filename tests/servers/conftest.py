"""The servers, each started when first needed and kept until the end, and a room before each of them."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.running import KEY, MOCK, TEMPLATE, Kind, Server, free_port, litellm, llama, llmock
from tests.servers.tap import Tap
from tests.support.room import Room, open_room

NAMES = ("llmock", "llama.cpp", "llama.cpp, strict", "LiteLLM before llama.cpp", "LiteLLM with a mock")


class Servers:
    """All servers by name. All start at once, since some take long, and run until the end."""

    def __init__(self, python: Path, folder: Path) -> None:
        model = next(python.parent.parent.rglob("SmolLM2*.gguf"))
        plain = llama(python, model, "llama.cpp")
        plain.start(free_port())
        proxy = litellm(python, folder, plain)
        started = (proxy, llama(python, model, "llama.cpp, strict", TEMPLATE), llmock(python))
        for server in started:
            server.start(free_port())
        mock = proxy.beside(Kind("LiteLLM with a mock", MOCK, knows_models=True))
        self._all = {server.kind.name: server for server in (plain, *started, mock)}

    def named(self, name: str) -> Server:
        """Return a server that answers."""
        server = self._all[name]
        server.wait()
        return server

    def kill(self) -> None:
        """End them all."""
        for server in self._all.values():
            server.kill()


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    python = Path(pytestconfig.getoption("--servers")).absolute()
    servers = Servers(python, tmp_path_factory.mktemp("servers"))
    yield servers
    servers.kill()


@pytest.fixture(params=NAMES, scope="session")
def server(request: pytest.FixtureRequest, servers: Servers) -> Server:
    try:
        return servers.named(request.param)
    except RuntimeError as error:  # such as a build of llama.cpp that this machine's processor doesn't know
        pytest.skip(str(error))


@dataclass(frozen=True, slots=True)
class Meeting:
    """A room with the bot in it, and the tap through which it speaks with a server."""

    room: Room
    tap: Tap


Meet = Callable[..., AbstractAsyncContextManager[Meeting]]


@pytest.fixture
def meet(server: Server, tmp_path: Path) -> Meet:
    """Open a room before the server; keyword arguments are settings."""

    @asynccontextmanager
    async def met(**environ: str) -> AsyncIterator[Meeting]:
        async with Tap(server.url) as tap:
            settings: dict[str, Any] = {
                "OPENAI_BASE_URL": tap.url,
                "OPENAI_API_KEY": KEY,
                "OPENAI_MODEL": server.kind.model,
                "MAX_REPLY_TOKENS": "16",
            } | environ
            async with open_room(tmp_path, **settings) as room:
                yield Meeting(room, tap)

    return met
