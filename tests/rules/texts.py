"""Strategies for texts as a model writes them: prose, lists, quotes, code, tables, and trouble."""

from hypothesis import strategies as st

from bot.rules.pages.blocks import Blocks
from bot.rules.pages.syntax import Source
from bot.rules.pages.writing import page_of

ATOMS = (
    "<@123456789012345678>",
    "<@&42>",
    "<#77>",
    "</reset channel:99>",
    "<t:1700000000:R>",
    "<:party:11>",
    "<a:wave_2:12>",
    "https://example.com/a_b?x=1&y=(z)*2",
    "[words of a link](https://example.com/page)",
    "<https://example.com/quiet>",
)
PROSE = (
    "word",
    "a longer run of words",
    "snake_case_name",
    "5 * 4",
    "사과를 먹는다",
    "漢字。続く",
    "👩‍👩‍👧",
    "🇰🇷🇯🇵",
    "é",
    "*it*",
    "**bold words**",
    "***both***",
    "__under__",
    "~~gone~~",
    "||hidden||",
    "`x = 1`",
    "``a ` b``",
    "end.",
)
TROUBLE = (
    "**",
    "*",
    "_",
    "`",
    "||",
    "a || b",
    "~~",
    "[",
    "](",
    "<",
    "\\",
    "\\*",
    "\u200b",
    "#",
    "\x00",
    "\ud83d",
)

INVISIBLE = " \n\t\u00a0\u200b\u200d\u2060\u202e\ufeff\u00ad\u3164\u2800\ufe0f\U000e0100\x00\x1b\ud83d"

words = st.sampled_from(PROSE + ATOMS)
lines = st.builds(
    lambda some, times: " ".join(some * times), st.lists(words, min_size=1, max_size=6), st.integers(1, 6)
)
paragraphs = st.builds(lambda some: "\n".join(some) + "\n\n", st.lists(lines, min_size=1, max_size=3))
emphasised = st.builds(
    lambda mark, line: f"{mark}{line}{mark} after\n\n",
    st.sampled_from(["**", "*", "__", "~~", "||", "***"]),
    st.lists(st.sampled_from(["word", "한국어", "more words", *ATOMS]), min_size=40, max_size=150).map(
        " ".join
    ),
)
code_lines = st.lists(
    st.sampled_from(["x = 1", "    return y", "# | a | b |", "", "print('`')", "|---|---|", "- [ ] x"]),
    max_size=60,
)
fenced = st.builds(
    lambda indent, info, code: (
        "".join(f"{indent}{line}\n" for line in (f"```{info}", *code, "end", "```")) + "\n"
    ),
    st.sampled_from(["", "  ", "> "]),
    st.sampled_from(["", "py", "c++"]),
    code_lines,
)
listed = st.builds(
    lambda bullet, some: "".join(f"{bullet}{line}\n" for line in some) + "\n",
    st.sampled_from(["- ", "* ", "  - ", "1. ", "> ", "## "]),
    st.lists(lines, min_size=1, max_size=8),
)

plain_texts = st.lists(st.one_of(paragraphs, emphasised, fenced, listed), min_size=1, max_size=8).map("".join)
"""Texts with nothing in them that Discord can't show."""

cells = st.one_of(
    st.sampled_from(["", "x", "사과", "**b**", "`c`", "1<br>2", "a \\| b", "한국어 문장 " * 9]),
    st.sampled_from([*PROSE, *ATOMS]).filter(lambda word: "|" not in word),
)
tables = st.integers(1, 4).flatmap(
    lambda columns: st.builds(
        lambda quote, align, rows: (
            "".join(f"{quote}| {' | '.join(row)} |\n" for row in (rows[0], [align] * columns, *rows[1:]))
            + "\n"
        ),
        st.sampled_from(["", "> "]),
        st.sampled_from(["---", ":--", "--:", ":-:"]),
        st.lists(st.lists(cells, min_size=columns, max_size=columns), min_size=1, max_size=25),
    )
)
oddities = st.sampled_from(
    [
        "---\n\n",
        "Title\n=====\n\n",
        "Two\nlines\n---\n",
        "#### Deep **part** here\n",
        "- [ ] open\n- [x] done\n\n",
        "![alt](https://example.com/i.png) and [![b](https://e.com/b.png)](https://e.com)\n\n",
        "one<br>two<br/>\nthree\n\n",
        "~~~py\ncode | here\n~~~\n\n",
        "````\n```\ninner\n```\n````\n\n",
        "Run: ```sh\nls\n```\n",
        "    indented | code\n\n",
    ]
)
troubled = st.lists(st.one_of(words, st.sampled_from(TROUBLE)), min_size=1, max_size=200).map(" ".join)
runs = st.builds(
    lambda unit, times: unit * times,
    st.sampled_from(
        ["a", "한", "`", "*", ">", "[", "a\u0301", "\u200b", " ", "\n", "\r\n", "👩‍👩‍👧", "<br>", "| ", "- "]
    ),
    st.integers(1, 1500),
)
wild_texts = st.lists(
    st.one_of(paragraphs, emphasised, fenced, listed, tables, oddities, troubled, runs),
    min_size=1,
    max_size=7,
).map("".join)
"""Anything."""


def to_discord(text: str) -> str:
    """Return a finished text as one message, however long."""
    return page_of(Blocks(Source(text), complete=True).rows).strip()
