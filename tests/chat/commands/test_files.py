"""Text in files: nothing is lost, nothing is cut, none is too large."""

from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.commands.files import File, in_files


async def files_of(pieces: list[str], most: int) -> list[File]:
    async def each() -> AsyncIterator[str]:
        for piece in pieces:
            yield piece

    return [file async for file in in_files(each(), "history", "md", most)]


@given(st.lists(st.text(max_size=20), max_size=30), st.integers(1, 60))
async def test_the_files_joined_are_the_pieces_joined(pieces: list[str], most: int) -> None:
    files = await files_of(pieces, most)

    assert b"".join(file.data for file in files) == "".join(pieces).encode("utf-8", "replace")
    assert all(len(file.data) <= most for file in files)


async def test_a_single_file_has_no_number() -> None:
    assert [file.name for file in await files_of(["one", "two"], 6)] == ["history.md"]


async def test_several_files_are_numbered_and_no_piece_is_cut() -> None:
    files = await files_of(["one", "two", "three"], 6)

    assert [(file.name, file.data) for file in files] == [
        ("history-1.md", b"onetwo"),
        ("history-2.md", b"three"),
    ]


async def test_nothing_makes_no_file() -> None:
    assert await files_of([], 6) == []
