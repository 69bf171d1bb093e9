"""Titles of threads: from a question's first words, and from what a model says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.graphemes import grapheme_ends, is_blank, units
from bot.rules.threads import titles

WORDS = st.text(st.characters(categories=["Ll", "Lu", "Lo"]), min_size=1, max_size=12)
FEW = st.lists(WORDS, min_size=1, max_size=5).map(" ".join).filter(lambda one: units(one) <= 40)
MARKUP = [
    "{}",
    "**{}**",
    "*{}*",
    "_{}_",
    "__{}__",
    "~~{}~~",
    "`{}`",
    "# {}",
    "> {}",
    "-# {}",
    "- {}",
]
FAMILY = "👨‍👩‍👧‍👦"


@given(st.text(max_size=400))
def test_a_title_fits_stands_on_one_line_and_mentions_nobody(question: str) -> None:
    for title in (titles.title_of(question), titles.titled(question), titles.asked_for(question)):
        assert units(title) <= titles.MOST_UNITS
        assert title == " ".join(title.split())
        assert title == "" or not is_blank(title)
        assert not re.search(r"<@[!&]?\d+>|(?<!\w)@(everyone|here)\b", title)


@given(FEW, st.sampled_from(MARKUP))
def test_no_markup_is_left_of_a_question(words: str, markup: str) -> None:
    assert titles.title_of(markup.format(words)) == words


@given(st.lists(WORDS, min_size=31, max_size=40))
def test_a_long_question_gives_its_first_words_whole(words: list[str]) -> None:
    title = titles.title_of(" ".join(words))
    kept = title.removesuffix(titles.MORE).split()

    assert kept == words[: len(kept)]
    assert title.endswith(titles.MORE)
    assert units(title) <= titles.MOST_OF_A_QUESTION


@given(st.sampled_from([FAMILY, "🇰🇷", "각", "é"]), st.integers(30, 80))
def test_a_word_that_is_too_long_is_cut_between_its_characters(grapheme: str, times: int) -> None:
    title = titles.asked_for(grapheme * times * 4)

    assert set(title.removesuffix(titles.MORE).split(grapheme)) == {""}
    assert len(grapheme_ends(title)) > 1
    assert units(title) <= titles.MOST_UNITS


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("", ""),
        ("  \u200b ", ""),
        ("How do I bake bread?", "How do I bake bread?"),
        ("Why does this fail?\n```py\nprint(1)\n```", "Why does this fail?"),
        ("```py\nprint(1)\n```", "print(1)"),
        ("see [the page](https://example.com/a?b) please", "see the page please"),
        ("@Sam and <@1234> and @everyone, when?", "Sam and and everyone, when?"),
        ("mail me at sam@example.com", "mail me at sam@example.com"),
        ("one\ntwo\n\nthree", "one two three"),
        ("<:party:123456789012345678> time <t:1700000000:R>", "time"),
        ("left \u202eright", "left right"),
        ("C# or F#?", "C# or F#?"),
        ("오늘 저녁에 뭐 먹을까?", "오늘 저녁에 뭐 먹을까?"),
        ("<div>hello</div>", "<div>hello</div>"),
    ],
)
def test_a_question_gives_its_title(question: str, title: str) -> None:
    assert titles.title_of(question) == title


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Baking bread at home", "Baking bread at home"),
        ('"Baking bread at home."', "Baking bread at home"),
        ("Title: **Baking bread**", "Baking bread"),
        ("제목: 빵 굽기", "빵 굽기"),
        ("「빵 굽기」", "빵 굽기"),
        ("one two three four five six", "one two three four five six"),
        ("one two three four five six seven", ""),
        ("빵" * 101, ""),
        ("...", ""),
        ("", ""),
        ("<@1234>", ""),
    ],
)
def test_a_model_gives_a_title_or_none(said: str, title: str) -> None:
    assert titles.titled(said) == title


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Why does ||Snape|| kill ||*Dumble*dore||?", "Why does … kill …?"),
        ("||It was the butler||", ""),
        ("Why is ``` a || b || c ``` true", "Why is a b c true"),
        ("Why is `a || b || c` true", "Why is a b c true"),
    ],
)
def test_a_spoiler_is_not_uncovered(question: str, title: str) -> None:
    assert titles.title_of(question) == title
