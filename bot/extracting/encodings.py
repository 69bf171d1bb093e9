"""The encoding of a text that doesn't say it, guessed."""

import re
from collections.abc import Sequence

from charset_normalizer import from_bytes

SAMPLE = 262_144
CLOSE = 0.05  # in disorder: what is about as likely as the best
# What people save in, with the name that they know, and the characters that are ordinary in its languages:
# often several fit, as Polish may be made of German bytes.
ENCODINGS = {
    "cp949": ("EUC-KR", "가-힣"),
    "gb18030": ("GBK", "一-鿿\u3000-\u303f！-～“”‘’…—"),
    "cp932": ("Shift-JIS", "ぁ-ヿ一-鿿\u3000-\u303f！-～"),
    "euc_jp": ("EUC-JP", "ぁ-ヿ一-鿿\u3000-\u303f！-～"),
    "big5": ("Big5", "一-鿿\u3000-\u303f！-～"),
    "cp1252": ("Windows-1252", "ÀÁÂÄÅÆÇÈÉÊËÍÎÓÔÖØÚÛÜßà-âäåæç-ìíîïñòóôö-ûüœ‘’“”„–—…•€°§«»©®£½²µ·¡¿ãñõ"),
    "cp1251": ("Windows-1251", "А-яЁёІіЇїЄєҐґ№«»–—“”„…"),
    "cp1250": ("Windows-1250", "ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽáčďéěíňóřšťúůýžĄĆĘŁŃŚŹŻąćęłńśźżŐőŰűäöüÄÖÜß„”–—…ăâîșțĺľŕ"),
    "koi8_r": ("KOI8-R", "А-яЁё"),
    "cp1253": ("Windows-1253", "Ά-ώ«»–—“”…€"),
    "cp1254": ("Windows-1254", "çğıöşüÇĞİÖŞÜâîû“”–—…"),
    "cp1255": ("Windows-1255", "א-ת“”–—…₪"),
    "cp1256": ("Windows-1256", "،-يپچژگ“”–—…"),
    "utf_16_le": ("UTF-16", "가-힣ぁ-ヿ一-鿿\u3000-\u303f！-～À-ɏͰ-ӿ֐-ۿ"),
    "utf_16_be": ("UTF-16", "가-힣ぁ-ヿ一-鿿\u3000-\u303f！-～À-ɏͰ-ӿ֐-ۿ"),
}
LATIN = re.compile(rb"[A-Za-z0-9 \n]")
WIDE = ("utf_16_le", "utf_16_be")
ASCII = re.compile(rb"[\0-\x7f]")
SHORT = 80  # bytes beyond ASCII, from which on a text tells by itself
MOSTLY = 0.6
RARE = 20  # characters that are right in UTF-8, for one that is broken
IN_USE = 0xA1  # the bytes of those Korean syllables that are


def guess(data: bytes, near: Sequence[str] = ()) -> tuple[str, str] | None:
    """Return a text and the name of the encoding in which it makes sense, or None where it makes none.

    A short one makes sense in many; those that are `near` to whoever sent it are tried first.
    """
    text = data.decode("utf-8", "replace")
    if sum(not one.isascii() for one in text) > RARE * text.count("\ufffd"):
        return text, "UTF-8"
    if likely := [(short, name) for name in near if (short := _ordinary_in(data, name)) is not None]:
        text, best = max(likely, key=lambda one: sum(map(str.islower, one[0])))
        return text, ENCODINGS[best][0]
    sample = data[:SAMPLE]
    if len(data) > SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample[: SAMPLE - 4]
    latin = b"\0" not in sample and len(LATIN.findall(sample)) >= MOSTLY * len(sample)
    tried = [name for name in ENCODINGS if not (latin and name in WIDE)]
    matches = list(from_bytes(sample, cp_isolation=tried))
    fitting = [one for one in matches if one.chaos <= matches[0].chaos + CLOSE]
    names = {name: one for one in fitting for name in (one.encoding, *one.could_be_from_charset)}
    known = [name for name in ENCODINGS if name in names]
    if not known:
        return None
    best = max(known, key=lambda name: (_ordinary(str(names[name]), name), -list(ENCODINGS).index(name)))
    return data.decode(best, "replace"), ENCODINGS[best][0]


def _ordinary_in(data: bytes, name: str) -> str | None:
    """Return a short text where all in it is ordinary in an encoding's languages."""
    if len(data) - len(ASCII.findall(data)) > SHORT:
        return None
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return None
    return text if _ordinary(text, name) == 1 else None


def _ordinary(text: str, name: str) -> float:
    """Return which share of what isn't ASCII is ordinary in an encoding's languages."""
    foreign = re.sub(r"[\0-\x7f]", "", text[:SAMPLE])
    ordinary = "".join(re.findall(f"[{ENCODINGS[name][1]}]", foreign))
    if name == "cp949":  # which has a syllable for almost any two bytes; few of them are in use
        ordinary = "".join(one for one in ordinary if min(one.encode("cp949")) >= IN_USE)
    return len(ordinary) / max(1, len(foreign))
