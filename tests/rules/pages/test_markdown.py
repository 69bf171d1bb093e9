"""What becomes of what Discord can't show, and that all else is seen as it was written."""

import re

import pytest
import wcwidth
from hypothesis import given

from bot.rules.pages.layout import Pages
from bot.rules.pages.tables import MAX_WIDTH
from tests.rules.pages.shown import bare
from tests.rules.texts import code_lines, tables, to_discord, wild_texts
from tests.support.discord_markdown import looking, read, words
from tests.support.strategies import examples

many = examples(40)


@many
@given(wild_texts)
def test_what_is_shown_is_shown_the_same_again(text: str) -> None:
    once = to_discord(text)

    assert to_discord(once) == once


# Code.


@many
@given(code_lines)
def test_fenced_code_is_seen_as_it_is(lines: list[str]) -> None:
    shown = to_discord("\n".join(["- item", "  ~~~md", *(f"  {line}" for line in lines), "  end", "  ~~~"]))

    assert looking(shown, "block") == "\n".join([*lines, "end"]).lstrip("\n")


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("````md\n# A\n```py\nx\n```\n````", "md", "# A\n```py\nx\n```"),
        ("~~~\n```\na\n```\n~~~", "", "```\na\n```"),
        ("`````\n````\n```\n````\n`````", "", "````\n```\n````"),
        ("``` python\nx\n```", "python", "x"),
        ('```js title="a.js"\nx\n```', "js", "x"),
        ("```{r}\nx\n```", "r", "x"),
        ("```{.python .numberLines}\nx\n```", "python", "x"),
        ("```ts{1,3}\nx\n```", "ts", "x"),
        ("```C#\nx\n```", "cs", "x"),
        ("    `````", "", "`````"),
        ("```日本\nx\n```", "", "x"),
        ("    x = 1\n    y", "", "x = 1\ny"),
        ("\u200f```python\nx\n```\u200f", "python", "x"),
        ("Run: ```sh\nls\n```\nok", "sh", "ls"),
        ("Now\nRun: ```sh\nls\n```", "sh", "ls"),
        ("x ```\nfoo\nbar``` y", "", "foo\nbar"),
        ("x ```py\nfoo\n\n```", "py", "foo"),
        ("so\n$$\na\n$$", "latex", "$$\na\n$$"),
        ("- a\n  ```py\n  x\n\n  y\n  ```\n- b", "py", "x\n\ny"),
        ("> ```py\n> x\n> ```", "py", "x"),
        ("<pre>\nx\n</pre>", "html", "<pre>\nx\n</pre>"),
        ("$$\n\\frac{a}{b}\n$$", "latex", "$$\n\\frac{a}{b}\n$$"),
        ("\\begin{align}\na &= b\n\\end{align}", "latex", "\\begin{align}\na &= b\n\\end{align}"),
    ],
)
def test_code_is_one_block_with_its_language(text: str, language: str, code: str) -> None:
    (block,) = [seen for seen in read(to_discord(text)) if "block" in seen.looks]

    assert block.text.replace("\u200b", "") == code
    assert block.language == language


@pytest.mark.parametrize("text", ["`a`", "`` a`b ``", "`a\\`", "`` `x` ``", "`a``b`", "``` a`b``c ```"])
def test_code_in_a_line_stays_what_it_is(text: str) -> None:
    shown = to_discord(text)

    assert looking(shown, "code").replace("\u200b", "").strip() == text.strip("`").strip()


def test_a_blank_block_of_code_is_left_out() -> None:
    assert to_discord("a\n\n```\n\n```\n\nb") == "a\n\nb"


# Words.


@pytest.mark.parametrize(
    "text",
    [
        "a || b … c || d", "x||y and z||w", "5 * 4 * 3", "snake_case_ and other_name_", "5~10분, 3~4시간",
        "안녕~~ 반가워~~", "a <t:1> b <@2> c <#3>", "if a < b > c", "vector<int> and List<T>",
        "#tag", "|| a ||",
        "C:\\new\\file", "use __init__ and __main__.py", "2 > 1", "a\\|\\|b\\|\\|", "costs $5 and $10",
        "[1] and [x](y z)", "https\\://e.com", "@everyone", "~5 minutes", "\\# no heading", "\\- no list",
        "1\\. no list", "\\> no quote", "\\-# no subtext", "&amp;lt;", "$$a_b$$", "\\[ E = mc^2 \\]",
        "\\( x^2 \\)", "$x_1$ and $y_2$", "\\(a\\_b\\)", "foo__bar__baz", "1 \\*2\\* 3",
    ],
)  # fmt: skip
def test_prose_is_seen_as_it_is_written(text: str) -> None:
    seen = read(to_discord(text))
    formula = text.startswith(("\\(", "\\[", "$"))
    written = text if formula else text.replace("&amp;", "&")
    for mark in "" if formula else "#->:.|*":
        written = written.replace(f"\\{mark}", mark)

    assert "".join(one.text for one in seen) == written
    assert not any(one.looks for one in seen)


def test_a_spoiler_that_was_meant_stays_one() -> None:
    shown = to_discord("The killer is ||the **butler**||, of a || b.")

    assert looking(shown, "spoiler") == "the butler"
    assert words(shown).endswith("of a || b.")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**한국어(Korean)**를 배운다", "**한국어(Korean)**를 배운다"),
        ("**「東京」**は", "**「東京」**は"),
        ("a\\\nb", "a\nb"),
        ("&lt;p&gt; &copy; &#35;", "\\<p> © #"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("H<sub>2</sub>O and x<sup>2</sup>", "H₂O and x²"),
        ("<b>a</b> <i>b</i> <del>c</del> <kbd>d</kbd>", "**a** *b* ~~c~~ `d`"),
        ("<b>(a)</b>b", "**(a)**\u200bb"),
        ("*a***b**", "*a*\u200b**b**"),
        ('<a href="https://e.com">a</a> <a name="x">', '[a](https://e.com) \\<a name="x">'),
        ('<img src="https://e.com/i.png" alt="a cat">', "[a cat](https://e.com/i.png)"),
        ("<details><summary>More</summary>\n\nHidden\n\n</details>", "**More**\n\nHidden"),
        ("<details>\n<summary>More</summary>\n*Hidden*\n</details>", "**More**\n*Hidden*"),
        ("a<!-- end list -->", "a"),
        ("<!-- x -->\n\na", "a"),
        ("<div>\n*raw*\n</div>", "\\*raw\\*"),
        ("[https://e.com/a](https://e.com/a)", "https://e.com/a"),
        ("[](https://e.com/a)", "https://e.com/a"),
        ("[https://a.com](https://b.com)", "https\\://a.com (https://b.com)"),
        ("[👍 vote](https://e.com)", "👍 vote (https://e.com)"),
        ("[a*b](https://e.com)", "a\\*b (https://e.com)"),
        ("[a](https://e.com/b(c)d(e(f)))", "[a](https://e.com/b%28c%29d%28e%28f%29%29)"),
        ("[docs](docs/a.md)", "docs (docs/a.md)"),
        ("[mail](mailto:a@e.com) <a@e.com>", "mail (a@e.com) a@e.com"),
        ("![a cat](https://e.com/c.png)", "[a cat](https://e.com/c.png)"),
        ("[![b](https://e.com/b.png)](https://e.com)", "[b](https://e.com)"),
        ("**https://e.com/a_b**를", "**https://e.com/a_b**를"),
        ("[https://e.com](https://e.com)를", "<https://e.com>를"),
        ("a[^1] b\n\n[^1]: The *note*", "a[1] b\n\n\\[1]: The *note*"),
        ("[^1]: The note\n    goes on\n\n    with *more*.", "\\[1]: The note\ngoes on\n\nwith *more*."),
        ("[^a]: x\n\n    - b\n\nc", "\\[a]: x\n\n- b\n\nc"),
        ("> [!NOTE]\n> Useful.", "> **Note**\n> Useful."),
        ("> [!NOTE] of", "> [!NOTE] of"),
        ("- [ ] open\n- [x] done", "- ☐ open\n- ☑ done"),
        ("a\n\n***\n\nb", "a\n\n──────────\n\nb"),
        ("Two\nlines\n---", "Two\nlines\n\n──────────"),
        ("Title\n===", "# Title"),
        ("#### Deep **part**", "**Deep part**"),
        ("# Intro to C#", "# Intro to C#\u200b"),
        ("# #1", "# \\#1"),
        ("## > a", "## \\> a"),
        ("#### https://e.com/a*b", "**https://e.com/a%2Ab**"),
        ("**k** `v`\n" * 300 + "end", "**k** `v`\n" * 300 + "end"),
        ("+ a\n+ b", "- a\n- b"),
        ("1) a\n2) b", "1. a\n2. b"),
        ("- a\n\n  b\n- c", "- a\n  \n  b\n- c"),
        ("- a\n  - b\n    1. c\n\n       d", "- a\n  - b\n    1. c\n       \n       d"),
        ("- # a", "- **a**"),
        ("-", "- \u200b"),
        (">>> a\n\nb", "> a\n\nb"),
        ("<b>a</b></b> b", "**a** b"),
        ("<b> </b>x <b> y </b>z", "x  **y** z"),
        ('<a href="https://e.com">a</a></a>', "[a](https://e.com)"),
        ('[<img src="https://e.com/i.png">](https://e.com)', "[image](https://e.com)"),
        ("[a \\] b](https://e.com)", "a ] b (https://e.com)"),
        ("[a ||b|| c](https://e.com)", "[a ||b|| c](https://e.com)"),
        ("[a[^1]](https://e.com)", "[a[1]](https://e.com)"),
        ("||a ||b ||c", "\\|\\|a \\|\\|b \\|\\|c"),
        ("~~a `~~` b~~", "~~a~~ `~~` ~~b~~"),
        ("> a\n>\n> b\n\nc", "> a\n> \n> b\n\nc"),
        ("> a\n***", "> a\n\n──────────"),
        ("- > a\n- b", "- > a\n- b"),
    ],
)  # fmt: skip
def test_markdown_becomes_what_discord_shows(text: str, shown: str) -> None:
    assert to_discord(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{'  ' * level}- word{level}" for level in range(14)),
        "\n".join(f"{'   ' * level}1. word{level}" for level in range(40)),
        "\n".join(f"{'> ' * level}word{level}" for level in range(1, 70)),
        "".join(f"{'> - ' * level}word{level}\n\n" for level in range(25)),
        "> " * 70 + "word0",
        "- " * 70 + "word0",
        "*" * 70 + "word0" + "*" * 70,
        "[" * 70 + "word0" + "](https://e.com)" * 70,
        "![" * 70 + "word0" + "](https://e.com)" * 70,
    ],
)
def test_no_word_stands_too_deep(text: str) -> None:
    seen = words("\n".join(Pages(most=99).update(text, done=True)))

    assert re.findall(r"word\d+", seen) == re.findall(r"word\d+", text)


# Tables.


def test_a_table_becomes_columns_that_line_up() -> None:
    text = "| Name | 수량 | M |\n|:--|--:|:-:|\n| **사과(x)**를 | 1 | x |\n| a\\|b<br>c | 22 | |\nlast"

    assert to_discord(text) == (
        "```\n"
        "Name      | 수량 | M\n"
        "----------+------+--\n"
        "사과(x)를 |    1 | x\n"
        "a|b       |   22 |\n"
        "c         |      |\n"
        "last      |      |\n"
        "```"
    )


WIDE = "a value that is as wide as half of it"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"| Name: | Text | |\n|---|---|---|\n| **{WIDE}** | `b` | x |\n| | b | |",
         f"**Name:** **{WIDE}**\n**Text:** `b`\nx\n\n**Text:** b"),
        ("| A | B |\n|---|---|\n| [a](https://e.com) | c |", "**A:** [a](https://e.com)\n**B:** c"),
        ("| A |\n|---|\n| <@123456789012345678> |", "**A:** <@123456789012345678>"),
        (f"> | A |\n> |---|\n> | {WIDE} |", f"> **A:** {WIDE}"),
        (f"- | A |\n  |---|\n  | {WIDE}<br>b |", f"- **A:** {WIDE}\n  b"),
        (f"| {WIDE} |\n|---|", WIDE),
        ("| |\n|---|\n| |", ""),
        ("| a\x07b |\n|---|\n| c |", "**a\x07b:** c"),
    ],
)  # fmt: skip
def test_what_fits_no_columns_becomes_records(text: str, shown: str) -> None:
    assert to_discord(text).replace("****", "").replace("**​**", "") == shown


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ("| `a | b` | or |", "a | b | or"),
        ("| ``a || b`` | or |", "a || b | or"),
        ("| `a \\| b` | or |", "a | b | or"),
        ("`a|b` | or", "a|b | or"),
        ("| ` | tick |", "`   | tick"),
    ],
)
def test_a_bar_within_code_begins_no_cell_where_that_would_be_one_too_many(row: str, shown: str) -> None:
    text = to_discord(f"| What | Is |\n|---|---|\n{row}\n\nSee `x | y`.")

    assert [line.split() for line in text.split("\n")][3] == shown.split()
    assert text.endswith("See `x | y`.")


@pytest.mark.parametrize(
    "text",
    [
        "¯\\_(ツ)_/¯",
        "Who knows ¯\\_(ツ)_/¯ really",
        "¯\\\\_(ツ)\\_/¯",
        "[Who knows ¯\\_(ツ)_/¯](https://discord.com)",
    ],
)
def test_a_shrug_keeps_both_its_arms(text: str) -> None:
    assert "¯\\_(ツ)_/¯" in words(to_discord(text))


def test_a_header_may_have_code_with_bars() -> None:
    text = to_discord("| `a | b` | c |\n|---|---|\n| 1 | 2 |")

    assert "a | b | c" in text


def test_code_that_looks_like_a_table_keeps_its_bars() -> None:
    code = "|a|b|\n|-|-|\n|`x|y`|z|"

    assert looking(to_discord(f"```\n{code}\n```"), "block") == code


@many
@given(tables)
def test_no_column_is_wider_than_a_phone(text: str) -> None:
    for line in looking(to_discord(text), "block").split("\n"):
        assert wcwidth.wcswidth(line) <= MAX_WIDTH


@many
@given(tables)
def test_every_word_of_a_table_is_seen(text: str) -> None:
    seen = bare(read(to_discord(text)))

    assert all(word in seen for word in ("사과", "x") if f"| {word} |" in text)
