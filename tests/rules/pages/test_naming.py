"""Names become Discord's marks where they mean one, and a text that grows never takes one back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.pages.layout import Pages
from bot.rules.pages.naming import Known, by_initial, linked, people_of
from bot.rules.prompting.mentions import Names, readable

ANN, SMITH, KIM = 155149108183695361, 155149108183695362, 155149108183695363
GENERAL, FAIR, WAVE = 155149108183695364, 155149108183695370, "<:wave:155149108183695365>"
KNOWN = Known(
    people_of([(ANN, "Ann"), (SMITH, "Ann Smith"), (KIM, "kim (@kim_2)"), (4, "Lee (@lee)"), (5, "Lee")]),
    by_initial(["General", "the fair", "The fair in May", "42"]),
    {"general": GENERAL, "the fair": FAIR, "the fair in may": FAIR + 1, "42": 42}.get,
    {"wave": WAVE}.get,
)
BACK = Names(
    users={ANN: "Ann", SMITH: "Ann Smith", KIM: "kim"}, channels={GENERAL: "general", FAIR: "the fair"}
)
PIECES = [
    "@Ann",
    "@Ann Smith",
    "@kim",
    "@kim_2",
    "#general",
    "#the fair",
    ":wave:",
    "@",
    "#",
    ":",
    " ",
    ".",
    "-",
    "x",
    "Ann",
    "Smith",
    "`",
    "\n",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


def test_channels_are_found_by_their_first_letter_and_numbers_are_no_names() -> None:
    found = by_initial(["General", "the fair", "The fair in May", "42", "7"])

    assert {initial: set(names) for initial, names in found.items()} == {
        "g": {"general"},
        "t": {"the fair", "the fair in may"},
    }


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Ask @Ann.", f"Ask <@{ANN}>."),
        ("Ask @ann, she knows", f"Ask <@{ANN}>, she knows"),
        ("@Ann's idea", f"<@{ANN}>'s idea"),
        ("@Ann Smith said so", f"<@{SMITH}> said so"),
        ("@KIM and @kim_2", f"<@{KIM}> and <@{KIM}>"),
        ("(@Ann)", f"(<@{ANN}>)"),
        ("see #general!", f"see <#{GENERAL}>!"),
        ("see #General", f"see <#{GENERAL}>"),
        ("see #the fair, all", f"see <#{FAIR}>, all"),
        ("see #The fair in May.", f"see <#{FAIR + 1}>."),
        ("#the fairest #the #generally #42", "#the fairest #the #generally #42"),
        ("hi :wave:", f"hi {WAVE}"),
        (":wave::wave:", ":wave::wave:"),
        ("@Anna and @Ann-Marie", "@Anna and @Ann-Marie"),
        ("ann@Ann.com @Ann.com", "ann@Ann.com @Ann.com"),
        ("@Lee is two people, @lee one", "@Lee is two people, @lee one"),
        ("@everyone @here", "@everyone @here"),
        ("C#general #1 ##general a/#general", "C#general #1 ##general a/#general"),
        ("12:wave:30 :smile:", "12:wave:30 :smile:"),
    ],
)
def test_a_name_is_a_mark_where_it_means_one(text: str, seen: str) -> None:
    assert linked(text, KNOWN) == seen


def test_where_nobody_is_known_nothing_changes() -> None:
    assert linked("@Ann #general :wave:", Known()) == "@Ann #general :wave:"


@given(text=TEXTS.map(lambda text: text.replace("`", "")))  # in code nothing is linked
def test_what_is_linked_reads_as_it_was_written(text: str) -> None:
    read, written = readable(linked(text, KNOWN), BACK), readable(text, BACK)

    assert read.casefold().replace("@kim_2", "@kim") == written.casefold().replace("@kim_2", "@kim")


@given(text=TEXTS, end=st.integers(0, 60))
def test_a_mark_that_stands_while_a_text_grows_stays(text: str, end: int) -> None:
    begun = linked(text[:end], KNOWN, grows=True)
    stands = begun[: begun.rfind(">") + 1]

    assert linked(text, KNOWN).startswith(stands)


@pytest.mark.parametrize(
    "text", ["`@Ann`", "```\n@Ann #general :wave:\n```", "    @Ann", "[@Ann](https://e.com)"]
)
def test_nothing_in_code_or_in_a_link_is_a_name(text: str) -> None:
    assert "<" not in "".join(Pages(known=KNOWN).update(text, done=True))


def test_styled_names_and_names_in_lists_and_tables_are_marks() -> None:
    text = "# For @Ann\n\n- **@kim** in #general\n\n| who | where |\n|---|---|\n| @Ann | :wave: |"
    [page] = Pages(known=KNOWN).update(text, done=True)

    assert page.count(f"<@{ANN}>") >= 1
    assert f"**<@{KIM}>** in <#{GENERAL}>" in page


@given(
    text=st.lists(
        st.sampled_from(["Ask @Ann Smith. ", "In #general, ", ":wave: ", "word " * 9, "\n\n", "**@kim** "]),
        max_size=80,
    ).map("".join),
    cuts=st.lists(st.integers(0, 4000), max_size=5),
)
def test_pages_with_names_hold_their_limit_however_the_text_came(text: str, cuts: list[int]) -> None:
    at_once = Pages(known=KNOWN).update(text, done=True)
    pages = Pages(known=KNOWN)
    for end in sorted(cuts):
        pages.update(text[:end], done=False)

    assert pages.update(text, done=True) == at_once
    assert all(len(page) <= 2000 for page in at_once)


def test_what_looks_like_another_mark_within_a_name_is_part_of_the_name() -> None:
    assert linked("@Ann :wave: left", Known(people_of([(ANN, "Ann :wave:")]))) == f"<@{ANN}> left"


def test_a_name_that_may_go_on_waits_for_more() -> None:
    assert linked("Ask @Ann.", KNOWN, grows=True) == "Ask @Ann."
