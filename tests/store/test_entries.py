"""An answer and what it took are stored in one transaction: whatever comes between leaves neither or both."""

import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bot.chat.answers import FinalAnswer
from bot.rules.model import State
from bot.rules.spending.entries import Result
from bot.rules.spending.usage import Usage
from bot.store import answers
from bot.store.store import Store, open_store
from tests.store.building import COMPLETION, END, StoppedClock, Talk
from tests.store.test_ledger import ENTRY
from tests.support.entries import entries_of

BILLED = replace(ENTRY, result=Result.DONE, usage=Usage(20, 7, 4, 2), micros=18, estimated=False)
FINAL = FinalAnswer(State.COMPLETE, "Hello", 1, "o200k_base", END, completion=COMPLETION, spent=(BILLED,))
BETWEEN = ["store_entry", "completion_values", "_store_ends"]  # before the bill, after it, after the answer
NEITHER, BOTH = ([State.WRITING], [Result.SENT]), ([State.COMPLETE], [Result.DONE])
WRITER = textwrap.dedent(
    """
    import asyncio, os, sys
    from pathlib import Path
    from bot.store import answers
    from bot.store.store import open_store
    from tests.store.building import StoppedClock, Talk
    from tests.store.test_entries import ENTRY, FINAL

    async def main():
        async with open_store(Path(sys.argv[1]), StoppedClock().now) as store:
            talk = Talk(store)
            answer = await talk.begin(await talk.say("Hi"))
            await store.ledger.record(ENTRY)
            setattr(answers, sys.argv[2], lambda *_: os._exit(9))
            await store.answers.finish(answer.id, FINAL)
            print("stored", flush=True)
            os._exit(9)

    asyncio.run(main())
    """
)


async def stored(store: Store) -> tuple[list[State], list[Result]]:
    """Return how far the answer has come that isn't shown yet, and what became of its requests."""
    unshown = [one.state for one in await store.answers.unfinished()]
    return unshown, [one.result for one in await entries_of(store)]


@pytest.mark.parametrize("at", [*BETWEEN, "nothing"])
async def test_a_crash_between_an_answer_and_its_bill_leaves_neither_or_both(tmp_path: Path, at: str) -> None:
    path = tmp_path / "parley.db"
    ran = subprocess.run(  # noqa: S603, ASYNC221 - our own
        [sys.executable, "-c", WRITER, str(path), at], capture_output=True, text=True
    )
    async with open_store(path, StoppedClock().now) as store:
        left = await stored(store)

    assert ran.returncode == 9, ran.stderr
    assert left == (BOTH if "stored" in ran.stdout else NEITHER)
    assert ("stored" in ran.stdout) is (at == "nothing")


@pytest.mark.parametrize("at", BETWEEN)
async def test_an_error_between_an_answer_and_its_bill_leaves_neither(
    store: Store, talk: Talk, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def fail(*_: Any) -> NoReturn:
        raise ZeroDivisionError

    answer = await talk.begin(await talk.say("Hi"))
    await store.ledger.record(ENTRY)
    monkeypatch.setattr(answers, at, fail)
    with pytest.raises(ZeroDivisionError):
        await store.answers.finish(answer.id, FINAL)
    halfway = await stored(store)
    monkeypatch.undo()
    await store.answers.finish(answer.id, FINAL)

    assert halfway == NEITHER
    assert await stored(store) == BOTH
