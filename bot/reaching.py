"""Reaches the servers of models: each has its own key, dialects and patience. Nothing is asked here."""

import random
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial

from bot.chat.ports import Clock
from bot.llm.attempt import Limits
from bot.llm.completer import OpenAICompleter, Server
from bot.llm.connection import OPENAI_URL, Servers, connect
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects.learned import Dialects
from bot.llm.moderating.endpoint import OpenAIModeration
from bot.llm.slots import Line, Slots
from bot.rules.spending.pseudonyms import pseudonym
from bot.settings.model_servers import is_private
from bot.settings.settings import Settings
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Reached:
    """What the servers of models are reached with; each has its own key, dialects and patience."""

    stack: AsyncExitStack
    settings: Settings
    store: Store
    counter: TiktokenCounter
    clock: Clock
    slots: Slots
    dialects: list[Dialects] = field(default_factory=list)  # of all of them

    async def main(self) -> Server:
        """Return the server that answers where none is named."""
        return await self._server(self.settings.openai_base_url or "", self.settings.openai_api_key)

    async def moderation(self) -> OpenAIModeration:
        """Return the endpoint that judges what is said, if one is set."""
        place, own = self.settings.moderation.moderation, self.settings.moderation
        if place is None:
            return OpenAIModeration(None, "", self.clock)
        is_main = place[0] == (self.settings.openai_base_url or OPENAI_URL)
        key = own.moderation_api_key or (self.settings.openai_api_key if is_main else "")
        client = await self.stack.enter_async_context(connect(key, place[0]))
        return OpenAIModeration(client, place[1], self.clock, own.moderation_categories)

    async def servers(self, main: Server) -> Servers:
        """Return the main server, with those of the fall-backs; one for all models of an address and key."""
        others: dict[tuple[str, str], OpenAICompleter] = {}
        names: dict[str, OpenAICompleter] = {}
        for one in self.settings.fallback_models:
            if one.api_key is not None:
                at = (one.base_url, one.api_key)
                names[one.name] = others[at] = others.get(at) or self._completer(await self._server(*at))
        return Servers(self._completer(main), names)

    def _completer(self, server: Server) -> OpenAICompleter:
        return OpenAICompleter(server, self.counter, self.clock, random.random)

    async def _server(self, url: str, key: str) -> Server:
        settings, clock = self.settings, self.clock
        client = await self.stack.enter_async_context(connect(key, url))
        dialects = Dialects(str(client.base_url), clock.now, self.store.lessons)
        await dialects.load()
        self.dialects.append(dialects)
        self.slots.know(Line(dialects.server), self.slots.most(None))  # before the first question
        limits = Limits.of(nearby=bool(url) and is_private(url), first=settings.first_token_timeout)
        effort, options = settings.reasoning_effort, settings.model_options
        identify = partial(pseudonym, settings.discord_token)
        return Server(client, dialects, effort, options, limits, self.slots, identify)
