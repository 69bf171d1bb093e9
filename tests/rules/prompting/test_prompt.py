"""The messages that a request carries."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.model import Author, Part, PartKind, Role, State, Turn
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting import tags
from bot.rules.prompting.prompt import (
    CONTINUE,
    NEWEST_IMAGES,
    REMEMBERED_CHARACTERS,
    SILENCE,
    SUMMARY_HEADING,
    build,
    heard,
    is_long,
    newest_images,
    to_continue,
    to_summarize,
    user_text,
    with_images,
)
from tests.support.strategies import texts

MOMENT = datetime(2026, 8, 6, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"

_ids = count(1)


def turn(role: Role, text: str, *parts: Part, label: str = "") -> Turn:
    number = next(_ids)
    state = State.ANSWERED if role is Role.USER else State.COMPLETE
    return Turn(number, number, role, state, number, None, label, text, 1, "o200k_base", MOMENT, parts)


def asked(text: str, *parts: Part, label: str = "") -> Turn:
    return turn(Role.USER, text, *parts, label=label)


def answered(text: str) -> Turn:
    return turn(Role.ASSISTANT, text)


def picture(name: str = "cat.png") -> Part:
    return Part(PartKind.IMAGE, name=name, data=PNG, media_type="image/png", width=1, height=1)


parts = st.builds(Part, st.sampled_from(PartKind), texts, st.just("name"), data=st.sampled_from([None, PNG]))
company = st.lists(parts, max_size=3)
turns = st.lists(
    st.builds(lambda text, own, label: asked(text, *own, label=label), texts, company, texts)
    | texts.filter(bool).map(answered),
    min_size=1,
    max_size=4,
)


def pictures_in(messages: Sequence[dict[str, Any]]) -> int:
    return sum(
        piece["type"] == "image_url"
        for message in messages
        if isinstance(message["content"], list)
        for piece in message["content"]
    )


def test_a_conversation_is_written_in_order_with_its_roles() -> None:
    messages = build("Be brief.", "", [asked("Hello"), answered("Hi"), asked("Again")], sees=False)

    assert messages == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi"},
        {"role": "user", "content": "Again"},
    ]


def test_an_empty_persona_sends_no_system_message() -> None:
    assert build("", "", [asked("Hello")], sees=False) == [{"role": "user", "content": "Hello"}]


def test_a_summary_stands_in_the_system_message_behind_the_persona() -> None:
    [system, _] = build("Be brief.", "John likes tea.", [asked("Hello")], sees=False)

    assert system == {"role": "system", "content": f"Be brief.\n\n{SUMMARY_HEADING}\nJohn likes tea."}


def test_a_summary_without_a_persona_still_goes_along() -> None:
    [system, _] = build("", "John likes tea.", [asked("Hello")], sees=False)

    assert system == {"role": "system", "content": f"{SUMMARY_HEADING}\nJohn likes tea."}


def test_who_speaks_stands_before_the_words_and_only_where_there_is_a_label() -> None:
    assert user_text("John", "Hello", ()) == "John: Hello"
    assert user_text("", "Hello", ()) == "Hello"


def test_what_goes_along_is_fenced_and_named() -> None:
    company = (
        Part(PartKind.QUOTE, "Tea?", name="Mary"),
        Part(PartKind.FORWARD, "News."),
        Part(PartKind.FILE, "a,b", name="table.csv"),
        picture(),
        Part(PartKind.QUOTE, "Soup.", author=Author.US),
        Part(PartKind.QUOTE, "Salt.", author=Author.UNKNOWN),
        Part(PartKind.FILE, "tea", name="list.txt", kept_characters=3),
        Part(PartKind.NOTE, note=Note(NoteCode.FILE_NOT_FETCHED, "song.ogg")),
        Part(PartKind.NOTE, note=Note(NoteCode.TOO_MANY_FILES, limit=5)),
        Part(PartKind.NOTE, note=Note(NoteCode.LEGACY, words="a note of old")),
        Part(PartKind.UNWORDED),
    )

    assert user_text("John", "Look", company) == (
        "John: Look\n\n"
        '<quoted_message from="Mary">\nTea?\n</quoted_message>\n\n'
        "<forwarded_message>\nNews.\n</forwarded_message>\n\n"
        '<file name="table.csv">\na,b\n</file>\n\n'
        "[image: cat.png]\n\n"
        '<quoted_message from="you">\nSoup.\n</quoted_message>\n\n'
        '<quoted_message from="somebody">\nSalt.\n</quoted_message>\n\n'
        '<file name="list.txt">\ntea\n[cut after 3 characters]\n</file>\n\n'
        "[song.ogg could not be fetched]\n\n"
        "[Only the first 5 files were read]\n\n"
        "[a note of old]"
    )


def test_what_is_said_in_a_voice_message_stands_as_its_authors_words() -> None:
    voice = Part(PartKind.VOICE, "Buy <file>tea", name="voice-message.ogg")

    assert user_text("John", "", [voice]) == "John: Buy <\\file>tea"
    assert user_text("John", "Look", [voice, Part(PartKind.AUDIO, "La", name="song.mp3")]) == (
        'John: Look\nBuy <\\file>tea\n\n<file name="song.mp3">\n[what is said in it]\nLa\n</file>'
    )


def test_what_was_heard_is_told_in_short() -> None:
    parts = (Part(PartKind.VOICE, "a\nb " * 200, name="it.ogg"), Part(PartKind.FILE, "c"))
    [note] = heard(parts)

    assert note.words.startswith("a b a b")
    assert note.words.endswith("…")
    assert len(note.words) < 310
    assert heard([replace(parts[0], text="Tea")]) == [Note(NoteCode.AUDIO_HEARD, "it.ogg", words="Tea")]


def test_of_a_long_file_the_beginning_is_remembered_after_its_question() -> None:
    file = Part(PartKind.FILE, "a" * REMEMBERED_CHARACTERS + "z", name="log.txt")
    question = replace(asked("Why?", file), asked_tokens=1)
    [whole] = build("", "", [question], sees=False)
    [later] = build("", "", [replace(question, asked_tokens=None)], sees=False)

    assert whole["content"].endswith("az\n</file>")
    assert later["content"].endswith(f"a\n[{tags.FILE_REMEMBERED}]\n</file>")
    assert len(later["content"]) < REMEMBERED_CHARACTERS + 200
    assert not is_long(replace(file, text="a" * REMEMBERED_CHARACTERS))


def test_a_question_without_words_is_put_into_the_forms_own() -> None:
    parts = (Part(PartKind.QUOTE, "Tea?", name="Mary"), Part(PartKind.UNWORDED))

    assert user_text("John", "", parts) == (
        'John: What do you make of this?\n\n<quoted_message from="Mary">\nTea?\n</quoted_message>'
    )


@pytest.mark.parametrize("text", ["", " ", "\u200b\u2060"])
def test_a_turn_without_a_word_is_not_sent_empty(text: str) -> None:
    assert user_text("", text, ()) == SILENCE


def test_a_seeing_model_gets_the_picture_behind_the_words() -> None:
    [message] = build("", "", [asked("Look", picture())], sees=True)

    url = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert message["content"] == [
        {"type": "text", "text": "Look\n\n[image: cat.png]"},
        {"type": "image_url", "image_url": {"url": url}},
    ]


def test_a_model_that_does_not_see_gets_a_line_for_a_picture() -> None:
    assert build("", "", [asked("Look", picture())], sees=False) == [
        {"role": "user", "content": "Look\n\n[image: cat.png]"}
    ]


def test_only_the_newest_few_pictures_are_worth_sending_again() -> None:
    conversation = [asked(f"{number}", picture()) for number in range(NEWEST_IMAGES + 3)]

    assert [said for said, _ in newest_images(conversation)] == conversation[: -1 - NEWEST_IMAGES : -1]


def test_all_pictures_of_the_question_itself_are_worth_sending() -> None:
    own = [picture(f"{number}.png") for number in range(NEWEST_IMAGES + 1)]
    question = asked("Look", *own)

    assert newest_images([asked("Old", picture()), question]) == [(question, part) for part in own]


def test_pictures_that_are_not_chosen_stand_as_lines() -> None:
    one, same = picture(), picture()

    [message] = build("", "", with_images([asked("Look", one, same)], [one]), sees=True)

    assert [piece["type"] for piece in message["content"]] == ["text", "image_url"]
    assert message["content"][0]["text"] == "Look\n\n[image: cat.png]\n\n[image: cat.png]"


def test_a_picture_whose_bytes_are_gone_stands_as_a_line() -> None:
    gone = Part(PartKind.IMAGE, name="cat.png", media_type="image/png")

    assert pictures_in(build("", "", [asked("Look", gone)], sees=True)) == 0


def test_nothing_has_no_pictures() -> None:
    assert newest_images([]) == []


@given(system=texts, summary=texts, conversation=turns, sees=st.booleans())
def test_whatever_was_said_the_message_list_is_valid(
    system: str, summary: str, conversation: list[Turn], sees: bool
) -> None:
    messages = build(system, summary, conversation, sees=sees)

    roles = [message["role"] for message in messages]
    assert roles[1:].count("system") == 0
    assert ("system" in roles) is bool(system or summary)
    assert [role for role in roles if role != "system"] == [turn.role.value for turn in conversation]
    assert all(message["content"] for message in messages)
    assert [message["role"] for message in json.loads(json.dumps(messages))] == roles


@given(conversation=turns, later=turns)
def test_what_a_turn_looks_like_does_not_depend_on_what_comes_later(
    conversation: list[Turn], later: list[Turn]
) -> None:
    before = build("Be brief.", "", conversation, sees=False)

    assert build("Be brief.", "", [*conversation, *later], sees=False)[: len(before)] == before


def test_going_on_shows_the_model_what_it_wrote_and_asks_for_the_rest() -> None:
    messages = build("", "", [asked("Count")], sees=False)

    assert to_continue(messages, "One, two") == [
        {"role": "user", "content": "Count"},
        {"role": "assistant", "content": "One, two"},
        {"role": "user", "content": CONTINUE},
    ]


def test_a_summary_is_asked_for_behind_what_is_cut_and_the_summary_before() -> None:
    *said, request = to_summarize("John likes tea.", [asked("Hello", label="Mary")], 50)

    assert said == [
        {"role": "system", "content": f"{SUMMARY_HEADING}\nJohn likes tea."},
        {"role": "user", "content": "Mary: Hello"},
    ]
    assert request["role"] == "user"
    assert "50 words" in request["content"]
