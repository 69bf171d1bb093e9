"""The main conversation with every kind of server that the playground's model can be, as a table.

`python -m tests.works_with --write` holds it and writes docs/works-with.md anew;
`tests/e2e/test_works_with.py` holds the page to what a run shows.
"""

import argparse
import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.rules.model import State
from bot.settings.settings import parse
from bot.texts import contents, members
from playground.model.characters.cast import CAST
from playground.model.characters.character import THOUGHTS
from playground.model.scripts import Script
from playground.world.entities import Message
from tests.support.room import Room, open_room

PAGE = Path(__file__).parent.parent / "docs" / "works-with.md"
BEGIN, END = "<!-- made by python -m tests.works_with --write -->", "<!-- end -->"
YES, WITHOUT, NOT_YET = "yes", "left out, and said so", "not yet"
LIMIT_SECONDS = 60.0  # a guard against hanging
WAIT_SECONDS = 2.0  # for a server that says that it loads, and here does so for ever
CHANNELS = ("pictures", "first-talk", "second-talk", "stopping", "failing")  # a few answers in each
HASTE = 50  # times as fast do the bot's waits pass, such as those before it tries again
LOADING_SECONDS = 0.2
TRIES = 3  # of one answer
INSTANT = 1e9  # words a second
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x40\x00\x00\x00\x40\x08\x02\x00\x00\x00%\x0b\xe6\x89"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
DENSE = "ꙮ"  # three tokens
# What no member may ever read: marks of thinking, thoughts, JSON, a template's page, a stack.
UNFIT = re.compile(
    r"</?think|<\||\{['\"]|\[\{|traceback|jinja|unknown error|" + re.escape(THOUGHTS.strip()[:30]),
    re.IGNORECASE,
)


class HastyClock(SystemClock):
    """A clock on which waits pass quickly."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / HASTE)


@dataclass(frozen=True, slots=True)
class Server:
    """A kind of server: what people call it, a model of it, and what whoever uses it must set."""

    title: str
    model: str
    to_set: str
    effort: str = ""


SERVERS = {
    "openai": Server("OpenAI", "gpt-4.1-mini", "`OPENAI_API_KEY`"),
    "gpt-6": Server(
        "OpenAI, a model that thinks",
        "gpt-6-luna",
        "`OPENAI_API_KEY`; `REASONING_EFFORT`, if it shall think: thoughts get room of their own",
        effort="medium",
    ),
    "azure": Server(
        "Azure OpenAI",
        "gpt-4o",
        "`OPENAI_BASE_URL=https://NAME.openai.azure.com/openai/v1/`; `OPENAI_MODEL` is the deployment's name",
    ),
    "openrouter": Server(
        "OpenRouter", "google/gemma-3-27b-it", "`OPENAI_BASE_URL=https://openrouter.ai/api/v1`"
    ),
    "mistral": Server("Mistral", "pixtral-large-latest", "`OPENAI_BASE_URL=https://api.mistral.ai/v1`"),
    "gemini": Server(
        "Gemini",
        "gemini-3.7-flash",
        "`OPENAI_BASE_URL=https://generativelanguage.googleapis.com/v1beta/openai/`",
    ),
    "litellm": Server(
        "LiteLLM's proxy", "gpt-4o", "`OPENAI_BASE_URL`; in its own settings a database, for keys"
    ),
    "ollama": Server(
        "Ollama",
        "llama3.2-vision",
        "`OPENAI_BASE_URL=http://127.0.0.1:11434/v1`; `OLLAMA_CONTEXT_LENGTH` where the server starts",
    ),
    "llama.cpp": Server(
        "llama.cpp, a strict template",
        "gemma-3-1b-it",
        "`OPENAI_BASE_URL=http://127.0.0.1:8080/v1`; `-c` for what it reads, `--mmproj` for pictures",
    ),
    "llama.cpp-gemma": Server(
        "llama.cpp, a template without a system role", "gemma-3-1b-it", "as above; the persona goes first"
    ),
    "llama.cpp-qwen": Server(
        "llama.cpp, a template that takes one system message",
        "qwen3-4b",
        "as above; all that the model is told stands in one message",
    ),
    "llama-cpp-python": Server(
        "llama-cpp-python", "llava-1.6", "`OPENAI_BASE_URL`; `--n_ctx` for what it reads"
    ),
    "vllm": Server(
        "vLLM", "gemma-3-27b-it", "`OPENAI_BASE_URL`; `--max-model-len`, `--reasoning-parser` for thoughts"
    ),
    "harmony": Server("gpt-oss with its markers left in", "gpt-oss-20b", "`OPENAI_BASE_URL`"),
    "think-tags": Server("A thinking model with its tags left in", "deepseek-r1", "`OPENAI_BASE_URL`"),
}


async def remembers_a_name(room: Room) -> str:
    """Tell a name and ask for it."""
    await _ask(room, "Hello! I'm John.")
    answer = await _ask(room, "Do you know my name?")
    assert "John" in answer
    assert not any(UNFIT.search(str(one["content"])) for one in room.playground.model.last.messages)
    return YES


async def sees_a_picture(room: Room) -> str:
    """Show a picture, and ask something else afterwards."""
    answer = await _ask(room, "What is this?", "pictures", files=[("cat.png", PNG)])
    seen = "image_url" in str(room.playground.model.last.messages)
    assert seen or str(contents.IMAGES_REFUSED) in answer or str(contents.IMAGE_NOT_SEEN) in answer
    before = len(room.playground.model.requests)
    await _ask(room, "Thank you.", "pictures")
    assert len(room.playground.model.requests) == before + 1
    return YES if seen else WITHOUT


async def holds_a_long_talk(room: Room) -> str:
    """Say more than the server reads; what was said last goes along all the same."""
    model = room.playground.model
    most = min(model.character.window.tokens, parse(room.environ).max_prompt_tokens)
    alex = room.world.people["alex"]
    for channel in ("first-talk", "second-talk"):  # what the first taught holds in the second
        await room.store.places.change(room.key(channel), alex.id, guild_wide=False, auto=True)
        for part in range(4):
            question = alex.post(channel, f"{part} of the {channel}: {DENSE * (most // 8)}")
            await _answer(room, question, State.LENGTH)
        await _ask(room, "And now?", channel)
        assert f"3 of the {channel}" in str(model.last.messages)
    assert model.last.read == model.last.messages  # nothing was cut in silence
    return YES


async def can_be_stopped(room: Room) -> str:
    """Press Stop in the middle of an answer; the server is told at once, and what was written stays."""
    gate = room.playground.model.script("Once upon ", "a time ").hold()
    question = room.post("Tell me a story.", "stopping")
    await gate.reached(LIMIT_SECONDS)
    asked = room.playground.model.last
    shown = await room.until(lambda: _with_button(room.replies(question), str(members.STOP)), LIMIT_SECONDS)
    room.world.people["alex"].press(shown, str(members.STOP))
    await asked.closed(LIMIT_SECONDS)
    [answer] = await room.answered(question, LIMIT_SECONDS)
    stored = await room.store.answers.by_message(question.id)
    assert answer.content.startswith("Once upon a time")
    assert stored is not None
    assert stored.state is State.STOPPED
    return YES


async def survives_a_failure(room: Room) -> str:
    """Let all tries of an answer fail in the server's way, then ask again."""
    model = room.playground.model
    failures = iter([model.character.fails(Script()) for _ in range(TRIES)])
    model.responder = lambda _: next(failures, None)  # one that only loads is waited for, and answers then
    question = room.post("Is all well?", "failing")
    answer = await room.answered(question, LIMIT_SECONDS)
    model.responder = None
    assert not UNFIT.search(_text(answer))
    await _ask(room, "And now?", "failing")
    return YES


Case = Callable[[Room], Awaitable[str]]
CASES: dict[str, Case] = {
    "remembers a name": remembers_a_name,
    "a picture": sees_a_picture,
    "a talk longer than its window": holds_a_long_talk,
    "Stop": can_be_stopped,
    "its failures": survives_a_failure,
}


async def _ask(room: Room, text: str, channel: str = "general", **options: Any) -> str:
    """Ask, and return what is shown of a complete answer that is fit to be read."""
    return await _answer(room, room.post(text, channel, **options))


async def _answer(room: Room, question: Message, *allowed: State) -> str:
    answer = _text(await room.answered(question, LIMIT_SECONDS))
    stored = await room.store.answers.by_message(question.id)
    assert stored is not None
    assert stored.state in (State.COMPLETE, *allowed)
    assert not UNFIT.search(answer + stored.text)
    return answer


def _text(messages: list[Message]) -> str:
    return "\n".join(message.content for message in messages)


def _with_button(messages: list[Message], label: str) -> Message | None:
    return next((one for one in messages if f"'label': '{label}'" in str(one.components)), None)


async def row(name: str, *, loud: bool = False) -> str:
    """Hold the conversation with one kind of server and return its row of the table."""
    server = SERVERS[name]
    cells = [server.title]
    with tempfile.TemporaryDirectory() as folder:
        asked: dict[str, Any] = {
            "OPENAI_MODEL": server.model,
            "REASONING_EFFORT": server.effort,
            "FIRST_TOKEN_TIMEOUT": str(WAIT_SECONDS),
        }
        async with open_room(Path(folder), clock=HastyClock(), **asked) as room:
            character = CAST[name]
            await room.stop()  # what a server tells of itself is looked up at the start
            room.playground.model.character = replace(character, loads=min(character.loads, LOADING_SECONDS))
            room.playground.model.speed = INSTANT
            await room.start()
            for channel in CHANNELS:
                room.world.add_text_channel(channel)
            for case in CASES.values():
                try:
                    cells.append(await case(room))
                except (AssertionError, TimeoutError, ValueError):
                    if loud:
                        raise
                    room.playground.model.responder = None
                    cells.append(NOT_YET)
    return f"| {' | '.join([*cells, server.to_set])} |"


def written(page: str, rows: list[str]) -> str:
    """Return the page with the table as a run shows it."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    heads = ["server", *CASES, "to set"]
    table = "\n".join([f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *rows])
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


async def _rows() -> list[str]:
    return [await row(name) for name in CAST]


def main() -> None:
    """Hold all conversations and write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.works_with", description=__doc__)
    parser.add_argument("--write", action="store_true", required=True, help="write docs/works-with.md")
    parser.parse_args()
    rows = asyncio.run(_rows())
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), rows), encoding="utf-8")


if __name__ == "__main__":
    main()
