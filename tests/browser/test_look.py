"""How the page looks: dark and light, narrow, and to those who read it otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from playground import Playground
from tests.browser.conftest import Windows
from tests.browser.test_commands import call

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")

FOCUSED = """() => {
  const { ariaLabel, className, textContent } = document.activeElement;
  return className.startsWith("message") ? "message" : ariaLabel ?? textContent.trim();
}"""


async def audit(page: Page) -> list[str]:
    """Return what somebody who can't see well, or uses no mouse, would stumble over."""
    problems: list[str] = await page.evaluate(AUDIT)
    return problems


def furnish(playground: Playground) -> None:
    """Say something of every kind."""
    world = playground.world
    sam, mo = world.person("sam"), world.person("mo")
    first = sam.post("general", f"<@{world.person('alex').id}> **look** at `this` ||and that||")
    mo.post("general", "> a quote\n```python\ndef f(): return 'x'  # why\n```", reply_to=first)
    mo.post("general", "# Heading\n-# small\n- [a link](https://example.com)\n<t:0:R>")
    ansi = "".join(f"\x1b[{code}mcolour {code}\x1b[0m " for code in (*range(30, 38), *range(40, 48)))
    mo.post("general", f"```ansi\n{ansi}\n```", files=[("notes.txt", b"notes")])
    sam.react(first, "👍")


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_the_chat_can_be_read_and_used_by_everybody(
    windows: Windows, playground: Playground, scheme: str, bot: object
) -> None:
    furnish(playground)
    page = await windows.open(scheme=scheme)
    await expect(page.locator(".message")).to_have_count(5)
    assert await audit(page) == []
    await page.locator("#composer").fill("/paint")
    await page.get_by_role("option").click()
    await expect(page.get_by_role("option", name="Red")).to_be_visible()
    assert await audit(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Behind the curtain").click()
    await expect(page.locator(".log > li").first).to_be_visible()
    assert await audit(page) == []
    await page.get_by_role("button", name="You are Alex").click()
    await expect(page.get_by_role("menu")).to_be_visible()
    assert await audit(page) == []


async def test_the_greeting_and_a_modal_can_be_read_and_used_by_everybody(
    windows: Windows, bot: object
) -> None:
    page = await windows.open()
    assert await audit(page) == []
    await page.locator("#composer").fill("/form")
    await page.get_by_role("option").click()
    await page.get_by_role("button", name="Run").click()
    await expect(page.get_by_role("dialog")).to_be_visible()

    assert await audit(page) == []


async def test_tab_begins_where_one_writes_then_reads_then_goes_elsewhere(
    windows: Windows, playground: Playground
) -> None:
    playground.world.person("sam").post("general", "hello")
    page = await windows.open()
    await page.locator("#composer").focus()
    reached = [await page.evaluate(FOCUSED)]
    while len(reached) < 16:
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate(FOCUSED))

    assert reached == [
        "Message #general",
        "Attach files",
        "message",
        "Answers: offline stand-in",
        "Behind the curtain",
        "Members",
        "Switch to light",
        "Channel",
        "Menu of Playground",
        "general",
        "ideas",
        "help",
        "random",
        "Menu of Direct messages",
        "Parley",
        "You are Alex, member. Switch person",
    ]


async def test_light_and_dark_follow_the_system_until_one_chooses(windows: Windows) -> None:
    page = await windows.open(scheme="light")
    body = page.locator("body")
    light = await body.evaluate("body => getComputedStyle(body).backgroundColor")
    await page.emulate_media(color_scheme="dark")
    await expect(body).not_to_have_css("background-color", light)
    await page.get_by_role("button", name="Switch to light").click()

    await expect(body).to_have_css("background-color", light)
    await page.reload()
    await expect(body).to_have_css("background-color", light)


SMALL = """() => [...document.querySelectorAll("button, a[href], summary, select, .filter span")]
  .filter((one) => one.checkVisibility({ contentVisibilityAuto: true }) && !one.closest(".content, .embed"))
  .map((one) => [one.ariaLabel ?? one.textContent.trim().slice(0, 20), one.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && Math.min(box.width, box.height) < 43.9)
  .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""


async def test_on_a_phone_whatever_is_pressed_is_as_large_as_a_fingertip(
    windows: Windows, playground: Playground, bot: object
) -> None:
    furnish(playground)
    page = await windows.open(width=390)
    for command in ("/panel", "/secret"):
        await call(page, command)
    await expect(page.get_by_role("button", name="Dismiss message")).to_be_visible()
    assert await page.evaluate(SMALL) == []
    await page.get_by_role("button", name="Channel", exact=True).click()
    assert await page.evaluate(SMALL) == []
    await page.get_by_role("menuitem", name="Members").click()
    await page.locator("#composer").fill("/paint")
    await expect(page.locator("#members")).to_be_visible()
    detail = page.get_by_role("option", name="/paint").locator(".detail")
    assert await detail.evaluate("one => one.scrollWidth <= one.clientWidth")
    await page.get_by_role("button", name="Servers and channels").click()
    await expect(page.locator("#members")).to_be_hidden()
    assert await page.evaluate(SMALL) == []


async def test_a_narrow_window_holds_everything(windows: Windows, playground: Playground) -> None:
    furnish(playground)
    page = await windows.open(width=390)
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not await page.evaluate(wide)
    await expect(page.locator("#sidebar")).to_be_hidden()
    await page.get_by_role("button", name="Servers and channels").click()
    await page.get_by_role("link", name="help").click()
    await expect(page.locator("#header h1")).to_have_text("help")
    await expect(page.locator("#sidebar")).to_be_hidden()
    await page.get_by_role("button", name="Behind the curtain").click()
    await expect(page.locator(".inspector")).to_be_in_viewport(ratio=1)
    assert not await page.evaluate(wide)
    assert await audit(page) == []
    await page.get_by_role("button", name="Close the drawer").click()

    await expect(page.locator("#composer")).to_be_in_viewport(ratio=1)
