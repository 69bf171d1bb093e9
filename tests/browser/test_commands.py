"""Slash commands, menus, buttons and modals, as different people."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from playground import Playground
from tests.browser.conftest import Windows

pytestmark = pytest.mark.usefixtures("bot")


async def call(page: Page, command: str) -> None:
    """Call a command that needs no options."""
    await page.locator("#composer").fill(command)
    await expect(page.get_by_role("option").first).to_contain_text(command)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Run").press("Enter")


async def test_a_slash_lists_the_commands_with_descriptions_and_options(windows: Windows) -> None:
    page = await windows.open()
    await page.locator("#composer").press_sequentially("/")

    options = page.get_by_role("option")
    await expect(options.filter(has_text="/paint")).to_contain_text(
        "Paints something · colour, strength, fruit?, loud?, whom?"
    )
    await expect(options.filter(has_text="/box open")).to_contain_text("Opens the box")
    await page.locator("#composer").press_sequentially("box")
    await expect(options).to_have_text(["/box openOpens the box"])


async def test_a_command_is_entered_and_run_by_keyboard_alone(windows: Windows) -> None:
    page = await windows.open()
    await page.locator("#composer").press_sequentially("/pai")
    await expect(page.get_by_role("option")).to_have_count(1)
    keyboard = page.keyboard
    await keyboard.press("Tab")
    await expect(page.get_by_role("combobox", name="colour")).to_be_focused()
    await keyboard.type("bl")
    await expect(page.get_by_role("option")).to_have_text(["Blue"])
    await keyboard.press("Enter")
    await expect(page.get_by_role("combobox", name="strength")).to_be_focused()
    await keyboard.type("9")
    await keyboard.press("Enter")
    await expect(page.locator(".command-hint")).to_have_text("strength: At most 5.")
    await keyboard.press("Backspace")
    await keyboard.type("3")
    await keyboard.press("Tab")
    await keyboard.press("Enter")
    fruit = page.get_by_role("combobox", name="fruit")
    await expect(fruit).to_be_focused()
    await keyboard.type("ap")
    await expect(page.get_by_role("option")).to_have_text(["apple", "apricot"])
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await keyboard.press("Enter")

    await expect(page.locator(".message .content").last).to_have_text("apricot in blue, 3")
    await expect(page.locator(".message").last.locator(".quoted")).to_contain_text("Alex used /paint")
    await expect(page.locator("#composer")).to_be_focused()


@pytest.mark.parametrize("whom", ["Sam", "moderator"])
async def test_options_may_be_people_or_roles_and_yes_or_no(windows: Windows, whom: str) -> None:
    page = await windows.open()
    await page.locator("#composer").fill("/paint")
    await page.get_by_role("option").click()
    await page.get_by_role("option", name="Red").click()
    await page.get_by_role("combobox", name="strength").fill("1")
    await page.get_by_role("button", name="loud").click()
    await page.get_by_role("option", name="True").click()
    await page.get_by_role("button", name="whom").click()
    await page.get_by_role("option", name=whom).click()
    await page.get_by_role("button", name="Run").click()

    await expect(page.locator(".message .content").last).to_have_text(f"WALL IN RED, 1, FOR {whom.upper()}")


async def test_escape_leaves_a_command(windows: Windows) -> None:
    page = await windows.open()
    await page.locator("#composer").fill("/paint")
    await page.get_by_role("option").click()
    await expect(page.locator(".command-entry")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")

    await expect(page.locator(".command-entry")).to_have_count(0)
    await expect(page.locator("#composer")).to_be_focused()


async def test_a_modal_is_filled_in_and_sent(windows: Windows) -> None:
    page = await windows.open()
    await call(page, "/form")
    modal = page.get_by_role("dialog", name="Tell us more")
    await expect(modal.get_by_label("Name")).to_be_focused()
    await modal.get_by_label("Name").fill("Ada")
    await modal.get_by_label("Story").fill("Once upon a time")
    await modal.get_by_role("button", name="Submit").click()

    await expect(page.locator(".message .content").last).to_have_text("Thank you, Ada. Once upon a time")
    await expect(modal).to_have_count(0)


async def test_an_ephemeral_answer_is_seen_by_one_alone_and_can_be_dismissed(
    windows: Windows, playground: Playground
) -> None:
    alex, sam = await windows.open("alex"), await windows.open("sam")
    await call(alex, "/secret")
    secret = alex.locator(".message", has_text="For your eyes only")
    await expect(secret).to_contain_text("Only you can see this")
    playground.world.person("mo").post("general", "for all")
    await expect(sam.locator(".message").last).to_contain_text("for all")

    await expect(sam.get_by_text("For your eyes only")).to_have_count(0)
    await secret.get_by_role("button", name="Dismiss").click()
    await expect(secret).to_have_count(0)


async def test_buttons_answer_each_person_by_what_they_may(windows: Windows) -> None:
    alex, mo = await windows.open("alex"), await windows.open("mo")
    await call(alex, "/panel")
    for page, told in ((alex, "You may not."), (mo, "Done.")):
        await page.get_by_role("button", name="Moderators only").click()
        await expect(page.locator(".message.ephemeral")).to_contain_text(told)
    await mo.get_by_role("button", name="Count me").click()

    await expect(alex.locator(".message", has_text="Mo was counted")).to_be_visible()


async def test_commands_are_offered_by_permission(windows: Windows) -> None:
    alex, olivia = await windows.open("alex"), await windows.open("olivia")
    for page in (alex, olivia):
        await page.locator("#composer").press_sequentially("/")
        await expect(page.get_by_role("option", name="/panel")).to_be_visible()

    await expect(alex.get_by_role("option", name="/purge")).to_have_count(0)
    await expect(olivia.get_by_role("option", name="/purge")).to_have_count(1)


async def test_one_or_several_options_of_a_menu_are_picked(windows: Windows) -> None:
    page = await windows.open()
    await call(page, "/panel")
    await page.get_by_role("button", name="Pick a fruit").click()
    await page.get_by_role("menuitem", name="banana").click()
    await expect(page.locator(".message .content").last).to_have_text("Picked banana")
    await page.get_by_role("button", name="Pick several").click()
    await page.get_by_role("menuitemcheckbox", name="cherry").click()
    await page.get_by_role("menuitemcheckbox", name="apple").click()
    await page.get_by_role("menuitem", name="Done").click()

    await expect(page.locator(".message .content").last).to_have_text("Picked apple and cherry")


async def test_the_menu_of_a_message_has_the_bots_own_commands(
    windows: Windows, playground: Playground
) -> None:
    playground.world.person("sam").post("general", "twelve chars")
    page = await windows.open()
    await page.locator(".message").last.click(button="right")
    await expect(page.get_by_role("menuitem", name="Delete")).to_have_count(0)
    await page.get_by_role("menuitem", name="Count letters").click()

    await expect(page.locator(".message.ephemeral")).to_contain_text("12 letters")


async def test_silence_and_thinking_are_shown(windows: Windows) -> None:
    page = await windows.open()
    await call(page, "/later")
    await expect(page.locator(".thinking")).to_have_text("Parley is thinking…")
    await expect(page.locator(".message .content").last).to_have_text("At last")
    await call(page, "/slow")

    await expect(page.get_by_role("alert")).to_have_text("Parley did not respond in time.")


async def test_an_embed_is_shown_with_its_parts(windows: Windows) -> None:
    page = await windows.open()
    await call(page, "/show")
    embed = page.locator(".embed")

    await expect(embed.locator(".embed-title")).to_have_text("An embed")
    await expect(embed.locator("strong")).to_have_text("bold")
    await expect(embed.locator("dd")).to_have_text("its value")
    await expect(embed.locator(".embed-foot")).to_have_text("at the foot")
