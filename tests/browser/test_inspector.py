"""The inspector, with the real bot on the other end of the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.texts import members
from playground import Limits, Playground
from tests.browser.conftest import Contexts, Windows
from tests.support.room import Room, open_room


@pytest_asyncio.fixture(loop_scope="session")
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path, limits=Limits()) as room:
        room.playground.model.speed = 100
        yield room


@pytest_asyncio.fixture(loop_scope="session")
async def page(contexts: Contexts, room: Room) -> AsyncIterator[Page]:
    windows = Windows(contexts, room.playground)
    page = await windows.open()
    await page.get_by_role("button", name="Behind the curtain").click()
    await expect(page.locator(".inspector h2")).to_have_text("Behind the curtain")
    yield page
    await windows.close()
    assert windows.problems == []


async def ask(page: Page, text: str) -> None:
    await page.locator("#composer").fill(f"@Parley {text}")
    await page.locator("#composer").press("Enter")


async def test_what_goes_over_the_wire_is_shown_live(page: Page) -> None:
    await ask(page, "My name is Ada.")
    await expect(page.locator(".message .content").last).to_contain_text("Nice to meet you, Ada.")

    log = page.locator(".log")
    post = log.locator(".rest", has_text="POST /channels/").first
    await expect(post).to_contain_text("200")
    await expect(post).to_contain_text("/5")
    await expect(log.locator(".gateway", has_text="MESSAGE_CREATE").first).to_be_visible()
    await expect(log.locator(".gateway", has_text="→ identify")).to_be_visible()
    await expect(log.locator(".model")).to_contain_text("chunks")
    await expect(page.locator(".timeline .seen")).to_have_count(1)
    await expect(page.locator(".timeline-words")).to_contain_text("writes")
    await expect(page.locator(".bill")).to_contain_text("The model's bill: 1 request, ")
    await page.get_by_text("Gateway", exact=True).click()
    await expect(post).to_be_hidden()


async def test_a_request_to_the_model_shows_messages_tokens_and_the_cutoff(page: Page, room: Room) -> None:
    await room.ask("an early word")
    await ask(page, "My name is Ada.")
    await expect(page.locator(".log .model")).to_have_count(2)
    await page.locator(".log .model button").first.click()
    details = page.locator(".model-request")

    await expect(details.locator(".tally")).to_contain_text("tokens in")
    await expect(details.locator(".sent-message.by-user").last).to_contain_text("My name is Ada.")
    await expect(details.locator(".sent-message .sent-head").first).to_contain_text("tokens")
    await expect(details.locator(".cutoff")).to_contain_text("memory begins in #general")


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("Bot's next call: 429", "429"),
        ("Bot's next call: 500", "500"),
        ("Bot's next call: proxy's page", "403"),
        ("Bot's next call: answer lost", "cut"),
    ],
    ids=["429", "500", "403", "lost"],
)
async def test_an_injected_status_is_taken_by_the_next_call(page: Page, fault: str, seen: str) -> None:
    await page.get_by_role("button", name=fault).click()
    await expect(page.locator(".waiting")).to_have_text("1 waiting for the next call")
    await ask(page, "hello")

    await expect(page.locator(".log .bad", has_text=seen).first).to_be_visible()
    await expect(page.locator(".message .content").last).to_contain_text("Hello")
    await expect(page.locator(".waiting")).to_have_text("")


async def test_latency_is_switched_on_and_off(page: Page, room: Room) -> None:
    button = page.get_by_role("button", name="Bot's calls: 2 s late")
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")
    assert room.playground.faults.round_trip == 2.0
    await button.click()

    await expect(button).to_have_attribute("aria-pressed", "false")
    assert room.playground.faults.round_trip == 0.0


async def test_a_dropped_gateway_is_resumed(page: Page) -> None:
    await page.get_by_role("button", name="Bot's gateway drops").click()

    await expect(page.locator(".log .gateway", has_text="RESUMED")).to_be_visible()


async def test_an_answer_that_was_cut_off_goes_on_where_it_ended(page: Page, room: Room) -> None:
    asked = len(room.playground.model.requests)
    await page.get_by_role("button", name="Model's next answer: cut off").click()
    await expect(page.locator(".waiting")).to_have_text("1 waiting for the next call")
    await ask(page, "count to 40")
    await page.get_by_role("button", name="Continue", exact=True).click()
    await expect(page.locator("#messages")).to_contain_text("38, 39, 40")
    await room.until(lambda: len(room.playground.model.requests) == asked + 2)

    begun, rest = (one.text for one in room.playground.model.requests[asked:])
    assert (begun + rest).startswith(", ".join(str(number) for number in range(1, 41)))
    assert begun
    assert rest


async def test_a_stalled_answer_can_be_stopped(page: Page) -> None:
    await page.get_by_role("button", name="Model's next answer: stalls").click()
    await expect(page.locator(".waiting")).to_have_text("1 waiting for the next call")
    await ask(page, "count to 40")
    await expect(page.locator(".message").last).to_contain_text("1, 2, 3")
    await page.get_by_role("button", name="Stop", exact=True).click()

    await expect(page.locator(".message").last).to_contain_text("Stopped by Alex")


async def test_the_slider_sets_the_models_speed(page: Page, room: Room) -> None:
    slider = page.get_by_role("slider", name="The model's speed")
    await slider.focus()
    await slider.press("Home")
    await expect(page.locator(".speed output")).to_have_text("1 words a second")
    await slider.press("End")

    await expect(page.locator(".speed output")).to_have_text("200 words a second")
    await room.playground.world.until(lambda: room.playground.model.speed == 200)


@pytest.mark.parametrize("width", [1280, 390])
async def test_the_model_speaks_like_the_server_that_is_chosen(
    contexts: Contexts, room: Room, width: int
) -> None:
    windows = Windows(contexts, room.playground)
    page = await windows.open(width=width)
    await page.get_by_role("button", name="Behind the curtain").click()
    chosen = page.get_by_role("combobox", name="The model speaks like")
    await expect(chosen).to_have_value("openai")
    await chosen.focus()
    await page.keyboard.type("azure")
    await expect(page.locator("#character-does")).to_contain_text("Begins with empty choices")
    await room.playground.world.until(lambda: room.playground.model.character.name == "azure")
    box = await chosen.bounding_box()

    assert box is not None
    assert box["x"] + box["width"] <= width
    await windows.close()
    assert windows.problems == []


async def test_the_chosen_server_fails_in_its_own_way(page: Page, room: Room) -> None:
    await page.get_by_role("combobox", name="The model speaks like").select_option("azure")
    await page.get_by_role("button", name="Model's next answer: its own error").click()
    await expect(page.locator(".waiting")).to_have_text("1 waiting for the next call")
    await ask(page, "hello")

    await expect(page.locator(".message").last).to_contain_text(str(members.CONTENT_FILTERED))
    assert room.playground.model.last.status == 400


async def test_a_configured_model_is_named_and_is_not_in_the_playgrounds_hands(contexts: Contexts) -> None:
    async with Playground(answering="gpt-4.1-mini") as playground:
        windows = Windows(contexts, playground)
        page = await windows.open()
        await expect(page.locator(".answering summary")).to_have_text("Answers: gpt-4.1-mini")
        await page.get_by_role("button", name="Behind the curtain").click()

        await expect(page.get_by_role("slider")).to_be_disabled()
        await expect(page.get_by_role("button", name="Model's next answer: stalls")).to_be_disabled()
        await expect(page.locator(".note")).to_contain_text("gpt-4.1-mini answers")
        await windows.close()
    assert windows.problems == []
