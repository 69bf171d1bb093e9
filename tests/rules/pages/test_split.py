"""Laws of the layout: an answer as messages, also while it is still being written."""

from collections.abc import Sequence
from itertools import accumulate, chain, pairwise, repeat, takewhile

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.rules.graphemes import is_blank
from bot.rules.pages.fences import find_fences
from bot.rules.pages.split import MAX_PAGES, MESSAGE_LIMIT, PAGE_LIMIT, RESERVE, Pages
from tests.rules.texts import ATOMS, plain_texts, to_discord, wild_texts
from tests.support.strategies import examples

LIMIT = 1000
steps = st.lists(st.one_of(st.integers(1, 9), st.integers(10, 700)), max_size=25)
many = examples(40)


def laid_out(text: str, *, limit: int = LIMIT, most: int = 99) -> Pages:
    pages = Pages(limit=limit, most=most)
    pages.update(text, done=True)
    return pages


def contents(text: str, *, limit: int = LIMIT, most: int = 99) -> list[str]:
    return [page.content for page in laid_out(text, limit=limit, most=most).pages]


def streamed(text: str, sizes: Sequence[int], pages: Pages) -> list[list[str]]:
    """Lay a text out as it grows by these sizes, then in large steps, and return all layouts."""
    ends = takewhile(lambda end: end < len(text), accumulate(chain(sizes, repeat(400))))
    layouts = [list(pages.update(text[:end], done=False)) for end in ends]
    return [*layouts, list(pages.update(text, done=True))]


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def prose(times: int) -> str:
    return "The quick brown fox jumps over the lazy dog. " * times


# Nothing is lost, whatever comes.


@many
@given(wild_texts, steps)
def test_pages_and_rest_are_the_text(text: str, sizes: list[int]) -> None:
    pages = Pages(limit=LIMIT, most=4)
    streamed(text, sizes, pages)

    if pages.pages:
        assert "".join(page.source for page in pages.pages) + pages.rest == text


@many
@given(wild_texts, steps)
def test_no_page_is_too_long_or_empty(text: str, sizes: list[int]) -> None:
    for layout in streamed(text, sizes, Pages(limit=LIMIT, most=4)):
        assert len(layout) <= 4
        for content in layout:
            assert len(content) <= utf16_units(content) <= LIMIT
            assert not is_blank(content)


@many
@given(wild_texts, steps)
def test_a_finished_page_never_changes(text: str, sizes: list[int]) -> None:
    layouts = streamed(text, sizes, Pages(limit=LIMIT, most=4))

    for before, after in pairwise(layouts):
        assert len(after) >= len(before)
        assert after[: max(0, len(before) - 1)] == before[:-1]


@many
@given(plain_texts, steps)
def test_without_what_was_added_at_the_seams_the_pages_are_the_text(text: str, sizes: list[int]) -> None:
    pages = Pages(limit=LIMIT, most=99)
    layouts = streamed(text, sizes, pages)

    assert layouts[-1] == [page.content for page in pages.pages]
    for page in pages.pages:
        assert page.content == page.opening + page.body + page.closing
        assert page.body.strip() == page.source.strip()


@many
@given(plain_texts)
def test_a_page_opens_with_what_the_one_before_closed(text: str) -> None:
    pages = laid_out(text).pages

    for before, after in pairwise(pages):
        closed = before.closing.removeprefix("\n").removeprefix("> ")
        opened = after.opening.removeprefix("> ").strip()
        assert opened.startswith("```") if "```" in closed else sorted(opened) == sorted(closed.strip())


@many
@given(plain_texts)
def test_mentions_emoji_and_links_are_never_cut(text: str) -> None:
    shown = contents(text)

    for atom in ATOMS:
        assert sum(content.count(atom) for content in shown) == text.count(atom)


@many
@given(wild_texts)
def test_no_character_that_a_reader_sees_is_cut(text: str) -> None:
    sources = [page.source for page in laid_out(text).pages]
    pieces = [grapheme for source in sources for grapheme in wcwidth.iter_graphemes(source)]

    assert not sources or pieces == list(wcwidth.iter_graphemes(text))


@many
@given(plain_texts)
def test_code_blocks_are_whole_on_every_page(text: str) -> None:
    for content in contents(text):
        assert all(fence.closed for fence in find_fences(content))
        assert content.count("```") % 2 == 0


@many
@given(wild_texts)
def test_an_answer_that_fits_is_shown_as_converted(text: str) -> None:
    shown = to_discord(text).strip()
    if not is_blank(shown) and utf16_units(shown) <= 900 and all(fence.closed for fence in find_fences(text)):
        assert contents(text) == [shown]


# Where it is cut.


def test_a_message_with_all_that_is_appended_stays_within_discords_limit() -> None:
    shown = contents(prose(100), limit=PAGE_LIMIT)

    assert max(map(len, shown)) + RESERVE <= MESSAGE_LIMIT


def test_astral_characters_count_twice() -> None:
    shown = contents("😀" * 1500)

    assert [utf16_units(content) for content in shown] == [1000, 1000, 1000]


@pytest.mark.parametrize(
    ("first", "gap", "second"),
    [
        (prose(15), "\n\n", prose(6) + "\n" + prose(6)),
        (prose(15), "\n", prose(12)),
        ("word " * 100 + "end.", " ", "word " * 120),
        ("word " * 150 + "x" * 240, " ", "y" * 100),
        ("漢" * 700 + "。", "", "字" * 600),
        ("a" * 1000, "", "a" * 500),
    ],
    ids=["paragraph", "line", "sentence", "word", "sentence without a space", "character"],
)
def test_a_cut_is_made_at_the_best_place(first: str, gap: str, second: str) -> None:
    assert contents(first.strip() + gap + second) == [first.strip(), second.strip()]


def test_a_cut_that_leaves_a_message_nearly_empty_is_not_the_best() -> None:
    shown = contents("Hi.\n\n" + prose(30))

    assert len(shown[0]) > 900


def test_a_code_block_is_kept_whole_where_that_is_possible() -> None:
    code = "```py\n" + "x = 1\n" * 90 + "```"

    assert contents(f"{prose(14)}\n\n{code}") == [prose(14).strip(), code]


def test_a_heading_stays_with_its_text() -> None:
    shown = contents(f"{prose(10)}\n{prose(10)}\n## Heading\n\n{prose(10)}")

    assert shown[1].startswith("## Heading")


def test_a_link_longer_than_a_message_is_cut_without_loss() -> None:
    link = "https://example.com/" + "a" * 2500

    assert "".join(contents(link)) == link


def test_a_character_longer_than_a_message_is_cut_without_loss() -> None:
    text = "a" + "\u0301" * 2500

    assert "".join(contents(text)) == text


def test_a_short_word_before_a_long_link_is_a_message_of_its_own() -> None:
    link = "https://example.com/" + "a" * 978

    assert contents(f"See {link}") == ["See", link]


# What is open at a cut.


@pytest.mark.parametrize("mark", ["**", "*", "***", "_", "__", "~~", "||", "`", "``"])
def test_marks_are_closed_and_opened_again(mark: str) -> None:
    shown = contents(f"{mark}{prose(30).strip()}{mark} and on")

    assert shown[0].startswith(mark)
    assert shown[0].endswith(mark)
    assert shown[1].startswith(mark)
    assert shown[1].endswith(f"{mark} and on")


def test_a_mark_that_is_never_closed_is_not_opened_again() -> None:
    shown = contents(f"a **b {prose(30)}\n\n{prose(30)}")

    assert [content.count("**") for content in shown] == [1, 0, 0, 0]


def test_a_mark_that_was_expected_to_close_is_dropped_when_it_does_not() -> None:
    pages = Pages(limit=LIMIT)
    layouts = streamed(f"a **b {prose(30)}\n\n{prose(5)}", [100] * 99, pages)

    assert layouts[-2][0].endswith("**")
    assert layouts[11][1].startswith("**")
    assert "**" not in layouts[-1][1]


def test_backticks_at_a_seam_do_not_melt_into_the_added_ones() -> None:
    start = "``" + "a" * 980 + "` "
    shown = contents(f"{start}`b" + "c" * 500 + "``")

    assert shown[0] == f"{start.strip()} ``"
    assert shown[1].startswith("`` `b")


def test_a_spoiler_stays_hidden_over_paragraphs_and_code() -> None:
    code = "```py\n" + "x = 1\n" * 200 + "```"
    shown = contents(f"||{prose(3)}\n\n{code}\n\n{prose(3)}||")

    assert shown[0].endswith("\n```||")
    assert shown[1].startswith("||```py\n")
    assert shown[-1].endswith("||")


@pytest.mark.parametrize(
    ("opening", "line", "closing"),
    [
        ("```python", "    return 1", "```"),
        ("````md", "```inner```", "````"),
        ("> ```c++", "> x();", "> ```"),
    ],
)
def test_a_fence_cut_in_two_is_closed_and_opened_again(opening: str, line: str, closing: str) -> None:
    shown = contents("\n".join([opening, *[line] * 150, closing]))

    assert len(shown) > 1
    assert all(content.startswith(f"{opening}\n{line}\n") for content in shown)
    assert all(content.endswith(f"\n{line}\n{closing}") for content in shown)


def test_a_fence_of_tildes_cut_in_two_is_shown_as_an_ordinary_one() -> None:
    shown = contents("- a\n  ~~~js\n" + "  x()\n" * 300 + "  ~~~\n- b")

    assert shown[0].startswith("- a\n  ```js\n  x()")
    assert shown[0].endswith("  x()\n```")
    assert shown[1].startswith("```js\n  x()")
    assert shown[-1].endswith("  x()\n  ```\n- b")


def test_a_line_of_code_longer_than_a_message_is_cut_within_its_fence() -> None:
    shown = contents("> ```\n> " + "a" * 1500 + "\n> ```")

    assert shown[0].startswith("> ```\n> aaa")
    assert shown[0].endswith("a\n> ```")
    assert shown[1].startswith("> ```\n> aaa")


def test_code_is_cut_between_words_where_a_line_is_too_long() -> None:
    shown = contents("```\n" + "abc " * 400 + "\n```")

    assert all(content.startswith("```\nabc") for content in shown)
    assert all(content.endswith("abc\n```") or content.endswith("abc \n```") for content in shown)


def test_a_quote_cut_within_a_line_goes_on_as_a_quote() -> None:
    shown = contents(f"> {prose(30)}")

    assert all(content.startswith("> The") for content in shown)


def test_a_quote_with_a_mark_over_lines_keeps_its_quote_mark_first() -> None:
    shown = contents(f"> **{prose(11)}\n> {prose(11)}\n> {prose(11)}end**")

    assert all(content.startswith("> **") for content in shown)


def test_a_table_cut_between_rows_repeats_its_header() -> None:
    rows = "".join(f"| {number} | 사과 |\n" for number in range(200))
    shown = contents(f"| No | Name |\n|--:|---|\n{rows}\nAfter.")

    assert all(content.startswith("```\n") for content in shown)
    assert all(content.splitlines()[1].strip() == "No | Name" for content in shown)
    assert all(content.endswith("```") for content in shown[:-1])
    assert shown[-1].endswith("```\n\nAfter.")


def test_a_table_that_was_finished_before_the_cut_is_not_repeated() -> None:
    shown = contents(f"| No |\n|---|\n| 1 |\n\n{prose(30)}")

    assert shown[0].startswith("```\nNo\n--\n1\n```\n\nThe quick")
    assert shown[1].startswith("The quick")


def test_a_table_cut_within_a_cell_repeats_the_cells_name() -> None:
    shown = contents(f"| No | Text | More |\n|---|---|---|\n| 1 | **{prose(30).strip()}** | x |\n")

    assert shown[0].startswith("**No:** 1\n**Text:** **The quick")
    assert shown[0].endswith("**")
    assert shown[1].startswith("**Text:** **The quick") or shown[1].startswith("**Text:** **")
    assert shown[1].endswith("**\n**More:** x")


def test_a_table_with_a_huge_header_is_cut_without_repeating_it() -> None:
    header = "| " + " | ".join(["name" * 25] * 5) + " |\n" + "|---" * 5 + "|\n"
    shown = contents(header + "| some words in a cell " * 5 + "|\n" + "| b " * 5 + "|\n" * 3 + prose(30))

    assert shown[0].startswith("**name")
    assert "name" not in shown[-1]


# The edges of an answer.


def test_white_space_around_an_answer_is_left_out() -> None:
    assert contents("\n\n  Hello.\n\n") == ["Hello."]


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "\u3164\ufe0f", "\x00", "<br>"])
def test_a_text_without_anything_to_see_has_no_pages(text: str) -> None:
    pages = laid_out(text)

    assert not pages.pages
    assert pages.rest == ""


def test_a_run_of_invisible_characters_is_no_page() -> None:
    text = prose(2) + "\u200b" * 3000 + "end"
    pages = laid_out(text)

    assert not any(is_blank(page.body) for page in pages.pages)
    assert "".join(page.source for page in pages.pages) == text


def test_text_that_is_shown_much_shorter_fills_its_page() -> None:
    shown = contents(f"Start{'<br>' * 900}{prose(5)}")

    assert shown[0].startswith("Start\n")
    assert "The quick" in shown[0]


def test_what_has_no_room_is_the_rest() -> None:
    pages = laid_out(prose(200), most=MAX_PAGES)

    assert len(pages.pages) == MAX_PAGES
    assert pages.rest == prose(200)[len("".join(page.source for page in pages.pages)) :]
    assert pages.rest.startswith("The quick")


def test_the_rest_grows_with_the_text() -> None:
    pages = Pages(limit=LIMIT, most=1)
    pages.update(prose(30), done=False)
    before = pages.rest

    pages.update(prose(31), done=True)

    assert pages.rest == before + prose(1)


@pytest.mark.parametrize("end", ["\n\n", "\u200b" * 5])
def test_what_nobody_sees_is_no_rest(end: str) -> None:
    pages = laid_out("a" * 1000 + end, most=1)

    assert pages.rest == ""
    assert pages.pages[0].source == "a" * 1000 + end


# While it is written.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Look:\n```py\nx = 1", "Look:\n```py\nx = 1\n```"),
        ("Look:\n```py", "Look:"),
        ("Look:\n```py\n\u200b", "Look:"),
        ("Look:\n``", "Look:"),
        ("some **bold wo", "some **bold wo**"),
        ("some **", "some"),
        ("some **bold*", "some **bold**"),
        ("some `co", "some `co`"),
        ("some `", "some"),
        ("||hid", "||hid||"),
        ("a || b", "a || b"),
        ("a ||", "a"),
        ("a `b\n\nc", "a `b\n\nc"),
        ("| a | b |\n|--", "| a | b |"),
        ("Title\n-", "Title"),
        ("Title\n--\n", "## Title"),
        ("| a | b |\n|---|---|\n| 1 |", "```\na | b\n--+--\n1 |\n```"),
    ],
)
def test_an_unfinished_answer_looks_finished(text: str, shown: str) -> None:
    assert Pages().update(text, done=False) == [shown]


def test_a_finished_answer_shows_its_end_as_it_is() -> None:
    assert Pages().update("some **", done=True) == ["some **"]
    assert Pages().update("Look:\n```py\nx = 1", done=True) == ["Look:\n```py\nx = 1\n```"]


def test_a_page_that_was_shown_does_not_vanish() -> None:
    pages = Pages()

    assert pages.update("<b", done=False) == ["<b"]
    assert pages.update("<br>", done=True) == ["<b"]
    assert pages.pages[0].source == "<br>"


def test_a_link_that_is_still_written_is_not_cut() -> None:
    text = prose(22) + "[the words of a link](https://example.com/page) and on"
    layouts = streamed(text, [10] * 99, Pages(limit=LIMIT))

    assert "[the words of a link](https://example.com/page)" in layouts[-1][1]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the Markdown parser was given."""
    sources: list[str] = []
    parse = MarkdownIt.parse

    def counting(parser: MarkdownIt, source: str) -> list[Token]:
        sources.append(source)
        return parse(parser, source)

    monkeypatch.setattr(MarkdownIt, "parse", counting)
    return sources


def test_plain_text_costs_no_parsing(parsed: list[str]) -> None:
    text = f"# Plain\n\n{prose(20)}\n\n- **list**\n- `x | y`\n\n```\n| a |\n|---|\n```\n{prose(60)}"

    streamed(text, [60] * 99, Pages())

    assert parsed == []


def test_blocks_that_are_settled_are_not_parsed_again(parsed: list[str]) -> None:
    streamed(f"#### Deep\n\n| a |\n|---|\n| 1 |\n\n{prose(30)}", [100] * 99, Pages())

    assert 1 <= len(parsed) <= 2
