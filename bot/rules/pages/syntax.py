"""Markdown's syntax as models write it: CommonMark and GFM, with formulas, bare addresses and spoilers.

The one home of markdown-it. What is code, a formula or an address is decided here and nowhere else.
"""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.reference import reference
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from bot.rules.pages import inline_rules
from bot.rules.pages.inline_rules import BAR, DISPLAY_ONLY, with_veiled_bars
from bot.rules.pages.naming import NOBODY, Known

Env = MutableMapping[str, Any]

SEAM = "\u200b"  # shows nothing; stands between marks that would melt into one another
_HELD = "|-:=*_#>+~` \t\r"  # a last line of nothing else may still become anything
_ROW = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t>]+)*\|(?!\|)")
_INVISIBLE = "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
DEEPEST = 30  # levels of quotes, lists and items that are looked into; a page repeats them all
_FARTHEST = 64  # columns that an item may stand in; a page that goes on in it begins with what encloses it
_DETAILS = ("<details", "</details", "<summary", "</summary")
_EAST_ASIAN = (
    (0x1100, 0x11FF), (0x2E80, 0x9FFF), (0xA960, 0xA97F), (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A stretch of an answer's text, where it stands, what links were defined above, who is known."""

    text: str
    offset: int = 0
    below_blank: bool = False
    references: Mapping[str, Any] = field(default_factory=dict)
    known: Known = NOBODY


def parse_blocks(source: str, env: Env) -> list[Token]:
    """Return the block tokens; inline ones come without children, link definitions go into `env`."""
    tokens: list[Token] = []
    veiled = with_veiled_bars(source.replace("\0", "\ufffd"))
    _PARSER.block.parse(veiled, _PARSER, env, tokens)
    for token in tokens if BAR in veiled else ():
        token.content = token.content.replace(BAR, "|")
    return tokens


def parse_inline(content: str, env: Env) -> list[Token]:
    """Return the inline tokens; `env` gets the emphasis that is left `open`."""
    tokens: list[Token] = []
    env["open"] = ""
    _PARSER.inline.parse(content, _PARSER, env, tokens)
    return tokens


def parse_html(content: str) -> list[Token]:
    """Return the tags and the text of raw HTML."""
    tokens: list[Token] = []
    _RAW.inline.parse(content, _RAW, {}, tokens)
    return tokens


def readable(text: str) -> str:
    """Return a text as long, with one kind of line end and nothing unseen beside its fences."""
    text = text.replace("\r\n", " \n").replace("\r", "\n")
    if "```" not in text and "~~~" not in text:
        return text
    return "\n".join(_bared(line) for line in text.split("\n"))


def _bared(line: str) -> str:
    bare = line.strip(_INVISIBLE)
    if bare == line or not bare.lstrip().startswith(("```", "~~~")):
        return line
    lead, _, tail = line.partition(bare)
    return f"{' ' * min(len(lead), 3)}{bare}{' ' * len(tail)}" if len(lead) <= 3 else line


def without_held_line(text: str) -> str:
    """Leave out a last line of nothing but markup, and a table's header: what follows tells what it is."""
    start = text.rfind("\n") + 1
    text = text if text[start:].strip(_HELD) else text[:start]
    start = text.rfind("\n", 0, -1) + 1
    above = text.rfind("\n", 0, max(0, start - 1)) + 1
    return text[:start] if _ROW.match(text, start) and not _ROW.match(text, above, start) else text


class _State(StateInline):
    """Emphasis that begins or ends beside East Asian letters, which know no spaces between words."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Tell whether a run of marks can open and can close; one tilde does so only at a word's ends."""
        marker, end = self.src[start], start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        if marker == "~" and end - start == 1:
            canSplitWord = False  # noqa: N806
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        left = not _is_space(after) and (not _is_mark(after) or _is_edge(before))
        right = not _is_space(before) and (not _is_mark(before) or _is_edge(after))
        opens = left and (canSplitWord or not right or _is_mark(before))
        closes = right and (canSplitWord or not left or _is_mark(after))
        return Scanned(opens, closes, end - start)


def closes_before(words: str, after: str) -> bool:
    """Tell whether emphasis that ends with these words is seen to end before what follows."""
    return not words or not after or not _is_mark(words[-1]) or _is_edge(after[0])


def _is_space(character: str) -> bool:
    return isWhiteSpace(ord(character)) or character == SEAM


def _is_mark(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _is_edge(character: str) -> bool:
    east_asian = any(first <= ord(character) <= last for first, last in _EAST_ASIAN)
    return east_asian or _is_space(character) or _is_mark(character)


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Env, tokens: list[Token]) -> list[Token]:
        """Parse with a state of our own, and keep what emphasis is left open."""
        env.pop("unhidden", None)
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        marks = [(mark, tokens[mark.token].content) for mark in state.delimiters]
        for rule in self.ruler2.getRules(""):
            rule(state)
        env["open"] = "".join(text for mark, text in marks if mark.open and mark.end < 0)
        return tokens


class _Block(ParserBlock):
    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        """Take what is nested too deep or stands too far in as a paragraph, so that nothing is lost."""
        item = state.tokens[-1] if state.tokens and state.tokens[-1].type == "list_item_open" else None
        outside = state.env.get("inset", 0)
        state.env["inset"] = outside + (len(item.info) + 2 if item else 0)
        if state.level < DEEPEST and state.env["inset"] <= _FARTHEST:
            super().tokenize(state, startLine, endLine)
        else:
            _paragraph(state, startLine, endLine)
        state.env["inset"] = outside


def _paragraph(state: StateBlock, start: int, end: int) -> None:
    lines = [
        state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]] for line in range(start, end)
    ]
    state.push("paragraph_open", "p", 1).map = [start, end]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = "\n".join(lines).strip(), [start, end], []
    state.push("paragraph_close", "p", -1)
    state.line = end


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


# Blocks.


def _details(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a line of `<details>` or `<summary>` alone, so that what follows is Markdown."""
    if state.is_code_block(start) or not _line(state, start).lower().startswith(_DETAILS):
        return False
    if not silent:
        _paragraph(state, start, start + 1)
    return True


_FOOTNOTE = re.compile(r"\[\^[^\s\[\]]{1,50}\]:")
_FOOTNOTE_INDENT = 4
_FORMULA_ENDS = {"$$": "$$", "\\[": "\\]"}


def _formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take lines between the delimiters of a formula, or of an environment."""
    first = _line(state, start)
    if state.is_code_block(start) or not first.startswith(("$$", "\\[", "\\begin{")):
        return False
    closing = _FORMULA_ENDS.get(first[:2], "\\end{" + first[7:].partition("}")[0] + "}")
    for line in range(start, end):
        text = _line(state, line).rstrip()
        if state.isEmpty(line) or (line > start and state.sCount[line] < state.blkIndent):
            return False
        inside = text[2:] if line == start else text
        if inside.endswith(closing) and (line > start or inside.strip() != closing):
            break
        if closing in inside and (line == start or closing != "$$"):
            return False
    else:
        return False
    content = "\n".join(_line(state, number) for number in range(start, line + 1))
    if closing == "\\]" and not DISPLAY_ONLY.intersection(content[2:-2]):
        return False
    if not silent:
        token = state.push("formula_block", "", 0)
        token.content, token.map = content, [start, line + 1]
        state.line = line + 1
    return True


def _late_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a fence behind words on its line, as Discord does, if a line closes it or still may."""
    words, fence, info = _line(state, start).partition("```")
    if not words.strip() or not fence or "`" in words or "`" in info or " " in info.strip():
        return False
    if start >= state.env.get("unfenced", end):
        return False
    close = start + 1
    while close < end and (state.isEmpty(close) or state.sCount[close] >= state.blkIndent):
        if _line(state, close).rstrip() == "```":
            break
        close += 1
    else:
        if not state.env["unfinished"] or "```" in state.getLines(start + 1, close, 0, False):
            state.env["unfenced"] = start
            return False
    if not silent:
        _paragraph(state, start, start + 1)
        state.tokens[-2].content = words.strip()
        token = state.push("fence", "code", 0)
        state.line = min(close + 1, end)
        token.info, token.markup, token.map = info, fence, [start, state.line]
        token.content = state.getLines(start + 1, close, state.sCount[start], True)
    return True


def _footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take what stands farther in below a footnote's first line as the rest of it, not as code."""
    if state.is_code_block(start) or not _FOOTNOTE.match(_line(state, start)):
        return False
    behind = start + 1
    for line in range(behind, end):
        if not state.isEmpty(line):
            if state.sCount[line] < state.blkIndent + _FOOTNOTE_INDENT:
                break
            behind = line + 1
    if behind == start + 1 or silent:
        return silent
    state.push("footnote_open", "", 1).map = [start, behind]
    _paragraph(state, start, start + 1)
    state.blkIndent += _FOOTNOTE_INDENT
    state.md.block.tokenize(state, start + 1, behind)
    state.blkIndent -= _FOOTNOTE_INDENT
    state.push("footnote_close", "", -1)
    state.line = behind
    return True


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a link's definition, but none of a footnote."""
    return not _line(state, start).startswith("[^") and reference(state, start, end, silent)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"strikethrough_single_tilde": True})
    parser.inline, parser.block = _Inline(), _Block()
    parser.configure("commonmark").enable(["table", "strikethrough"])
    parser.options["maxNesting"] = 2 * DEEPEST  # what is deeper would be left out
    before_text: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    parser.block.ruler.before("fence", "formula_block", _formula_block, before_text)
    parser.block.ruler.before("html_block", "details", _details, before_text)
    parser.block.ruler.before("code", "footnote", _footnote, before_text)
    parser.block.ruler.after("lheading", "late_fence", _late_fence, before_text)
    parser.block.ruler.at("reference", _reference)
    parser.inline.add_terminator_char("|")
    parser.inline.ruler.before("escape", "formula", inline_rules.formula)
    parser.inline.ruler.before("escape", "shrug", inline_rules.shrug)
    parser.inline.ruler.after("text", "address", inline_rules.address)
    for rule in (inline_rules.spoiler, inline_rules.footnote, inline_rules.open_bracket):
        parser.inline.ruler.before("link", rule.__name__, rule)
    parser.inline.ruler.before("emphasis", "dunder", inline_rules.dunder)
    parser.inline.ruler.at("backticks", inline_rules.code)
    return parser


_PARSER = _parser()
_RAW = MarkdownIt("zero", {"html": True}).enable(["html_inline", "entity", "newline"])
