"""Which letters can be taken for others: what a word looks like in plain letters, and whether it deceives.

A small table of the scripts whose letters resemble Latin ones; other scripts are told by their names in
Unicode. Compatibility forms (full-width, mathematical, circled) count as what they are made of.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache

# https://www.unicode.org/reports/tr39/#Confusable_Detection; small letters, and Cherokee's.
_LIKE = {
    "a": "аαɑᴀᎪꭺ",
    "b": "вьβʙƅᏴᏼ",
    "c": "сϲᴄᏟꮯ",
    "d": "ԁɗᴅᎠꭰ",
    "e": "еєεҽᴇᎬꭼ℮",
    "f": "ғϝք",
    "g": "ɡցɢԍᏀꮐ",
    "h": "нһηհʜᎻꮋ",
    "i": "іιɩɪıӏᎥꭵ",
    "j": "јϳᴊʝᎫꭻ",
    "k": "кκĸᴋᏦꮶ",
    "l": "ʟᏞꮮ",
    "m": "мμᴍᎷꮇ",
    "n": "пոɴ",
    "o": "оοσօᴏөѳ",
    "p": "рρᴘᏢꮲ",
    "q": "ԛզ",
    "r": "гʀᴦᎡꭱ",
    "s": "ѕꜱʂᏚꮪ",
    "t": "тτᴛᎢꭲ",
    "u": "υսᴜ",
    "v": "ѵνᴠᏙꮩ",
    "w": "ԝѡωաᴡᎳꮃ",
    "x": "хχ",
    "y": "уγүұʏᎩꭹ",
    "z": "ζᴢᏃꮓ",
}
_PLAIN = {ord(other): letter for letter, others in _LIKE.items() for other in others}
# Digits and letters that are taken for each other, and pairs that are taken for one letter.
_ALIKE = str.maketrans("01i|34578", "ollleastb")
_PAIRS = (("rn", "m"), ("vv", "w"))
_FAMILIAR = frozenset("ßæœøðþđħłŋəĸŧı")  # Latin letters of everyday alphabets that no accent explains
# Scripts that stand beside Latin letters in everyday names and look like none of them.
_APART = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL SYLLABLE")
# Blocks of compatibility forms: modifiers, subscripts, letter-like, circled, full-width, mathematical.
_FORMS = (
    (0x2B0, 0x2B9),
    (0x1D2C, 0x1D6B),
    (0x2071, 0x209D),
    (0x2100, 0x214F),
    (0x24B6, 0x24EA),
    (0xFF10, 0xFF5B),
    (0x1D400, 0x1D800),
)


def looks_like(text: str) -> str:
    """Return what a text looks like in small plain letters; texts that look alike give the same."""
    parts = unicodedata.normalize("NFKD", text)
    unaccented = "".join(one for one in parts if not unicodedata.combining(one))
    plain = unaccented.casefold().translate(_PLAIN).translate(_ALIKE)
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain


def lookalikes_of(letter: str) -> str:
    """Return the characters that look like a small plain letter, itself and its capital among them."""
    look = looks_like(letter)
    return "".join(one for one, looks in _looks().items() if looks == look)


@cache
def _looks() -> Mapping[str, str]:
    """Return all characters of which it is known what they look like, and that."""
    plain = [chr(code) for code in (*range(ord("0"), ord("z") + 1), ord("|"), *_PLAIN)]
    capitals = [one.upper() for one in plain if len(one.upper()) == 1]
    forms = [chr(code) for first, end in _FORMS for code in range(first, end)]
    return {one: looks_like(one) for one in (*plain, *capitals, *forms)}


def deceives(name: str) -> bool:
    """Say whether a word of a name could be taken for another one that is written in other letters."""
    return any(_is_deceptive(word) for word in name.split())


def _is_deceptive(word: str) -> bool:
    """Find letters that look like Latin ones among Latin ones, or a word of nothing but such letters."""
    letters = [_base(one) for one in unicodedata.normalize("NFC", word) if one.isalnum()]
    foreign = [one for one in letters if not one.isascii() and not _stands_apart(one)]
    if not foreign:
        return False
    if any(one.isascii() and one.isalpha() for one in letters):
        return any(one.lower() not in _FAMILIAR for one in foreign)
    return all(one.isascii() or ord(one.lower()[0]) in _PLAIN for one in letters)


def _base(character: str) -> str:
    """Return a letter without its accents; a syllable of Hangul is one letter."""
    return character if _stands_apart(character) else unicodedata.normalize("NFD", character)[0]


def _stands_apart(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_APART)
