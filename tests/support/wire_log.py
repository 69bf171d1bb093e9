"""The wire log of a test that failed: what its playgrounds sent and got, as a file in `.wire/`.

A plugin of pytest's, whose hooks `tests/conftest.py` hands on. Tokens are left out.
"""

import json
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from playground.wire import Entry, Wire

FOLDER = ".wire"
TOKENS = (
    (re.compile(r'("(?:\w*_)?token": )"[^"]*"'), r'\1"…"'),
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s\"]+"), r"\1…"),
)
MOST_PLAYGROUNDS = 4  # of one test: the newest, since a property test opens one for each example


@dataclass(slots=True)
class _Kept:
    wire: Wire
    is_open: bool = True


_kept: deque[_Kept] = deque(maxlen=MOST_PLAYGROUNDS)


@asynccontextmanager
async def wire_kept(wire: Wire) -> AsyncIterator[None]:
    """Keep a playground's traffic until the test is over in which it closes."""
    kept = _Kept(wire)
    _kept.append(kept)
    try:
        yield
    finally:
        kept.is_open = False


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Forget the playgrounds that the tests before have closed."""
    for kept in [one for one in _kept if not one.is_open]:
        _kept.remove(kept)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Write the log of a test that failed, and name the file below its traceback."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    if report.failed and _kept:
        name = re.sub(r"[^\w.\[\]-]+", "-", item.nodeid.removeprefix("tests/"))[:200]
        path = item.config.rootpath / FOLDER / f"{name}.log"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n\n".join(log(one.wire) for one in _kept) + "\n", encoding="utf-8")
        report.sections.append(("Wire log", f"{FOLDER}/{path.name}"))
    return report  # type: ignore[return-value]


def log(wire: Wire) -> str:
    """Return a line for each entry, its seconds since the first before it."""
    entries = list(wire)
    lines = [f"{entry.at - entries[0].at:9.3f}  {_line(entry)}" for entry in entries]
    text = "\n".join(lines)
    for shape, instead in TOKENS:
        text = shape.sub(instead, text)
    return text


def _line(entry: Entry) -> str:
    head = (entry.method, entry.path, str(entry.status or ""), entry.summary)
    bodies = " → ".join(_body(one) for one in (entry.payload, entry.answer) if one not in (None, ""))
    return f"{entry.kind:13}  {'  '.join(one for one in (*head, bodies) if one)}"


def _body(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, default=repr)
