"""Laws of what Discord can't show: it becomes readable, and everything else stays as it is."""

import time
from itertools import accumulate

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.pages.markdown import Converter
from bot.rules.pages.tables import MAX_WIDTH
from tests.rules.texts import code_lines, plain_texts, tables, to_discord, wild_texts
from tests.support.strategies import examples

many = examples(40)


# What stays.


@many
@given(plain_texts)
def test_text_that_discord_can_show_stays_as_it_is(text: str) -> None:
    assert to_discord(text) == text


@many
@given(code_lines)
def test_fenced_code_is_never_altered(lines: list[str]) -> None:
    text = "\n".join(["- item", "  ```md", *lines, "end", "  ```", ""])

    assert to_discord(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "    | a | b |\n    |---|---|\n    | 1 | 2 |\n",
        "    ---\n    - [ ] x\n",
        "`![alt](https://e.com)` and ``<br>``",
        "Run: ```md\n#### x\n- [ ] y\n``` done",
        "```\n| a |\n|---|\n",
        "> ```\n> #### x\n\nafter",
        "````md\n```\n#### inner\n```\n````",
        "***```\n---\n```",
    ],
)
def test_code_of_every_kind_is_never_altered(text: str) -> None:
    assert to_discord(text).replace("──────────", "***") == text


@pytest.mark.parametrize(
    "text",
    [
        "####",
        "a | b",
        "| a |\n",
        "[ ] no list",
        "- [ ]",
        "\\![a](b)",
        "![a] (b)",
        "x <b>y</b> <br",
        "-----a",
        "![" * 50 + "](" * 200 + "[" * 200,
        "~~~ a`b\nx\n~~~",
        "~~~\n```\n~~~",
        "![a\0](b)",
        "- [ ] \0",
        "#### \0",
        "text ~~~\nx",
        "`` ``` ``",
        "a ```b c\nd",
        "```" + "x" * 200,
        f"| {'x' * 300} |\n|---|\n| y |",
        "| a |\n|---|\n".replace("a", "x" * 70),
    ],
)
def test_what_only_looks_like_markdown_stays_as_it_is(text: str) -> None:
    assert to_discord(text) == text


# What becomes what.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("#### Deep", "**Deep**"),
        ("> ###### Deep ######", "> **Deep**"),
        ("##### **All bold**", "**All bold**"),
        ("# Top\n### Third\n#### Fourth", "# Top\n### Third\n**Fourth**"),
        ("#### A **part** of it", "**A part of it**"),
        ("#### A **part** `x`", "A **part** `x`"),
        ("#### back\\", "back\\"),
        ("#### ![a](https://e.com)", "**[a](https://e.com)**"),
        ("Title\n=====", "# Title"),
        ("Title\r\n---\r\nmore", "## Title\nmore"),
        ("Two\nlines\n---", "Two\nlines\n──────────"),
        (f"{'text ' * 30}\n---", f"{'text ' * 30}\n──────────"),
        ("a\n\n* * *\n\nb", "a\n\n──────────\n\nb"),
        ("> ---", "> ──────────"),
        ("![a cat](https://e.com/c.png)", "[a cat](https://e.com/c.png)"),
        ("![](https://e.com/c.png)", "[image](https://e.com/c.png)"),
        ("[![b](https://e.com/b.png)](https://e.com)", "[b](https://e.com)"),
        ("[![](https://e.com/b.png)](https://e.com)", "[image](https://e.com)"),
        ("- [ ] open\n- [x] done\n  - [X] too", "- ☐ open\n- ☑ done\n  - ☑ too"),
        ("1. [ ] ![a](https://e.com)", "1. ☐ [a](https://e.com)"),
        ("a<br>b<BR/>c<br />\nd<br>", "a\nb\nc\nd"),
        ("> a<br>b", "> a\n> b"),
        ("~~~py\nx\n~~~~", "```py\nx\n```"),
        ("````\nx", "```\nx"),
    ],
)
def test_markdown_becomes_what_discord_shows(text: str, shown: str) -> None:
    assert to_discord(text).replace("\r", "") == shown


def test_a_table_becomes_aligned_columns() -> None:
    text = (
        "| Name | 수량 | Mid |\n"
        "|:-----|-----:|:---:|\n"
        "| 사과 | 1 | x |\n"
        "| **pear** `x\\|y` | 22 | [a](https://e.com) |\n"
        "| two<br>lines | 3 | ![i](https://e.com) |\n"
        "| short |\n"
        "after\n"
    )

    assert to_discord(text) == (
        "```\n"
        "Name     | 수량 |        Mid\n"
        "---------+------+------------------\n"
        "사과     |    1 |         x\n"
        "pear x|y |   22 | a (https://e.com)\n"
        "two      |    3 | i (https://e.com)\n"
        "lines    |      |\n"
        "short    |      |\n"
        "```\n"
        "after\n"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a | b\n--|--\n1 | 2", "```\na | b\n--+--\n1 | 2\n```"),
        ("> | a |\n> |---|\n> | 1 |", "> ```\n> a\n> -\n> 1\n> ```"),
        ("- | a |\n  |---|\n  | 1 |", "- ```\na\n-\n1\n```"),
        ("| a |\n|---|", "```\na\n-\n```"),
        ("| a |\n|---|\n| <https://e.com> |", "```\na\n-------------\nhttps://e.com\n```"),
        ("| a |\n|---|\n| 1 | 2 |", "```\na |\n--+--\n1 | 2\n```"),
        ("| | b |\n|---|---|\n| | |", "```\n | b\n-+--\n |\n```"),
        ("| a |\n|---|\n| x\\\ny |", "```\na\n--\nx\\\ny\n```"),
    ],
)
def test_tables_are_found_wherever_they_stand(text: str, shown: str) -> None:
    assert to_discord(text) == shown


WIDE = "a value that is as wide as thirty-five"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            f"| Name: | Text | |\n|---|---|---|\n| **{WIDE}** | {WIDE} | x |\n| | b |\n| | |\n| c |",
            f"**Name:** **{WIDE}**\n**Text:** {WIDE}\nx\n\n**Text:** b\n\n\n\n**Name:** c",
        ),
        (f"> | A | B |\n> |---|---|\n> | {WIDE} | {WIDE} |\n> | c | d |",
         f"> **A:** {WIDE}\n> **B:** {WIDE}\n>\n> **A:** c\n> **B:** d"),
        (f"- | A | B |\n  |---|---|\n  | {WIDE} | {WIDE} |", f"- **A:** {WIDE}\n**B:** {WIDE}"),
        ("| A |\n|---|\n| a\x07b |", "**A:** a\x07b"),
        ("| A |\n|---|\n| <@42> |", "**A:** <@42>"),
        ("| A |\n|---|\n| \\`\\`\\` |", "**A:** \\`\\`\\`"),
        (f"| A |\n|---|\n| {'x' * 300} |", f"**A:** {'x' * 300}"),
        (f"| A |\n|---|\n| {'x' * 50}<br>{'y' * 200} ![i](https://e.com) |",
         f"**A:** {'x' * 50}\n{'y' * 200} [i](https://e.com)"),
    ],
)  # fmt: skip
def test_what_fits_no_columns_becomes_records(text: str, shown: str) -> None:
    assert to_discord(text) == shown


@many
@given(tables)
def test_columns_line_up_in_every_row(text: str) -> None:
    shown = to_discord(text)
    rows = [line.removeprefix("> ") for line in shown.strip().split("\n") if "```" not in line]
    rule = next((row for row in rows if row and not row.strip("-+")), "")
    bars = [at for at, char in enumerate(rule) if char == "+"]

    for row in rows if rule else []:
        prefixes = [wcwidth.wcswidth(row[:at]) for at, char in enumerate(row) if char in "|+"]
        assert wcwidth.wcswidth(row) <= MAX_WIDTH
        assert set(bars) <= set(prefixes)


@many
@given(wild_texts, st.lists(st.integers(1, 300), min_size=1, max_size=5))
def test_converting_a_growing_text_ends_like_converting_it_at_once(text: str, sizes: list[int]) -> None:
    converter = Converter()
    for end in accumulate(sizes * 9):
        start = text[:end].rfind("\n") + 1
        converter.convert(text[:start] if text[start:end].strip("|-:=*_#>+~` \t\r") == "" else text[:end])

    assert converter.convert(text).shown.text == to_discord(text)


def test_a_growing_text_is_converted_behind_what_is_settled() -> None:
    converter = Converter()
    text = "```\n#### x\n```\n\n#### a\n\n"

    assert converter.convert(text).shown.text == "```\n#### x\n```\n\n**a**\n\n"
    assert converter.convert(f"{text}#### b\n").shown.text == "```\n#### x\n```\n\n**a**\n\n**b**\n"
    assert converter.convert(f"{text}#### b\nc").shown.text == "```\n#### x\n```\n\n**a**\n\n**b**\nc"


@many
@given(wild_texts)
def test_offsets_lead_back_to_the_source(text: str) -> None:
    shown = Converter().convert(text).shown

    for offset in range(0, len(shown.text), 7):
        source = shown.source_at(offset)
        assert shown.shown_at(source) <= len(shown.text)
        assert 0 <= source <= len(text)
    assert shown.source_at(len(shown.text)) <= len(text)


@pytest.mark.parametrize(
    "unit", ["[", "![", "`", "`` ` ", "> ", "**a ", "<br>", "| a |\n", "- ", "<!-- ![", "\u200b"]
)
def test_no_text_is_too_hard(unit: str) -> None:
    started = time.process_time()
    to_discord(unit * 3000)

    assert time.process_time() - started < 2
