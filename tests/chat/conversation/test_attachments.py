"""Reading what hangs on a message: bounded, and honest about what could not be read."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.chat.conversation.attachments import Attached, read_all
from bot.rules.model import AttachmentRef, Part, PartKind
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting.attachments import MOST_FILES, MOST_IMAGE_BYTES
from tests.support.fakes import FakeReader

PNG = b"\x89PNG\r\n\x1a\n"
BUDGET = 1_000


async def count(text: str) -> int:
    """Count two tokens a character, as for text that no tokenizer likes."""
    return 2 * len(text)


def ref(name: str = "notes.txt", content_type: str | None = "text/plain", **details: int) -> AttachmentRef:
    details = {"id": 1, "size": 0} | details
    return AttachmentRef(
        filename=name, url="https://cdn.discordapp.com/x", content_type=content_type, **details
    )


def note(code: NoteCode, name: str = "", limit: int = 0) -> Part:
    return Part(PartKind.NOTE, note=Note(code, name, limit))


async def read(
    *files: tuple[AttachmentRef, bytes | None], most_tokens: int = BUDGET, copy: Part | None = None
) -> Sequence[Part]:
    """Read files whose contents Discord has, or has not."""
    reader = FakeReader()
    attached = []
    for number, (file, data) in enumerate(files):
        if data is not None:
            reader.files[number] = data
        attached.append(Attached(replace(file, id=number, size=file.size or len(data or b"")), copy))
    return await read_all(reader, attached, count, most_tokens)


async def test_a_text_file_is_read() -> None:
    assert await read((ref(), b"Buy tea.")) == [Part(PartKind.FILE, "Buy tea.", "notes.txt")]


async def test_a_text_file_is_known_by_its_content_whatever_it_is_called() -> None:
    [part] = await read((ref("notes.exe", None), b"Buy tea."))

    assert part.text == "Buy tea."


@pytest.mark.parametrize("name", ["notes.txt", "notes.md"])
async def test_what_is_no_text_is_not_read_whatever_it_is_called(name: str) -> None:
    assert await read((ref(name), b"\x00\x01\x02")) == [note(NoteCode.FILE_NOT_TEXT, name)]


async def test_a_picture_is_kept_with_its_size() -> None:
    [part] = await read((ref("cat.png", "image/png", width=64, height=32), PNG))

    assert part == Part(PartKind.IMAGE, name="cat.png", data=PNG, media_type="image/png", width=64, height=32)


async def test_a_picture_is_known_by_its_first_bytes() -> None:
    [part] = await read((ref("cat.txt", None), PNG))

    assert part.media_type == "image/png"


async def test_a_picture_that_came_cut_is_no_picture() -> None:
    [part] = await read((ref("cat.txt", None, size=100), PNG))

    assert part == note(NoteCode.FILE_NOT_TEXT, "cat.txt")


async def test_a_picture_that_is_text_after_all_is_read_as_text() -> None:
    [part] = await read((ref("cat.svg", "image/svg+xml"), b"<svg/>"))

    assert (part.kind, part.text) == (PartKind.FILE, "<svg/>")


async def test_a_picture_that_is_too_large_is_not_fetched() -> None:
    [part] = await read((ref("cat.png", "image/png", size=MOST_IMAGE_BYTES + 1), None))

    assert part == note(NoteCode.IMAGE_TOO_LARGE, "cat.png", 4)


@pytest.mark.parametrize("content_type", ["audio/ogg", "video/mp4"])
async def test_sound_and_film_are_not_fetched(content_type: str) -> None:
    [part] = await read((ref("song", content_type), None))

    assert part == note(NoteCode.FILE_NOT_TEXT, "song")


async def test_a_file_that_is_gone_is_a_note() -> None:
    assert await read((ref(), None)) == [note(NoteCode.FILE_NOT_FETCHED, "notes.txt")]


async def test_a_long_text_is_cut_to_its_share_of_tokens_with_a_note() -> None:
    [part] = await read((ref(), b"a" * 10_000))

    assert 0.8 * BUDGET <= await count(part.text) <= BUDGET
    assert part == Part(PartKind.FILE, "a" * len(part.text), "notes.txt", kept_characters=len(part.text))


async def test_a_text_that_was_not_fetched_whole_says_so() -> None:
    [part] = await read((ref(size=1_000), b"Buy tea."))

    assert part == Part(PartKind.FILE, "Buy tea.", "notes.txt", kept_characters=8)


async def test_the_texts_of_a_message_share_one_budget() -> None:
    parts = await read((ref("one"), b"a" * 300), (ref("two"), b"b" * 300), (ref("three"), b"c" * 300))

    kept = [part.text for part in parts]
    assert len(kept[0]) == 300
    assert 0 < len(kept[1]) < 300
    assert kept[2] == ""


async def test_a_text_for_which_nothing_is_left_is_named_all_the_same() -> None:
    [part] = await read((ref(), b"Buy tea."), most_tokens=0)

    assert part == Part(PartKind.FILE, "", "notes.txt", kept_characters=0)


async def test_only_so_many_files_are_read_and_the_rest_is_told() -> None:
    parts = await read(*[(ref(f"{number}"), b"a") for number in range(MOST_FILES + 2)])

    assert [part.name for part in parts] == ["0", "1", "2", "3", "4", ""]
    assert parts[-1] == note(NoteCode.TOO_MANY_FILES, limit=MOST_FILES)


async def test_what_hangs_on_a_quoted_message_belongs_to_it() -> None:
    copy = Part(PartKind.QUOTE, "Look", "Mary", message_id=77, author_id=200)
    [part] = await read((ref(), b"Buy tea."), copy=copy)

    assert (part.message_id, part.author_id) == (77, 200)
