"""The rooms of the house and the imports between them, drawn from the code.

`python -m tests.rooms --write` draws the pictures in docs/architecture.md and the READMEs anew;
`tests/test_rooms.py` holds them to the code. Arrows that follow from others are left out; `import-linter`
holds all of them.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"
READMES = (ROOT / "README.md", ROOT / "README.ko.md")
BEGIN, END = "<!-- made by python -m tests.rooms --write -->", "<!-- end -->"
PACKAGES = ("bot", "cogs", "playground")
GROUND = "ground floor"  # the modules of `bot` and `playground` themselves, but for those in TOP
TOP = ("bot.__main__", "bot.app", "bot.running", "bot.chat.services", "playground.server")

Edges = set[tuple[str, str]]


def rooms() -> list[str]:
    """Return the packages that hold modules of their own, and the modules that put others together."""
    folders = {
        path.parent
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py" and "migrations" not in path.parts
    }
    names = sorted(".".join(folder.relative_to(ROOT).parts) for folder in folders)
    return [*(name for name in names if name not in ("bot", "playground")), *TOP]


def room_of(module: str, known: list[str]) -> str:
    """Return the room that a module is in."""
    if module == "playground":
        return "playground.server"  # whose names it hands on
    inside = [room for room in known if module == room or module.startswith(f"{room}.")]
    return max(inside, key=len, default=GROUND)


def imports() -> Edges:
    """Return which room imports from which."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    known = rooms()
    return {
        (room_of(importer, known), room_of(imported, known))
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if room_of(importer, known) != room_of(imported, known)
    }


def reduced(edges: Edges) -> Edges:
    """Leave out what follows from other arrows."""

    def reaches(start: str, goal: str, without: tuple[str, str]) -> bool:
        seen, todo = {start}, [start]
        while todo:
            here = todo.pop()
            for edge in edges:
                if edge[0] == here and edge != without and edge[1] not in seen:
                    if edge[1] == goal:
                        return True
                    seen.add(edge[1])
                    todo.append(edge[1])
        return False

    return {edge for edge in edges if not reaches(*edge, without=edge)}


def house(room: str) -> str:
    """Return what a room is part of, as the READMEs show it: only the rooms of bot/ui are apart."""
    return ".".join(room.split(".")[: 3 if room.startswith("bot.ui") else 1 + room.startswith("bot.")])


def drawn(*, in_short: bool = False) -> str:
    """Return the picture, in Mermaid's words, without the ground floor, which everything stands on."""
    edges = {edge for edge in imports() if GROUND not in edge}
    if in_short:
        whole = {(house(start), house(end)) for start, end in edges}
        edges = {(start, end) for start, end in whole if start != end}
    edges = reduced(edges)
    names = sorted({name for edge in edges for name in edge})
    lines = [f"    {_box(name)}{_arrows(end for start, end in edges if start == name)}" for name in names]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```"])


def _box(name: str) -> str:
    return f'{_id(name)}["{name.replace(".", "/")}"]'


def _arrows(ends: Iterable[str]) -> str:
    to = " & ".join(sorted(map(_id, ends)))
    return f" --> {to}" if to else ""


def _id(name: str) -> str:
    return name.replace(".", "_").strip("_")


def written(path: Path) -> str:
    """Return a page with the picture as it is now."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{drawn(in_short=path != PAGE)}\n{END}{after}"


def main() -> None:
    """Draw the pictures into the pages."""
    parser = argparse.ArgumentParser(prog="python -m tests.rooms", description=__doc__)
    parser.add_argument("--write", action="store_true", required=True, help="write the pages")
    parser.parse_args()
    for path in (PAGE, *READMES):
        path.write_text(written(path), encoding="utf-8")


if __name__ == "__main__":
    main()
