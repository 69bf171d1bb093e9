"""Whatever a message consists of, it is read: never an error, and never nothing where something is shown."""

from typing import Any

import discord
import pytest
from hypothesis import given

from bot.reading.messages import incoming, reference_to
from bot.reading.words import UNREADABLE
from tests.reading import schema
from tests.support.strategies import examples

Json = dict[str, Any]
PERSON = {"id": "7", "username": "john", "discriminator": "0", "avatar": None, "global_name": "John"}
CLIENT = discord.Client(intents=discord.Intents(guilds=True))


def message(**fields: Any) -> discord.Message:
    """Return a person's message in a DM, with these fields of Discord's."""
    state = CLIENT._connection
    place: Any = {"id": "5", "type": 1, "last_message_id": None, "recipients": [PERSON]}
    us: Any = state.user
    data: Any = {
        "id": "9",
        "channel_id": "5",
        "author": PERSON,
        "content": "",
        "timestamp": schema.TIMES[0],
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
    }
    channel = discord.DMChannel(me=us, state=state, data=place)
    return discord.Message(state=state, channel=channel, data=data | fields)


def words(**fields: Any) -> str:
    return incoming(message(**fields), CLIENT).words


TEXT = {"type": 10, "id": 1, "content": "Doors open at seven."}
MEDIA = {"url": "https://cdn.discordapp.com/a/b.png", "proxy_url": "https://cdn.discordapp.com/a/b.png"}
PICTURE = {"type": 11, "id": 2, "media": MEDIA, "description": "The hall", "spoiler": False}
SNAPSHOT = {
    "type": 0,
    "content": "Friday 18:00",
    "timestamp": schema.TIMES[0],
    "edited_timestamp": None,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "flags": 0,
    "components": [],
}
POLL = {
    "question": {"text": "When?"},
    "answers": [
        {"answer_id": 1, "poll_media": {"text": "Friday"}},
        {"answer_id": 2, "poll_media": {"text": "Saturday"}},
    ],
    "expiry": "2026-11-26T18:00:00+00:00",
    "allow_multiselect": False,
    "layout_type": 1,
    "results": {"is_finalized": False, "answer_counts": [{"id": 1, "count": 1, "me_voted": False}]},
}
ENDED = {"is_finalized": True, "answer_counts": [{"id": 2, "count": 3, "me_voted": False}]}
BOT = {"author": PERSON | {"bot": True}}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"poll": POLL}, ["[poll: When?]", "- Friday: 1 vote", "- Saturday: 0 votes", "still open"]),
        ({"poll": POLL | {"results": ENDED}}, ["the poll has ended; most votes: Saturday"]),
        ({"sticker_items": [{"id": "3", "name": "Wave", "format_type": 1}]}, ["[sticker: Wave]"]),
        (
            {"content": "See", "sticker_items": [{"id": "3", "name": "Wave", "format_type": 1}]},
            ["See", "[sticker: Wave]"],
        ),
        ({"message_snapshots": [{"message": SNAPSHOT}]}, ["[forwarded message]\nFriday 18:00"]),
        (
            {"message_snapshots": [{"message": SNAPSHOT | {"content": "", "components": [TEXT]}}]},
            ["[forwarded message]\nDoors open at seven."],
        ),
        (
            {"message_snapshots": [{"message": SNAPSHOT}, {"message": SNAPSHOT | {"content": "And again"}}]},
            ["Friday 18:00", "And again"],
        ),
        (
            BOT
            | {"embeds": [{"type": "rich", "fields": [{"name": "Score", "value": "3:1", "inline": True}]}]},
            ["Score: 3:1"],
        ),
        (
            BOT
            | {
                "embeds": [
                    {
                        "type": "rich",
                        "author": {"name": "Weather"},
                        "title": "Berlin",
                        "description": "Rain",
                        "footer": {"text": "Updated at noon"},
                    }
                ]
            },
            ["Weather\nBerlin\nRain\nUpdated at noon"],
        ),
        (
            {
                "content": "https://example.com",
                "embeds": [
                    {
                        "type": "article",
                        "url": "https://example.com",
                        "provider": {"name": "The Example"},
                        "title": "Tea",
                        "description": "How to brew it",
                    }
                ],
            },
            ["https://example.com", "[link preview: The Example]\nTea\nHow to brew it"],
        ),
        (
            BOT
            | {
                "flags": 1 << 15,
                "components": [
                    {
                        "type": 17,
                        "id": 1,
                        "accent_color": None,
                        "spoiler": False,
                        "components": [
                            {"type": 9, "id": 2, "components": [TEXT], "accessory": PICTURE},
                            {
                                "type": 12,
                                "id": 3,
                                "items": [{"media": MEDIA, "description": "A map", "spoiler": False}],
                            },
                            {
                                "type": 1,
                                "id": 4,
                                "components": [{"type": 2, "id": 5, "style": 1, "label": "Join"}],
                            },
                        ],
                    }
                ],
            },
            ["Doors open at seven.\n[picture: The hall]\n[picture: A map]\n[button: Join]"],
        ),
        (
            BOT
            | {
                "type": 20,
                "content": "Done",
                "interaction": {"id": "1", "type": 2, "name": "ask", "user": PERSON},
            },
            ["[used /ask]\nDone"],
        ),
        ({"type": 7}, ["john"]),
        ({"flags": 1 << 15, "components": [{"type": 99, "id": 1}]}, [UNREADABLE]),
    ],
)
def test_what_a_message_shows_is_told_in_words(fields: Json, told: list[str]) -> None:
    read = words(**fields)

    assert [piece for piece in told if piece not in read] == []


def test_what_we_said_is_read_without_its_buttons_or_its_cursor() -> None:
    me: Any = PERSON | {"bot": True}
    CLIENT._connection.user = discord.ClientUser(state=CLIENT._connection, data=me)
    try:
        button = {"type": 1, "id": 1, "components": [{"type": 2, "id": 2, "style": 2, "label": "Stop"}]}
        quoted = reference_to(message(content="Half a ▌", components=[button]), CLIENT)
    finally:
        CLIENT._connection.user = None

    assert (quoted.text, quoted.from_us) == ("Half a", True)


def shows_something(data: Json) -> bool:
    return bool(
        data["content"].strip()
        or data["attachments"]
        or data.get("sticker_items")
        or data.get("poll", {}).get("question", {}).get("text", "").strip()  # discord.py drops one without
        or any(one.get("title") or one.get("description") for one in data["embeds"])
        or any(one["type"] == 10 and one["content"].strip() for one in data["components"])
    )


@examples(100)
@given(schema.of("MessageResponse"))
def test_any_message_that_discord_describes_is_read(data: Json) -> None:
    data = data | {"author": data["author"] | {"id": "7"}, "channel_id": "5"}
    said = message(**data)

    read, quoted = incoming(said, CLIENT), reference_to(said, CLIENT)

    assert (quoted.text, quoted.attachments) == (read.words, read.files)
    assert read.words or read.files or not shows_something(data)


@examples(60)
@given(schema.of("MinimalContentMessageResponse"))
def test_a_forward_says_what_its_message_said(data: Json) -> None:
    read = incoming(message(message_snapshots=[{"message": data}]), CLIENT)
    (forwarded,) = read.forwards

    assert forwarded.text or forwarded.attachments
    assert forwarded.text in read.words


def result(**told: str) -> Json:
    """Return the embed by which Discord tells how a poll ended."""
    fields = [{"name": name, "value": value, "inline": False} for name, value in told.items()]
    return {"type": "poll_result", "fields": fields}


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (
            {
                "poll_question_text": "When?",
                "victor_answer_votes": "3",
                "total_votes": "5",
                "victor_answer_id": "1",
                "victor_answer_text": "Friday",
            },
            "The poll “When?” ended: Friday won with 3 of 5 votes",
        ),
        (
            {
                "poll_question_text": "When?",
                "victor_answer_votes": "1",
                "total_votes": "1",
                "victor_answer_id": "1",
                "victor_answer_emoji_name": "🍵",
            },
            "The poll “When?” ended: 🍵 won with 1 of 1 vote",
        ),
        (
            {"poll_question_text": "When?", "victor_answer_votes": "2", "total_votes": "4"},
            "The poll “When?” ended: several answers have 2 of 4 votes, so that none won",
        ),
        (
            {"poll_question_text": "When?", "victor_answer_votes": "0", "total_votes": "0"},
            "The poll “When?” ended: nobody voted",
        ),
        ({}, "The poll “no description” ended: nobody voted"),
    ],
)
def test_how_a_poll_ended_is_told_in_a_sentence(told: dict[str, str], read: str) -> None:
    assert words(type=46, embeds=[result(**told)]) == read


def test_of_a_poll_that_ended_without_a_word_that_it_was_one_is_told() -> None:
    assert words(type=46) == UNREADABLE


def test_of_forwards_of_forwards_each_original_is_read() -> None:
    inner = [{"message": SNAPSHOT}, {"message": SNAPSHOT | {"content": "Saturday 9:00"}}]
    outer = {"message": SNAPSHOT | {"content": "", "message_snapshots": inner}}

    assert words(message_snapshots=[outer], message_reference={"type": 1, "channel_id": "5"}) == (
        "[forwarded message]\nFriday 18:00\n[forwarded message]\nSaturday 9:00"
    )


def test_who_is_mentioned_in_a_forward_has_a_name() -> None:
    snapshot = SNAPSHOT | {"content": "Ask <@7>.", "mentions": [PERSON]}

    assert words(message_snapshots=[{"message": snapshot}]) == "[forwarded message]\nAsk @John."
