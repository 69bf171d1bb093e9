"""Discord's Markdown read as its desktop client reads it: what a message's text shows, in which look.

It shares nothing with the bot. Each rule names where it is known from: [help] Discord's "Markdown Text 101";
[ast] discord/SimpleAST, Discord's own parser for Android, and Khan Academy's simple-markdown that it ports;
[client] what LyricLy/parse-discord found by trial on the desktop client.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_SPOILER = re.compile(r"\|\|(.+?)\|\|", re.DOTALL)  # [ast]
_STRIKE = re.compile(r"~~(.+?)~~(?!_)", re.DOTALL)  # [client]
_BOLD = re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL)  # [ast]
_UNDERLINE = re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.DOTALL)  # [ast]
_STAR = re.compile(r"\*(?!\s)((?:\\.|\*\*|[^*\\])+?)(?<!\s) {0,2}\*(?!\*)", re.DOTALL)  # [client]
_LOW = re.compile(r"_((?:\\.|__|[^_\\])+?)_(?![a-zA-Z0-9_])", re.DOTALL)  # [client]
_CODE = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)", re.DOTALL)  # [ast]
_FENCE = re.compile(r"```(?:([a-zA-Z_\-+.0-9]*)\n)?(.*?[^\n].*?)```", re.DOTALL)  # [client]
_ADDRESS = re.compile(r"https?://[^\s<]+[^<.,:;\"'\]\s]")  # [ast]
_QUIET = re.compile(r"<(https?:/[^ >]+)>")  # [ast]
_LINK = re.compile(
    r"\[((?:\[[^\]]*\]|[^\[\]])*[^\[]*?)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\[^\n])*?)>?(?:\s+['\"](.*?)['\"])?\s*\)",
    re.DOTALL,
)  # [ast]
_MENTION = re.compile(r"<(?:@[!&]?\d+|#\d+|a?:\w+:\d+|/[^:>]+:\d+|t:-?\d+(?::[tTdDfFR])?)>")  # [client]
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")  # [ast]
_HEADING = re.compile(r"(#{1,3})\s+(?!#)([^\n]*)\n?")  # [client]
_SUBTEXT = re.compile(r"-# +(?!-#)([^\n]+)\n?")  # [client]
_QUOTE = re.compile(r"(?: *> [^\n]*(?:\n|$))+")  # [client]
_QUOTE_ALL = re.compile(r" *>>> (.*)", re.DOTALL)  # [ast]
_ITEM = re.compile(r" *((?:[*-]|\d+\.) +)(.[^\n]*(?:\n [^\n]*)*)(?:\n|$)", re.DOTALL)  # [client]
_DEEPEST_LIST = 11  # [client]
_STYLES = (("spoiler", _SPOILER), ("strike", _STRIKE), ("bold", _BOLD), ("underline", _UNDERLINE))


@dataclass(frozen=True, slots=True)
class Seen:
    """Characters that are seen, with all that is said of them: looks, blocks, where they lead."""

    text: str
    looks: frozenset[str] = frozenset()
    href: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class _Within:
    """What a stretch of text stands in."""

    looks: frozenset[str] = frozenset()
    href: str = ""
    depth: int = 0
    line_start: bool = True
    label: bool = False

    def seen(self, text: str, *looks: str, href: str = "", language: str = "") -> Seen:
        return Seen(text, self.looks | set(looks), href or self.href, language)

    def with_look(self, look: str) -> "_Within":
        return replace(self, looks=self.looks | {look})


def read(text: str) -> list[Seen]:
    """Return what is seen of a message, in order."""
    return list(_read(text.strip(), _Within()))


def words(text: str) -> str:
    """Return the characters that are seen."""
    return "".join(seen.text for seen in read(text))


def looking(text: str, look: str) -> str:
    """Return the characters that have a look, a space between stretches."""
    found, last = "", False
    for seen in read(text):
        has = look in seen.looks
        found += (" " if has and not last and found else "") + (seen.text if has else "")
        last = has
    return found


def _read(text: str, within: _Within) -> Iterator[Seen]:
    at, starts, plain = 0, within.line_start, ""
    while at < len(text):
        found = _block(text, at, within) if starts and not within.label else None
        found = found or _inline(text, at, within)
        if found is None:
            plain += text[at]
            starts = text[at] == "\n" or (starts and text[at] == " ")
            at += 1
            continue
        if plain:
            yield within.seen(plain)
            plain = ""
        end, seen = found
        yield from seen
        starts = text[end - 1] == "\n"
        at = end
    if plain:
        yield within.seen(plain)


def _block(text: str, at: int, within: _Within) -> tuple[int, list[Seen]] | None:
    first = at == 0 or text[at - 1] == "\n"
    if first and not within.depth and (found := _HEADING.match(text, at)):
        title = found.group(2).rstrip().rstrip("#").rstrip()
        heading = replace(within.with_look(f"heading{len(found.group(1))}"), line_start=False)
        return found.end(), [*_read(title, heading), Seen("\n")]
    if first and (found := _SUBTEXT.match(text, at)):
        small = replace(within.with_look("subtext"), line_start=False)
        return found.end(), [*_read(found.group(1), small), Seen("\n")]
    if "quote" not in within.looks:
        if found := _QUOTE_ALL.match(text, at):
            return found.end(), list(_read(found.group(1), within.with_look("quote")))
        if found := _QUOTE.match(text, at):
            quoted = "\n".join(line.lstrip(" ")[2:] for line in found.group().rstrip("\n").split("\n"))
            return found.end(), [*_read(quoted, within.with_look("quote")), Seen("\n")]
    if within.depth < _DEEPEST_LIST and (found := _ITEM.match(text, at)):
        bullet = found.group(1)
        inner = re.sub(rf"^ {{1,{len(bullet)}}}", "", found.group(2), flags=re.MULTILINE)
        item = replace(within.with_look("list"), depth=within.depth + 1)
        marks = [Seen(bullet, item.looks | {f"bullet{item.depth}"})]
        return found.end(), [*marks, *_read(inner, item), Seen("\n")]
    return None


def _inline(text: str, at: int, within: _Within) -> tuple[int, list[Seen]] | None:
    inner = replace(within, line_start=False)
    character = text[at]
    if character == "\\" and not within.label and (found := _ESCAPE.match(text, at)):
        return found.end(), [within.seen(found.group(1))]
    if character == "`":
        if not within.label and (found := _FENCE.match(text, at)):
            code = found.group(2).strip("\n")
            return found.end(), [within.seen(code, "block", language=found.group(1) or ""), Seen("\n")]
        if found := _CODE.match(text, at):
            return found.end(), [within.seen(_unpadded(found.group(2)), "code")]
    if character in "*_":
        return _emphasis(text, at, inner)
    for look, pattern in _STYLES[:2]:
        if found := pattern.match(text, at):
            return found.end(), list(_read(found.group(1), inner.with_look(look)))
    return None if within.label else _leading(text, at, inner)


def _emphasis(text: str, at: int, inner: _Within) -> tuple[int, list[Seen]] | None:
    """Of two readings the longer one wins, italics before bold where both are as long."""
    italic = (_STAR if text[at] == "*" else _LOW).match(text, at)
    strong = (_BOLD if text[at] == "*" else _UNDERLINE).match(text, at)
    if strong and (not italic or strong.end() > italic.end()):
        look = "bold" if text[at] == "*" else "underline"
        return strong.end(), list(_read(strong.group(1), inner.with_look(look)))
    return (italic.end(), list(_read(italic.group(1), inner.with_look("italic")))) if italic else None


def _leading(text: str, at: int, inner: _Within) -> tuple[int, list[Seen]] | None:
    """Read what leads somewhere, or stands for something else."""
    if found := _MENTION.match(text, at):
        return found.end(), [inner.seen(found.group(), "mention")]
    if found := _QUIET.match(text, at):
        return found.end(), [inner.seen(found.group(1), href=found.group(1))]
    if text[at] == "h" and (found := _ADDRESS.match(text, at)):
        address = found.group()
        if len(address) - len(address.rstrip(")")) > address.count("("):
            address = address[:-1]
        return at + len(address), [inner.seen(address, href=address)]
    if text[at] == "[" and (found := _LINK.match(text, at)):
        label, address = found.group(1), re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", found.group(2))
        if re.match(r"https?://\S", address) and _may_be_label(label):
            return found.end(), list(_read(label, replace(inner, href=address, label=True)))
    return None


def _may_be_label(label: str) -> bool:
    """A link's words hold no address, mention or emoji [client], and are not blank."""
    hides = re.search("https?://|<[@#:]|[\U0001f000-\U0001faff]", label)
    return bool(label.strip()) and not hides


def _unpadded(code: str) -> str:
    bare = code.strip(" ")
    code = code.removeprefix(" ") if bare.startswith("`") else code
    return code.removesuffix(" ") if bare.endswith("`") else code
