"""A playground with a bot in it, and windows of a real browser that look at it."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    async_playwright,
    expect,
)

from playground import Limits, Playground
from tests.browser.bot import ShowBot, show_bot
from tests.conftest import find_browser
from tests.support.wire_log import wire_kept

SLOWED_MS = 300  # between two steps that somebody watches
LIMIT_MS = 60_000  # a guard against hanging, no bound on how fast the page is
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and let them share the loop in which the browser lives."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@dataclass(frozen=True, slots=True)
class Look:
    """What a window is like."""

    width: int = 1280
    height: int = 800
    scheme: Literal["dark", "light"] = "dark"
    scale: int = 1


class Contexts:
    """Lends contexts of the browser, each to one window at a time: to make one takes as long as a test."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: defaultdict[Look, list[BrowserContext]] = defaultdict(list)

    async def lend(self, look: Look) -> BrowserContext:
        """Return a context that nobody looks through."""
        if self._free[look]:
            return self._free[look].pop()
        return await self._browser.new_context(
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.scheme,
            device_scale_factor=look.scale,
            locale="en-GB",
            reduced_motion="reduce",
        )

    async def take_back(self, look: Look, context: BrowserContext) -> None:
        """Close a context's pages, and lend it again."""
        for page in context.pages:
            await page.close()
        await context.clear_permissions()
        self._free[look].append(context)


async def forget(page: Page, url: str) -> None:
    """Forget what an earlier page left in the browser, should a playground have had the same port."""
    session = await page.context.new_cdp_session(page)
    await session.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "all"})
    await session.detach()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def contexts(request: pytest.FixtureRequest) -> AsyncIterator[Contexts]:
    expect.set_options(timeout=LIMIT_MS)
    async with async_playwright() as playwright:
        is_seen = request.config.getoption("--headed")
        browser = await playwright.chromium.launch(
            executable_path=find_browser(), args=FLAGS, headless=not is_seen, slow_mo=SLOWED_MS * is_seen
        )
        yield Contexts(browser)
        await browser.close()


class Windows:
    """Opens windows as people; afterwards none of them may have complained or looked elsewhere."""

    def __init__(self, contexts: Contexts, playground: Playground) -> None:
        self._contexts = contexts
        self.playground = playground
        self.problems: list[str] = []
        self._lent: list[tuple[Look, BrowserContext]] = []

    async def open(self, who: str = "alex", place: str = "general", **look: Any) -> Page:
        """Open a window as somebody, in a browser that was never here before."""
        wanted = Look(**look)
        context = await self._contexts.lend(wanted)
        self._lent.append((wanted, context))
        page = await context.new_page()
        await forget(page, self.playground.url)
        page.set_default_timeout(LIMIT_MS)
        self._watch(page)
        await page.goto(f"{self.playground.url}/#{who}/{place}")
        await expect(page.locator("#header h1")).to_have_text("Parley" if place == "dm" else place)
        await expect(page.locator(".me strong")).to_have_text(who.capitalize())
        return page

    def _watch(self, page: Page) -> None:
        page.on("pageerror", self._catch)
        page.on("console", self._hear)
        page.on("request", self._note)

    def _catch(self, error: Error) -> None:
        self.problems.append(f"error: {error}")

    def _hear(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self.problems.append(f"console: {line.text}")

    def _note(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.problems.append(f"request to {request.url}")

    async def close(self) -> None:
        """Close all windows."""
        for look, context in self._lent:
            await self._contexts.take_back(look, context)


@contextlib.asynccontextmanager
async def open_playground() -> AsyncIterator[Playground]:
    """Keep a playground open, to which the bots of this process connect."""
    async with Playground(speed=200, limits=Limits.off()) as running, wire_kept(running.wire):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Route, "BASE", running.api_url)
            patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(running.gateway_url))
            yield running


@pytest_asyncio.fixture(loop_scope="session")
async def playground() -> AsyncIterator[Playground]:
    async with open_playground() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def bot(playground: Playground) -> AsyncIterator[ShowBot]:
    async with show_bot(playground) as bot:
        yield bot


@pytest_asyncio.fixture(loop_scope="session")
async def windows(contexts: Contexts, playground: Playground) -> AsyncIterator[Windows]:
    opened = Windows(contexts, playground)
    yield opened
    await opened.close()
    assert opened.problems == []
