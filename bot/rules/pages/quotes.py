"""The marks of a block quote at the start of a line."""

_LONGEST = 16


def quote_mark(line: str) -> str:
    """Return the quote marks that a line starts with and a space; nothing where there are absurdly many."""
    indent = line[: len(line) - len(line.lstrip(" \t>"))]
    mark = indent[: indent.rfind(">") + 1]
    return f"{mark} " if 0 < len(mark) <= _LONGEST else ""
