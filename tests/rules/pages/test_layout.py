"""Laws of the layout: an answer as messages, also while it is still being written."""

import time
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, chain, pairwise, repeat, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.graphemes import is_blank, units
from bot.rules.pages.blocks import Blocks
from bot.rules.pages.layout import MAX_PAGES, MESSAGE_LIMIT, PAGE_LIMIT, RESERVE, Pages
from bot.rules.pages.syntax import Source
from tests.rules.pages.shown import bare
from tests.rules.texts import ATOMS, indented, nested, plain_texts, to_discord, wild_texts
from tests.support.discord_markdown import looking, read, words
from tests.support.strategies import examples

LIMIT = 1000
LOOKS = ("bold", "italic", "strike", "spoiler", "code", "block", "quote", "mention")
steps = st.lists(st.one_of(st.integers(1, 9), st.integers(10, 700)), max_size=25)
many = examples(15)
unmeasured = pytest.mark.no_cover  # coverage takes twice as long again, and others run the same lines


def contents(text: str, *, limit: int = LIMIT, most: int = 99) -> Sequence[str]:
    return Pages(limit=limit, most=most).update(text, done=True)


def streamed(text: str, sizes: Sequence[int], pages: Pages) -> list[list[str]]:
    """Lay a text out as it grows by these sizes, then in large steps, and return all layouts."""
    ends = takewhile(lambda end: end < len(text), accumulate(chain(sizes, repeat(400))))
    layouts = [list(pages.update(text[:end], done=False)) for end in ends]
    return [*layouts, list(pages.update(text, done=True))]


def seen_in(look: str, content: str) -> str:
    """Return the characters that have a look, without what says that an item goes on."""
    return bare(read(content), lambda one: look in {"", *one.looks}).replace("…", "")


def prose(times: int) -> str:
    return "The quick brown fox jumps over the lazy dog. " * times


# Whatever comes.


def test_a_long_text_is_laid_out_in_steps_of_at_most_a_page() -> None:
    text, pages = "\n\n".join([prose(10)] * 20), Pages(limit=LIMIT, most=9)
    steps = 1
    while (done := pages.advance(text, done=True)) is None:
        steps += 1

    assert done == Pages(limit=LIMIT, most=9).update(text, done=True)
    assert steps >= len(done) == 9


@many
@given(wild_texts, st.sampled_from([1, 20, 100, LIMIT]))
def test_every_cut_moves_forward(text: str, limit: int) -> None:
    text = text if limit == LIMIT else text[: limit + 60]
    pages = Pages(limit=limit, most=len(text))
    most = 2 * len(text) + 10  # a look whether the page is full, then its cut

    assert any(pages.advance(text, done=True) is not None for _ in range(most))


@many
@given(wild_texts, steps)
def test_the_pieces_in_which_a_text_comes_don_t_matter(text: str, sizes: list[int]) -> None:
    whole, pieced = Pages(limit=LIMIT, most=4), Pages(limit=LIMIT, most=4)
    pages = list(whole.update(text, done=True))

    assert streamed(text, sizes, pieced)[-1] == pages or not pages
    assert (pieced.rest, pieced.files) == (whole.rest, whole.files)


@many
@given(wild_texts, steps)
def test_no_page_is_too_long_or_empty(text: str, sizes: list[int]) -> None:
    for layout in streamed(text, sizes, Pages(limit=LIMIT, most=4)):
        assert len(layout) <= 4
        for content in layout:
            assert units(content) <= LIMIT
            assert not is_blank(words(content))


@many
@given(wild_texts, steps)
def test_a_finished_page_never_changes_or_disappears(text: str, sizes: list[int]) -> None:
    for before, after in pairwise(streamed(text, sizes, Pages(limit=LIMIT, most=4))):
        assert len(after) >= len(before)
        assert after[: max(0, len(before) - 1)] == before[:-1]


@many
@given(plain_texts)
def test_pages_show_what_one_long_message_would(text: str) -> None:
    pages = Pages(limit=LIMIT, most=99)
    shown = pages.update(text, done=True)
    if not pages.files:
        seen = "".join(bare(read(content)) for content in shown)

        assert seen.replace("…", "") == bare(read(to_discord(text))).replace("…", "")


@many
@given(plain_texts)
def test_every_page_is_well_formed_alone(text: str) -> None:
    for content in contents(text):
        assert to_discord(content).replace("\u200b", "") == content.replace("\u200b", "")


@many
@given(plain_texts)
def test_mentions_emoji_and_links_are_never_cut(text: str) -> None:
    shown = contents(text)

    for atom in ATOMS:
        if not atom.startswith("["):
            assert any(atom.strip("<>") in content.replace("%2A", "*") for content in shown) >= (atom in text)


@many
@given(nested)
def test_pages_of_anything_show_what_one_long_message_would(text: str) -> None:
    """Where bold begins that ends pages below, a page was final before anybody could know."""
    pages = Pages(limit=LIMIT, most=len(text))
    shown = pages.update(text, done=True)
    repeats = any(row.code and row.code.head for row in Blocks(Source(text), complete=True).rows)
    if not pages.files and not repeats and "**" not in text:
        for look in ("", *LOOKS):
            assert "".join(map(partial(seen_in, look), shown)) == seen_in(look, to_discord(text))


# Where it is cut.


def test_a_message_with_all_that_is_appended_stays_within_discords_limit() -> None:
    assert max(map(len, contents(prose(100), limit=PAGE_LIMIT))) + RESERVE <= MESSAGE_LIMIT


@pytest.mark.parametrize(
    ("first", "gap", "second"),
    [
        (prose(15), "\n\n", prose(6).strip() + "\n" + prose(6)),
        (prose(15), "\n", prose(12)),
        ("word " * 100 + "end.", " ", "word " * 120),
        ("word " * 150 + "x" * 240, " ", "y" * 100),
        ("漢" * 700 + "。", "", "字" * 600),
        ("a" * 1000, "", "a" * 500),
        ("😀" * 500, "", "😀" * 400),
    ],
    ids=["paragraph", "line", "sentence", "word", "sentence without a space", "character", "astral"],
)
def test_a_cut_is_made_at_the_best_place(first: str, gap: str, second: str) -> None:
    assert [page.strip() for page in contents(first.strip() + gap + second)] == [
        first.strip(),
        second.strip(),
    ]


def test_a_cut_that_leaves_a_page_nearly_empty_is_not_the_best() -> None:
    assert len(contents("Hi.\n\n" + prose(30))[0]) > 900


def test_a_code_block_is_kept_whole_where_that_is_possible() -> None:
    code = "```py\n" + "x = 1\n" * 90 + "```"

    assert contents(f"{prose(14)}\n\n{code}") == [prose(14).strip(), code]


def test_a_heading_stays_with_its_text() -> None:
    shown = contents(f"{prose(10)}\n{prose(10)}\n## Heading\n\n{prose(10)}")

    assert shown[1].startswith("## Heading")


@pytest.mark.parametrize("text", ["https://example.com/" + "a" * 2500, "a" + "\u0301" * 2500])
def test_what_is_longer_than_a_page_is_cut_without_loss(text: str) -> None:
    assert "".join(contents(text)).replace("<", "").replace(">", "") == text


def test_an_address_that_does_not_fit_begins_a_page() -> None:
    address = "https://example.com/" + "a" * 978

    assert contents(f"Hi.\n{address}") == ["Hi.", address]
    assert contents(f"See {address}") == ["See", address]


@pytest.mark.parametrize("unseen", ["\u200b\n", "\u200b\n\n\u200b\n\n", "```\n\u200b\n```\n"])
def test_what_nobody_sees_is_no_page(unseen: str) -> None:
    address = "https://example.com/" + "a" * 980

    assert contents(f"{unseen}{address}") == [address]


@pytest.mark.parametrize("lead", ["x", pytest.param("> - x ", marks=unmeasured)])
@pytest.mark.parametrize(
    "marks", ["*", "**", "_", "~", "|", "[", "]", "(", ")", "<", ">", "!", "\\\\", "** ", "||a", "*a", "~~ a"]
)
def test_a_run_of_marks_is_seen_once(lead: str, marks: str) -> None:
    text = lead + marks * (1250 // len(marks))
    whole, pieced = Pages(limit=500, most=99), Pages(limit=500, most=99)
    shown = list(whole.update(text, done=True))

    assert streamed(text, [1, 700], pieced)[-1] == shown
    assert all(map(words, shown))
    assert "".join(bare(read(page)) for page in shown).replace("…", "") == bare(read(to_discord(text)))


def test_what_has_no_room_of_a_run_of_marks_is_the_rest() -> None:
    pages = Pages(limit=LIMIT, most=2)
    shown = pages.update("x" + "*" * 3000, done=True)

    assert "".join([*map(words, shown), pages.rest]) == "x" + "*" * 3000


def test_a_line_of_code_loses_nothing_where_it_is_cut() -> None:
    line = "".join(map(chr, range(0x4E00, 0x4E00 + 5000)))
    pages = Pages(limit=LIMIT, most=5)
    shown = pages.update(f"```\n{line}\n```", done=True)

    assert "".join(looking(page, "block") for page in shown) + pages.files[0].text.strip() == line


@pytest.mark.parametrize(
    ("first", "second"),
    [("a ```py\n\n", "x\n```"), ("a\r\n\r\n", "b"), ("a |\r\n| x |\r\n-\r\n", "|\r\nb")],
)
def test_a_text_that_comes_in_two_pieces_looks_as_if_it_came_whole(first: str, second: str) -> None:
    pages = Pages()
    pages.update(first, done=False)

    assert pages.update(first + second, done=True) == Pages().update(first + second, done=True)


@pytest.mark.parametrize("mark", ["**", "*", "***", "~~", "||", "`"])
def test_marks_are_closed_and_opened_again(mark: str) -> None:
    first, second = contents(f"{mark}{prose(30).strip()}{mark} and on")

    assert first.startswith(mark)
    assert first.endswith(mark)
    assert second.startswith(mark)
    assert second.endswith(f"{mark} and on")


@pytest.mark.parametrize(
    ("opening", "line", "closing"),
    [("```python", "    return 1", "```"), ("> ```cpp", "> some(code);", "> ```")],
)
def test_a_fence_cut_in_two_is_closed_and_opened_again(opening: str, line: str, closing: str) -> None:
    shown = contents("\n".join([opening, *[line] * 100, closing]))

    assert len(shown) == 2
    assert all(content.startswith(f"{opening}\n{line}\n") for content in shown)
    assert all(f"\n{line}\n{closing}" in content for content in shown)


def test_a_list_keeps_its_levels_over_the_end_of_a_page() -> None:
    items = "".join(f"    - item {number} of the third level\n" for number in range(60))
    first, second, *_ = contents(f"1. one\n   - two\n  {items}".replace("\n    -", "\n     -"))

    assert first.startswith("1. one\n   - two\n     - item 0")
    assert second.startswith("1. …\n   - …\n     - item")
    assert "bullet3" in {look for seen in read(second) for look in seen.looks}


def test_an_item_that_goes_on_keeps_its_bullet() -> None:
    _, second = contents(f"- a\n\n  7. {prose(30)}")

    assert second.startswith("- …\n  7. … ")


def test_a_quote_goes_on_as_one() -> None:
    assert all(content.startswith("> The") for content in contents(f"> {prose(30)}"))


def test_a_table_whose_header_begins_a_page_is_one() -> None:
    wide = "가나다" * 100
    shown = contents(f"{prose(18)}\n\n- | {wide} | {wide} | {wide} |\n  |---|---|---|\n  | 1 | 2 | 3 |")

    assert "|" not in "".join(map(words, shown))


def test_a_long_run_of_white_space_ends_a_page_once() -> None:
    assert contents("word " * 199 + " " * 3000 + "end") == [("word " * 199).strip(), "end"]


def test_a_table_cut_between_rows_repeats_its_header() -> None:
    rows = "".join(f"| {number} | 사과 |\n" for number in range(200))
    shown = contents(f"| No | Name |\n|--:|---|\n{rows}\nAfter.")

    assert all(content.startswith("```\n") for content in shown)
    assert all(content.splitlines()[1].strip() == "No | Name" for content in shown)
    assert shown[-1].endswith("```\n\nAfter.")


def test_a_definition_below_leads_a_link_above() -> None:
    pages = Pages()
    pages.update("See [docs].\n\nMore.\n\n", done=False)

    assert pages.update("See [docs].\n\nMore.\n\n[docs]: https://e.com", done=True) == [
        "See [docs](https://e.com).\n\nMore."
    ]


def test_a_definition_above_leads_a_link_pages_below() -> None:
    assert contents(f"[docs]: https://e.com\n\n{prose(40)}\n\n[docs]")[-1].endswith("[docs](https://e.com)")


# Code that is long.


def code_of(lines: int) -> str:
    return "".join(f"line_{number} = {number}\n" for number in range(lines))


def test_long_code_stays_on_two_pages_and_goes_on_in_a_file() -> None:
    pages = Pages(limit=LIMIT, most=5)
    shown = pages.update(f"Look:\n```python\n{code_of(300)}```\nThat was it.", done=True)
    (file,) = pages.files

    assert file.name == "code.py"
    seen = [looking(content, "block") for content in shown]
    assert "\n".join([*seen[:2], file.text]).strip() == code_of(300).strip()
    assert "code.py" in looking(shown[1], "subtext")
    assert shown[2:] == ["That was it."]
    assert pages.rest == ""


def test_every_long_code_has_a_file_of_its_own() -> None:
    pages = Pages(limit=LIMIT, most=9)
    pages.update(f"```js\n{code_of(300)}```\n\n```\n{code_of(300)}```", done=True)

    assert [file.name for file in pages.files] == ["code.js", "code-2.txt"]


@unmeasured
def test_code_that_goes_on_for_long_costs_no_more_each_time() -> None:
    pages, text = Pages(), f"```py\n{code_of(5000)}```\n"
    times = []
    for end in range(500, len(text), 500):
        started = time.process_time()
        pages.update(text[:end], done=False)
        times.append(time.process_time() - started)
    pages.update(text, done=True)

    assert "".join(file.text for file in pages.files).endswith("line_4999 = 4999\n")
    assert sum(times[-50:]) < 8 * sum(times[:50])


# The edges of an answer.


@pytest.mark.parametrize(
    "text", ["", " \n ", "\u200b", "\u200b" * 6000, "\u3164\ufe0f", "<br>", "```\n```", "<!-- x -->"]
)
def test_a_text_without_anything_to_see_has_no_pages(text: str) -> None:
    pages = Pages()

    assert pages.update(text, done=True) == []
    assert pages.rest == ""


@unmeasured
def test_what_has_no_room_is_the_rest_as_it_was_written() -> None:
    text = "**Some** *words* of `it`, and so on. " * 400
    pages = Pages(most=MAX_PAGES)
    shown = pages.update(text, done=True)

    assert len(shown) == MAX_PAGES
    assert text.endswith(pages.rest)
    assert bare(read(to_discord(text))).startswith("".join(bare(read(content)) for content in shown))


def test_rest_begins_where_the_pages_end() -> None:
    pages = Pages(limit=LIMIT, most=2)
    shown = pages.update(prose(80), done=True)

    assert " ".join([*shown, pages.rest]).split() == prose(80).split()


# While it is written.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Look:\n```py\nx = 1", "Look:\n```py\nx = 1\n```"),
        ("Look:\n``", "Look:"),
        ("some **bold wo", "some **bold wo**"),
        ("some **", "some"),
        ("some **bold*", "some **bold**"),
        ("some `co", "some `co`"),
        ("``a` b", "``a` b``"),
        ("||hid", "||hid||"),
        ("a || b", "a \\|\\| b"),
        ("*a **b", "*a **b***"),
        ("see [the words](https://e.co", "see the words"),
        ("Title\n-", "Title"),
        ("Title\n--\n", "## Title"),
        ("| a | b |\n|---|---|\n| 1 |", "```\na | b\n--+--\n1 |\n```"),
        ("- a\n-", "- a"),
        ("See:\n\n| a | b", "See:"),
        ("> - > | a |\n> | --", ""),
        ("| a |\n\nb", "| a \\|\n\nb"),
    ],
)
def test_an_unfinished_answer_looks_finished(text: str, shown: str) -> None:
    assert Pages().update(text, done=False) == [shown] * bool(shown)


def test_a_page_that_was_shown_does_not_vanish() -> None:
    pages = Pages()

    assert pages.update("a<b", done=False) == ["a\\<b"]
    assert pages.update("<br>", done=True) == ["a\\<b"]


def test_what_is_settled_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read_lengths: list[int] = []
    parse = "bot.rules.pages.blocks.parse_blocks"
    from bot.rules.pages.syntax import parse_blocks

    def counting(source: str, env: dict[str, object]) -> object:
        read_lengths.append(len(source))
        return parse_blocks(source, env)

    monkeypatch.setattr(parse, counting)
    streamed("#### Deep\n\n- a\n- b\n\n" + "A short paragraph.\n\n" * 60, [40] * 99, Pages())

    assert max(read_lengths[-20:]) < 400


@unmeasured
@pytest.mark.parametrize(
    "unit",
    [
        "[", "![", "`", "`` ` ", "> ", "**a ", "_a ", "<br>", "| a |\n", "- ", "<!-- ![", "\u200b", "**_~~||",
        "$a ", "\\( ", "[a](", "<b>", "a ```b\n", "||a||",
    ],
)  # fmt: skip
def test_no_text_is_too_hard(unit: str) -> None:
    started = time.process_time()
    Pages().update(unit * (6000 // len(unit)), done=True)

    assert time.process_time() - started < 8  # under one; with the square of the length, a minute


@pytest.mark.parametrize("inner", [prose(60), f"```\n{prose(60)}\n```"])
@pytest.mark.parametrize("bullet", ["- ", "1. ", "> - ", "123456789. ", "> 123456789. "])
def test_what_encloses_a_page_leaves_room_on_it(bullet: str, inner: str) -> None:
    lead = " " * len(bullet.replace(">", "")) * 14
    shown = [*contents(bullet * 14 + indented(inner, "", lead)), *contents(bullet * 64 + inner)]

    assert len(shown) < 24
    assert all(units(content) <= LIMIT for content in shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- # \n- b", "- \u200b\n- b"),
        ("x ```py\nb\n```z``` y", "x\n```py\nb\n```\nz\\`\\`\\` y"),
        ("__&nbsp;__ x", "x"),
        ("$$$$", "\\$$$$"),
        ("\\[see\\]", "[see]"),
        ("**a *&nbsp;* b**", "**a \xa0 b**"),
        ("\\[ see below \\]", "\\\\[ see below \\\\]"),
        ("[a \\(x^2\\) b](https://e.com)", "a \\\\(x^2\\\\) b (https://e.com)"),
        ("[the __init__ method](https://e.com)", "the \\_\\_init\\_\\_ method (https://e.com)"),
    ],
)
def test_what_only_looks_like_markup_is_seen(text: str, shown: str) -> None:
    assert list(Pages().update(text, done=True)) == [shown]


@pytest.mark.parametrize("lead", ["", "ab ", "\u200b\n", "\u200b\n\n"])
def test_a_run_that_no_page_holds_is_split_and_no_page_is_blank(lead: str) -> None:
    pages = Pages().update(f"{lead}{'x' * 2500}", done=True)

    assert "".join(pages).count("x") == 2500
    assert all("x" in page for page in pages)


def test_code_that_goes_into_a_file_is_whole_where_the_pages_are_used_up() -> None:
    pages = Pages(limit=LIMIT, most=2)
    shown = pages.update("```py\n" + "x = 1\n" * 2000 + "```", done=True)

    assert len(shown) == 2
    assert sum(text.count("x = 1") for text in (*shown, *(file.text for file in pages.files))) == 2000
