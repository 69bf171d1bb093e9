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
jumbles = st.lists(
    st.one_of(paragraphs, emphasised, fenced, listed, tables, oddities, troubled, runs),
    min_size=1,
    max_size=7,
).map("".join)


# Whatever a model may write, and whatever people make one write.

LEAVES = (
    "Some words, then more of them.",
    "*a **b ~~c ||d||~~** e* `f`",
    "***",
    "##### Deep `heading` #",
    "Title\n===",
    "Two\nlines\n---",
    "- [ ] open\n- [x] done",
    "0. zero\n1. one",
    "1000) thousand\n1001) next",
    "- a\n\n  b\n\n- c",
    "Note[^1] of it.\n\n[^1]: The note\n    goes on\n\n    with more.",
    "Term\n: what it means",
    "> [!WARNING]\n> Take care.",
    "<details>\n<summary>More</summary>\n\nHidden *words*\n\n</details>",
    "one<br>two <kbd>Ctrl</kbd>+<kbd>C</kbd> H<sub>2</sub>O x<sup>2</sup>",
    "<table><tr><td>cell</td><td>other</td></tr></table>",
    "<!-- unseen --> &amp; &lt;b&gt; &nbsp; &#35; &nosuch;",
    "<!-- unfinished",
    "![a cat](https://e.com/c.png) [![b](https://e.com/b.png)](https://e.com)",
    "[ref] and [ref][] and [words][ref]\n\n[ref]: https://e.com/r 'Title'",
    "[https://e.com](https://e.com) <https://e.com/q> https://e.com/a_b_(c). www.e.com",
    "[docs](./a.md) [mail](mailto:a@e.com) [x](<a b>)",
    "$5 and $6, $x_1$ and \\(a^2\\), not \\$7",
    "$$\n\\frac{a}{b}\n$$",
    "\\[ E = mc^2 \\]",
    ":tada: :nosuch: <:party:123456789012345678> @everyone @here <@123456789012345678> <t:1700000000:R>",
    "a || b, c || d, snake_case, __init__, 5 * 4, ~3~, -# small, C:\\new",
    "안녕하세요**한국어(Korean)**를배운다" * 3,
    "漢字。" * 40,
    "\u202eright to left\u202c שלום **עולם** العربية",
    "👩‍👩‍👧‍👦🏳️‍🌈🇰🇷e\u0301" * 4,
    "\x00 \ud83d \udc00 \u200b\u200d\ufeff \u3164 \u2028 \x1b[31m",
    "\ta tab\tin\tit",
    "    indented = 'code'",
    "::: warning\nTake care.\n:::",
)
FENCES = ("```", "````", "~~~", "``` mermaid", "```diff", '```js title="a.js"')
runs_of_marks = st.builds(
    str.__mul__,
    st.sampled_from([*"*_~|`[]()<>!\\$#&-+=. \u200b", "||a", "> ", "- ", "**a "]),
    st.integers(1, 1200),
)
broad_tables = st.builds(
    lambda columns, cell: "\n".join(
        [row := "|" + f" {cell} |" * columns, "|" + "---|" * columns, row, row],
    ),
    st.sampled_from([1, 2, 5, 40]),
    st.sampled_from(["x", "**b** `c`", "a \\| b", "1<br>2", "word " * 60, "가나다" * 50]),
)
leaves = st.one_of(st.sampled_from(LEAVES), runs_of_marks, broad_tables, code_lines.map("\n".join))


def indented(text: str, first: str, others: str) -> str:
    """Put a mark before a text's first line, and as much room before the others."""
    return first + text.replace("\n", f"\n{others}")


def enclosed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Put what a strategy draws into quotes, items, details, bold, fences, or several of it together."""
    return st.one_of(
        inner.map(lambda text: indented(text, "> ", "> ")),
        inner.map(lambda text: indented(text, "- ", "  ")),
        inner.map(lambda text: indented(text, "12. ", "    ")),
        inner.map(lambda text: f"<details><summary>More</summary>\n\n{text}\n\n</details>"),
        inner.map(lambda text: f"**{text}**"),
        st.builds(
            lambda fence, text: f"{fence}\n{text}\n{fence.split(' ')[0]}", st.sampled_from(FENCES), inner
        ),
        st.lists(inner, min_size=2, max_size=4).map("\n\n".join),
        st.lists(inner, min_size=2, max_size=4).map("\n".join),
    )


nested = st.builds(
    lambda text, end, crlf: (text.replace("\n", "\r\n") if crlf else text)[: end or None],
    st.recursive(leaves, enclosed, max_leaves=12),
    st.one_of(st.just(0), st.integers(1, 3000)),
    st.booleans(),
)
wild_texts = st.one_of(jumbles, nested)
"""Anything: one after another, and every construct within every other, cut off anywhere."""


def to_discord(text: str) -> str:
    """Return a finished text as one message, however long."""
    return page_of(Blocks(Source(text), complete=True).rows).strip()
