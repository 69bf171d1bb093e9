"""The process that reads a file: within limits, and the bot goes on whatever becomes of it."""

import asyncio
import subprocess
import sys

import pytest

from bot.extracting import process, wire
from bot.extracting.process import Extraction
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting.documents import Document, Extracted, Picture, Section, Unit
from tests.support.documents import pdf, picture

UNWANTED = {"discord", "openai", "tiktoken", "aiohttp", "sqlite3", "pypdf", "PIL", "asyncio"}


@pytest.mark.parametrize(
    "extracted",
    [
        Document(Unit.ROW, 9, (Section(1, 2, "a\nb", "Budget"),), "GBK"),
        Picture(b"\n\0\xff", "image/png", 3, None, moving=True),
        Note(NoteCode.FILE_DAMAGED),
    ],
)
def test_what_was_extracted_comes_back_as_it_was(extracted: Extracted) -> None:
    assert wire.load(wire.dump(extracted)) == extracted


@pytest.mark.parametrize("raw", [b"", b"{}", b'["Note", {}]', b'["Document", {"sections": []}]', b"\xff"])
def test_what_no_process_of_ours_wrote_is_an_error(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json has its own words, and bytes theirs
        wire.load(raw)


async def test_files_are_read_in_processes_of_their_own_two_at_a_time() -> None:
    extraction = Extraction()

    read = await asyncio.gather(
        *(extraction.extract(one) for one in (pdf("Tea"), picture("PNG"), b"caf\xe9"))
    )

    assert [type(one) for one in read] == [Document, Picture, Document]


async def test_a_file_that_takes_too_long_is_given_up() -> None:
    assert await Extraction(seconds=0.0).extract(pdf("Tea")) == Note(NoteCode.FILE_TOO_MUCH)


def test_memory_is_bounded() -> None:
    code = "from bot.extracting.limits import confine; confine(); bytearray(2**29)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)  # noqa: S603 - ours

    assert b"MemoryError" in ran.stderr


async def test_a_process_that_dies_costs_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert await Extraction().extract(bytes(1_000_000)) == Note(NoteCode.FILE_DAMAGED)


async def test_a_process_that_can_not_be_started_costs_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert await Extraction().extract(b"caf\xe9") == Note(NoteCode.FILE_TOO_MUCH)


def test_it_starts_without_what_it_does_not_need() -> None:
    code = "import sys; import bot.extracting.reading; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603 - ours

    assert not UNWANTED & set(ran.stdout.decode().split())


def test_what_reads_files_is_given_no_secrets() -> None:
    assert not [name for name in process.PASSED_ON if "KEY" in name or "TOKEN" in name]
