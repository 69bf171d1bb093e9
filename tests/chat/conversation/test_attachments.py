"""Reading what hangs on a message: bounded, and honest about what could not be read."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.bounds.ledger import Ledger
from bot.chat.conversation.attachments import LARGE, SHARE, Attached, Files, Readers
from bot.errors import ModelDown, ModelError
from bot.rules.model import AttachmentRef, ChannelKey, Incoming, Part, PartKind
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting.attachments import MOST_BYTES, MOST_FILES
from bot.rules.prompting.documents import Document, Extracted, Picture, Section, Unit
from tests.chat.heart import JOHN
from tests.support.fakes import (
    START,
    FakeClock,
    FakeCounter,
    FakeExtraction,
    FakeLedger,
    FakePricing,
    FakeReader,
    FakeTranscription,
    Happenings,
    unlimited,
)

PNG = b"\x89PNG\r\n\x1a\n"
BUDGET = 1_000


async def count(text: str) -> int:
    """Count two tokens a character, as for text that no tokenizer likes."""
    return 2 * len(text)


def ref(name: str = "notes.txt", content_type: str | None = "text/plain", **details: Any) -> AttachmentRef:
    details = {"id": 1, "size": 0} | details
    return AttachmentRef(
        filename=name, url="https://cdn.discordapp.com/x", content_type=content_type, **details
    )


def note(code: NoteCode, name: str = "", limit: int = 0) -> Part:
    return Part(PartKind.NOTE, note=Note(code, name, limit))


async def read(
    *files: tuple[AttachmentRef, bytes | None],
    most_tokens: int = BUDGET,
    question: str = "",
    copy: Part | None = None,
    found: Extracted | None = None,
    transcription: FakeTranscription | None = None,
) -> Sequence[Part]:
    """Read files whose contents Discord has, or has not; `found` is what documents among them say."""
    reader, extraction = FakeReader(), FakeExtraction()
    attached = []
    for number, (file, data) in enumerate(files):
        if data is not None:
            reader.files[number] = data
            if found is not None:
                extraction.found[data] = found
        attached.append(Attached(replace(file, id=number, size=file.size or len(data or b"")), copy))
    readers = Readers(reader, extraction, transcription or FakeTranscription(), ledger())
    return await Files(readers, count, int(most_tokens / SHARE)).read_all(attached, said(question))


def ledger() -> Ledger:
    """Return a ledger that nobody looks into."""
    clock = FakeClock(Happenings())
    return Ledger(FakeLedger(), FakePricing(), FakeCounter(), clock, unlimited(clock), lambda _: None)


def said(text: str, guild_id: int | None = 1) -> Incoming:
    """Return a message in a server, or in a direct conversation."""
    return Incoming(1, ChannelKey(10, guild_id), JOHN, text, START)


class SlowExtraction(FakeExtraction):
    """Takes a turn of the loop for each file, and knows how many it had at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0

    async def extract(self, data: bytes, near: Sequence[str] = ()) -> Extracted:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        return await super().extract(data, near)


@pytest.mark.parametrize(("guilds", "most"), [((1, 1, 1), 1), ((1, 1, None), 2)])
async def test_a_server_has_one_file_extracted_at_a_time(guilds: Sequence[int | None], most: int) -> None:
    reader, extraction = FakeReader(), SlowExtraction()
    reader.files[1] = PNG
    files = Files(Readers(reader, extraction, FakeTranscription(), ledger()), count, BUDGET)

    await asyncio.gather(*(files.read_all([Attached(ref(size=8))], said("", guild)) for guild in guilds))

    assert extraction.most == most


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


async def test_a_picture_that_is_too_large_is_not_read() -> None:
    [part] = await read((ref("cat.txt", None, size=MOST_BYTES + 1), PNG))

    assert part == note(NoteCode.FILE_TOO_LARGE, "cat.txt", MOST_BYTES // 2**20)


async def test_of_a_drawing_the_source_is_read_which_is_said() -> None:
    [part, told] = await read((ref("cat.svg", "image/svg+xml"), b"<svg/>"))

    assert (part.kind, part.text) == (PartKind.FILE, "<svg/>")
    assert told == note(NoteCode.IMAGE_DRAWN, "cat.svg")


@pytest.mark.parametrize("content_type", ["video/MP2T; charset=utf-8", "audio/x-mod"])
async def test_a_text_that_is_declared_as_sound_or_film_is_read(content_type: str) -> None:
    [part, _] = await read((ref("app.ts", content_type), b"const tea = 1;\n" * 500))

    assert part.text.startswith("const tea = 1;\n")


@pytest.mark.parametrize(
    ("content_type", "data", "code"),
    [
        ("video/mp4", b"\0\0\0 ftypisom" + bytes(9_000), NoteCode.FILE_IS_FILM),
        (None, b"\0\0\0 ftypisom", NoteCode.FILE_IS_FILM),
        ("audio/ogg", b"OggS" + bytes(9_000), NoteCode.AUDIO_UNHEARD),
        (None, b"OggS\0", NoteCode.AUDIO_UNHEARD),
        ("audio/webm", b"\x1aE\xdf\xa3", NoteCode.AUDIO_UNHEARD),
    ],
)
async def test_sound_and_film_are_known_by_their_content(
    content_type: str | None, data: bytes, code: NoteCode
) -> None:
    assert await read((ref("it", content_type), data)) == [note(code, "it")]


def hearing(says: str | ModelError) -> FakeTranscription:
    """Return a model for speech that hears this."""
    transcription = FakeTranscription()
    transcription.is_on, transcription.says = True, says
    return transcription


@pytest.mark.parametrize(
    ("content_type", "data", "is_voice", "kind"),
    [
        ("audio/ogg", b"OggS" + bytes(9_000), True, PartKind.VOICE),
        ("audio/mpeg", b"ID3\0", False, PartKind.AUDIO),
        ("audio/webm", b"\x1aE\xdf\xa3", False, PartKind.AUDIO),
        (None, b"RIFF\0\0\0\0WAVEfmt ", False, PartKind.AUDIO),
    ],
)
async def test_what_is_said_in_a_sound_file_is_heard(
    content_type: str | None, data: bytes, is_voice: bool, kind: PartKind
) -> None:
    file = replace(ref("it", content_type), is_voice=is_voice)

    assert await read((file, data), transcription=hearing(" Buy tea. ")) == [Part(kind, "Buy tea.", "it")]


@pytest.mark.parametrize(
    ("says", "code"), [("\n", NoteCode.AUDIO_SILENT), (ModelDown(), NoteCode.AUDIO_FAILED)]
)
async def test_a_sound_file_in_which_nothing_was_heard_has_its_reason(
    says: str | ModelError, code: NoteCode
) -> None:
    assert await read((ref("it"), b"OggS\0"), transcription=hearing(says)) == [note(code, "it")]


async def test_a_long_speech_is_cut_to_its_share_of_tokens() -> None:
    [part] = await read((ref("it"), b"OggS\0"), transcription=hearing("tea " * 1_000))

    assert part.kept_characters == len(part.text)
    assert 0.8 * BUDGET <= await count(part.text) <= BUDGET


async def test_a_sound_file_that_is_too_large_is_not_heard() -> None:
    parts = await read((ref("it", size=2**30), b"OggS\0"), transcription=hearing("Tea"))

    assert parts == [note(NoteCode.FILE_TOO_LARGE, "it", MOST_BYTES // 2**20)]


async def test_what_is_declared_as_film_and_is_neither_that_nor_text_is_looked_at_whole() -> None:
    page = Document(Unit.PAGE, 1, (Section(1, 1, "Buy tea."),))
    [part] = await read((ref("it.mp4", "video/mp4"), b"\0it"), found=page)

    assert part == Part(PartKind.FILE, "[page 1]\nBuy tea.", "it.mp4")


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"PK\x03\x04", b"<!doctype html><p>", b"caf\xe9"])
async def test_what_is_no_plain_text_is_extracted(data: bytes) -> None:
    [part, *notes] = await read((ref(), data), found=Document(Unit.LINE, 1, (Section(1, 1, "Tea"),), "GBK"))

    assert part.text == "Tea"
    assert notes == [Part(PartKind.NOTE, note=Note(NoteCode.ENCODING_GUESSED, "notes.txt", words="GBK"))]


async def test_a_moving_picture_says_that_it_stands_still() -> None:
    still = Picture(PNG, "image/png", 3, 4, moving=True)
    parts = await read((ref("cat.gif", "image/gif", width=3, height=4), b"GIF89a\0"), found=still)

    assert [(part.kind, part.width) for part in parts] == [(PartKind.IMAGE, 3), (PartKind.NOTE, None)]


async def test_of_a_long_document_the_beginning_is_told_and_what_is_nearest_to_the_question() -> None:
    pages = tuple(Section(at, at, f"{'tea ' if at == 7 else 'and '}" * 10) for at in range(1, 10))
    document = Document(Unit.PAGE, 230, pages)
    parts = await read(
        (ref("b.pdf"), b"%PDF-"), most_tokens=300, question="Where is the tea?", found=document
    )

    assert "[page 1]" in parts[0].text
    assert "[page 7]\ntea" in parts[0].text
    assert parts[1].note == Note(NoteCode.SOME_PAGES, "b.pdf", 230, "1–2, 7")


async def test_a_very_long_text_is_looked_through_and_cut() -> None:
    parts = await read((ref(), b"Tea and cake.\n" * 30_000))

    assert 0.7 * BUDGET <= await count(parts[0].text) <= BUDGET
    assert parts[1].note == Note(NoteCode.SOME_LINES, "notes.txt", 30_001, "1–108")


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


async def test_a_voice_in_a_quoted_message_is_not_the_askers() -> None:
    copy = Part(PartKind.QUOTE, "", "Mary", message_id=77, author_id=200)
    [part] = await read((ref(is_voice=True), b"OggS\0"), copy=copy, transcription=hearing("Tea"))

    assert part == Part(PartKind.AUDIO, "Tea", "notes.txt", message_id=77, author_id=200)


async def test_large_files_are_read_a_few_at_a_time() -> None:
    parts = await read((ref(size=LARGE + 1), b"Tea"), (ref("b", size=LARGE + 1), b"Cake"))

    assert [part.text for part in parts] == ["Tea", "Cake"]


async def test_what_hangs_on_a_quoted_message_belongs_to_it() -> None:
    copy = Part(PartKind.QUOTE, "Look", "Mary", message_id=77, author_id=200)
    [part] = await read((ref(), b"Buy tea."), copy=copy)

    assert (part.message_id, part.author_id) == (77, 200)
