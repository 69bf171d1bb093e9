"""/config as an admin sees and uses it, at a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from bot.texts import config
from tests.browser.conftest import Contexts, Windows
from tests.browser.test_commands import call
from tests.support.room import open_room


async def test_an_admin_changes_what_holds_where_it_is_shown(contexts: Contexts, tmp_path: Path) -> None:
    async with open_room(tmp_path, ALLOWED_MODELS="gpt-4o") as room:
        windows = Windows(contexts, room.playground)
        page = await opened(windows, "general", 1280, tmp_path)
        await pick(page, str(config.CHANGE), "Model")
        await page.get_by_role("button", name="gpt-4.1-mini").click()
        await page.get_by_role("menuitem", name="gpt-4o").click()
        await expect(page.locator(".message.ephemeral")).to_contain_text(str(config.TO_DEFAULT))
        await page.screenshot(path=tmp_path / "model-1280.png")

        phone = await opened(windows, "random", 390, tmp_path)
        await pick(phone, str(config.CHANGE), "Persona")
        await phone.get_by_role("button", name=str(config.WRITE)).click()
        modal = phone.get_by_role("dialog", name="Persona")
        await modal.get_by_role("textbox").fill("You are a pirate.")
        await modal.get_by_role("button", name="Submit").click()
        await expect(phone.locator(".message.ephemeral")).to_contain_text("You are a pirate.")
        await phone.get_by_role("button", name=str(config.BACK), exact=True).click()
        await pick(phone, str(config.CHANGE), "Who can use me")
        await pick(phone, str(config.WHOM["allow"]), "moderator")
        await expect(phone.locator(".message.ephemeral")).to_contain_text("@moderator")
        await phone.screenshot(path=tmp_path / "access-390.png")
        await windows.close()

    assert windows.problems == []


async def opened(windows: Windows, place: str, width: int, folder: Path) -> Page:
    """Open the view in a window of a width, which it must not be wider than, and return the window."""
    page = await windows.open("olivia", place, width=width)
    await call(page, "/config")
    await expect(page.locator(".message.ephemeral")).to_contain_text(str(config.TITLE_HERE))
    await page.screenshot(path=folder / f"config-{width}.png")
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return page


async def pick(page: Page, menu: str, option: str) -> None:
    """Pick something in a menu."""
    await page.get_by_role("button", name=menu).click()
    await page.get_by_role("menuitem", name=option).click()
