"""Tokens as OpenAI counts them: tiktoken over the encodings that ship with the package.

The files are read here and checked against their SHA-256, never through tiktoken's own loader: that one
deletes a file it dislikes and downloads another. Which model uses which encoding is the catalogue's to know.
"""

import asyncio
import binascii
import ctypes
import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tiktoken

from bot.errors import StartError
from bot.llm import catalog

SHIPPED = Path(__file__).parent / "encodings"

# tiktoken panics at a million blanks in a row and takes seconds for megabytes, so long text is counted in
# slices; one of them takes about 30 ms at worst.
SLICE = 65_536
SEAM = 4_096  # how far back from a slice's end a seam that changes no count is looked for

_MMAP_THRESHOLD, _LARGE_BYTES = -3, 2**20  # a parameter of mallopt(3)
_ONE_AT_A_TIME = threading.Lock()
_REINSTALL = "It ships with Parley; installing Parley again brings it back."


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an encoding is built: its file, the file's SHA-256, and the pattern that cuts text into words."""

    filename: str
    sha256: str
    pattern: str


RECIPES = {
    "o200k_base": Recipe(
        "fb374d419588a4632f3f557e76b4b70aebbca790",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        "|".join(
            (
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
                r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
                r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                r"\p{N}{1,3}",
                r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
                r"\s*[\r\n]+",
                r"\s+(?!\S)",
                r"\s+",
            )
        ),
    ),
    "cl100k_base": Recipe(
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        "|".join(
            (
                r"'(?i:[sdmt]|ll|ve|re)",
                r"[^\r\n\p{L}\p{N}]?+\p{L}++",
                r"\p{N}{1,3}+",
                r" ?[^\s\p{L}\p{N}]++[\r\n]*+",
                r"\s++$",
                r"\s*[\r\n]",
                r"\s+(?!\S)",
                r"\s",
            )
        ),
    ),
}


class TiktokenCounter:
    """Count tokens, and cut text into them.

    Text is ordinary text whatever it looks like: `<|endoftext|>` is seven tokens. A lone surrogate counts as
    the replacement character. Text beyond 65,536 characters is counted in slices, cut after a line where
    there is one; cut elsewhere, a slice may add a token.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encodings: dict[str, tiktoken.Encoding] = {}

    @classmethod
    async def load(cls, folder: Path = SHIPPED) -> "TiktokenCounter":
        """Check the shipped files; raise StartError if one is damaged. They are read when first needed."""
        await asyncio.to_thread(_check, folder)
        return cls(folder)

    async def ready(self, model: str) -> None:
        """Have what counting for a model needs; without this the first count holds the event loop up."""
        if catalog.encoding(model) not in self._encodings:
            await asyncio.to_thread(self._for, model)

    def count(self, text: str, model: str) -> int:
        """Count the tokens of ordinary text."""
        encode = self._for(model).encode_ordinary
        return sum(len(encode(part)) for part in _slices(text))

    async def count_large(self, text: str, model: str) -> int:
        """Count text of any size without holding up the event loop."""
        await self.ready(model)
        if len(text) <= SLICE // 4:
            return self.count(text, model)
        return await asyncio.to_thread(self.count, text, model)

    async def fit(self, text: str, model: str, most: int) -> tuple[str, int]:
        """Return the longest beginning of a text that has at most so many tokens, and how many it has.

        What lies behind the limit costs nothing, however much it is.
        """
        await self.ready(model)
        if len(text) <= SLICE // 4:
            return self._fit(text, model, most)
        return await asyncio.to_thread(self._fit, text, model, most)

    def _fit(self, text: str, model: str, most: int) -> tuple[str, int]:
        encoding = self._for(model)
        tokens, end = 0, 0
        for part in _slices(text):
            encoded = encoding.encode_ordinary(part)
            if tokens + len(encoded) > most:
                kept = encoding.decode_bytes(encoded[: most - tokens]).decode("utf-8", "ignore")
                return text[: end + len(kept)], most
            tokens, end = tokens + len(encoded), end + len(part)
        return text, tokens

    def pieces(self, text: str, model: str) -> Sequence[bytes]:
        """Cut ordinary text into its tokens, as bytes; joined they are the text in UTF-8."""
        encoding = self._for(model)
        return [
            piece
            for part in _slices(text)
            for piece in encoding.decode_tokens_bytes(encoding.encode_ordinary(part))
        ]

    def _for(self, model: str) -> tiktoken.Encoding:
        name = catalog.encoding(model)
        if name not in self._encodings:
            with _ONE_AT_A_TIME:
                self._encodings[name] = _build(name, self._folder)
        return self._encodings[name]


@cache
def _build(name: str, folder: Path) -> tiktoken.Encoding:
    _give_large_blocks_back()
    with (folder / RECIPES[name].filename).open("rb") as table:
        lines = (line.split() for line in table)
        ranks = {binascii.a2b_base64(token): int(rank) for token, rank in lines}
    built = tiktoken.Encoding(name, pat_str=RECIPES[name].pattern, mergeable_ranks=ranks, special_tokens={})
    ranks.clear()  # tiktoken keeps them for pickling alone, and they take more than half of the memory
    return built


def _give_large_blocks_back() -> None:
    """Have glibc return a large block to the system when it is freed, whatever was freed before.

    It would keep 4 MiB that tiktoken needs for a moment only.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library, or Windows
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)


def _check(folder: Path) -> None:
    for name, recipe in RECIPES.items():
        path = folder / recipe.filename
        try:
            with path.open("rb") as table:
                digest = hashlib.file_digest(table, "sha256").hexdigest()
        except OSError as error:
            raise StartError(f"The token table {name} can't be read from {path}. {_REINSTALL}") from error
        if digest != recipe.sha256:
            raise StartError(f"The token table {name} in {path} is damaged. {_REINSTALL}")


def _slices(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > SLICE:
        end = _seam(text, start + SLICE)
        yield text[start:end]
        start = end
    yield text[start:] if start else text


def _seam(text: str, end: int) -> int:
    """Return the last place before `end` where both patterns cut anyway: a letter after a line's end."""
    newline = text.rfind("\n", end - SEAM, end - 1)
    while newline >= 0:
        if text[newline + 1].isalnum():
            return newline + 1
        newline = text.rfind("\n", end - SEAM, newline)
    return end
