"""What people arrange through the page: threads, channels, servers, pins, permissions, where the bot is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import NamedTuple

import discord
import pytest_asyncio
from playwright.async_api import Page, expect

from playground.world.world import World
from tests.browser.bot import ShowBot, show_bot
from tests.browser.conftest import Contexts, Windows, open_playground
from tests.browser.test_commands import call


class Shared(NamedTuple):
    """A window as Olivia, the owner, and one as Alex, a member, over one playground for the whole module."""

    olivia: Page
    alex: Page
    world: World
    bot: ShowBot


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(contexts: Contexts) -> AsyncIterator[Shared]:
    async with open_playground() as playground, show_bot(playground) as bot:
        windows = Windows(contexts, playground)
        yield Shared(await windows.open("olivia"), await windows.open(), playground.world, bot)
        await windows.close()
    assert windows.problems == []


async def choose(page: Page, menu: str, item: str) -> None:
    """Choose an item of a menu that a button opens."""
    await page.get_by_role("button", name=menu, exact=True).click()
    await page.get_by_role("menuitem", name=item).click()


async def name_it(page: Page, name: str) -> None:
    """Fill in the form that asks for a name."""
    await page.get_by_role("dialog").get_by_label("Name").fill(name)
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator("#header h1")).to_have_text(name)


async def go(page: Page, place: str) -> None:
    name = page.locator(".place-name", has_text=re.compile(f"^{place}$"))
    await name.first.click()
    await expect(page.locator("#header h1")).to_have_text(place)


async def test_a_thread_is_opened_from_a_message_and_stands_under_it(shared: Shared) -> None:
    page = shared.alex
    shared.world.person("sam").post("general", "shall we discuss this apart?")
    await page.locator(".message", has_text="apart?").click(button="right")
    await page.get_by_role("menuitem", name="Create thread").click()
    await name_it(page, "apart")
    await go(page, "general")

    await expect(page.locator(".to-thread")).to_have_text(re.compile("apart"))
    await expect(page.locator(".place.thread", has_text="apart")).to_be_visible()
    shared.world.archive(shared.world.channel("apart"))
    await expect(page.locator(".place.thread", has_text="apart")).to_have_count(0)


async def test_a_thread_is_opened_without_a_message(shared: Shared) -> None:
    await go(shared.alex, "help")
    await choose(shared.alex, "Channel", "Create thread")
    await name_it(shared.alex, "from nothing")

    assert shared.world.channel("from nothing").parent_id == shared.world.channel("help").id


async def test_a_message_is_pinned_found_again_and_taken_off(shared: Shared) -> None:
    page = shared.olivia
    pinned = shared.world.person("sam").post("random", "worth keeping")
    await go(page, "random")
    await page.locator(f"#message-{pinned.id}").click(button="right")
    await page.get_by_role("menuitem", name="Pin", exact=True).click()
    await expect(page.locator(".system")).to_have_text("pinned a message to this channel.")
    await choose(page, "Channel", "Pinned messages")
    await page.get_by_role("dialog").get_by_role("button", name="worth keeping").click()
    await expect(page.locator(f"#message-{pinned.id}")).to_be_focused()
    await page.locator(f"#message-{pinned.id}").click(button="right")
    await page.get_by_role("menuitem", name="Unpin").click()
    await shared.world.until(lambda: not pinned.pinned)

    await choose(page, "Channel", "Pinned messages")
    await expect(page.get_by_role("dialog")).to_contain_text("Nothing is pinned here.")
    await page.keyboard.press("Escape")


async def test_the_link_to_a_message_is_copied_as_discord_has_it(shared: Shared) -> None:
    page = shared.olivia
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    told = shared.world.person("sam").post("random", "look here")
    await page.locator(f"#message-{told.id}").click(button="right")
    await page.get_by_role("menuitem", name="Copy message link").click()

    assert await page.evaluate("navigator.clipboard.readText()") == (
        f"https://discord.com/channels/{shared.world.guild.id}/{told.channel_id}/{told.id}"
    )


async def test_permissions_are_changed_by_those_who_manage_channels_alone(shared: Shared) -> None:
    olivia, alex = shared.olivia, shared.alex
    for page in (olivia, alex):
        await go(page, "random")
    await alex.get_by_role("button", name="Channel", exact=True).click()
    await expect(alex.get_by_role("menuitem", name="Permissions")).to_have_count(0)
    await alex.keyboard.press("Escape")
    await choose(olivia, "Channel", "Permissions")
    dialog = olivia.get_by_role("dialog")
    await dialog.get_by_label("For whom").select_option("Alex")
    await dialog.get_by_label("Send Messages", exact=True).select_option("Deny")
    await expect(alex.locator("#composer")).to_be_disabled()
    await dialog.get_by_label("Send Messages", exact=True).select_option("By role")

    await expect(alex.locator("#composer")).to_be_enabled()
    await olivia.keyboard.press("Escape")


async def test_a_server_is_founded_without_the_bot_which_then_joins_and_leaves(shared: Shared) -> None:
    page, bot = shared.olivia, shared.bot
    await choose(page, "Menu of Playground", "Create a server")
    await page.get_by_role("dialog").get_by_label("Name").fill("Elsewhere")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator(".places h2").nth(1)).to_have_text("Elsewhere")
    members = page.locator("#members")
    await expect(members).to_contain_text("Sam")
    await expect(members).not_to_contain_text("Parley")
    await choose(page, "Menu of Elsewhere", "Add Parley")
    await expect(members).to_contain_text("ParleyAPP")
    await shared.world.until(lambda: len(bot.guilds) == 2)
    await choose(page, "Menu of Elsewhere", "Create channel")
    await name_it(page, "news")
    await choose(page, "Menu of Elsewhere", "Remove Parley")
    await expect(members).not_to_contain_text("Parley")

    await shared.world.until(lambda: len(bot.guilds) == 1)


async def test_the_list_of_members_shows_the_bot_as_it_shows_itself(shared: Shared) -> None:
    page = shared.olivia
    await go(page, "help")
    members = page.locator("#members")
    await shared.bot.change_presence(
        status=discord.Status.idle, activity=discord.CustomActivity("Ask me anything")
    )
    await expect(members.locator("li.idle")).to_have_text("ParleyAPPAsk me anything")
    await page.get_by_role("button", name="Members", exact=True).click()
    await expect(members).to_be_hidden()
    await page.get_by_role("button", name="Members", exact=True).click()

    await expect(members.locator("h2").nth(1)).to_have_text(re.compile("^Online — "))


async def test_people_talk_without_the_bot_and_take_it_along(shared: Shared) -> None:
    page, world = shared.alex, shared.world
    await choose(page, "Menu of Direct messages", "Talk with Sam")
    await expect(page.locator("#header h1")).to_have_text("Alex & Sam")
    await page.locator("#composer").fill("between us")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message .content").last).to_have_text("between us")
    await choose(page, "Menu of Direct messages", "Install Parley on my account")
    await world.until(lambda: world.person("alex").id in world.installed_by)
    await call(page, "/carried")
    await expect(page.locator(".message .content").last).to_have_text("Here I am")
    world.add_text_channel("foreign", next(one for one in world.guilds.values() if one.name == "Elsewhere"))
    await go(page, "foreign")
    await call(page, "/carried")
    await expect(page.locator(".message", has_text="Here I am")).to_contain_text("Alex used /carried")
    await choose(page, "Menu of Direct messages", "Remove Parley from my account")

    await world.until(lambda: not world.installed_by)


async def test_each_person_has_a_language_and_so_has_a_server(shared: Shared) -> None:
    page, world = shared.alex, shared.world
    await go(page, "help")
    await page.get_by_role("button", name="You are Alex, member").click()
    await page.get_by_role("menuitem", name="Language").click()
    await page.get_by_role("menuitem", name="한국어").click()
    await expect(page.locator("#composer")).to_have_attribute("placeholder", "#help에 메시지 보내기")
    assert await page.evaluate("document.documentElement.lang") == "ko"
    assert world.person("alex").user.locale == "ko"
    await page.locator("#composer").fill("/form")
    await expect(page.get_by_role("option").first).to_contain_text("양식 열기")
    await page.locator("#composer").fill("")
    await page.get_by_role("button", name="지금은 Alex").click()
    await page.get_by_role("menuitem", name="언어").click()
    await page.get_by_role("menuitem", name="English").click()
    await expect(page.locator("#composer")).to_have_attribute("placeholder", "Message #help")
    await choose(shared.olivia, "Menu of Playground", "Language of the server")
    await shared.olivia.get_by_role("menuitem", name="한국어").click()

    await world.until(lambda: world.guild.preferred_locale == "ko")
