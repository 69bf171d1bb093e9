"""The pictures in the README: taken at every run, kept in docs/screenshots/ where `--screenshots` asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from playground import Limits
from tests.browser.conftest import Windows
from tests.support.room import open_room

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
WORDS_A_SECOND = 40


async def ask(page: Page, text: str) -> None:
    """Ask the bot and wait until its answer is finished."""
    answers = page.get_by_role("button", name="Regenerate")
    before = await answers.count()
    await page.locator("#composer").fill(f"@Parley {text}")
    await page.locator("#composer").press("Enter")
    await expect(answers).to_have_count(before + 1, timeout=20_000)


async def test_the_page_is_pictured(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = FOLDER if request.config.getoption("--screenshots") else tmp_path
    async with open_room(tmp_path, limits=Limits()) as room:
        if folder is FOLDER:  # the edits of an answer are in a picture
            room.playground.model.speed = WORDS_A_SECOND
        windows = Windows(browser, room.playground)
        page = await windows.open(place="help", scale=2)
        await ask(page, "Show me some code.")
        await ask(page, "Hello! I'm Alex.")
        await ask(page, "Do you know my name?")
        await page.mouse.move(0, 0)
        await page.screenshot(path=folder / "chat-dark.png")
        await page.emulate_media(color_scheme="light")
        await page.screenshot(path=folder / "chat-light.png")
        await page.set_viewport_size({"width": 390, "height": 800})
        await page.screenshot(path=folder / "narrow.png")
        await page.emulate_media(color_scheme="dark")
        await page.set_viewport_size({"width": 1440, "height": 900})
        await page.get_by_role("link", name="random").click()
        await expect(page.locator("#header h1")).to_have_text("random")
        await page.get_by_role("button", name="Behind the curtain").click()
        await ask(page, "Hello! I'm Alex. Show me some code.")
        await page.locator(".log .model button").first.click()
        await expect(page.locator(".tally")).to_be_visible()
        await page.screenshot(path=folder / "inspector.png")
        await windows.close()

    assert windows.problems == []
