"""A test that fails leaves behind what went over the wire, without tokens; one that passes leaves nothing."""

import subprocess
import sys
from pathlib import Path

from playground.wire import GATEWAY_IN, REST, Entry, Wire
from tests.support.wire_log import log

ROOT = Path(__file__).parent.parent
TESTS = """
import asyncio
from playground.wire import REST, Entry, Wire
from tests.support.wire_log import wire_kept

async def visited(path):
    wire = Wire()
    async with wire_kept(wire):
        wire.record(Entry(1.0, REST, "GET", path, status=404))

def asked(path): asyncio.run(visited(path))

def test_passing(): asked("/before")

def test_failing():
    asked("/asked")
    assert False

def test_without_a_playground(): assert False
"""


def test_the_log_of_a_failed_test_is_kept_in_a_file_that_the_report_names(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    options = ["-p", "tests.support.wire_log", "--rootdir", str(tmp_path), "-c", "/dev/null"]
    ran = subprocess.run(  # noqa: S603 - of our own
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=ROOT,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    [kept] = (tmp_path / ".wire").iterdir()

    assert "1 passed" in ran.stdout
    assert f".wire/{kept.name}" in ran.stdout
    assert kept.name == "test_it.py-test_failing.log"
    assert kept.read_text(encoding="utf-8") == "    0.000  rest           GET  /asked  404\n"


def test_the_log_has_a_line_for_each_entry_and_no_token() -> None:
    wire = Wire()
    wire.record(Entry(5.0, GATEWAY_IN, "IDENTIFY", payload={"token": "s3cret", "shard": [0, 1]}))
    answer = {"id": "1", "interaction_token": "s3cret"}
    wire.record(Entry(5.25, REST, "POST", "/webhooks/12/s3cret/messages", status=200, answer=answer))

    assert log(wire).splitlines() == [
        '    0.000  gateway-in     IDENTIFY  {"token": "…", "shard": [0, 1]}',
        '    0.250  rest           POST  /webhooks/12/…/messages  200  {"id": "1", "interaction_token": "…"}',
    ]
