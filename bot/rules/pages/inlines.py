"""A paragraph's tokens as lines of styled runs: what Discord knows of them, and words for what it doesn't."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from urllib.parse import unquote

from markdown_it.token import Token

from bot.rules.pages.document import Run, Style, stripped
from bot.rules.pages.escapes import escaped, without_marks
from bot.rules.pages.naming import NOBODY, Known, linked
from bot.rules.pages.syntax import Env, parse_html, parse_inline

MOST_LITERAL = 60  # characters of a formula that is shown as it is written; longer ones stand in code
_MARKS = {"strong": Style.BOLD, "em": Style.ITALIC, "s": Style.STRIKE, "spoiler": Style.SPOILER}
_TAGS = {
    **dict.fromkeys(("b", "strong", "mark", "summary"), Style.BOLD),
    **dict.fromkeys(("i", "em", "u", "ins", "cite", "dfn", "q"), Style.ITALIC),
    **dict.fromkeys(("s", "del", "strike"), Style.STRIKE),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), Style.CODE),
}
_SILENT = frozenset(("details", "p", "div", "center", "span", "font", "small", "big", "a", "sub", "sup"))
_BREAKING = frozenset(("details", "summary", "p", "div", "center"))
_MOST_OPEN = 8  # marks that an unfinished text may have open
_NEAR = 100  # so many tokens away a tag's partner is looked for
_SCRIPTS = {
    "sub": str.maketrans("0123456789+-=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ"),
    "sup": str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"),
}
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?:\s[^>]*)?/?>", re.IGNORECASE)
_TARGET = re.compile(r"""\b(?:href|src)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*["']([^"']*)""", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_EMOJI = re.compile("[\U0001f000-\U0001faff\ufe0f\u2600-\u27bf]")
_ID = r"\d{17,20}"
_MENTION = re.compile(
    rf"<(?:@[!&]?{_ID}|\#{_ID}|a?:\w{{2,32}}:{_ID}|/[^<>:\n]{{1,100}}:{_ID}|t:-?\d{{9,12}}(?::[tTdDfFR])?)>"
)
_UNFINISHED = re.compile(r"!?\[([^\[\]\n]{0,300}+)(?:\]\([^)\s]{0,1500}+)?\Z|<[@#/:ta][^\s<>]{0,60}\Z")


@dataclass(frozen=True, slots=True)
class CodeLines:
    """Lines of code that stand within a paragraph, between three backticks."""

    language: str
    lines: tuple[str, ...]


Line = tuple[Run, ...] | CodeLines


def lines_of_html(content: str) -> list[Line]:
    """Return the lines of raw HTML, in which nothing else is markup."""
    return _Walk(parse_html(content)).lines()


def lines_of(content: str, env: Env, *, grows: bool = False) -> list[Line]:
    """Return a paragraph's lines; while it `grows`, what is open at its end is taken as closed there."""
    if not grows and content.replace(" ", "").isalnum():  # as most cells of a table
        return [(Run(content.strip()),)]
    known: Known = env.get("known", NOBODY)
    if not grows:
        return _Walk(parse_inline(content, {**env}), known).lines()
    content = _UNFINISHED.sub(r"\1", content.rstrip()).rstrip("*_~`|").rstrip()
    growing = {**env, "grows": True}
    tokens = parse_inline(content, growing)
    if ticks := _open_ticks(tokens):
        content += f" {ticks}" if content.endswith("`") else ticks
        tokens = parse_inline(content, growing)
    opened = str(growing["open"])
    if 0 < len(opened) <= _MOST_OPEN:
        tokens = parse_inline(content + opened[::-1], growing)
    last = max((index for index, token in enumerate(tokens) if token.content), default=-1)
    return _Walk(tokens, known, last).lines()


def _open_ticks(tokens: Iterable[Token]) -> str:
    texts = (token.content for token in tokens if token.type == "text" and "`" in token.content)
    found = re.search("`+", next(texts, ""))
    return found.group() if found else ""


@dataclass(slots=True)
class _Walk:
    """One pass over a paragraph's tokens."""

    tokens: Sequence[Token]
    known: Known = NOBODY
    open_end: int = -1  # the token whose last word may still grow
    style: Style = Style.PLAIN
    open: list[Style] = field(default_factory=list)
    script: str = ""
    done: list[Line] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)

    def lines(self) -> list[Line]:
        """Return the lines, empty ones too."""
        for index, token in enumerate(self.tokens):
            self._visit(index, token)
        self._end_line()
        return self.done

    def _visit(self, index: int, token: Token) -> None:
        kind = token.type
        name, _, end = kind.rpartition("_")
        if name in _MARKS:
            self._style(_MARKS[name], closing=end == "close")
        elif kind == "text":
            self._text(token.content, grows=index == self.open_end)
        elif kind == "text_special":
            self._add(token.content)
        elif kind == "formula":
            self._add(token.content, Style.PLAIN if len(token.content) <= MOST_LITERAL else Style.CODE)
        elif kind in _SPECIAL:
            _SPECIAL[kind](self, token)
        elif kind == "html_inline":
            self._tag(index, token)
        elif self.links:
            self._add(" ")
        else:
            self._end_line()

    def _link_open(self, token: Token) -> None:
        self.links.append((len(self.runs), str(token.attrs.get("href", ""))))

    def _link_close(self, token: Token) -> None:
        self._link(*self.links.pop())

    def _style(self, style: Style, *, closing: bool) -> None:
        """Begin or end a style; one within itself ends with the outer one."""
        if not closing:
            self.open.append(style)
        elif style in self.open:
            self.open.remove(style)
        self.style = reduce(or_, self.open, Style.PLAIN)

    def _add(self, text: str, style: Style = Style.PLAIN) -> None:
        if text:
            self.runs.append(Run(text.replace("\n", " "), self.style | style))

    def _text(self, text: str, *, grows: bool) -> None:
        """Add text, with mentions and the like as Discord writes them."""
        text = text.translate(_SCRIPTS[self.script]) if self.script else text
        text = text if self.links else linked(text, self.known, grows=grows)
        at = 0
        for found in _MENTION.finditer(text):
            self._add(text[at : found.start()])
            self.runs.append(Run(found.group(), self.style, whole=True))
            at = found.end()
        self._add(text[at:])

    def _end_line(self) -> None:
        self.done.append(stripped(self.runs))
        self.runs, self.links = [], [(0, href) for _, href in self.links]

    def _code(self, token: Token) -> None:
        raw = str(token.meta.get("raw", ""))
        if len(token.markup) >= 3 and "\n" in raw and not self.links:
            first, *code = raw.strip("`").split("\n")
            language, code = (
                (first.strip(), code) if code and " " not in first.strip() else ("", [first, *code])
            )
            while code and not code[-1].strip():
                code.pop()
            self._end_line()
            self.done.append(CodeLines(language, tuple(code)))
            return
        style = self.style
        if "*" in token.content:
            self.style &= ~(Style.BOLD | Style.ITALIC)
        if "~~" in token.content:
            self.style &= ~Style.STRIKE
        self._add(token.content, Style.CODE)
        self.style = style

    def _image(self, token: Token) -> None:
        start = len(self.runs)
        self._add("".join(child.content for child in token.children or []) or ("" if self.links else "image"))
        if not self.links:
            self._link(start, str(token.attrs.get("src", "")))

    def _link(self, start: int, href: str) -> None:
        """Make the runs since `start` lead somewhere, in the way that Discord can."""
        label = self.runs[start:]
        del self.runs[start:]
        words = "".join(run.text for run in label)
        if not _WEB.fullmatch(href):
            target = href.removeprefix("mailto:")
            shown = not target or _same(words, target)
            self.runs += label if shown else [*label, Run(f" ({unquote(target)})", self.style)]
        elif not words.strip() or _same(words, href):
            fits = _WEB.fullmatch(words) and not any(mark in words for mark in '`"\\')
            fits = fits and (not self.style or not any(mark in words for mark in ("*", "~~", "|")))
            self.runs.append(Run(words if fits else without_marks(href), self.style, whole=True))
        elif _can_be_label(label):
            self.runs += [Run(run.text, run.style, _target(href)) for run in label]
        else:
            address = Run(without_marks(href), self.style, whole=True)
            self.runs += [*label, Run(" (", self.style), address, Run(")", self.style)]

    def _tag(self, index: int, token: Token) -> None:
        """Do what a tag says where that is known; show it as it is written where not."""
        found = _TAG.fullmatch(token.content)
        closing, name = (bool(found.group(1)), found.group(2).lower()) if found else (False, "")
        if token.content.startswith("<!--"):
            return
        if name in {"br", "hr"}:
            self._end_line()
        elif name == "img":
            self._picture(token.content)
        elif name in _BREAKING:
            if self.runs:
                self._end_line()
            self._mark(name, closing=closing)
        elif (name in _TAGS or name in _SILENT) and self._has_partner(index, name, closing=closing):
            self._mark(name, closing=closing)
            if name == "a":
                self._anchor(token.content, closing=closing)
        else:
            self._add(token.content)

    def _mark(self, name: str, *, closing: bool) -> None:
        if name in _TAGS:
            self._style(_TAGS[name], closing=closing)
        if name in _SCRIPTS:
            self.script = "" if closing else name

    def _has_partner(self, index: int, name: str, *, closing: bool) -> bool:
        others = (
            self.tokens[max(0, index - _NEAR) : index] if closing else self.tokens[index + 1 : index + _NEAR]
        )
        wanted = f"<{name}" if closing else f"</{name}"
        return any(one.type == "html_inline" and one.content.lower().startswith(wanted) for one in others)

    def _anchor(self, tag: str, *, closing: bool) -> None:
        if closing and self.links:
            self._link(*self.links.pop())
        elif not closing:
            self.links.append((len(self.runs), _attribute(_TARGET, tag)))

    def _picture(self, tag: str) -> None:
        start = len(self.runs)
        self._add(_attribute(_ALT, tag) or "image")
        if not self.links:
            self._link(start, _attribute(_TARGET, tag))


_SPECIAL: dict[str, Callable[[_Walk, Token], None]] = {
    "code_inline": _Walk._code,
    "image": _Walk._image,
    "link_open": _Walk._link_open,
    "link_close": _Walk._link_close,
}


def _attribute(pattern: re.Pattern[str], tag: str) -> str:
    found = pattern.search(tag)
    return found.group(1) if found else ""


def _same(words: str, address: str) -> bool:
    """Tell whether words are the address itself."""
    return unquote(words.strip()).rstrip("/") == unquote(address).rstrip("/")


def _can_be_label(label: Sequence[Run]) -> bool:
    """Tell whether Discord takes these as a link's words: it knows neither escapes nor addresses in them."""
    words = "".join(run.text for run in label)
    depth = 0
    for character in words:
        depth += {"[": 1, "]": -1}.get(character, 0)
        if depth not in {0, 1}:
            return False
    plain = all(
        run.style & Style.CODE or (not run.whole and escaped(run.text, "") == run.text) for run in label
    )
    return depth == 0 and plain and "://" not in words and not _EMOJI.search(words)


def _target(href: str) -> str:
    """Return an address so that the bracket behind it ends it."""
    depth = 0
    for character in href:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth not in {0, 1}:
            break
    return href if depth == 0 else href.replace("(", "%28").replace(")", "%29")
