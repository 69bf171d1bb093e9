"""Reads what hangs on a message, within bounds, into parts of its turn; what can't be read becomes a note."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.chat.ports import Downloads
from bot.errors import AttachmentError
from bot.rules.model import AttachmentRef, Incoming, Part, PartKind
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting import attachments as rules
from bot.rules.prompting.prompt import part_words

Count = Callable[[str], Awaitable[int]]

CHARACTERS_PER_TOKEN = 4  # a generous guess, to bound what is counted
FILES = frozenset({PartKind.FILE, PartKind.IMAGE})
SHRINK = 0.95  # each time a text is cut, a little more than its count asks for


@dataclass(frozen=True, slots=True)
class Attached:
    """A file to be read, and the copy of the message that it hangs on where that is another one."""

    ref: AttachmentRef
    copy: Part | None = None


async def read_all(
    reader: Downloads, files: Sequence[Attached], count: Count, most_tokens: int
) -> list[Part]:
    """Read a message's files; texts share `most_tokens` between them."""
    parts: list[Part] = []
    left = most_tokens
    for file in files[: rules.MOST_FILES]:
        part = await _read(reader, file.ref, count, left)
        if part.kind is PartKind.FILE:
            left = max(0, left - await count(part_words(part)))
        if file.copy is not None:  # so that it goes when the message that it hangs on does
            part = replace(part, message_id=file.copy.message_id, author_id=file.copy.author_id)
        parts.append(part)
    if len(files) > rules.MOST_FILES:
        parts.append(_note(NoteCode.TOO_MANY_FILES, limit=rules.MOST_FILES))
    return parts


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


async def _read(reader: Downloads, ref: AttachmentRef, count: Count, most_tokens: int) -> Part:
    name = rules.safe_name(ref.filename)
    image = rules.claims_image(ref)
    if rules.claims_media(ref):
        return _note(NoteCode.FILE_NOT_TEXT, name)
    if image and ref.size > rules.MOST_IMAGE_BYTES:
        return _note(NoteCode.IMAGE_TOO_LARGE, name, rules.MOST_IMAGE_BYTES // 1_048_576)
    try:
        data = await reader.attachment(ref, rules.MOST_IMAGE_BYTES if image else rules.MOST_TEXT_BYTES)
    except AttachmentError:
        return _note(NoteCode.FILE_NOT_FETCHED, name)
    if media_type := rules.image_type(data):
        return _picture(ref, name, data, media_type)
    return await _text(ref, name, data, count, most_tokens)


def _picture(ref: AttachmentRef, name: str, data: bytes, media_type: str) -> Part:
    if len(data) < ref.size:  # a picture that did not say so, and was cut
        return _note(NoteCode.FILE_NOT_TEXT, name)
    return Part(
        PartKind.IMAGE, name=name, data=data, media_type=media_type, width=ref.width, height=ref.height
    )


async def _text(ref: AttachmentRef, name: str, data: bytes, count: Count, most_tokens: int) -> Part:
    text = rules.text_of(data, cut=len(data) < ref.size)
    if text is None:
        return _note(NoteCode.FILE_NOT_TEXT, name)
    kept = await _fitting(text, count, most_tokens)
    if len(kept) == len(text) and len(data) >= ref.size:
        return Part(PartKind.FILE, kept, name=name)
    return Part(PartKind.FILE, kept, name=name, kept_characters=len(kept))


async def _fitting(text: str, count: Count, most_tokens: int) -> str:
    """Return as much of a text as has at most so many tokens, or nearly so much."""
    kept = text[: most_tokens * CHARACTERS_PER_TOKEN]
    while (tokens := await count(kept)) > most_tokens:
        kept = kept[: int(len(kept) * most_tokens / tokens * SHRINK)]
    return kept


def _note(code: NoteCode, name: str = "", limit: int = 0) -> Part:
    return Part(PartKind.NOTE, note=Note(code, name, limit))
