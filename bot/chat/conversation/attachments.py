"""Reads the files of a message, within bounds, into parts of its turn; what can't be read becomes a note."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from weakref import WeakValueDictionary

from bot.chat.bounds.ledger import Account, Charge, Ledger
from bot.chat.completions import Asker
from bot.chat.ports import Downloads, Extraction, Transcription
from bot.errors import AttachmentError, LimitReached, ModelError
from bot.rules.model import AttachmentRef, Incoming, Part, PartKind
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting import attachments as rules
from bot.rules.prompting import documents
from bot.rules.prompting.attachments import Kind
from bot.rules.prompting.documents import Document, Excerpt, Extracted, Picture
from bot.rules.prompting.prompt import part_words
from bot.rules.spending.entries import Purpose

T = TypeVar("T")
Count = Callable[[str], Awaitable[int]]

BYTES_PER_TOKEN = 400  # of compressed speech: a tenth of a second
CHARACTERS_PER_TOKEN = 4  # a generous guess, to bound what is counted
FILES = frozenset({PartKind.FILE, PartKind.IMAGE, PartKind.VOICE, PartKind.AUDIO})
TEXTS = FILES - {PartKind.IMAGE}
SHARE = 0.5  # of what a request may carry, for the text files of one message
SHRINK = 0.95  # each time a text is cut, a little more than its count asks for
LARGE = 2**20  # bytes; of larger files only so many are held at once:
MOST_LARGE = 8
LONG = 262_144  # bytes and characters that take so long to look through that others get their turn meanwhile


@dataclass(frozen=True, slots=True)
class Attached:
    """A file to be read, and the copy of the message that it hangs on where that is another one."""

    ref: AttachmentRef
    copy: Part | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What decides which parts of long files are told: the question, and the tokens that all may take.

    Of one server, or direct conversation, one file at a time is extracted, so that others get theirs.
    """

    asker: Asker
    question: str
    most_tokens: int
    locale: str = ""


def previews_of(incoming: Incoming) -> list[Part]:
    """Return what Discord shows of the links in a message."""
    return [Part(PartKind.PREVIEW, incoming.previews)] if incoming.previews else []


def unlinked(parts: Sequence[Part]) -> list[Part]:
    """Return a turn's parts without the previews of links, which are none of its author's doing."""
    return [part for part in parts if part.kind is not PartKind.PREVIEW]


def still_there(parts: Sequence[Part], incoming: Incoming) -> tuple[Part, ...]:
    """Return a turn's parts without the files that were taken off its message, with its links' previews."""
    left = {rules.safe_name(ref.filename) for ref in incoming.attachments}
    kept = [
        part
        for part in unlinked(parts)
        if part.kind not in FILES or part.message_id is not None or part.name in left
    ]
    places = (place for place, part in enumerate(parts) if part.kind is PartKind.PREVIEW)
    kept[(place := next(places, len(kept))) : place] = previews_of(incoming)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Readers:
    """Where files come from, and what knows what they say."""

    downloads: Downloads
    extraction: Extraction
    transcription: Transcription
    ledger: Ledger


class Files:
    """Reads files."""

    def __init__(self, readers: Readers, count: Count, budget: int) -> None:
        self._readers = readers
        self._places: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._large = asyncio.Semaphore(MOST_LARGE)
        self._count = count
        self._most_tokens = int(budget * SHARE)

    async def read_all(self, files: Sequence[Attached], incoming: Incoming) -> list[Part]:
        """Read the files that come along with a message; texts share a part of what a request may carry."""
        parts: list[Part] = []
        asker = Asker(incoming.speaker.id, incoming.key)
        asked = Asked(asker, incoming.words, self._most_tokens, incoming.locale)
        for file in files[: rules.MOST_FILES]:
            async with self._large if file.ref.size > LARGE else nullcontext():
                read = await self._read(file.ref, asked)
            for part in read:
                if part.kind in TEXTS:
                    left = asked.most_tokens - await self._count(part_words(part))
                    asked = replace(asked, most_tokens=max(0, left))
            if file.copy is not None:  # so that it goes when the message that it hangs on does
                of, author = file.copy.message_id, file.copy.author_id
                read = [replace(_of_somebody(part), message_id=of, author_id=author) for part in read]
            parts += read
        if len(files) > rules.MOST_FILES:
            parts.append(_note(NoteCode.TOO_MANY_FILES, limit=rules.MOST_FILES))
        return parts

    async def _read(self, ref: AttachmentRef, asked: Asked) -> list[Part]:
        name = rules.safe_name(ref.filename)
        try:
            if rules.claims_media(ref) or ref.size > rules.MOST_BYTES:  # it may be text all the same
                head = await self._readers.downloads.attachment(ref, rules.HEAD_BYTES)
                if rules.text_of(head, cut=True) is None and (unread := self._unread(ref, head)):
                    return [unread]
            data = await self._readers.downloads.attachment(ref, rules.MOST_BYTES)
        except AttachmentError:
            return [_note(NoteCode.FILE_NOT_FETCHED, name)]
        if (text := await _text_of(data, is_cut=len(data) < ref.size)) is not None:
            return await self._document(documents.in_lines(text), ref, asked, is_cut=len(data) < ref.size)
        if unread := self._unread(ref, data):
            return [unread]
        if rules.media_of(ref, data) is Kind.AUDIO:
            return [await self._heard(ref, data, asked)]
        extracted = rules.as_it_is(ref, data) or await self._extracted(data, asked)
        return await self._parts(extracted, ref, asked)

    async def _extracted(self, data: bytes, asked: Asked) -> Extracted:
        async with self._places.setdefault(asked.asker.community, asyncio.Lock()):
            near = rules.encodings_near(asked.question, asked.locale)
            return await self._readers.extraction.extract(data, near)

    def _unread(self, ref: AttachmentRef, data: bytes) -> Part | None:
        """Return a note where a file is film, or sound and there is nobody to hear it, or too large."""
        name, kind = rules.safe_name(ref.filename), rules.media_of(ref, data)
        if kind is Kind.AUDIO and not self._readers.transcription.is_on:
            return _note(NoteCode.AUDIO_UNHEARD, name)
        if kind is Kind.VIDEO:
            return _note(NoteCode.FILE_IS_FILM, name)
        if ref.size > rules.MOST_BYTES:
            return _note(NoteCode.FILE_TOO_LARGE, name, rules.MOST_BYTES // 2**20)
        return None

    async def _heard(self, ref: AttachmentRef, data: bytes, asked: Asked) -> Part:
        name = rules.safe_name(ref.filename)
        charge = Charge(Account(asked.asker), Purpose.TRANSCRIPTION, len(data) // BYTES_PER_TOKEN)
        sending = self._readers.transcription.sending()
        try:
            async with self._readers.ledger.single(charge, sending) as said:
                said.append(await self._readers.transcription.transcribe(name, data, asked.asker, sending))
                text = said[0].strip()
        except (ModelError, LimitReached):
            return _note(NoteCode.AUDIO_FAILED, name)
        if not text:
            return _note(NoteCode.AUDIO_SILENT, name)
        told = await self._fitting(documents.in_lines(text), asked)
        kept = None if told.text == text else len(told.text)
        kind = PartKind.VOICE if ref.is_voice else PartKind.AUDIO
        return Part(kind, told.text, name=name, kept_characters=kept)

    async def _parts(self, extracted: Extracted, ref: AttachmentRef, asked: Asked) -> list[Part]:
        name = rules.safe_name(ref.filename)
        if isinstance(extracted, Note):
            return [Part(PartKind.NOTE, note=replace(extracted, name=name))]
        if isinstance(extracted, Document):
            return await self._document(extracted, ref, asked)
        return _picture(extracted, name)

    async def _document(
        self, document: Document, ref: AttachmentRef, asked: Asked, *, is_cut: bool = False
    ) -> list[Part]:
        name = rules.safe_name(ref.filename)
        told = await self._fitting(document, asked)
        kept = len(told.text) if told.is_cut or is_cut else None
        parts = [Part(PartKind.FILE, told.text, name=name, kept_characters=kept)]
        if rules.is_drawing(told.text):
            parts.append(_note(NoteCode.IMAGE_DRAWN, name))
        if document.encoding:
            guessed = Note(NoteCode.ENCODING_GUESSED, name, words=document.encoding)
            parts.append(Part(PartKind.NOTE, note=guessed))
        if note := documents.left_out(document, told, name):
            parts.append(Part(PartKind.NOTE, note=note))
        return parts

    async def _fitting(self, document: Document, asked: Asked) -> Excerpt:
        """Return as much of a document as has at most so many tokens, or nearly so much."""
        most = asked.most_tokens * CHARACTERS_PER_TOKEN
        while True:
            told = await _aside(document.size, partial(documents.excerpt, document, asked.question, most))
            tokens = await self._count(told.text)
            if tokens <= asked.most_tokens:
                return told
            most = int(min(most, len(told.text)) * asked.most_tokens / tokens * SHRINK)


def _of_somebody(part: Part) -> Part:
    """Return a part of another message than the one that is read: a voice in it is not the asker's."""
    return replace(part, kind=PartKind.AUDIO) if part.kind is PartKind.VOICE else part


def _picture(picture: Picture, name: str) -> list[Part]:
    shown = Part(
        PartKind.IMAGE,
        name=name,
        data=picture.data,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
    )
    return [shown, _note(NoteCode.IMAGE_MOVING, name)] if picture.moving else [shown]


async def _text_of(data: bytes, *, is_cut: bool) -> str | None:
    text = await _aside(len(data), lambda: rules.text_of(data, cut=is_cut))
    return None if text is None or rules.is_document(data) or rules.is_page(text) else text


async def _aside(size: int, work: Callable[[], T]) -> T:
    """Do some work, where there is much of it in a thread."""
    return await asyncio.to_thread(work) if size > LONG else work()


def _note(code: NoteCode, name: str = "", limit: int = 0) -> Part:
    return Part(PartKind.NOTE, note=Note(code, name, limit))
