"""The statements that a release runs on its database: `python -m tests.statements` records them.

They are what the tests of the store have it run, in `tests/store/statements`, a file for each release.
`tests/store/test_releases.py` holds newer schemas to them: while processes of one release are replaced by
those of the next, both work on one database.
"""

import re
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.store.connection.migrate import shipped
from tests.support.statements import recorded

FOLDER = Path(__file__).parent / "store" / "statements"
TESTS = Path(__file__).parent / "store"
LISTED = re.compile(r"\?(?:, \?)+")  # as many as there are values


def page(statements: set[str]) -> str:
    """Return a release's file: each statement once, however many values it lists."""
    shortest = {LISTED.sub("?", one): one for one in sorted(statements, key=len, reverse=True)}
    head = (
        f"-- What Parley {__version__} runs on its database, whose schema is number {shipped()[-1].number}:"
        " made by python -m tests.statements."
    )
    return "\n".join([head, *(f"{one};" for one in sorted(shortest.values())), ""])


def read(path: Path, *, postgres: bool) -> list[str]:
    """Return a file's statements for an engine: those that ask its clock are of processes that share it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    every = [line.removesuffix(";") for line in lines if not line.startswith("--")]
    return [one for one in every if postgres or "now_micros()" not in one]


def main() -> None:
    """Run the store's tests, and write this version's file."""
    with recorded() as found:
        options = ("-q", "-p", "no:cacheprovider", "-n", "0", "-k", "not postgres")
        failed = pytest.main([*options, str(TESTS), f"--ignore={TESTS / 'test_releases.py'}"])
    if failed:
        sys.exit(failed)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{__version__}.sql").write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
