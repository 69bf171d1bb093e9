"""What of an attached file goes to the model: decided by size, number and content, not by name alone."""

import codecs
import re
import unicodedata
from enum import Enum, auto

from bot.rules.model import AttachmentRef
from bot.rules.prompting.documents import Picture
from bot.rules.prompting.tokens import TILE_LONG_SIDE, TILE_SHORT_SIDE

MOST_FILES = 5  # of one message, pictures and texts together
MOST_BYTES = 20 * 2**20  # what is fetched of a file; the rest of a text is cut with a note
HEAD_BYTES = 4_096  # what tells what a file is
MOST_NAME = 64


class Kind(Enum):
    """What a file is by its first bytes, apart from text and documents."""

    PICTURE = auto()
    HEIC = auto()
    AUDIO = auto()
    VIDEO = auto()


# The first bytes of the picture types that models take.
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
SVG = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!doctype\s+svg[^>]*>\s*|<!--.*?-->\s*)*<svg\b", re.IGNORECASE | re.DOTALL
)
NAMES_OF_DOCUMENTS = (b"%PDF-", b"PK\x03\x04")


def is_page(text: str) -> bool:
    """Say whether a text is a page of HTML."""
    return HTML.match(text[:HEAD_BYTES]) is not None


def is_drawing(text: str) -> bool:
    """Say whether a text is the source of an SVG drawing, of which models see no picture."""
    return SVG.match(text[:HEAD_BYTES]) is not None


def is_document(data: bytes) -> bool:
    """Say whether a file is a document that has text in it, though it may be written in plain characters."""
    return data.startswith(NAMES_OF_DOCUMENTS)


def as_it_is(ref: AttachmentRef, data: bytes) -> Picture | None:
    """Return a picture that a model can take without a change, by what Discord says of its size."""
    kind = image_type(data)
    if kind in (None, "image/gif") or not ref.width or not ref.height or UNSURE.search(data[:HEAD_BYTES]):
        return None
    fits = max(ref.width, ref.height) <= TILE_LONG_SIDE and min(ref.width, ref.height) <= TILE_SHORT_SIDE
    return Picture(data, kind, ref.width, ref.height) if kind and fits else None


UNSURE = re.compile(b"acTL|ANIM|Exif")  # may move, as a PNG or a WebP; may lie on its side


def claims_media(ref: AttachmentRef) -> bool:
    """Say whether a file presents itself as sound or film, so that its beginning is looked at first."""
    return (ref.content_type or "").startswith(("audio/", "video/"))


def media_of(ref: AttachmentRef, data: bytes) -> Kind | None:
    """Return what a file is by its first bytes; what may hold sound or film, the declared type tells."""
    kind = kind_of(data)
    if kind is Kind.VIDEO and (ref.content_type or "").startswith("audio/"):
        return Kind.AUDIO
    return kind


def kind_of(data: bytes) -> Kind | None:
    """Return what a file is by its first bytes, or None where these don't tell."""
    if image_type(data):
        return Kind.PICTURE
    if data[4:8] == b"ftyp":
        return _KINDS_OF_BRANDS.get(data[8:11], Kind.VIDEO)
    if data[:4] in (b"RIFF", b"FORM"):
        return _KINDS_OF_FORMS.get(data[8:12])
    if len(data) > PACKET and set(data[: 3 * PACKET : PACKET]) == {SYNC}:
        return Kind.VIDEO
    if data[:1] == b"\xff" and data[1:2] in MPEG_AUDIO:
        return Kind.AUDIO
    return next((kind for signature, kind in MEDIA if data.startswith(signature)), None)


PACKET, SYNC = 188, 0x47  # of an MPEG transport stream, whose ending `.ts` is TypeScript's, too
MPEG_AUDIO = (b"\xfb", b"\xfa", b"\xf3", b"\xf2", b"\xf1", b"\xf9")
_KINDS_OF_BRANDS = {
    **dict.fromkeys((b"hei", b"hev", b"mif", b"msf"), Kind.HEIC),
    b"avi": Kind.PICTURE,
    **dict.fromkeys((b"M4A", b"M4B"), Kind.AUDIO),
}
_KINDS_OF_FORMS = {
    b"WAVE": Kind.AUDIO,
    b"AIFF": Kind.AUDIO,
    b"AIFC": Kind.AUDIO,
    b"AVI ": Kind.VIDEO,
}
MEDIA = (
    (b"OggS", Kind.AUDIO),
    (b"ID3", Kind.AUDIO),
    (b"fLaC", Kind.AUDIO),
    (b"#!AMR", Kind.AUDIO),
    (b"MThd", Kind.AUDIO),
    (b"\x1aE\xdf\xa3", Kind.VIDEO),
    (b"FLV\x01", Kind.VIDEO),
    (b"\0\0\x01\xba", Kind.VIDEO),
    (b"\0\0\x01\xb3", Kind.VIDEO),
    (b"0&\xb2u\x8ef\xcf\x11", Kind.VIDEO),
)


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
    return text.replace("\r\n", "\n") if is_readable(text) else None


_WRITTEN = "\t\n\v\f\r\b\x1b"  # by terminals
_LAST = "\x1a"  # by DOS, at a file's end alone: WebM's first byte is the same


def is_readable(text: str) -> bool:
    """Say whether a text is one, and not bytes that happen to decode."""
    sample = text.rstrip(_LAST)[:4096]
    return "\0" not in text and not any(
        unicodedata.category(character) == "Cc" and character not in _WRITTEN for character in sample
    )


def safe_name(filename: str) -> str:
    """Return a file's name as it can stand between quotes on one line."""
    kept = "".join(c if c.isprintable() and c not in '"<>' else "_" for c in filename)
    return kept[:MOST_NAME] or "file"


# What people save in where they speak a language, by Discord's names for these.
_ENCODINGS = {
    **dict.fromkeys(("de", "fr", "es-ES", "es-419", "it", "pt-BR", "nl"), ("cp1252",)),
    **dict.fromkeys(("da", "no", "sv-SE", "fi"), ("cp1252",)),
    **dict.fromkeys(("pl", "cs", "hu", "ro", "hr"), ("cp1250",)),
    **dict.fromkeys(("ru", "uk", "bg"), ("cp1251", "koi8_r")),
    "el": ("cp1253",),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    "ar": ("cp1256",),
    "ko": ("cp949",),
    "ja": ("cp932", "euc_jp"),
    "zh-CN": ("gb18030", "big5"),
    "zh-TW": ("big5", "gb18030"),
}
_LETTERS = {
    "[가-힣]": "ko",
    "[ぁ-ヿ]": "ja",
    "[一-鿿]": "zh-CN",
    "[Ѐ-ӿ]": "ru",
    "[Ͱ-Ͽ]": "el",
    "[א-ת]": "he",
    "[ء-ي]": "ar",
    "[ğış]": "tr",
    "[ąćęłńśźżčďěňřšťůžőűăț]": "pl",
    "[äöüßéèêàâçñìòùåæøõã¿¡]": "de",
}


def encodings_near(words: str, locale: str) -> tuple[str, ...]:
    """Return the encodings to be expected of whoever writes such words, in a server of a language."""
    said = words.lower()
    languages = [language for letters, language in _LETTERS.items() if re.search(letters, said)]
    if locale in ("zh-TW", "zh-CN") and "zh-CN" in languages:
        languages.insert(0, locale)
    found = (name for language in (*languages, locale) for name in _ENCODINGS.get(language, ()))
    return tuple(dict.fromkeys(found))
