"""Several windows, several people, and what survives a reload and a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from playground import Playground
from playground.kept_world import Keeper, open_world
from tests.browser.conftest import Contexts, Windows


async def test_two_windows_as_two_people_are_both_live(windows: Windows) -> None:
    alex, sam = await windows.open("alex"), await windows.open("sam", "help")
    await alex.locator("#composer").fill("@Sam are you there?")
    await alex.keyboard.press("Enter")
    await expect(sam.locator(".place.unread")).to_have_text("general@unread")
    await sam.get_by_role("link", name="general").click()
    await expect(sam.locator(".message").last).to_contain_text("@Sam are you there?")
    await sam.locator("#composer").press_sequentially("y")
    await expect(alex.locator("#typing")).to_have_text("Sam is typing…")
    await sam.locator("#composer").press_sequentially("es")
    await sam.keyboard.press("Enter")

    await expect(alex.locator(".message").last).to_contain_text("Sam")
    await expect(alex.locator(".message .content").last).to_have_text("yes")
    await expect(sam.locator(".place.unread")).to_have_count(0)


async def test_direct_messages_are_seen_by_one_person_alone(windows: Windows) -> None:
    alex, sam = await windows.open("alex", "dm"), await windows.open("sam", "dm")
    await alex.locator("#composer").fill("between us")
    await alex.keyboard.press("Enter")
    await expect(alex.locator(".message")).to_contain_text("between us")
    await sam.reload()
    await expect(sam.locator(".greeting")).to_contain_text("This is Parley")

    await expect(sam.locator(".message")).to_have_count(0)


async def test_one_becomes_somebody_else_in_place(windows: Windows, playground: Playground) -> None:
    page = await windows.open("alex", "random")
    await page.get_by_role("button", name="You are Alex").click()
    await expect(page.get_by_role("menuitem")).to_have_text(
        [
            "Be Oliviaowner",
            "Be Sammember",
            "Be Minjimember",
            "Be Momoderator",
            "Be Robinbot's owner",
            "New window as Olivia",
            "New window as Sam",
            "New window as Minji",
            "New window as Mo",
            "New window as Robin",
            "LanguageEnglish",
        ]
    )
    await page.get_by_role("menuitem", name="Be Mo").click()
    await expect(page.locator(".me")).to_contain_text("Mo")
    await expect(page.locator("#header h1")).to_have_text("random")
    await page.locator("#composer").fill("it is me")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message .name")).to_have_text("Mo")

    last = playground.world.channel("random").last
    assert last is not None
    assert last.author_id == playground.world.person("mo").id


async def test_a_reload_keeps_person_place_and_chat(windows: Windows, playground: Playground) -> None:
    playground.world.person("mo").post("help", "still here")
    page = await windows.open("sam", "help")
    await page.reload()

    await expect(page.locator(".me")).to_contain_text("Sam")
    await expect(page.locator("#header h1")).to_have_text("help")
    await expect(page.locator(".message")).to_contain_text("still here")


async def test_one_sees_only_the_channels_that_one_may(windows: Windows, playground: Playground) -> None:
    world = playground.world
    page = await windows.open("alex", "help")
    place = page.locator(".place", has_text="random")
    await expect(place).to_be_visible()
    world.deny(world.channel("random"), world.person("alex"), 1 << 10)
    await expect(place).to_have_count(0)
    world.deny(world.channel("help"), world.person("alex"), 1 << 11)

    await expect(page.locator("#header h1")).to_have_text("help")
    await page.reload()
    await expect(page.locator("#composer")).to_be_disabled()


async def test_the_page_returns_with_the_restarted_playground_and_its_chat(
    contexts: Contexts, tmp_path: Path
) -> None:
    kept = tmp_path / "world.json"
    async with Playground(world=open_world(kept)) as first, Keeper(first.world, kept):
        port = int(first.url.rsplit(":", 1)[1])
        windows = Windows(contexts, first)
        page = await windows.open()
        await page.locator("#composer").fill("remember this")
        await page.keyboard.press("Enter")
        await expect(page.locator(".message .content").last).to_have_text("remember this")
    await expect(page.locator("#offline")).to_be_visible()
    async with Playground(world=open_world(kept), port=port) as second:
        await expect(page.locator("#offline")).to_be_hidden()
        await expect(page.locator(".message .content").last).to_have_text("remember this")
        second.world.person("sam").post("general", "I do")

        await expect(page.locator(".message .content").last).to_have_text("I do")
    await windows.close()


@pytest.mark.usefixtures("bot")
async def test_a_new_thread_appears_and_is_talked_in(windows: Windows, playground: Playground) -> None:
    world = playground.world
    page = await windows.open()
    world.add_thread("plans", world.channel("general"), world.person("sam"))
    await page.get_by_role("link", name="plans").click()
    await expect(page.locator("#header .topic")).to_have_text("Thread in #general")
    await page.locator("#composer").fill("@Parley hello")
    await page.keyboard.press("Enter")

    await expect(page.locator(".message .content").last).to_contain_text("ten")
