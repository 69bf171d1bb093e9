"""No sentence is put together where it is shown: each is one message, and lists come from one helper."""

import ast
from collections.abc import Iterator

import pytest

from tests.texts.test_catalogues import MODULES, ROOT

TEXTS = {module.stem for module in MODULES} | {"texts", "words"}
MARKS = {"CURSOR"}  # no words
SHOWN = [
    *(ROOT / "bot" / "ui").rglob("*.py"),
    *(ROOT / "bot" / "chat").rglob("*.py"),
    *(ROOT / "cogs").rglob("*.py"),
]


def is_said(node: ast.AST) -> bool:
    """Say whether an expression is a message, be it put into words."""
    match node:
        case ast.Attribute(ast.Name(module), name):
            return module in TEXTS and name.isupper() and name not in MARKS
        case ast.Subscript(value) | ast.Attribute(value, "format"):
            return is_said(value)
        case ast.Call(ast.Name("str"), [one]):
            return is_said(one)
        case ast.Call(function):
            return is_said(function)
        case ast.IfExp(_, first, second):
            return is_said(first) or is_said(second)
    return False


def put_together(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield expressions that make one line of several messages, or of one and words of their own."""
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(ast.Constant("\n"), ast.Add(), _):
                pass  # a line of its own
            case ast.BinOp(left, ast.Add(), right) if is_said(left) or is_said(right):
                yield node
            case ast.JoinedStr(values):
                inside = [one.value for one in values if isinstance(one, ast.FormattedValue)]
                words = "".join(str(one.value) for one in values if isinstance(one, ast.Constant))
                of_texts = sum(map(is_said, inside))
                if "\n" not in words and (of_texts > 1 or (of_texts and any(map(str.isalpha, words)))):
                    yield node
            case ast.Call(
                ast.Attribute(ast.Constant(str(between)), "join"), [ast.List(parts) | ast.Tuple(parts)]
            ):
                if "\n" not in between and any(map(is_said, parts)):
                    yield node


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('f"{admins.ONE} {admins.TWO}"', 1),
        ('f"{admins.ONE.format(x=1)} {str(members.TWO)}"', 1),
        ('f"{admins.ONE} and more"', 1),
        ('str(admins.ONE) + " " + name', 1),
        ('" ".join([str(admins.ONE), name])', 1),
        ('f"**{guide.HERE}**"', 0),
        ('f"{admins.ONE}\\n{admins.TWO}"', 0),
        ("several([str(admins.ONE), str(admins.TWO)])", 0),
        ('admins.ONE.format(name=f"<@{id}>")', 0),
    ],
)
def test_what_is_put_together_is_found(source: str, found: int) -> None:
    assert len(list(put_together(ast.parse(source)))) == found


def test_no_sentence_is_put_together_from_pieces() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{one.lineno} {ast.unparse(one)}"
        for path in SHOWN
        for one in put_together(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert found == []
