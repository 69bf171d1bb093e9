"""Writing: the keyboard, replies, edits, mentions and files."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from playwright.async_api import expect

from playground import Playground
from tests.browser.conftest import Windows


def picture(width: int, height: int) -> bytes:
    """Return a PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x1c\x74\x6d" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


async def test_enter_sends_and_shift_enter_breaks_the_line(windows: Windows, playground: Playground) -> None:
    page = await windows.open()
    field = page.locator("#composer")
    await field.press_sequentially("one")
    await field.press("Shift+Enter")
    await field.press_sequentially("two")
    await field.press("Enter")
    await expect(page.locator(".message .content").last).to_have_text("onetwo")

    last = playground.world.channel("general").last
    assert last is not None
    assert last.content == "one\ntwo"
    await expect(field).to_have_value("")


async def test_of_a_pasted_megabyte_the_beginning_is_kept_and_the_rest_told_of(windows: Windows) -> None:
    page = await windows.open()
    field = page.locator("#composer")
    await field.fill("a" * 100)
    await field.evaluate("field => field.select()")
    await field.press("ControlOrMeta+c")
    for _ in range(50):
        await field.press("ControlOrMeta+v")
    await expect(page.locator(".notice")).to_contain_text("at most 4000 characters")

    assert len(await field.input_value()) == 4000


async def test_up_edits_ones_last_message_and_escape_cancels(
    windows: Windows, playground: Playground
) -> None:
    playground.world.person("alex").post("general", "a slip of the pan")
    playground.world.person("sam").post("general", "what?")
    page = await windows.open()
    field = page.locator("#composer")
    await field.press("ArrowUp")
    await expect(field).to_have_value("a slip of the pan")
    await field.press("Escape")
    await expect(field).to_have_value("")
    await field.press("ArrowUp")
    await field.fill("a slip of the pen")
    await field.press("Enter")

    edited = page.locator(".message", has_text="a slip of the pen")
    await expect(edited.locator(".edited")).to_be_visible()
    await expect(page.locator(".composer-bar")).to_be_hidden()


async def test_a_reply_quotes_its_message_and_pings_only_if_wanted(
    windows: Windows, playground: Playground
) -> None:
    playground.world.person("sam").post("general", "shall we?")
    page = await windows.open()
    await page.locator(".message").last.click(button="right")
    await page.get_by_role("menuitem", name="Reply").click()
    await expect(page.locator(".composer-bar")).to_contain_text("Replying to Sam")
    await page.get_by_role("button", name="@ on").click()
    await page.locator("#composer").fill("yes")
    await page.keyboard.press("Enter")

    await expect(page.locator(".message").last.locator(".quoted")).to_have_text("Samshall we?")
    last = playground.world.channel("general").last
    assert last is not None
    assert last.mention_ids == []


async def test_an_at_sign_offers_names_and_becomes_a_mention(
    windows: Windows, playground: Playground
) -> None:
    page = await windows.open()
    await page.locator("#composer").press_sequentially("hello @")
    await expect(page.get_by_role("option").first).to_contain_text("Parley")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message .mention").last).to_have_text("@Parley")

    last = playground.world.channel("general").last
    assert last is not None
    assert last.content == f"hello <@{playground.world.bot.id}>"


async def test_one_deletes_ones_own_message_and_a_moderator_anyones(
    windows: Windows, playground: Playground
) -> None:
    playground.world.person("alex").post("general", "mine")
    playground.world.person("sam").post("general", "theirs")
    alex, mo = await windows.open("alex"), await windows.open("mo")
    for page, text in ((alex, "mine"), (mo, "theirs")):
        await page.locator(".message", has_text=text).click(button="right")
        await page.get_by_role("menuitem", name="Delete").click()
        await expect(page.locator(".message", has_text=text)).to_have_count(0)

    await expect(alex.locator(".message", has_text="theirs")).to_have_count(0)


async def test_files_are_sent_pictures_shown_and_other_files_linked(
    windows: Windows, tmp_path: Path, playground: Playground
) -> None:
    (tmp_path / "green.png").write_bytes(picture(64, 48))
    (tmp_path / "notes.txt").write_text("some notes")
    page = await windows.open()
    await page.get_by_label("Files to send").set_input_files([tmp_path / "green.png", tmp_path / "notes.txt"])
    await expect(page.locator(".waiting-file")).to_have_count(2)
    await page.locator("#composer").press("Enter")
    image = page.locator(".picture img")
    await expect(image).to_be_visible()

    assert await image.evaluate("one => one.complete && one.naturalWidth") == 64
    await expect(page.locator("a.file")).to_have_text("notes.txt10 B")
    async with page.expect_download() as download:
        await page.locator("a.file").click()
    await (await download.value).save_as(tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_text() == "some notes"


async def test_a_dropped_file_waits_to_be_sent_and_can_be_removed(windows: Windows) -> None:
    page = await windows.open()
    transfer = await page.evaluate_handle(
        "() => { const all = new DataTransfer(); all.items.add(new File(['hi'], 'hi.txt')); return all; }"
    )
    await page.dispatch_event(".room", "dragover", {"dataTransfer": transfer})
    await page.dispatch_event(".room", "drop", {"dataTransfer": transfer})
    await expect(page.locator(".waiting-file")).to_contain_text("hi.txt")
    await page.get_by_role("button", name="Remove hi.txt").click()

    await expect(page.locator(".waiting-file")).to_have_count(0)


async def test_messages_are_reached_and_answered_by_keyboard(
    windows: Windows, playground: Playground
) -> None:
    sam = playground.world.person("sam")
    sam.post("general", "first")
    sam.post("general", "second")
    page = await windows.open()
    await page.locator("#composer").press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.locator(".message").last).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Reply")).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator(".composer-bar")).to_contain_text("Replying to Sam")
    await page.locator("#composer").fill("to the first")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").last.locator(".quoted")).to_contain_text("first")
