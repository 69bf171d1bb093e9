"""Words as Discord shows them literally: what it would take for markup gets a backslash, nothing else.

Both readers are meant: Discord, and a Markdown parser that reads the result again.
"""

import re

_SPECIAL = re.compile(r"[\\*_~`|<\[&$]|(?i:https?)(?=://)")
_ENTITY = re.compile(r"&(?:#\w{1,8}|\w{2,32});")
_MARKER = re.compile(r"(?:-#|#{1,6}|[-+*]|\d+(?=[.)]))(?=[.)]?(?:\s|$))")
_DRAWN = "-=|: "
_AFTER_LESS = frozenset("/!?@#:+&")


def escaped(text: str, row: str) -> str:
    """Return a run's text so that it is shown literally; `row` is the text of all its row."""
    traits = "](" in row, row.count("$") > 1 and not frozenset("\\^_{}").isdisjoint(row)

    def mark(found: re.Match[str]) -> str:
        character, at = found.group(), found.start()
        if len(character) > 1:
            return f"{character}\\"
        return f"\\{character}" if _is_markup(text, at, traits) else character

    return _SPECIAL.sub(mark, text)


def _is_markup(text: str, at: int, traits: tuple[bool, bool]) -> bool:
    """Tell whether a special character could mean something here; at a run's ends it could."""
    linked, formula = traits
    before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    match text[at]:
        case "\\":
            return not after or not (after.isspace() or (after.isascii() and after.isalnum()))
        case "*":
            return not (before.isspace() and after.isspace())
        case "_":
            return before == "_" or not (after.isascii() and after.isalnum())
        case "~":
            return not (before.isalnum() and after.isalnum())
        case "|":
            return "|" in (before, after) or not after
        case "<":
            return not after or after in _AFTER_LESS or after.isalpha()
        case "[":
            return linked or after == "^"
        case "&":
            return _ENTITY.match(text, at) is not None
        case "$":
            return formula
        case _:
            return True


def without_marks(address: str) -> str:
    """Return an address in which nothing ends the style that it stands in."""
    return address.replace("*", "%2A").replace("|", "%7C").replace("~~", "%7E%7E")


def starting(written: str) -> str:
    """Return a written row so that its start makes it no heading, list, quote, rule, table or definition."""
    if found := _MARKER.match(written):
        at = found.end() if found.group().isdigit() else 0
        return f"{written[:at]}\\{written[at:]}"
    drawn = not written.strip(_DRAWN) and ("-" in written or "=" in written)
    definition = written.startswith("[") and "]:" in written
    if written.startswith((">", "$$", "\\begin{")) or drawn or definition:
        return f"\\{written}"
    return written
