"""What a file is, by its content alone, and what it says. A library is loaded when a file needs it."""

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from bot.extracting import html
from bot.extracting.limits import FAULTS, TooMuch
from bot.extracting.office import open_document, sheets, slides, word
from bot.extracting.office.packages import Package
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting.attachments import Kind, is_page, is_readable, kind_of, text_of
from bot.rules.prompting.documents import Document, Extracted, in_lines

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# What makes an archive a document: a file that is in it.
PACKAGES: dict[str, Callable[[Package], Document]] = {
    "word/document.xml": word.read,
    slides.SHOW: slides.read,
    sheets.BOOK: sheets.read,
    open_document.CONTENT: open_document.read,
}


def read(data: bytes, near: Sequence[str] = ()) -> Extracted:
    """Return what a file says, or a note why it says nothing; `near` are encodings that a text may have."""
    try:
        return _read(data, near)
    except (TooMuch, MemoryError, RecursionError):
        return Note(NoteCode.FILE_TOO_MUCH)
    # What a damaged file does to its reader: zipfile raises NotImplementedError for packing it does not know,
    # RuntimeError for a password, EOFError where data ends early; Pillow raises OSError for a cut picture.
    except (BadZipFile, ParseError, NotImplementedError, RuntimeError, EOFError, OSError, *FAULTS):
        return Note(NoteCode.FILE_DAMAGED)


def _read(data: bytes, near: Sequence[str]) -> Extracted:
    begins = data[:1024].find(b"%PDF-")
    if begins == 0 or (begins > 0 and b"%%EOF" in data[begins:]):  # a text may speak of the sign
        from bot.extracting import pdf

        return pdf.read(data)
    if data.startswith(b"PK\x03\x04"):
        return _package(Package(data))
    if data.startswith(OLD_OFFICE):
        return Note(NoteCode.FILE_ENCRYPTED if ENCRYPTED in data else NoteCode.FILE_OLD_OFFICE)
    if kind_of(data) is Kind.HEIC:
        return Note(NoteCode.IMAGE_HEIC)
    from bot.extracting import pictures

    if (picture := pictures.read(data)) is not None:
        return picture
    return _text(data, near)


def _package(package: Package) -> Extracted:
    reader = next((reader for name, reader in PACKAGES.items() if name in package.names), None)
    if reader is None:
        return Note(NoteCode.FILE_NOT_TEXT)
    document = reader(package)
    return document if any(one.text for one in document.sections) else Note(NoteCode.FILE_EMPTY)


def _text(data: bytes, near: Sequence[str]) -> Extracted:
    text, encoding = text_of(data, cut=False), ""
    if text is None:
        from bot.extracting import encodings

        guessed = encodings.guess(data, near)
        if guessed is None or not is_readable(guessed[0]):
            return Note(NoteCode.FILE_NOT_TEXT)
        text, encoding = guessed[0].replace("\r\n", "\n"), guessed[1]
    return in_lines(html.read(text) if is_page(text) else text, encoding)
