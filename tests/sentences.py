"""The sentences with which the bot says that something is wrong, as the page that explains them.

`python -m tests.sentences > docs/trouble.md` writes it anew; `tests/test_docs.py` holds it to the code.
"""

import re
import sys
from collections.abc import Iterator

from bot.errors import NamedError
from bot.texts import startup

HEAD = """\
# Trouble

What the bot says where something is wrong, and what it means. Made by `python -m tests.sentences` from the
bot's own texts; `{…}` stands for what differs. `python -m bot check` looks at all that it needs, and the log
(`docker compose logs bot`, `journalctl -u parley`) has the reason behind a sentence, with the ids of the
message and its channel.

## On Discord

| it says | that means |
|---|---|
"""
START = """
## Where it is started

Each of these says what to do. The exit code is 78 where starting again does not help before, else 1.

"""
NO_TROUBLE = frozenset(
    {
        "BACKED_UP",
        "EXPORTED",
        "PUT_BACK",
        "PUT_IN_PLACE",
        "VACUUMED",
        "DIALECTS_FORGOTTEN",
        "PLAYGROUND_READY",
        "CLUSTER_READY",
        "CHANGED",
    }
)


def page() -> str:
    """Return docs/trouble.md."""
    rows = "\n".join(f"| {_shown(one.sentence.source)} | {_meaning(one)} |" for one in _kinds(NamedError))
    return f"{HEAD}{rows}\n{START}" + "".join(f"- {_shown(sentence)}\n" for sentence in _of_the_start())


def _kinds(kind: type[NamedError]) -> Iterator[type[NamedError]]:
    """Yield the errors that have a sentence of their own."""
    for one in kind.__subclasses__():
        if "sentence" in vars(one):
            yield one
        yield from _kinds(one)


def _meaning(kind: type[NamedError]) -> str:
    first = (kind.__doc__ or "").partition("\n")[0]
    return re.sub(r"; give .*|, in seconds since 1970", "", first).rstrip(".").replace("|", r"\|")


def _of_the_start() -> Iterator[str]:
    for name, text in vars(startup).items():
        if name.isupper() and name not in NO_TROUBLE and isinstance(text, str) and text.endswith("."):
            yield text


def _shown(sentence: str) -> str:
    without = re.sub(r"<t:\{\w+\}:R>", "{…}", sentence)
    return re.sub(r"\{\w+[^{}]*\}", "{…}", without).replace("\n", " ").replace("|", r"\|")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page())
