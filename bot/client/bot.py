"""The Discord client: what it listens to, which cogs it loads, when it registers its commands."""

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from functools import partial
from http import HTTPStatus
from importlib import import_module
from pkgutil import walk_packages
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from discord.http import HTTPClient, Route

from bot.chat.services import Services
from bot.client.registration import actions_of, keep_registered
from bot.client.replies import Unacknowledged, respond
from bot.client.report import report_interaction
from bot.client.sessions import Sessions
from bot.client.standing import standing_of
from bot.client.translating import Translator, digest
from bot.client.trusted import Trusted, owners_of
from bot.errors import NotAllowed
from bot.network import proxy_for

log = logging.getLogger(__name__)

# No voice here, so the advice to install what voice needs would only puzzle.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

REGISTER_SECONDS = 2.0
LEADS_SECONDS = 1.0  # between two looks whether this process does what one does for all


def _cogs() -> Sequence[str]:
    """Return the names of the cogs: of each module in a folder of theirs."""
    folders = import_module("cogs").__path__
    return [module.name for module in walk_packages(folders, "cogs.") if not module.ispkg]


class ParleyTree(app_commands.CommandTree["ParleyBot"]):
    """The slash commands; what fails in one is reported to whoever used it."""

    async def interaction_check(self, interaction: discord.Interaction["ParleyBot"], /) -> bool:
        """Let those pass who are let in where they use a command; others are told, or complete nothing."""
        command = interaction.command
        actions = actions_of(command) if command is not None else ()
        try:
            self.client.services.access.require(standing_of(interaction), *actions)
        except NotAllowed as error:
            if interaction.type is discord.InteractionType.autocomplete:
                with suppress(Unacknowledged):
                    await respond(interaction, partial(interaction.response.autocomplete, []))
            else:
                await report_interaction(interaction, error)
            return False
        return True

    async def on_error(
        self, interaction: discord.Interaction["ParleyBot"], error: app_commands.AppCommandError, /
    ) -> None:
        """Report the error of a command; an autocompletion has nowhere to show one."""
        if interaction.type is discord.InteractionType.autocomplete:
            log.warning("completing an option failed in interaction %s: %r", interaction.id, error)
            return
        await report_interaction(interaction, error)


class ParleyBot(commands.AutoShardedBot):
    """The bot on Discord, with no more intents than it needs and no cache of messages or members."""

    def __init__(
        self,
        build: Callable[["ParleyBot"], Services],
        *,
        api_url: str | None = None,
        trusted: Trusted = Trusted(),  # noqa: B008 - frozen
        http_trace: aiohttp.TraceConfig,
        **options: Any,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=ParleyTree,
            intents=discord.Intents(
                guilds=True,
                guild_messages=True,
                dm_messages=True,
                message_content=trusted.reads_all,
                emojis_and_stickers=True,
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            proxy=proxy_for(api_url or Route.BASE),
            http_trace=http_trace,
            **options,
        )
        self.http.ws_connect = partial(_open_socket, self.http)  # type: ignore[method-assign]
        self.api_url = api_url
        self._trusted = trusted
        self.sessions = Sessions()
        self.unauthorized = asyncio.Event()  # set at each 401
        http_trace.on_request_end.append(self._look_at_status)
        self.services = build(self)
        point_at(api_url)

    async def setup_hook(self) -> None:
        """Add the cogs and register the commands; runs once, before the gateway.

        No cog is ever loaded anew: they are plain modules, no extensions, which discord.py would take apart
        at the end. Somebody who only talks to the bot needs no commands, so a refusal of theirs keeps nobody
        waiting.
        """
        await self.tree.set_translator(Translator())
        for cog in _cogs():
            await import_module(cog).setup(self)
        registered = self.services.tasks.start(self._register())
        if self.services.leads():
            await asyncio.wait([registered], timeout=REGISTER_SECONDS)

    async def _register(self) -> None:
        """Register the commands; of several processes the one does that leads them."""
        while True:
            if self.services.leads():
                return await keep_registered(
                    self.tree, self.services.facts, partial(asyncio.to_thread, digest)
                )
            await asyncio.sleep(LEADS_SECONDS)

    @property
    def allowed_bots(self) -> frozenset[int]:
        """Return the ids of other bots that are answered as people are."""
        return self._trusted.bots - {self.user.id} if self.user else self._trusted.bots

    @property
    def owners(self) -> frozenset[int]:
        """Return the ids of those who run the bot; Discord tells of them at the login."""
        if self._trusted.owners or self.application is None:
            return self._trusted.owners
        return owners_of(self.application)

    async def _look_at_status(
        self, _: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        # A request without our token answers an interaction, whose own token may well have expired.
        if params.response.status == HTTPStatus.UNAUTHORIZED and "Authorization" in params.headers:
            self.unauthorized.set()

    async def process_commands(self, message: discord.Message, /) -> None:
        """Leave messages to the cogs: there are no prefix commands."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Log who used which command, button or form, and where."""
        if interaction.type is discord.InteractionType.autocomplete:
            return
        data: Any = interaction.data or {}
        what = interaction.command.qualified_name if interaction.command else data.get("custom_id")
        where = interaction.channel_id
        log.info("interaction %s: %s by %s in channel %s", interaction.id, what, interaction.user.id, where)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Log that the bot was added to a server."""
        log.info("joined server %s; in %d now", guild.id, len(self.guilds))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Log that the bot is no more in a server."""
        log.info("left server %s; in %d now", guild.id, len(self.guilds))

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what failed in an event; answers report their own failures to the asker."""
        log.error("handling the event %s failed", event_method, exc_info=sys.exc_info())


async def _open_socket(http: HTTPClient, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
    """Connect to the gateway by the way that leads to its own host, which needn't be that to the API."""
    own = copy(http)
    own.proxy = proxy_for(url)
    return await HTTPClient.ws_connect(own, url, compress=compress)


def point_at(api_url: str | None) -> None:
    """Have discord.py speak to another REST API than Discord's own: a proxy, or the playground."""
    if api_url is not None:
        Route.BASE = api_url
