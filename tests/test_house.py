"""The house's measures: nothing so long that it can't be read at one sitting."""

import ast
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from bot.chat.rights import Permission

ROOT = Path(__file__).parent.parent
MOST_LINES_OF_A_MODULE = 300
MOST_LINES_OF_A_FUNCTION = 40
MOST_ARGUMENTS = 4  # a dataclass beyond; `self` isn't counted
MOST_MODULES_OF_A_FOLDER = 12  # wings beyond
PORTS = tuple(
    f"bot/chat/{name}.py"
    for name in (
        "ports",
        "completions",
        "memory",
        "answers",
        "clearing",
        "people",
        "bounds/ports",
        "threads/ports",
    )
)
MODULES = sorted(
    path
    for folder in ("bot", "cogs", "playground", "tests", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
)
MEASURED = [path for path in MODULES if path.relative_to(ROOT).parts[0] != "tests"]
SOURCES = [path for path in MODULES if path.relative_to(ROOT).parts[0] in {"bot", "cogs", "playground"}]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.Module, known: Collection[str]) -> set[str]:
    """Return the known modules that a module imports, be it for its types alone."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = {f"{node.module}.{name.name}" for name in node.names}
            found |= inner | {node.module} if not inner <= set(known) else inner
    return found & set(known)


def circles(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules each of which imports, directly or by way of others, all of its group."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            new = imports[todo.pop()] - seen
            seen |= new
            todo.extend(new)
        return seen

    reach = {module: reached(module) for module in imports}
    tied = {
        frozenset(other for other in there if module in reach[other])
        for module, there in reach.items()
        if module in there
    }
    return sorted(sorted(group) for group in tied)


def test_no_modules_import_each_other_be_it_for_types_alone() -> None:
    modules = {module_name(path): path for path in SOURCES}
    imports = {name: imported(parsed(path), modules) - {name} for name, path in modules.items()}

    assert circles(imports) == []


def test_a_circle_is_found_though_it_is_closed_for_types_alone() -> None:
    sources = {
        "a": "from b import B",
        "b": "if TYPE_CHECKING:\n    from c import C",
        "c": "def f():\n    import a",
        "d": "import a",
    }
    imports = {name: imported(ast.parse(text), sources) for name, text in sources.items()}

    assert circles(imports) == [["a", "b", "c"]]


def test_every_wing_stands_in_a_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    listed = " ".join(
        name
        for one in contracts
        for kind in ("layers", "modules", "source_modules")
        for name in one.get(kind, ())
    )
    wings = {module_name(one.parent / "__init__.py") for one in SOURCES if one.stem != "__init__"}

    missing = {wing for wing in wings if not re.search(rf"(?<![\w.]){re.escape(wing)}(?![\w.])", listed)}
    assert missing == set()


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def arguments(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many arguments a function takes.

    The playground is driven by tests, each of which names the one or two options that it is about, such as
    `reply_to=`: there an option that can only be given by its name, and has a default, isn't counted. Of a
    command the options are, and not the interaction that brings them.
    """
    named = list(node.args.kwonlyargs)
    if path.relative_to(ROOT).parts[0] == "playground":
        named = [arg for arg, default in zip(named, node.args.kw_defaults, strict=True) if default is None]
    every = [*node.args.posonlyargs, *node.args.args, *named]
    return len(every) - sum(arg.arg in {"self", "cls", "interaction"} for arg in every[:2])


def larger() -> Iterator[str]:
    """Yield what is larger than its measure: a folder, a module, or `module::function`."""
    for folder in {path.parent for path in MEASURED}:
        if sum(path.stem != "__init__" for path in folder.glob("*.py")) > MOST_MODULES_OF_A_FOLDER:
            yield named(folder)
    for path in MEASURED:
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES_OF_A_MODULE:
            yield named(path)
        for node in functions(parsed(path)):
            if length(node) > MOST_LINES_OF_A_FUNCTION or arguments(path, node) > MOST_ARGUMENTS:
                yield f"{named(path)}::{node.name}"


def test_folders_modules_functions_signatures_are_small() -> None:
    assert list(larger()) == []


@pytest.mark.parametrize("folder", sorted({path.parent for path in MEASURED}), ids=named)
def test_a_folder_says_what_lives_there_and_what_must_not(folder: Path) -> None:
    said = ast.get_docstring(parsed(folder / "__init__.py")) or ""

    assert len(said.split()) > 5
    assert re.search(r"\b(No|Nothing|Only|only|alone|nothing|no|not)\b", said)


def test_every_module_says_what_it_is_for() -> None:
    texts = {named(path): path.read_text(encoding="utf-8") for path in MODULES}

    assert [name for name, text in texts.items() if text and not text.startswith('"""')] == []


def ports() -> dict[str, ast.ClassDef]:
    """Return the classes of the ports' modules that are nothing but a list of methods."""
    nodes = [node for module in PORTS for node in parsed(ROOT / module).body]
    return {
        node.name: node
        for node in nodes
        if isinstance(node, ast.ClassDef) and "Protocol" in {ast.unparse(base) for base in node.bases}
    }


def names_of_ports(trees: list[ast.Module], known: Collection[str]) -> set[tuple[str, str]]:
    """Return pairs: a port, and a name under which something is it, as the annotations say."""
    annotated = {
        (annotation.id, name)
        for tree in trees
        for node in ast.walk(tree)
        for annotation, name in (
            (getattr(node, "annotation", None), getattr(node, "arg", None) or getattr(node, "target", None)),
            (getattr(node, "returns", None), getattr(node, "name", None)),
        )
        if isinstance(annotation, ast.Name) and annotation.id in known and name is not None
    }
    return {(port, name if isinstance(name, str) else ast.unparse(name)) for port, name in annotated}


def test_each_method_of_a_port_has_a_caller_in_the_bot() -> None:
    trees = [parsed(path) for path in SOURCES if path.relative_to(ROOT).parts[0] == "bot"]
    known = ports()
    methods = {method.name for node in known.values() for method in functions(node)}
    calls = {
        (ast.unparse(node.value).rpartition(".")[2].lstrip("_"), node.attr)
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in methods
    }
    named_so = names_of_ports(trees, known)
    parents = {port: {ast.unparse(base) for base in node.bases} for port, node in known.items()}
    dead = [
        f"{port}.{method.name}"
        for port, node in known.items()
        for method in functions(node)
        if not any(
            (name, method.name) in calls for kind, name in named_so if kind == port or port in parents[kind]
        )
    ]

    assert dead == []


def test_no_module_is_named_for_what_has_no_name() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}

    assert [named(path) for path in MODULES if path.stem in vague] == []


def naming(paths: Collection[Path], names: Collection[str]) -> Iterator[Path]:
    """Yield the modules in which one of some names stands at all; to read the others closely takes time."""
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if any(name in text for name in names):
            yield path


def test_rights_are_decided_in_one_place() -> None:
    """What Discord grants is read in `bot/reading`; who lacks it is refused in `bot/chat/rights.py`."""
    granted = {"permissions_for", "guild_permissions", "default_permissions", *Permission}
    ours = [path for path in SOURCES if path.relative_to(ROOT).parts[0] != "playground"]
    refusing = {
        named(path)
        for path in naming(SOURCES, {"NotAllowed"})
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NotAllowed"
    }
    reading = {
        named(path.parent)
        for path in naming(ours, granted)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in granted
    }

    assert refusing == {"bot/chat/rights.py"}
    assert reading == {"bot/reading", "bot/client"}
