"""A source's blocks as rows, with what encloses them; a block that is finished is never read again."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count, repeat, takewhile
from typing import Any, cast

from markdown_it.token import Token

from bot.rules.pages.document import Code, Container, Kind, Row, Run, Style
from bot.rules.pages.inlines import MOST_LITERAL, CodeLines, lines_of, lines_of_html
from bot.rules.pages.languages import language_of
from bot.rules.pages.syntax import SEAM, Env, Source, parse_blocks, readable, without_held_line
from bot.rules.pages.tables import Table, cell_of, columns_of, records_of

RULE = "─" * 10
_DEEPEST_HEADING = 3
_LONGEST_HEADING = 100
_BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]")
_LITERAL_TAGS = ("<pre", "<script", "<style", "<textarea")


class Blocks:
    """One reading of a source; unless it is complete, what is open at its end is taken as closed there."""

    def __init__(self, source: Source, *, complete: bool) -> None:
        """Parse the source once."""
        text, offset = source.text, source.offset
        self._source = readable(text if complete else without_held_line(text))
        self._offset, self._complete, self._below_blank = offset, complete, source.below_blank
        self._lines = self._source.split("\n")
        self._starts = [offset]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._env: Env = {
            "references": {**source.references},
            "known": source.known,
            "unfinished": not complete,
        }
        self._known = len(source.references)
        self._tokens = parse_blocks(self._source, self._env)
        self._keys = count(offset + 1)
        self._path: list[Container] = []
        self._bullets: list[tuple[str, int]] = []
        self._leaves: dict[str, Callable[[Token], None]] = {
            "inline": self._paragraph,
            "fence": self._code,
            "code_block": self._code,
            "formula_block": self._formula,
            "html_block": self._html,
            "hr": lambda token: self._rule(_lines(token)[0]),
        }
        self.rows: list[Row] = []
        self._last_inline = next((token for token in reversed(self._tokens) if token.type == "inline"), None)
        self._read()

    @property
    def references(self) -> Mapping[str, Any]:
        """The links that were defined up to here."""
        return cast("Mapping[str, Any]", self._env["references"])

    @property
    def defines(self) -> bool:
        """Whether there are definitions of links, on which every other block may depend."""
        return len(self.references) > self._known

    @property
    def starts(self) -> list[int]:
        """Where the source can be read from: the blocks, and the items of lists, that nothing encloses."""
        levels = {"list_item_open": 1}
        tokens = (token for token in self._tokens if token.map and token.level == levels.get(token.type, 0))
        return [self._starts[_lines(token)[0]] for token in tokens]

    def lead(self, line: int) -> str:
        """Return what code or a table starts with that nothing encloses, if this line lies within it."""
        for token in self._tokens:
            if token.type in {"fence", "table_open"} and not token.level:
                first, behind = _lines(token)
                head = first + (1 if token.type == "fence" else 2)
                if self._starts[head] <= line < self._starts[behind]:
                    return "".join(f"{one}\n" for one in self._lines[first:head])
        return ""

    @property
    def settled(self) -> int:
        """Where the last block starts that may still change: those before it are final."""
        if self.defines:
            return self._offset
        blocks = [token for token in self._tokens if token.level == 0 and token.map]
        last = len(self._lines) - 1
        for token in reversed(blocks):
            first, _ = _lines(token)
            if first < last or (first and not self._lines[first - 1].strip()):
                return self._starts[first]
        return self._offset

    def _read(self) -> None:
        index = 0
        while index < len(self._tokens):
            index = self._visit(index)

    def _visit(self, index: int) -> int:
        """Read the block that starts here; return where the next one does."""
        token = self._tokens[index]
        if token.type == "heading_open":
            self._heading(token, self._tokens[index + 1])
            return index + 3
        if token.type == "table_open":
            return self._table(index)
        if token.type == "list_item_open":
            self._item(index)
        elif token.type in self._leaves:
            self._leaves[token.type](token)
        else:
            self._enclose(token)
        return index + 1

    def _enclose(self, token: Token) -> None:
        match token.type:
            case "blockquote_open":
                self._enter_quote()
            case "bullet_list_open":
                self._bullets.append(("- ", 0))
            case "ordered_list_open":
                self._bullets.append(("", int(token.attrs.get("start", 1))))
            case "blockquote_close" | "list_item_close":
                self._path.pop()
            case "bullet_list_close" | "ordered_list_close":
                self._bullets.pop()

    def _enter_quote(self) -> None:
        """Enter a quote; Discord has none in another, so that such a one isn't seen."""
        within = any(not one.bullet for one in self._path)
        self._path.append(Container(-1 if within else next(self._keys)))

    def _item(self, index: int) -> None:
        mark, number = self._bullets[-1]
        self._bullets[-1] = (mark, number + 1)
        self._path.append(Container(next(self._keys), mark or f"{number}. "))
        if self._tokens[index + 1].type == "list_item_close":
            self._add((Run(SEAM),), _lines(self._tokens[index])[0])

    def _add(self, runs: Sequence[Run], line: int, *, gap: bool | None = None, level: int = 0) -> None:
        """Add a row of text that stands on a line of the source, a heading where it has a level."""
        blank = self._is_blank_above(line) if gap is None else gap
        kind = Kind.HEADING if level else Kind.TEXT
        self._append(Row(tuple(runs), self._starts[line], *self._within(), kind, level, None, blank))

    def _within(self) -> tuple[tuple[Container, ...], int]:
        """Return what encloses the next row, and how much of it enclosed the one before."""
        path = tuple(one for one in self._path if one.key >= 0) if self._path else ()
        known = self.rows[-1].path if self.rows else ()
        pairs = takewhile(lambda pair: pair[0].key == pair[1].key, zip(known, path, strict=False))
        return path, sum(1 for _ in pairs)

    def _append(self, row: Row) -> None:
        last = self.rows[-1] if self.rows else None
        if last and last.line == row.line:
            row = replace(row, at=last.at + last.measure)
        self.rows.append(row)

    def _is_blank_above(self, line: int) -> bool:
        return self._below_blank if line == 0 else not self._lines[line - 1].strip(" \t>")

    # Blocks.

    def _inline(self, token: Token) -> list[tuple[Run, ...] | CodeLines]:
        grows = not self._complete and token is self._last_inline and self._is_last(token)
        return lines_of(token.content, self._env, grows=grows)

    def _is_last(self, token: Token) -> bool:
        return not any(line.strip() for line in self._lines[_lines(token)[1] :])

    def _paragraph(self, token: Token, style: Style = Style.PLAIN) -> None:
        first, behind = _lines(token)
        in_item = bool(self._path) and bool(self._path[-1].bullet)
        blank = self._is_blank_above(first)
        for number, line in enumerate(self._inline(token)):
            at = min(first + number, behind - 1)
            if isinstance(line, CodeLines):
                self._add_code(line.lines, repeat(at), line.language, at)
            elif line:
                drawn = line if number else _drawn(line, self._path)
                self._add([replace(run, style=run.style | style) for run in drawn], at, gap=blank)
            blank = not line and (blank or number > 0)
        if in_item and (not self.rows or self.rows[-1].path[-1:] != tuple(self._path[-1:])):
            self._add((Run(SEAM),), first)

    def _heading(self, token: Token, inline: Token) -> None:
        """Show a heading of three levels as one, deeper ones and those in lists in bold."""
        first, behind = _lines(token)
        lines = [line for line in self._inline(inline) if line and not isinstance(line, CodeLines)]
        underlined = token.markup == "-" and (len(lines) > 1 or len(inline.content) > _LONGEST_HEADING)
        if underlined:  # rather text above a rule
            self._paragraph(inline)
            self._rule(behind - 1)
        elif int(token.tag[1]) > _DEEPEST_HEADING or any(one.bullet for one in self._path):
            self._paragraph(inline, Style.BOLD)
        elif lines:
            runs = [run for line in lines for run in (*line, Run(" "))][:-1]
            self._add(runs, first, level=int(token.tag[1]))

    def _rule(self, line: int) -> None:
        self._add((Run(RULE),), line, gap=True)

    def _code(self, token: Token) -> None:
        first = _lines(token)[0]
        fenced = token.type == "fence"
        lines = token.content.rstrip("\n").split("\n")
        if not token.content.strip():
            return
        self._add_code(lines, count(first + fenced), token.info if fenced else "", first)

    def _add_code(self, lines: Sequence[str], places: Iterable[int], info: str, first: int) -> None:
        """Add a block of code that starts on the `first` line of the source, with the places of its lines."""
        code = Code(self._starts[first], language_of(info))
        for number, (text, place) in enumerate(zip(lines or ("",), places, strict=False)):
            at = min(place, len(self._lines) - 1)
            self._add_line(text, at, code, gap=not number and self._is_blank_above(first))

    def _add_line(self, text: str, line: int, code: Code, *, gap: bool) -> None:
        """Add a line of code."""
        runs = (Run(text, Style.CODE),)
        self._append(Row(runs, self._starts[line], *self._within(), Kind.CODE, 0, code, gap))

    def _formula(self, token: Token) -> None:
        first = _lines(token)[0]
        lines = token.content.split("\n")
        if len(lines) == 1 and len(token.content) <= MOST_LITERAL:
            self._add((Run(token.content),), first)
        else:
            self._add_code(lines, count(first), "latex", first)

    def _html(self, token: Token) -> None:
        """Show raw HTML without the tags that say how it looks, scripts and preformatted text as code."""
        first = _lines(token)[0]
        content = token.content.rstrip("\n")
        if content.lower().lstrip().startswith(_LITERAL_TAGS):
            self._add_code(content.split("\n"), count(first), "html", first)
            return
        if content.lstrip().startswith("<!--"):
            content = content.partition("-->")[2]
        for line in lines_of_html(content):
            if line and not isinstance(line, CodeLines):
                self._add(line, first)

    def _table(self, index: int) -> int:
        """Show a table in columns where they fit, else each row as a record."""
        first, _ = _lines(self._tokens[index])
        end = next(at for at in range(index, len(self._tokens)) if self._tokens[at].type == "table_close")
        table, places = self._cells(self._tokens[index:end])
        if not any(line for row in table.rows for cell in row for line in cell):
            return end + 1
        columns = columns_of(table)
        if columns is None:
            header_only = len(table.rows) == 1
            for place, record in zip(places[0 if header_only else 1 :], records_of(table), strict=True):
                for number, runs in enumerate(record):
                    apart = not number and place != first + 2
                    self._add(runs, place, gap=apart or (not number and self._is_blank_above(first)))
            return end + 1
        code = Code(self._starts[first], head=tuple(columns[0]))
        for place, lines in zip(places, columns, strict=True):
            for text in filter(str.strip, lines):
                gap = place == first and self._is_blank_above(first) and text == lines[0]
                self._add_line(text, place, code, gap=gap)
        return end + 1

    def _cells(self, tokens: Sequence[Token]) -> tuple[Table, list[int]]:
        """Return a table's cells, and the line of each of its rows."""
        rows: list[list[list[tuple[Run, ...]]]] = []
        places: list[int] = []
        aligns: list[str] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
                places.append(_lines(token)[0])
            elif token.type == "th_open":
                aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            elif token.type == "inline":
                rows[-1].append(cell_of(self._inline(token)))
        return Table(rows, aligns), places


def _drawn(line: tuple[Run, ...], path: Sequence[Container]) -> tuple[Run, ...]:
    """Return an item's first line with the box of its task, a quote's in bold where it is an alert's kind."""
    words = line[0].text if path and not line[0].style else ""
    box, alert = _BOXES.get(words[:4]), _ALERT.fullmatch(words)
    if path and path[-1].bullet:
        return (Run(box + words[4:]), *line[1:]) if box else line
    return (Run(alert.group(1).capitalize(), Style.BOLD), *line[1:]) if alert else line


def _lines(token: Token) -> tuple[int, int]:
    """Return the first line of a block and the one behind it."""
    first, behind = cast("list[int]", token.map)
    return first, behind
