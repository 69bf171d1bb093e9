"""Reads what hangs on a message, within bounds, into parts of its turn; what can't be read becomes a note."""

from collections.abc import Sequence

from bot import texts
from bot.chat.ports import ChannelReader
from bot.errors import AttachmentError
from bot.rules import attachments as rules
from bot.rules.model import AttachmentRef, Part, PartKind


async def read_all(reader: ChannelReader, refs: Sequence[AttachmentRef], most_characters: int) -> list[Part]:
    """Read a message's attachments; texts share `most_characters` between them."""
    parts: list[Part] = []
    left = most_characters
    for ref in refs[: rules.MOST_FILES]:
        part = await _read(reader, ref, left)
        parts.append(part)
        left -= len(part.text)
    if len(refs) > rules.MOST_FILES:
        parts.append(_note(texts.TOO_MANY_FILES.format(most=rules.MOST_FILES)))
    return parts


async def _read(reader: ChannelReader, ref: AttachmentRef, most_characters: int) -> Part:
    name = rules.safe_name(ref.filename)
    image = rules.claims_image(ref)
    if rules.claims_media(ref):
        return _note(texts.FILE_NOT_TEXT.format(name=name))
    if image and ref.size > rules.MOST_IMAGE_BYTES:
        megabytes = rules.MOST_IMAGE_BYTES // 1_048_576
        return _note(texts.IMAGE_TOO_LARGE.format(name=name, megabytes=megabytes))
    try:
        data = await reader.attachment(ref, rules.MOST_IMAGE_BYTES if image else rules.MOST_TEXT_BYTES)
    except AttachmentError:
        return _note(texts.FILE_NOT_FETCHED.format(name=name))
    if media_type := rules.image_type(data):
        return _picture(ref, name, data, media_type)
    return _text(ref, name, data, most_characters)


def _picture(ref: AttachmentRef, name: str, data: bytes, media_type: str) -> Part:
    if len(data) < ref.size:  # a picture that did not say so, and was cut
        return _note(texts.FILE_NOT_TEXT.format(name=name))
    return Part(
        PartKind.IMAGE, name=name, data=data, media_type=media_type, width=ref.width, height=ref.height
    )


def _text(ref: AttachmentRef, name: str, data: bytes, most_characters: int) -> Part:
    text = rules.text_of(data, cut=len(data) < ref.size)
    if text is None:
        return _note(texts.FILE_NOT_TEXT.format(name=name))
    kept = text[: max(0, most_characters)]
    if len(kept) == len(text) and len(data) >= ref.size:
        return Part(PartKind.FILE, kept, name=name)
    return Part(PartKind.FILE, f"{kept}\n[{texts.FILE_CUT.format(kept=len(kept))}]", name=name)


def _note(sentence: str) -> Part:
    return Part(PartKind.NOTE, sentence)
