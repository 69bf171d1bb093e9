"""The house's measures: nothing so long that it can't be read at one sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 50
MOST_METHODS_OF_A_PORT = 6
PORTS = ("bot/chat/ports.py", "bot/chat/memory.py")
MODULES = sorted(
    path
    for folder in ("bot", "cogs", "playground", "tests", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
)
SOURCES = [path for path in MODULES if path.relative_to(ROOT).parts[0] in {"bot", "cogs", "playground"}]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_is_short_and_so_are_its_functions(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    long = [node.name for node in functions(parsed(path)) if length(node) > MOST_LINES_OF_A_FUNCTION]

    assert lines <= MOST_LINES_OF_A_MODULE
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [named(path) for path in MODULES if path.stat().st_size and not ast.get_docstring(parsed(path))]

    assert silent == []


def test_ports_are_narrow() -> None:
    wide = {
        node.name: methods
        for module in PORTS
        for node in parsed(ROOT / module).body
        if isinstance(node, ast.ClassDef)
        and (methods := sum(isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) for child in node.body))
        > MOST_METHODS_OF_A_PORT
    }

    assert wide == {}


def test_no_module_is_named_for_what_has_no_name() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}

    assert [named(path) for path in MODULES if path.stem in vague] == []
