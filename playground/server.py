"""The playground itself: one server on loopback that holds the world, its APIs and the model."""

from __future__ import annotations

from typing import Self

from aiohttp import web

from playground.clock import Clock
from playground.discord.application import Application
from playground.discord.calls import Backend
from playground.discord.faults import Faults
from playground.discord.gateway import Gateway
from playground.discord.limits import Limiter, Limits
from playground.discord.rest import Rest
from playground.discord.routes import ROUTES
from playground.model.api import ModelApi
from playground.model.counting import CountTokens
from playground.model.moderation import Moderation
from playground.model.speech import Speech
from playground.page.cluster import Cluster, Processes
from playground.page.inspector import Inspected, Inspector
from playground.page.origin_check import check_origin
from playground.page.page import Page
from playground.wire import Wire
from playground.world.world import World

LARGEST_REQUEST = 26 * 2**20
GOING_AWAY, WRONG_TOKEN = 1001, 4004


class Playground:
    """Discord and a model in miniature on 127.0.0.1; use it in `async with`.

    `speed` is the stand-in model's words a second; without `count_tokens` token counts are crude guesses.
    `answering` names another model that answers in its place, so that the page can say so; `processes` are
    those of the bot, where several share its shards, for the page's table of them.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        port: int = 0,
        speed: float = 20.0,
        count_tokens: CountTokens | None = None,
        shards: int = 1,
        heartbeat_seconds: float = 41.25,
        clock: Clock | None = None,
        world: World | None = None,
        answering: str = "",
        processes: Processes | None = None,
    ) -> None:
        self.clock = clock or (world.clock if world else Clock())
        self.world = world or World(self.clock)
        self.limits = limits or Limits()
        self.limiter = Limiter(self.limits, self.clock.steady, self.clock.wall)
        self.faults = Faults()
        self.wire = Wire()
        self._application = Application(self.world, self.limiter, shards)
        self.gateway = Gateway(self.world, self.wire, self._application, heartbeat_seconds)
        self.model = ModelApi(self.clock, self.wire, speed, count_tokens)
        self.speech = Speech(self.clock, self.wire)
        self.moderation = Moderation(self.clock, self.wire)
        backend = Backend(self.world, self._application, self.limiter)
        self._rest = Rest(backend, self.wire, self.faults, ROUTES)
        cluster = Cluster(processes, self.gateway) if processes else None
        inspected = Inspected(
            self.world, self.wire, self.faults, self.limits, self.gateway, self.model, cluster
        )
        self._page = Page(self.world, Inspector(inspected), answering)
        self._port = port
        self._runner: web.AppRunner | None = None
        self.wire.subscribe(lambda _: self.world.touch())

    @property
    def url(self) -> str:
        """Return where the server listens."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """Return the base of the REST API."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """Return the gateway's address."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    @property
    def model_url(self) -> str:
        """Return the base of the model API."""
        return f"{self.url}/v1"

    @property
    def token(self) -> str:
        """Return the bot's token."""
        return self._application.token

    @property
    def message_content_allowed(self) -> bool:
        """Whether the bot may ask for the content of all messages."""
        return self._application.message_content_allowed

    @message_content_allowed.setter
    def message_content_allowed(self, allowed: bool) -> None:
        self._application.message_content_allowed = allowed

    @property
    def shards(self) -> int:
        """How many shards Discord wants of the bot."""
        return self._application.shards

    @shards.setter
    def shards(self, wanted: int) -> None:
        self._application.shards = wanted

    @property
    def guilds_of_shard(self) -> int:
        """How many guilds a shard may have at most."""
        return self._application.guilds_of_shard

    @guilds_of_shard.setter
    def guilds_of_shard(self, most: int) -> None:
        self._application.guilds_of_shard = most

    async def start(self) -> None:
        """Bind the port and serve."""
        app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[check_origin])
        app.router.add_get("/gateway", self.gateway.connect)
        app.router.add_get("/gateway/", self.gateway.connect)
        app.router.add_get(r"/attachments/{channel_id:\d+}/{attachment_id:\d+}/{filename}", self._attachment)
        self.model.mount(app)
        self.speech.mount(app)
        self.moderation.mount(app)
        self._page.mount(app)
        self._rest.mount(app, "/api/v10")
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.world.base_url = self.url

    async def close(self) -> None:
        """End all connections and free the port."""
        self.faults.clear()
        await self._page.close()
        await self.gateway.drop(GOING_AWAY)
        await self._rest.close()
        await self.model.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except OSError:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def reset_token(self, *, tell: bool = True) -> None:
        """Replace the bot's token; with `tell` its connections are closed, as Discord does."""
        self._application.reset_token()
        if tell:
            await self.gateway.drop(WRONG_TOKEN)

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        channel_id = int(request.match_info["channel_id"])
        attachment = self.world.find_attachment(channel_id, int(request.match_info["attachment_id"]))
        if attachment is None:
            return web.Response(status=404, text="This content is no longer available.")
        kind = attachment.content_type or "application/octet-stream"
        return web.Response(body=attachment.data, headers={"Content-Type": kind})
