"""Text of any length as files that Discord takes, so that no more than one of them is in memory."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 8 * 2**20  # of a file: below what most places take, and what two of them take in memory


@dataclass(frozen=True, slots=True)
class File:
    """A file to be handed over."""

    name: str
    data: bytes = field(repr=False)


async def in_files(
    pieces: AsyncIterator[str], stem: str, suffix: str, most: int = MOST_BYTES
) -> AsyncIterator[File]:
    """Yield the pieces joined, in one file, or in numbered ones of at most so many bytes.

    No piece is cut, but for one that no file can hold.
    """
    held, number = bytearray(), 0
    async for piece in pieces:
        data = piece.encode("utf-8", "replace")
        for start in range(0, len(data), most):
            chunk = data[start : start + most]
            if held and len(held) + len(chunk) > most:
                number += 1
                yield File(f"{stem}-{number}.{suffix}", bytes(held))
                held.clear()
            held += chunk
    if held:
        yield File(f"{stem}-{number + 1}.{suffix}" if number else f"{stem}.{suffix}", bytes(held))


def json_line(value: dict[str, Any]) -> str:
    """Write one line of a JSON Lines file."""
    return json.dumps(value, ensure_ascii=False) + "\n"
