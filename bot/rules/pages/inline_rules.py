"""What stands within a line and CommonMark doesn't know: formulas, addresses, spoilers, code with bars."""

import builtins
import re

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.backticks import backtick

_ADDRESS = re.compile(r"(?:(?!~~|\|\||\*\*|\*(?:\W|$))[^\s<>\[\]`\"\\。、，）」』】》〉”’])+")
_AFTER_ADDRESS = "?!.,:;_~|'"
_FOOTNOTE = re.compile(r"\[\^([^\s\[\]]{1,50})\](?!\()")
_FORMULA_ONLY = frozenset("\\^_{}")
DISPLAY_ONLY = frozenset("\\^_{}=<>+ \n")
_SHRUG = "¯\\_(ツ)_/¯"
BAR = "\ue0f8"  # stands for a bar that begins no cell; of those characters that mean nothing
_BARS = re.compile(r"(?<!\\)\|")
_ROWS_CODE = re.compile(r"(?<![`\\])(`{1,3})(?!`)[^`]+\1(?!`)")
_RULED = frozenset("-:| \t>\r")
_OPENING = frozenset("([{\"'“‘「『*_~")
_DUNDERS = frozenset(
    ("__main__", "__file__", "__all__", "__version__", "__future__", "__slots__", "__del__", "__getattr__"),
).union(*(filter(re.compile(r"__\w+__").fullmatch, dir(one)) for one in vars(builtins).values()))


def formula(state: StateInline, silent: bool) -> bool:
    """Take a formula with its delimiters."""
    end = _formula_end(state)
    if not end:
        return False
    if not silent:
        state.push("formula", "", 0).content = state.src[state.pos : end]
    state.pos = end
    return True


def _formula_end(state: StateInline) -> int:
    source, start = state.src, state.pos
    opening = source[start : start + 2]
    if opening in {"\\(", "\\[", "$$"}:
        closing = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}[opening]
        end = source.find(closing, start + 2, state.posMax)
        inside = set(source[start + 2 : end]) if end > 0 else set()
        plain = opening == "\\[" and not inside & DISPLAY_ONLY
        return 0 if plain or not any(character.isalnum() for character in inside) else end + 2
    if opening[:1] != "$" or opening[1:].isspace() or (start and source[start - 1].isalnum()):
        return 0
    end = source.find("$", start + 1, state.posMax)
    inside = set(source[start + 1 : end]) if end > 0 else set()
    if not inside & _FORMULA_ONLY or source[end - 1].isspace() or source[end + 1 : end + 2].isdigit():
        return 0
    return end + 1


def address(state: StateInline, silent: bool) -> bool:
    """Take an address that stands bare in the text."""
    scheme = next((word for word in ("https", "http") if state.pending.lower().endswith(word)), "")
    if silent or state.linkLevel or not scheme or not state.src.startswith("://", state.pos):
        return False
    address = _trimmed(state.src[state.pos + 3 : state.posMax])
    if not address:
        return False
    scheme = state.pending[-len(scheme) :]
    state.pending = state.pending[: -len(scheme)]
    _push_link(state, f"{scheme}://{address}")
    state.pos += 3 + len(address)
    return True


def is_bare(address: str, behind: str) -> bool:
    """Tell whether an address is seen to end where it does."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{_trimmed(rest + behind)}" == address


def _trimmed(text: str) -> str:
    """Return what of a text belongs to the address that it starts with."""
    found = _ADDRESS.match(text)
    address = found.group() if found else ""
    while address:
        last = address[-1]
        if last not in _AFTER_ADDRESS and not (last == ")" and address.count(")") > address.count("(")):
            break
        address = address[:-1]
    return address


def _push_link(state: StateInline, address: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(address)}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)


def spoiler(state: StateInline, silent: bool) -> bool:
    """Take two bars that enclose words closely; an operator has spaces around it."""
    source, start = state.src, state.pos
    if not source.startswith("||", start) or not _opens(source, start):
        return False
    close = _closing_bars(state, start + 3)
    if close < 0 and (not state.env.get("grows") or source.find("||", start + 3, state.posMax) > 0):
        return False
    end, last = (state.posMax, state.posMax) if close < 0 else (close, close + 2)
    if not silent:
        limit = state.posMax
        state.push("spoiler_open", "", 1)
        state.pos, state.posMax = start + 2, end
        state.md.inline.tokenize(state)
        state.posMax = limit
        state.push("spoiler_close", "", -1)
    state.pos = last
    return True


def _closing_bars(state: StateInline, at: int) -> int:
    """Return where the next two bars close a spoiler, or -1; what is in vain once is so farther on too."""
    if at >= state.env.get("unhidden", state.posMax):
        return -1
    found = state.src.find("||", at, state.posMax)
    while found >= 0 and (state.src[found - 1] == "\\" or not _closes(state.src, found)):
        found = state.src.find("||", found + 1, state.posMax)
    if found < 0:
        state.env["unhidden"] = min(at, state.env.get("unhidden", at))
    return found


def _opens(source: str, at: int) -> bool:
    before, after = source[at - 1 : at], source[at + 2 : at + 3]
    return (
        (not before or before.isspace() or before in _OPENING)
        and after not in {"", "|"}
        and not after.isspace()
    )


def _closes(source: str, at: int) -> bool:
    after = source[at + 2 : at + 3]
    return (
        not source[at - 1].isspace() and source[at - 1] != "|" and not (after.isalnum() and after.isascii())
    )


def code(state: StateInline, silent: bool) -> bool:
    """Take a code span, and keep what stands in it as it is written."""
    start = state.pos
    found = backtick(state, silent)
    if found and not silent and state.src[start] == "`" and state.tokens and not state.pending:
        state.tokens[-1].meta["raw"] = state.src[start : state.pos]
    return found


def dunder(state: StateInline, silent: bool) -> bool:
    """Take one of Python's own names as it is written."""
    end = state.src.find("__", state.pos + 2, state.posMax) + 2
    name = state.src[state.pos : end]
    if (
        name not in _DUNDERS
        or state.src[state.pos - 1 : state.pos].isalnum()
        or state.src[end : end + 1] == "_"
    ):
        return False
    if not silent:
        state.push("text_special", "", 0).content = name
    state.pos = end
    return True


def shrug(state: StateInline, silent: bool) -> bool:
    """Take the arm of a shrug as it is written; Discord shows it so, too."""
    if not state.src.startswith(_SHRUG, max(0, state.pos - 1)) or not state.pos:
        return False
    if not silent:
        state.push("text_special", "", 0).content = _SHRUG[1:]
    state.pos += len(_SHRUG) - 1
    return True


def open_bracket(state: StateInline, silent: bool) -> bool:
    """Take a bracket that nothing closes as itself; links in links would be looked for behind it."""
    mark = "![" if state.src.startswith("![", state.pos) else "["
    is_open = state.src.startswith(mark, state.pos) and state.src.find("]", state.pos, state.posMax) < 0
    if silent or not is_open:
        return False
    state.pending += mark
    state.pos += len(mark)
    return True


def footnote(state: StateInline, silent: bool) -> bool:
    """Take a footnote's mark as its label in brackets."""
    found = None if silent else _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    state.push("text_special", "", 0).content = f"[{found.group(1)}]"
    state.pos = found.end()
    return True


def with_veiled_bars(source: str) -> str:
    """Veil the bars within code in rows that have more cells than their table.

    They begin no cell, as whoever wrote them meant; Markdown would drop what then is one cell too many.
    """
    if "|" not in source or "`" not in source or BAR in source:
        return source
    lines, cells = source.split("\n"), 0
    for at, line in enumerate(lines):
        if not line.strip():
            cells = 0
        elif cells:
            lines[at] = _veiled(line, cells)
        elif "|" in line and "-" in line and _RULED.issuperset(line):
            cells = _cells(line)
            lines[at - 1] = _veiled(lines[at - 1], cells) if at else lines[at - 1]
    return "\n".join(lines)


def _veiled(row: str, cells: int) -> str:
    if _cells(row) <= cells:
        return row
    return _ROWS_CODE.sub(lambda found: _BARS.sub(BAR, found[0]), row)


def _cells(row: str) -> int:
    return len(_BARS.findall(row.strip(" \t>\r").removeprefix("|").removesuffix("|"))) + 1
