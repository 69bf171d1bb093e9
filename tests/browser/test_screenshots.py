"""The pictures in the documents: taken at every run, kept in docs/screenshots/ where `--screenshots` asks."""

from __future__ import annotations

import io
import time
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from bot.texts import config, usage
from playground import Limits
from tests.browser.conftest import Contexts, Windows
from tests.browser.test_commands import call
from tests.support.room import Room, open_room

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
WORDS_A_SECOND = 7  # so that it can be watched; without `--screenshots` nobody does
FASTER = 20
QUESTION = "How do I count the words of a file in Python?"
ANSWER = """\
With a `Counter`, line by line, so that a large file doesn't have to fit into memory:

```python
from collections import Counter

counts = Counter()
with open("book.txt", encoding="utf-8") as book:
    for line in book:
        counts.update(line.lower().split())

print(counts.most_common(3))
```

| word | how often |
|---|---|
| the | 4,021 |
| and | 2,338 |"""
BILL = {
    "prompt_tokens": 4_509,
    "completion_tokens": 148,
    "total_tokens": 4_657,
    "prompt_tokens_details": {"cached_tokens": 4_081},
}
PRICES = '{"gpt-4.1-mini": {"input": 0.40, "cached": 0.10, "output": 1.60}}'
MOST_BYTES = 2_000_000
LAST_FRAME_MS = 4_000
FRAMES_AT_LEAST = 2  # while it is written, and the answer: a busy machine takes few


class Pictures:
    """Takes pictures, and keeps them where they are asked for."""

    def __init__(self, kept: bool, folder: Path) -> None:
        self.kept = kept
        self.folder = FOLDER if kept else folder

    async def take(self, page: Page, name: str) -> None:
        """Take a picture of all that a window shows."""
        await page.mouse.move(0, 0)
        await page.screenshot(path=self.folder / f"{name}.png")

    def join(self, frames: list[tuple[float, bytes]], name: str) -> Path:
        """Make one moving picture of pictures and when they were taken; the last is its still."""
        pictures = [Image.open(io.BytesIO(data)).convert("RGB") for _, data in frames]
        times = [at for at, _ in frames]
        shown = [round(1_000 * (end - start)) for start, end in pairwise(times)]
        path = self.folder / f"{name}.webp"
        pictures[0].save(
            path,
            save_all=True,
            append_images=pictures[1:],
            duration=[*shown, LAST_FRAME_MS],
            loop=0,
            lossless=True,
            method=6 if self.kept else 0,
        )
        (self.folder / f"{name}.png").write_bytes(frames[-1][1])
        return path


@pytest.fixture
def pictures(tmp_path: Path, request: pytest.FixtureRequest) -> Pictures:
    return Pictures(bool(request.config.getoption("--screenshots")), tmp_path)


async def ask(page: Page, text: str) -> None:
    """Ask the bot, without waiting for the answer."""
    await page.locator("#composer").fill(f"@Parley {text}")
    await page.locator("#composer").press("Enter")


async def answered(page: Page, count: int = 1) -> None:
    """Wait until there are so many answers, the newest of them finished; older ones lose their buttons."""
    answers = page.locator(".message", has=page.locator(".tag"))
    await expect(answers).to_have_count(count)
    await expect(answers.last.get_by_role("button", name="Regenerate")).to_be_visible(timeout=30_000)


async def filmed(page: Page, until: str) -> list[tuple[float, bytes]]:
    """Take a picture whenever something has changed, until there is such a button."""
    frames: list[tuple[float, bytes]] = []
    ended = False
    while not ended:
        ended = await page.get_by_role("button", name=until).count() > 0
        at, data = time.monotonic(), await page.screenshot()
        if not frames or frames[-1][1] != data:
            frames.append((at, data))
    return frames


async def test_an_answer_is_filmed_while_it_is_written(
    contexts: Contexts, tmp_path: Path, pictures: Pictures
) -> None:
    async with open_room(tmp_path, limits=Limits()) as room:
        windows = Windows(contexts, room.playground)
        page = await windows.open(place="help", width=900, height=600, scale=2)
        room.playground.model.answer(ANSWER, per_second=WORDS_A_SECOND if pictures.kept else FASTER)
        await ask(page, QUESTION)
        frames = await filmed(page, "Regenerate")
        await windows.close()

    film = pictures.join(frames, "answer")
    assert film.stat().st_size <= MOST_BYTES
    with Image.open(film) as shown:
        assert getattr(shown, "n_frames", 1) >= FRAMES_AT_LEAST
    assert windows.problems == []


async def test_what_each_kind_of_people_sees_is_pictured(
    contexts: Contexts, tmp_path: Path, pictures: Pictures
) -> None:
    async with open_room(tmp_path, limits=Limits(), LIMIT_TOTAL="$10/month", PRICES=PRICES) as room:
        windows = Windows(contexts, room.playground)
        await picture_a_member(room, windows, pictures)
        await picture_an_admin(windows, pictures)
        await picture_an_owner(windows, pictures)
        await picture_the_wire(windows, pictures)
        await windows.close()

    assert windows.problems == []


async def picture_a_member(room: Room, windows: Windows, pictures: Pictures) -> None:
    page = await windows.open(place="general", width=1000, height=700, scale=2)
    for name, said, answer in (
        ("alex", "I'm planning the picnic on Saturday. I bring bread.", "Bread is on the list, Alex."),
        ("sam", "I'm Sam. I bring lemonade, and a blanket.", "Noted, Sam: lemonade and a blanket."),
        ("alex", "Who brings what?", "So far:\n- **Alex**: bread\n- **Sam**: lemonade, a blanket"),
    ):
        room.playground.model.answer(answer).finish(usage=BILL)
        await room.ask(said, "general", name)
    await answered(page, 3)
    await pictures.take(page, "members")


async def picture_an_admin(windows: Windows, pictures: Pictures) -> None:
    page = await windows.open("olivia", "random", width=1000, height=820, scale=2)
    await call(page, "/config")
    await expect(page.locator(".message.ephemeral")).to_contain_text(str(config.TITLE_HERE))
    await pictures.take(page, "admins")


async def picture_an_owner(windows: Windows, pictures: Pictures) -> None:
    page = await windows.open("robin", "random", width=1000, height=700, scale=2)
    await call(page, "/usage all")
    await expect(page.locator(".message.ephemeral")).to_contain_text(str(usage.TITLE_ALL))
    await pictures.take(page, "owners")


async def picture_the_wire(windows: Windows, pictures: Pictures) -> None:
    page = await windows.open(place="help", width=1440, height=900, scale=2)
    await page.get_by_role("button", name="Behind the curtain").click()
    await ask(page, "Hello! I'm Alex. Show me some code.")
    await answered(page)
    await page.locator(".log .model button").first.click()
    await expect(page.locator(".tally")).to_be_visible()
    await pictures.take(page, "inspector")
