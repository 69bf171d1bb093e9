"""Files over the playground: what is in them reaches the model, and what doesn't is said under the answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.documents import docx, paragraph, pdf, picture, pptx, xlsx
from tests.support.openapi import problems_of
from tests.support.room import Room, open_room

pytestmark = pytest.mark.memory


def newest(room: Room) -> str:
    """Return what the model was sent last."""
    return str(room.playground.model.requests[-1].messages[-1]["content"])


READ = [
    ("app.ts", b"const tea: number = 1;", "const tea: number = 1;"),
    ("Makefile", b"all:\n\ttea", "all:"),
    ("cat.png", b"no picture", "no picture"),
    ("notes.txt", pdf("Tea at four"), "[page 1]\nTea at four"),
    ("notes.docx", docx(paragraph("Tea at four")), "Tea at four"),
    ("notes.pptx", pptx("Tea", "Cake"), "[slide 2]\nCake"),
    (
        "notes.xlsx",
        xlsx({"Budget": '<row><c t="s"><v>0</v></c></row>'}, ["Rent"]),
        "[sheet Budget, from row 1]\nRent",
    ),
    ("notes.html", b"<!doctype html><p>Tea <b>at</b> four", "Tea at four"),
]
SAID = [
    ("notes.txt", "회의는 금요일입니다".encode("cp949"), "it was read as EUC-KR, which is a guess"),
    ("scan.pdf", pdf(""), "is a PDF without text"),
    ("photo.heic", b"\0\0\0 ftypheic", "it is a HEIC picture"),
    ("film.mp4", b"\0\0\0 ftypisom", "it is a video"),
    ("it.exe", b"MZ\x90\0" + bytes(99), "neither text nor a picture"),
]


async def test_a_file_is_read_by_its_content(room: Room) -> None:
    for name, data, words in READ:
        await room.ask("Read this.", files=[(name, data)])

        assert words in newest(room)


async def test_what_can_not_be_read_as_it_is_is_said_by_name(room: Room) -> None:
    for name, data, said in SAID:
        (answer,) = await room.ask("Read this.", files=[(name, data)])

        [remark] = [line for line in answer.content.splitlines() if line.startswith("-# ")]
        assert name in remark
        assert said in remark


async def test_a_large_picture_is_sent_as_large_as_the_model_looks_at_it(room: Room) -> None:
    await room.ask("What is this?", files=[("photo.avif", picture("AVIF", 1600, 1200))])

    content = room.playground.model.requests[-1].messages[-1]["content"]
    assert content[1]["image_url"]["url"].startswith("data:image/jpeg;base64,")


async def test_of_a_long_document_the_pages_nearest_to_the_question_are_told(room: Room) -> None:
    pages = [f"Page {at}: {'nothing much ' * 60}" for at in range(1, 60)]
    pages[41] = "The vault opens at nine. " * 20

    (answer,) = await room.ask("When does the vault open?", files=[("book.pdf", pdf(*pages))])

    assert "[page 42]" in newest(room)
    assert "The vault opens at nine." in newest(room)
    assert "of 59" in answer.content
    assert "42" in answer.content


async def test_a_long_file_is_sent_whole_with_its_question_alone(room: Room) -> None:
    lines = "\n".join(f"line {number}" for number in range(900))
    await room.ask("Read this.", files=[("log.txt", lines.encode())])
    first = room.playground.model.requests[-1].messages[-1]["content"]
    await room.ask("And now?")
    await room.ask("And then?")
    second, third = (one.messages for one in room.playground.model.requests[-2:])

    assert "line 899" in first
    assert "line 300" in second[1]["content"]
    assert "line 899" not in second[1]["content"]
    assert third[: len(second)] == second


async def test_a_file_that_was_posted_right_before_the_question_is_whole(room: Room) -> None:
    lines = "\n".join(f"line {number}" for number in range(900))
    thread, alex = room.world.channel("ideas"), room.world.people["alex"]
    await room.ask("Join us.", thread)
    sam = room.world.people["sam"]
    sam.post(thread, f"{alex.mention} look", files=[("log.txt", lines.encode())])
    await room.ask("What is in the last line?", thread)

    assert "line 899" in str(room.playground.model.requests[-1].messages)


OGG = b"OggS" + bytes(8_000)


@pytest.fixture
async def hearing(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path, TRANSCRIPTION_MODEL="whisper-1") as room:
        yield room
        assert problems_of(room.playground.wire) == []


async def test_a_voice_message_is_asked_in_its_words_and_they_are_shown(hearing: Room) -> None:
    hearing.playground.speech.say("When is tea?")
    answer = await hearing.ask("Hello", "dm")
    dm = hearing.world.channels[answer[0].channel_id]
    said = hearing.world.people["alex"].speak(dm, OGG)
    (answer,) = (await hearing.answered(said),)

    [heard] = hearing.playground.speech.heard
    assert (heard.model, heard.filename, heard.data) == ("whisper-1", "voice-message.ogg", OGG)
    assert newest(hearing) == "When is tea?"
    assert "-# In voice-message.ogg I heard “When is tea?”." in answer[-1].content


async def test_a_speech_that_the_server_does_not_hear_is_said_by_name(hearing: Room) -> None:
    hearing.playground.speech.fail(500)

    (answer,) = await hearing.ask("Listen.", files=[("song.mp3", b"ID3\0")])

    assert "song.mp3 could not be heard" in answer.content


async def test_without_a_model_for_speech_a_voice_message_is_named(room: Room) -> None:
    (answer,) = await room.ask("Listen.", files=[("voice-message.ogg", OGG)])

    assert "voice-message.ogg could not be heard" in answer.content
    assert room.playground.speech.heard == []
