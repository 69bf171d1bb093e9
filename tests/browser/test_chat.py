"""Talking with a bot: greeting, answers that grow, replies, Markdown, many messages."""

from __future__ import annotations

import io
import wave

import pytest
from playwright.async_api import Page, expect

from playground import Playground
from tests.browser.bot import SPOKEN, ShowBot
from tests.browser.conftest import Windows

WATCH = """() => {
  window.changed = new Set();
  const list = document.getElementById("messages");
  new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      window.changed.add(element?.closest(".message")?.id ?? "elsewhere");
    }
  }).observe(list, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


async def send(page: Page, text: str) -> None:
    await page.locator("#composer").fill(text)
    await page.locator("#composer").press("Enter")


async def test_an_empty_channel_greets_with_three_things_to_try(windows: Windows) -> None:
    page = await windows.open()
    ideas = page.locator(".greeting button")
    await expect(ideas).to_have_count(3)
    await ideas.first.click()

    await expect(page.locator("#composer")).to_have_value("@Parley Hello! I'm Alex.")
    await expect(page.locator("#composer")).to_be_focused()


async def test_the_header_says_which_model_answers_and_how_to_use_ones_own(windows: Windows) -> None:
    page = await windows.open()
    await page.get_by_text("offline stand-in").click()

    await expect(page.locator(".model-card")).to_contain_text("OPENAI_BASE_URL")
    await expect(page.locator(".model-card")).to_contain_text("make demo")


@pytest.mark.usefixtures("bot")
async def test_an_answer_grows_in_place_and_is_marked_as_edited(windows: Windows) -> None:
    page = await windows.open()
    await send(page, "@Parley count, please")
    answer = page.locator(".message", has=page.locator(".tag"))

    await expect(answer.locator(".content")).to_contain_text(" ".join(SPOKEN))
    await expect(answer.locator(".edited")).to_have_text("(edited)")
    await expect(answer).to_have_count(1)
    await expect(answer.locator(".quoted")).to_contain_text("Alex@Parley count, please")
    await expect(page.locator(".greeting")).to_be_hidden()


async def test_typing_is_shown_until_the_message_comes(windows: Windows, playground: Playground) -> None:
    page = await windows.open()
    sam = playground.world.person("sam")
    sam.type("general")
    await expect(page.locator("#typing")).to_have_text("Sam is typing…")
    sam.post("general", "here it is")

    await expect(page.locator(".message").last).to_contain_text("here it is")
    await expect(page.locator("#typing")).to_have_text("")


async def test_an_edit_among_a_thousand_messages_repaints_one(
    windows: Windows, playground: Playground
) -> None:
    sam = playground.world.person("sam")
    posted = [sam.post("general", f"message {number} with some `code` in it") for number in range(1000)]
    page = await windows.open()
    scroller = page.locator("#scroller")
    for _ in range(9):
        shown = await page.locator(".message").count()
        await scroller.evaluate("box => { box.scrollTop = 0; }")
        await expect(page.locator(".message")).not_to_have_count(shown)
    await page.evaluate(WATCH)
    for text in ("first", "second", "third"):
        sam.edit(posted[500], f"edited for the {text} time")

    await expect(page.locator(f"#message-{posted[500].id}")).to_contain_text("third time")
    assert await page.evaluate("[...window.changed]") == [f"message-{posted[500].id}"]


async def test_the_list_stays_at_the_newest_message_unless_one_scrolled_away(
    windows: Windows, playground: Playground
) -> None:
    sam = playground.world.person("sam")
    for number in range(60):
        sam.post("general", f"line {number}")
    page = await windows.open()
    sam.post("general", "the newest")
    await expect(page.locator(".message").last).to_be_in_viewport()
    await page.locator("#scroller").evaluate("box => { box.scrollTop = 300; }")
    await expect(page.locator("#to-newest")).to_be_visible()
    sam.post("general", "unseen")

    await expect(page.locator(".message").last).to_contain_text("unseen")
    await expect(page.locator(".message").last).not_to_be_in_viewport()
    await page.locator("#to-newest").click()
    await expect(page.locator(".message").last).to_be_in_viewport()


MARKDOWN = """# Heading
## Smaller
### Smallest
#### No heading
-# subtext
**bold** *italic* __underlined__ ~~struck~~ ||secret|| `code` [link](https://example.com) https://example.org
> quoted
not quoted
- one
- two
outside
1. first
2. second
```python
def f(): return 1
```
```ansi
\x1b[2;31mred\x1b[0m plain
```
<:wave:123456789012345678> <t:0:D> @everyone <#GENERAL> <@SAM>
| no | table |"""


async def test_emphasis_needs_no_spaces_around_it(windows: Windows, playground: Playground) -> None:
    playground.world.person("mo").post(
        "general", "**한국어(Korean)**를 ***a* b** snake_case_name 5 * 4 * 3 \\*c\\*"
    )
    page = await windows.open()
    content = page.locator(".message .content").last

    await expect(content.locator("strong")).to_have_text(["한국어(Korean)", "a b"])
    await expect(content.locator("em")).to_have_text(["a"])
    await expect(content).to_contain_text("snake_case_name 5 * 4 * 3 *c*")


async def test_markdown_is_shown_as_discord_shows_it(windows: Windows, playground: Playground) -> None:
    world = playground.world
    text = MARKDOWN.replace("GENERAL", str(world.channel("general").id))
    world.person("mo").post("general", text.replace("SAM", str(world.person("sam").id)))
    page = await windows.open()
    content = page.locator(".message .content").last

    for selector, shown in {
        ".heading-1": "Heading",
        ".heading-2": "Smaller",
        ".heading-3": "Smallest",
        ".subtext": "subtext",
        "strong": "bold",
        "em": "italic",
        "u": "underlined",
        "s": "struck",
        ".inline-code": "code",
        "a[href='https://example.com']": "link",
        "a[href='https://example.org']": "https://example.org",
        "blockquote": "quoted",
        "ul": "onetwo",
        "ol": "firstsecond",
        ".code-keyword": "def",
        ".ansi-31": "red",
        ".emoji-name": ":wave:",
        ".stamp": "1 January 1970",
        "a.mention": "#general",
    }.items():
        await expect(content.locator(selector).first).to_have_text(shown)
    await expect(content).to_contain_text("#### No heading")
    await expect(content).to_contain_text("| no | table |")
    await expect(content.locator(".mention").last).to_have_text("@Sam")
    assert await content.locator("table, h1, img").count() == 0


async def test_a_spoiler_is_revealed_by_a_click(windows: Windows, playground: Playground) -> None:
    playground.world.person("sam").post("general", "it was ||the **butler**||")
    page = await windows.open()
    spoiler = page.locator(".spoiler")
    await expect(spoiler.locator("strong")).to_be_hidden()
    await spoiler.click()

    await expect(spoiler.locator("strong")).to_be_visible()


HOSTILE = """<img src=x onerror="window.hacked = 1"> <script>window.hacked = 1</script>
[press](javascript:window.hacked=1) [data](data:text/html,hi) ![pixel](https://example.com/pixel.png)
```html
</code></pre><script>window.hacked = 1</script>
```"""


async def test_what_somebody_writes_never_becomes_markup(windows: Windows, playground: Playground) -> None:
    playground.world.person("sam").post("general", HOSTILE)
    page = await windows.open()
    content = page.locator(".message .content").last
    await expect(content).to_contain_text('<img src=x onerror="window.hacked = 1">')

    assert await content.locator("img, script, a[href^='javascript'], a[href^='data']").count() == 0
    assert await page.evaluate("window.hacked") is None
    for link in await content.locator("a").all():
        assert "noopener" in (await link.get_attribute("rel") or "")


async def test_a_reaction_is_counted_and_taken_back(windows: Windows, playground: Playground) -> None:
    message = playground.world.person("sam").post("general", "like it?")
    playground.world.person("mo").react(message, "👍")
    page = await windows.open()
    reaction = page.locator(".reaction")
    await expect(reaction).to_have_text("👍 1")
    await reaction.click()

    await expect(reaction).to_have_text("👍 2")
    await expect(reaction).to_have_attribute("aria-pressed", "true")
    await reaction.click()
    await expect(reaction).to_have_text("👍 1")


async def test_deleted_messages_go(windows: Windows, playground: Playground, bot: ShowBot) -> None:
    sam = playground.world.person("sam")
    first, second = sam.post("general", "one"), sam.post("general", "two")
    page = await windows.open()
    await expect(page.locator(f"#message-{second.id}")).to_have_class("message joined")
    sam.delete(first)

    await expect(page.locator(f"#message-{first.id}")).to_have_count(0)
    await expect(page.locator(f"#message-{second.id}")).to_have_class("message")


async def test_a_link_to_a_message_leads_to_it_however_far_back(
    windows: Windows, playground: Playground
) -> None:
    world, sam = playground.world, playground.world.person("sam")
    first = sam.post("general", "where it all began")
    for number in range(250):
        sam.post("general", f"line {number}")
    channel = world.channel("general")
    sam.post(
        "help", f"it began [here](https://discord.com/channels/{channel.guild_id}/{channel.id}/{first.id})"
    )
    page = await windows.open(place="help")
    await page.get_by_role("link", name="here").click()

    await expect(page.locator("#header h1")).to_have_text("general")
    await expect(page.locator(f"#message-{first.id}")).to_be_in_viewport()
    await expect(page.locator(f"#message-{first.id}")).to_be_focused()


async def test_a_sound_file_and_a_voice_message_can_be_played(
    windows: Windows, playground: Playground
) -> None:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setparams((1, 1, 8_000, 0, "NONE", ""))
        file.writeframes(b"\x80" * 4_000)
    sam = playground.world.people["sam"]
    sam.post("general", "Listen", files=[("bell.wav", sound.getvalue())])
    sam.speak("general", sound.getvalue())
    page = await windows.open()
    players = page.locator("audio")
    await expect(players).to_have_count(2)

    for number, name in enumerate(("bell.wav", "voice-message.ogg")):
        player = players.nth(number)
        await expect(player).to_have_attribute("aria-label", name)
        assert await player.evaluate(PLAY) == 0.5


PLAY = """(player) => new Promise((heard, failed) => {
  player.onended = () => heard(player.duration);
  player.onerror = () => failed(player.error.message);
  player.muted = true;
  player.play().catch(failed);
})"""
