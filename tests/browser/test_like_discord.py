"""What the page has of Discord's own ways: private answers, drafts, chips, dividers, one clock."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest_asyncio
from playwright.async_api import Page, expect

from playground import Playground
from playground.world.world import World
from tests.browser.bot import show_bot
from tests.browser.conftest import Contexts, Windows, open_playground
from tests.browser.test_commands import call

DAY = 86_400


class Shared(NamedTuple):
    """One window as Alex over one playground, for the whole module; each test has a channel of its own."""

    page: Page
    playground: Playground
    windows: Windows

    @property
    def world(self) -> World:
        return self.playground.world

    async def enter(self, name: str) -> Page:
        """Make a channel, and turn to it."""
        self.world.add_text_channel(name)
        await self.page.get_by_role("link", name=name, exact=True).click()
        await expect(self.page.locator("#header h1")).to_have_text(name)
        return self.page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(contexts: Contexts) -> AsyncIterator[Shared]:
    async with open_playground() as playground, show_bot(playground):
        windows = Windows(contexts, playground)
        yield Shared(await windows.open(), playground, windows)
        await windows.close()
    assert windows.problems == []


async def test_a_private_answer_stays_while_one_looks_around_and_is_gone_after_a_reload(
    shared: Shared,
) -> None:
    page = await shared.enter("private")
    await call(page, "/secret")
    secret = page.locator(".message", has_text="For your eyes only")
    await expect(secret.locator(".only-you")).to_have_text("Only you can see this · Dismiss message")
    await page.get_by_role("link", name="help").click()
    await expect(page.locator("#header h1")).to_have_text("help")
    await page.get_by_role("link", name="private").click()
    await expect(secret).to_be_visible()
    shared.world.person("sam").post("private", "for all")
    await page.reload()

    await expect(page.locator(".message")).to_contain_text(["for all"])
    await expect(secret).to_have_count(0)


async def test_a_draft_waits_in_its_channel_through_escape_commands_and_reloads(shared: Shared) -> None:
    page = await shared.enter("drafts")
    field = page.locator("#composer")
    await field.fill("half a thought")
    await field.press("Escape")
    await expect(field).to_have_value("half a thought")
    shared.world.person("sam").post("drafts", "a word")
    await page.locator(".message").last.click(button="right")
    await page.get_by_role("menuitem", name="Reply").click()
    await field.press("Escape")
    await expect(page.locator(".composer-bar")).to_be_hidden()
    await page.get_by_role("link", name="help").click()
    await expect(field).to_have_attribute("placeholder", "Message #help")
    await expect(field).to_have_value("")
    await page.get_by_role("link", name="drafts").click()
    await expect(field).to_have_value("half a thought")
    await page.reload()
    await expect(field).to_have_value("half a thought")
    await field.press("Enter")

    await expect(page.locator(".message .content").last).to_have_text("half a thought")
    await expect(field).to_have_value("")
    await page.reload()
    await expect(page.locator(".message")).to_have_count(2)
    await expect(field).to_have_value("")


async def test_a_link_to_a_message_is_a_chip_whatever_stands_behind_it(shared: Shared) -> None:
    page = await shared.enter("links")
    sam = shared.world.person("sam")
    told = sam.post("help", "the point")
    address = f"https://discord.com/channels/{shared.world.guild.id}/{told.channel_id}"
    sam.post("links", f"{address}/{told.id}: there, or anywhere in {address}.")
    chips = page.locator(".message .content a.mention")

    await expect(chips).to_have_text(["#help ›", "#help"])
    await expect(page.locator(".message .content").last).to_have_text("#help ›: there, or anywhere in #help.")
    await chips.first.click()
    await expect(page.locator(f"#message-{told.id}")).to_be_focused()


async def test_each_day_begins_with_its_date(shared: Shared) -> None:
    page = await shared.enter("days")
    sam = shared.world.person("sam")
    for number in (2, 1, 1, 0):
        sam.post("days", f"{number} days ago", at=time.time() - number * DAY)

    await expect(page.locator(".message")).to_have_count(4)
    await expect(page.locator(".day")).to_have_count(3)
    await expect(page.locator(".day").first).to_have_text(re.compile(r"^\d{1,2} \w+ \d{4}$"))
    marks = await page.locator("#messages > li").evaluate_all("all => all.map((one) => one.classList[0])")
    assert marks == ["day", "message", "day", "message", "message", "day", "message"]


async def test_times_go_by_one_clock_and_edits_are_marked_where_the_text_ends(shared: Shared) -> None:
    page = await shared.enter("times")
    sam = shared.world.person("sam")
    said = sam.post("times", "…")
    sam.edit(said, "<t:1750000000:t> <t:1750000000:T> <t:1750000000:f>\n- one\n- two")
    content = page.locator(".message .content")

    await expect(content.locator("li").last).to_have_text("two(edited)")
    assert not re.search(r"[AP]M|[ap]m\b", await content.inner_text())
    assert await content.locator(".stamp").first.inner_text() in await content.inner_text()


async def test_code_is_copied(shared: Shared) -> None:
    page = await shared.enter("code")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shared.world.person("sam").post("code", "```python\nprint('hi')\n```")
    await page.locator(".code-box").hover()
    await page.get_by_role("button", name="Copy").click()

    await expect(page.locator(".copy")).to_have_class("copy done")
    assert await page.evaluate("navigator.clipboard.readText()") == "print('hi')"


async def test_reactions_are_picked_from_a_grid(shared: Shared) -> None:
    page = await shared.enter("reactions")
    shared.world.person("sam").post("reactions", "like it?")
    await page.locator(".message").hover()
    await page.get_by_role("button", name="React").click()
    first, below = page.get_by_role("menuitem").nth(0), page.get_by_role("menuitem").nth(6)
    places = [await one.bounding_box() for one in (first, page.get_by_role("menuitem").nth(1), below)]
    assert [places[0]["y"] == one["y"] for one in places] == [True, True, False]  # type: ignore[index]
    await page.keyboard.press("ArrowDown")
    await expect(below).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator(".reaction")).to_have_text("😡 1")


async def test_a_form_is_told_by_the_command_that_opened_it(shared: Shared) -> None:
    page = await shared.enter("forms")
    await call(page, "/form")
    await page.get_by_role("dialog").get_by_label("Name").fill("Ada")
    await page.get_by_role("button", name="Submit").click()

    await expect(page.locator(".message .quoted")).to_have_text("Alex used /form")
    await expect(page.locator(".message .tag")).to_have_text("APP")


async def test_what_is_marked_in_a_form_arrives(shared: Shared) -> None:
    page = await shared.enter("orders")
    await call(page, "/order")
    form = page.get_by_role("dialog")
    await form.get_by_role("checkbox", name="apple").check()
    await form.get_by_role("checkbox", name="cherry").check()
    await form.get_by_role("checkbox", name="Sure").check()
    await form.get_by_role("button", name="Submit").click()
    await expect(form.get_by_role("alert")).to_have_text("Size must be filled in")
    await form.get_by_role("radio", name="M").check()
    await form.get_by_role("button", name="Submit").click()

    await expect(page.locator(".message .content")).to_have_text("M with apple and cherry, True")


async def test_a_public_message_does_not_quote_a_private_one(shared: Shared) -> None:
    sam = await shared.windows.open("sam", "help")
    for page in (shared.page, sam):
        await page.get_by_role("link", name="random").click()
        await expect(page.locator("#header h1")).to_have_text("random")
    await call(shared.page, "/ask-first")
    await shared.page.get_by_role("button", name="Go").click()

    for page in (shared.page, sam):
        told = page.locator(".message", has_text="It is done")
        await expect(told).to_be_visible()
        await expect(told.locator(".quoted")).to_have_count(0)


async def test_an_unknown_person_in_the_address_is_told(shared: Shared) -> None:
    page = shared.page
    await page.goto(f"{shared.playground.url}/#zoe/help")

    await expect(page.get_by_role("alert")).to_have_text("Nobody here is called zoe; you are Alex.")


async def test_one_is_told_whom_to_be_to_try_what_admins_do(shared: Shared) -> None:
    page = await shared.enter("admins")
    await expect(page.locator(".greeting")).to_contain_text("To try what admins can do: Be Olivia")
    await page.locator("#composer").press_sequentially("/")
    await page.get_by_role("option", name="Commands of admins").click()
    await expect(page.locator(".me strong")).to_have_text("Olivia")
    await page.locator("#composer").fill("/")

    await expect(page.get_by_role("option", name="/purge")).to_be_visible()
    await expect(page.get_by_role("option", name="Commands of admins")).to_have_count(0)
    await page.goto(f"{shared.playground.url}/#alex/admins")
    await expect(page.locator(".me strong")).to_have_text("Alex")
