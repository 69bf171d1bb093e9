"""/config as an admin sees and uses it, at a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.texts import config
from tests.browser.conftest import Windows
from tests.browser.test_commands import call
from tests.support.room import open_room


@pytest.mark.parametrize("width", [1280, 390])
async def test_an_admin_changes_what_holds_where_it_is_shown(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    async with open_room(tmp_path, ALLOWED_MODELS="gpt-4o") as room:
        windows = Windows(browser, room.playground)
        page = await windows.open("olivia", width=width)
        await call(page, "/config")
        view = page.locator(".message.ephemeral")
        await expect(view).to_contain_text(str(config.TITLE_HERE))
        await page.screenshot(path=tmp_path / f"config-{width}.png")
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")

        await pick(page, str(config.CHANGE), "Model")
        await page.get_by_role("button", name="gpt-4.1-mini").click()
        await page.get_by_role("menuitem", name="gpt-4o").click()
        await expect(view).to_contain_text("gpt-4o")
        await page.screenshot(path=tmp_path / f"model-{width}.png")
        await page.get_by_role("button", name=str(config.BACK), exact=True).click()
        await pick(page, str(config.CHANGE), "Persona")
        await page.get_by_role("button", name=str(config.WRITE)).click()
        modal = page.get_by_role("dialog", name="Persona")
        await modal.get_by_role("textbox").fill("You are a pirate.")
        await modal.get_by_role("button", name="Submit").click()
        await expect(view).to_contain_text("You are a pirate.")
        await page.get_by_role("button", name=str(config.BACK), exact=True).click()
        await pick(page, str(config.CHANGE), "Who can use me")
        await pick(page, str(config.WHOM["allow"]), "moderator")
        await expect(view).to_contain_text("Only these people and roles")
        await page.screenshot(path=tmp_path / f"access-{width}.png")
        await windows.close()

    assert windows.problems == []


async def pick(page: Page, menu: str, option: str) -> None:
    """Pick something in a menu."""
    await page.get_by_role("button", name=menu).click()
    await page.get_by_role("menuitem", name=option).click()
