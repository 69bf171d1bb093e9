"""Nothing that was asked and said is logged at INFO or above, and no secret at any level or elsewhere."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import logs
from bot.llm.completer import MOST_RETRIES
from bot.serving import introduction
from bot.settings import settings
from tests.e2e.test_memory import PNG
from tests.support.process import free_port
from tests.support.room import Room, open_room

MARK = "quokka zanzibar"  # in all that people say, name and are told
MARKED = re.compile(r"quokka.{0,8}zanzibar", re.DOTALL)
PASSING = (429, 500, 503)
KEY, OTHER_KEY, PROXY = "sw0rdfish-and-chips", "another-k3y-for-flags", "pr0xy pa:ss"
SECRETS = (KEY, OTHER_KEY, PROXY, "pr0xy%20pa%3Ass")


@contextmanager
def written(log: Path, environ: dict[str, str]) -> Iterator[None]:
    """Write the log as `python -m bot` does with LOG_LEVEL=DEBUG, and leave logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in (*logs.VENDORS, "bot")}
    to_file = {"LOG_FILE": str(log), "LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}
    introduction.set_up_logs(settings.load(None, environ | to_file))
    logging.getLogger("bot").setLevel(logging.DEBUG)
    own = root.handlers[:]
    root.handlers[:] = [*handlers, *own]
    try:
        yield
    finally:
        for handler in own:
            handler.close()
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)


async def happens(room: Room) -> None:
    """Let all happen that a log tells of, with the mark in whatever people and servers say."""
    alex, model, faults = room.world.people["alex"], room.playground.model, room.playground.faults
    quoting = f"Invalid 'messages[1].content': got 'Alex: {MARK} one'; Authorization: Bearer {KEY}, key {KEY}"
    alex.user.display_name = MARK
    model.answer(f"{MARK} is the answer.")
    await room.ask(f"{MARK} one", files=[(f"{MARK}.txt", MARK.encode()), (f"{MARK}.png", PNG)])
    for status in (400, 401, 403, 404, 429, 500, 503):
        for _ in range(1 + MOST_RETRIES * (status in PASSING)):
            model.fail(status, quoting, headers={"Retry-After": "0.001"})
        await room.ask(f"{MARK} one", files=[(f"{MARK}.pdf", MARK.encode())])
    faults.next("POST", "/channels/*/messages", body={"message": "none", "code": 0})
    faults.next("PATCH", "/channels/*/messages/*", body={"message": "none", "code": 0}, times=2)
    [*_, answer] = await room.ask(f"{MARK} one")
    alex.press(answer, "Regenerate")
    thread = alex.open_thread("general", MARK)
    await room.ask(f"{MARK} one", thread)
    await alex.run("general", "tokens text", {"text": MARK}).answered()
    await alex.run("general", "ask", {"question": f"{MARK} one"}).answered()


async def test_what_is_said_is_in_no_line_from_info_on_and_no_secret_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:pr0xy%20pa%3Ass@203.0.113.9:3128")
    port, log = free_port(), tmp_path / "bot.log"
    keys = {"OPENAI_API_KEY": KEY, "MODERATION_API_KEY": OTHER_KEY}
    environ: Any = keys | {"SYSTEM_PROMPT": MARK, "HTTP_PORT": str(port)}
    async with open_room(tmp_path, **environ) as room:
        with written(log, room.environ):
            logging.getLogger("bot").debug("with %s, %s, %s, %s, %s", *SECRETS, room.playground.token)
            await happens(room)
        told = await everything_told(room, port)
        secret = [*SECRETS, room.playground.token]
    lines, files = left_behind(log)

    records = [json.loads(line) for line in lines]
    assert len(records) > 30
    assert [one for one in records if one["level"] != "DEBUG" and MARKED.search(json.dumps(one))] == []
    assert [one for one in secret if any(one in line for line in lines)] == []
    assert [one for one in secret if one in told or one.encode() in files] == []


def left_behind(log: Path) -> tuple[list[str], bytes]:
    """Return the lines of the log, and all that stands in any file."""
    files = b"".join(path.read_bytes() for path in log.parent.rglob("*") if path.is_file())
    return log.read_text(encoding="utf-8").splitlines(), files


async def everything_told(room: Room, port: int) -> str:
    """Return all that was shown on Discord, and what the pages of the bot's health say."""
    said: list[Any] = [
        asdict(one) for place in room.world.channels.values() for one in place.messages.values()
    ]
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        for path in ("/livez", "/readyz", "/metrics"):
            async with http.get(path) as answer:
                said.append(await answer.text())
    return repr(said)
