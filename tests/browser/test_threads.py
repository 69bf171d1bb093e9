"""An answer goes on in a thread, at a desk and on a phone, as the real bot has it."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import Contexts, Windows
from tests.browser.test_screenshots import ask
from tests.support.room import open_room


async def test_an_answer_goes_on_in_a_thread(contexts: Contexts, tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        windows = Windows(contexts, room.playground)
        page = await windows.open()
        room.playground.model.answer("With flour, water, salt and time.")
        await ask(page, "How do I bake bread?")
        await page.get_by_role("button", name="Continue in a thread").click()
        await expect(page.get_by_text("Your thread is ready:")).to_be_visible()
        link = page.locator(".to-thread")
        await expect(link).to_have_text("How do I bake bread?")
        await page.screenshot(path=tmp_path / "offered.png")
        await link.click()
        await expect(page.locator("#header h1")).to_have_text("How do I bake bread?")
        await expect(page.get_by_text("No need to mention me in this thread.")).to_be_visible()

        phone = await windows.open("sam", width=390)
        await expect(phone.get_by_role("button", name="Continue in a thread")).to_be_in_viewport()
        await phone.screenshot(path=tmp_path / "offered-narrow.png")
        await phone.locator(".to-thread").click()
        room.playground.model.answer("An hour at 230 °C.")
        await phone.locator("#composer").fill("And for how long?")
        await phone.locator("#composer").press("Enter")
        for one in (page, phone):
            await expect(one.get_by_text("An hour at 230 °C.")).to_be_visible()
            await expect(one.get_by_role("button", name="Regenerate")).to_be_visible()
            await expect(one.get_by_role("button", name="Continue in a thread")).to_have_count(0)
        await phone.screenshot(path=tmp_path / "thread-narrow.png")
        await page.screenshot(path=tmp_path / "thread.png")
        await windows.close()

    assert windows.problems == []
    assert "How do I bake bread?" in str(room.playground.model.last.messages)
