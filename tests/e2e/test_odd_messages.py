"""Messages of odd kinds: what a reply to them, or they themselves, tell the model; and what asks nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from playground.world.entities import COMPONENTS_V2, Message
from tests.e2e.test_reading import POLL, STICKER
from tests.support.documents import picture
from tests.support.room import Room

pytestmark = pytest.mark.memory

HALL = {
    "type": 12,
    "id": 3,
    "items": [
        {
            "media": {
                "url": "https://cdn.discordapp.com/a.png",
                "proxy_url": "https://cdn.discordapp.com/a.png",
            },
            "description": "The hall",
        }
    ],
}
BUILT = [{"type": 17, "id": 1, "components": [{"type": 10, "id": 2, "content": "Doors open."}, HALL]}]


def newest(room: Room) -> str:
    """Return the words of what the model was sent last."""
    content: Any = room.playground.model.requests[-1].messages[-1]["content"]
    return content if isinstance(content, str) else str(content[0]["text"])


def twice_forwarded(room: Room) -> Message:
    sam, mo = room.world.people["sam"], room.world.people["mo"]
    original = sam.post("random", "Friday 18:00", files=[("plan.txt", b"Bring tea.")])
    return sam.post("general", forward=mo.post("general", forward=original))


def by(name: str, *arguments: Any, **fields: Any) -> Callable[[Room], Message]:
    return lambda room: room.world.people[name].post("general", *arguments, **fields)


ODD: dict[str, tuple[Callable[[Room], Message], str]] = {
    "a forward of a forward": (twice_forwarded, "[forwarded message]\nFriday 18:00"),
    "its file": (twice_forwarded, '<file name="plan.txt">\nBring tea.\n</file>'),
    "a forwarded sticker": (
        lambda room: by("sam", forward=by("mo", stickers=[STICKER])(room))(room),
        "[forwarded message]\n[sticker: Wave]",
    ),
    "a forwarded poll, of which Discord keeps nothing": (
        lambda room: by("sam", forward=by("mo", poll=POLL)(room))(room),
        "[something that can't be read here]",
    ),
    "a picture alone, spoilered": (
        by("sam", files=[("SPOILER_cat.png", picture("PNG"))]),
        '<quoted_message from="Sam (@sam)">\n[file: SPOILER_cat.png]\n</quoted_message>',
    ),
    "a webhook's message built of components": (
        by("sam", webhook_id=5, webhook_name="Hook", flags=COMPONENTS_V2, components=BUILT),
        '<quoted_message from="Hook (@Hook)">\nDoors open.\n[picture: The hall]\n</quoted_message>',
    ),
    "who joined": (lambda room: room.world.people["sam"].join("general"), "sam"),
    "a pin": (
        lambda room: room.world.people["mo"].pin(by("sam", "Read this.")(room)),
        "mo pinned a message to this channel.",
    ),
}


async def test_a_reply_to_it_tells_what_it_shows(room: Room) -> None:
    told = {}
    for kind, (make, _) in ODD.items():
        await room.ask("What is that?", reply_to=make(room))
        told[kind] = newest(room)

    assert {kind: words for kind, (_, words) in ODD.items() if words not in told[kind]} == {}


MARKS = {
    "<:party:123> and <a:dance:124>": ":party: and :dance:",
    "</ask:123> or </ask about:123>?": "/ask or /ask about?",
    "see <id:customize>": "see #customize",
    "at <t:1786017600:R>": "at 2026-08-06 12:00 UTC",
    "is <@!MO> there?": "is @Mo there?",
    "is <@456226577798135808> there?": "is @unknown there?",
    "```\n<@&200>\n``` pings whom?": "```\n<@&200>\n``` pings whom?",
    "> said <@MO>\nreally?": "> said @Mo\nreally?",
    "is ||this|| seen?": "is ||this|| seen?",
}


async def test_ones_own_marks_are_read(room: Room) -> None:
    read = {}
    for text in MARKS:
        await room.ask(text.replace("MO", str(room.world.people["mo"].id)))
        read[text] = newest(room).removeprefix("Alex: ")

    assert read == MARKS


async def test_a_sticker_alone_may_be_the_reply(room: Room) -> None:
    said = room.world.people["sam"].post("general", "Shall we?")

    await room.ask("", reply_to=said, stickers=[STICKER])

    assert newest(room).startswith("Alex: [sticker: Wave]")
    assert "Shall we?" in newest(room)


@pytest.mark.parametrize("name", [None, "deleted"])
async def test_who_has_no_name_but_their_username_goes_by_it(room: Room, name: str | None) -> None:
    user = room.world.people["sam"].user
    user.display_name = user.name = name or "sam_1"

    await room.ask("Hello", who="sam")

    assert newest(room) == f"{user.name}: Hello"


@pytest.mark.parametrize("where", ["an embed", "code", "a webhook's words"])
async def test_a_mention_there_asks_nothing(room: Room, where: str) -> None:
    bot, sam = room.world.bot, room.world.people["sam"]
    mention = f"<@{bot.id}> hello"
    match where:
        case "an embed":
            said = sam.post("general", "See", embeds=[{"type": "rich", "description": mention}])
        case "code":
            said = sam.post("general", f"`{mention}`")
        case _:
            said = room.world.webhook("general", "News", mention)

    await room.ask("Hello")

    assert room.replies(said) == []
    assert len(room.playground.model.requests) == 1


async def test_a_mention_within_a_quoted_line_asks(room: Room) -> None:
    said = room.world.people["alex"].post("general", f"> <@{room.world.bot.id}> hello")

    await room.answered(said)


async def test_a_question_whose_mention_is_edited_away_is_answered_once_in_its_new_words(room: Room) -> None:
    gate = room.playground.model.script().hold_headers()
    alex = room.world.people["alex"]
    question = room.post("How tall is it?")
    await gate.reached()
    alex.edit(question, "How wide is it?")
    await room.until(lambda: len(room.playground.model.requests) == 2)

    messages = await room.answered(question)

    assert len(messages) == 1
    assert newest(room) == "Alex: How wide is it?"


async def test_what_discord_tells_itself_asks_nothing_where_the_bot_listens(room: Room) -> None:
    thread, mo = room.world.channel("ideas"), room.world.people["mo"]
    said = mo.post(thread, "Read this.")
    await room.ask("Join us.", thread)
    told = [mo.pin(said), mo.join(thread)]

    await room.ask("And now?", thread)

    asked = [one["content"] for one in room.playground.model.requests[-1].messages if one["role"] == "user"]
    assert [room.replies(one) for one in told] == [[], []]
    assert asked[1:] == ["Alex: And now?"]
