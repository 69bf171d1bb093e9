"""PDF: the text of each page."""

import io

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from bot.extracting.limits import FAULTS, Allowance
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting.documents import Document, Extracted, Section, Unit

BROKEN = (PyPdfError, *FAULTS)


def read(data: bytes) -> Extracted:
    """Return a PDF's pages, or a note why there are none."""
    try:
        return _read(data)
    except PyPdfError:
        return Note(NoteCode.FILE_DAMAGED)


def _read(data: bytes) -> Extracted:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not _is_open(reader):
        return Note(NoteCode.FILE_ENCRYPTED)
    allowance, sections = Allowance(), []
    total = len(reader.pages)
    for number in range(total):
        text = _page(reader, number)
        sections.append(Section(number + 1, number + 1, text))
        if not allowance.spend(text):
            break
    if not any(one.text for one in sections):
        return Note(NoteCode.PDF_WITHOUT_TEXT)
    return Document(Unit.PAGE, total, tuple(sections))


def _is_open(reader: PdfReader) -> bool:
    """Say whether a PDF opens without a password: many forbid no more than printing."""
    try:
        return bool(reader.decrypt(""))
    except (DependencyError, *BROKEN):
        return False


def _page(reader: PdfReader, number: int) -> str:
    try:
        return reader.pages[number].extract_text().strip()
    except BROKEN:  # one damaged page leaves the others
        return ""
