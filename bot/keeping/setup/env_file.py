"""The file `.env`, changed in place: values by name, and all else as its owner wrote it."""

import errno
import io
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from dotenv.parser import parse_stream

from bot.errors import StartError
from bot.texts.hosting import setup

PLAIN = re.compile(r"[\w.:/@+=~,-]*", re.ASCII)
BINDING = re.compile(r"(\s*(?:export[^\S\r\n]+)?).*?(\r\n|\n|\r|)", re.DOTALL)


def read(path: Path) -> str:
    """Return the file's text, empty where there is none."""
    if not path.exists():
        return ""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return stream.read()


def values(text: str) -> dict[str, str]:
    """Return what a text sets, by name."""
    found = {one.key: one.value for one in parse_stream(io.StringIO(text))}
    return {name: value for name, value in found.items() if name is not None and value is not None}


def require_writable(path: Path) -> None:
    """Raise a StartError where the file could not be written in the end."""
    if not os.access(path.resolve().parent, os.W_OK):
        raise StartError(setup.UNWRITABLE.format(path=path, reason=os.strerror(errno.EACCES)))


def changed(text: str, values: Mapping[str, str]) -> str:
    """Return a text in which names have these values: where they stood, else at its end."""
    newline = "\r\n" if "\r\n" in text else "\n"
    bindings = [(one.key, one.original.string) for one in parse_stream(io.StringIO(text, newline=""))]
    names, lines = [name for name, _ in bindings], [line for _, line in bindings]
    for name, value in values.items():
        wanted = f"{name}={_quoted(value)}"
        if name in names:
            last = len(names) - 1 - names[::-1].index(name)  # which is the one that holds
            lines[last] = _with(wanted, lines[last])
        else:
            begins = newline if lines and not lines[-1].endswith(("\n", "\r")) else ""
            lines.append(f"{begins}{wanted}{newline}")
    return "".join(lines)


def write(path: Path, text: str) -> None:
    """Put the whole text in the file's place at once, for its owner's eyes alone.

    Raises:
        StartError: it can't be written; what was there is untouched.
    """
    path = path.resolve()  # what a link leads to is written, and the link stays
    try:
        number, beside = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # with mode 0600
        try:
            with os.fdopen(number, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            with suppress(FileNotFoundError, PermissionError, AttributeError):
                owner = path.stat()
                os.chown(beside, owner.st_uid, owner.st_gid)  # whoever runs the bot may not be who sets it up
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)
    except OSError as error:
        raise StartError(setup.UNWRITABLE.format(path=path, reason=error.strerror)) from error


def _with(wanted: str, line: str) -> str:
    """Return a line with another assignment; what stood before and behind it stays."""
    found = BINDING.fullmatch(line)
    return f"{found[1]}{wanted}{found[2]}" if found else line


def _quoted(value: str) -> str:
    """Return a value as dotenv and Docker's `--env-file` both read it."""
    if PLAIN.fullmatch(value):
        return value
    if "'" not in value and "\\" not in value:
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
