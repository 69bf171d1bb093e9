"""What of an attached file goes to the model: decided by size, number and content, not by name alone."""

import codecs
import unicodedata

from bot.rules.model import AttachmentRef

MOST_FILES = 5  # of one message, pictures and texts together
MOST_TEXT_BYTES = 262_144  # what is fetched of a text file; the rest is cut with a note
MOST_IMAGE_BYTES = 4_194_304  # larger pictures are not kept
MOST_NAME = 64

# The first bytes of the picture types that models take.
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def claims_image(ref: AttachmentRef) -> bool:
    """Say whether a file presents itself as a picture, so that it must be fetched whole."""
    return (ref.content_type or "").startswith("image/")


def claims_media(ref: AttachmentRef) -> bool:
    """Say whether a file presents itself as sound or film, which is not worth fetching."""
    return (ref.content_type or "").startswith(("audio/", "video/"))


def image_type(data: bytes) -> str | None:
    """Return the media type of a picture that models take, by its first bytes."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in SIGNATURES if data.startswith(signature)), None)


def text_of(data: bytes, *, cut: bool) -> str | None:
    """Return a file's text, or None where its bytes are no text; `cut` says that the end is missing."""
    encoding = next((name for bom, name in BOMS if data.startswith(bom)), "utf-8")
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data, final=not cut)
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n") if _is_readable(text) else None


def _is_readable(text: str) -> bool:
    sample = text[:4096]
    return "\0" not in text and not any(
        unicodedata.category(character) == "Cc" and character not in "\t\n\r\f\x1b" for character in sample
    )


def safe_name(filename: str) -> str:
    """Return a file's name as it can stand between quotes on one line."""
    kept = "".join(c if c.isprintable() and c not in '"<>' else "_" for c in filename)
    return kept[:MOST_NAME] or "file"
