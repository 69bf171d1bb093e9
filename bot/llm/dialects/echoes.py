"""What a server repeats of a request when it refuses it: people's words, which belong into no log."""

import re
from collections.abc import Iterable

MARK = "…"  # in the place of what is repeated
LEAST, LEAST_OTHERS = 12, 5  # characters that are no chance, and of scripts that need fewer
MOST = 400  # characters of a complaint that are looked at
STEP, PROBE = 3, 5
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")


def without_echo(words: str, said: Iterable[str]) -> str:
    """Return the beginning of a complaint, on one line, without what it repeats of what was said."""
    line, text = _plain(words)[:MOST], _plain(" ".join(said))
    kept, done, at = [], 0, 0
    while at + PROBE <= len(line):
        start, end = _repeated(line, at, done, text)
        if end - start >= (LEAST if line[start:end].isascii() else LEAST_OTHERS):
            kept += [line[done:start], MARK]
            done = at = end
        else:
            at += STEP
    return "".join((*kept, line[done:]))


def _repeated(line: str, at: int, done: int, text: str) -> tuple[int, int]:
    """Return from where to where a line repeats a text around a position, which may be nothing."""
    start, end = at, at + PROBE
    if line[start:end] not in text:
        return at, at
    while end < len(line) and line[start : end + 1] in text:
        end += 1
    while start > done and line[start - 1 : end] in text:
        start -= 1
    return start, end


def _plain(words: str) -> str:
    """Return words as they were before they were put into JSON, perhaps twice, on one line."""
    for _ in range(2):
        words = _ESCAPED.sub(_unescaped, words)
    return " ".join(words.split())


def _unescaped(found: re.Match[str]) -> str:
    code, mark = found.groups()
    if code is not None:
        return chr(int(code, 16))
    return {"n": " ", "r": " ", "t": " "}.get(mark, mark)
