"""The reference of the settings, printed: `python -m bot.settings > docs/settings.md`."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from bot.texts.settings import GROUPS, INTRODUCTION


@dataclass(frozen=True, slots=True)
class Described:
    """A setting as the reference shows it; setting it to its default changes nothing."""

    name: str
    required: bool
    default: str  # empty where there is no value for it
    meaning: str


def described(group: str) -> Iterator[Described]:
    """Yield the settings of a group."""
    for entry in group.strip().split("\n\n"):
        head, *meaning = entry.splitlines()
        name, optional, default = head.partition("=")
        yield Described(name, not optional, default, " ".join(map(str.strip, meaning)))


def page() -> str:
    """Return docs/settings.md."""
    lines = (INTRODUCTION, *(line for heading, group in GROUPS.items() for line in _table(heading, group)))
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(heading: str, group: str) -> Iterator[str]:
    yield f"## {heading}\n"
    yield "| name | default | meaning |\n|---|---|---|"
    for one in described(group):
        default = "required" if one.required else f"`{one.default}`" if one.default else "–"
        meaning = one.meaning.replace("|", r"\|")  # which would end the cell, in code too
        yield f"| `{one.name}` | {default} | {meaning} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page())
