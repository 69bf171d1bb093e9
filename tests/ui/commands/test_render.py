"""What people see of our objects: within Discord's limits, literally, and true."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.clearing import Reset, ResetOrder
from bot.chat.commands.counting import ChannelCount, TextCount
from bot.chat.commands.history import HistoryPage
from bot.chat.conversation.asking.request import Preview
from bot.rules.model import ChannelKey, Part, PartKind, Role, State, Totals, Turn
from bot.rules.places.settings import KINDS
from bot.rules.records import Deed, LogEntry, Verb
from bot.rules.spending.bounds import Whose
from bot.texts import admins, members
from bot.texts.languages.figures import share
from bot.texts.places.words import words_of
from bot.ui.commands import record, render, resets
from bot.ui.commands.words import BAR_CELLS, MOST_EXCERPT, bar, code, excerpt, jump

NOON = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
ROOM = ChannelKey(10, guild_id=1)
WILD = st.text(st.characters(exclude_categories=["Cs"]), max_size=4000)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def turn(
    text: str = "Hello", position: int = 1, *, label: str = "Alex", message_id: int | None = 100
) -> Turn:
    return Turn(
        id=position,
        position=position,
        role=Role.USER,
        state=State.ANSWERED,
        message_id=message_id,
        author_id=7,
        label=label,
        text=text,
        tokens=3,
        encoding="o200k_base",
        created_at=NOON,
    )


def counted(*turns: Turn, summary: str = "", tokens: int = 20, budget: int = 8000) -> ChannelCount:
    preview = Preview("gpt-4.1-mini", turns, tokens, budget, exact=True, ratio=1.0, summary=summary)
    return ChannelCount(Totals(len(turns), 3 * len(turns)), preview, exact=True, last=None, last_exact=True)


def page(*turns: Turn, summary: str = "", older: int | None = None) -> str:
    shown = HistoryPage(ROOM, turns, counted(*turns, summary=summary), newest=True, older=older)
    return render.history_page(shown, "Parley").description or ""


def test_amounts_read_as_words() -> None:
    assert [members.TOKENS.format(count) for count in (0, 1, 2000)] == [
        "0 tokens",
        "1 token",
        "2,000 tokens",
    ]


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_bar_is_always_as_long_and_grows_with_its_share(part: int, whole: int) -> None:
    drawn = bar(part, whole)

    assert len(drawn) == BAR_CELLS
    assert drawn == "█" * drawn.count("█") + "░" * drawn.count("░")
    assert bool(drawn.count("█")) is bool(part and whole)
    assert (drawn.count("█") == BAR_CELLS) >= (part >= whole > 0)


def test_a_share_of_nothing_is_nothing() -> None:
    assert (share(0, 0), share(1, 3), share(3, 3)) == ("0%", "33%", "100%")


@given(WILD)
def test_an_excerpt_is_one_short_line(text: str) -> None:
    shown = excerpt(text)

    assert len(shown.split("\n")) == 1
    assert len(shown) <= 2 * MOST_EXCERPT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\n\n  lines", "two lines"),
        ("**bold** `code`", "\\*\\*bold\\*\\* \\`code\\`"),
        ("[a link](https://example.com)", "\\[a link](https\\://example.com)"),
        ("w" * 200, "w" * (MOST_EXCERPT - 1) + "…"),
    ],
)
def test_an_excerpt_takes_a_text_literally(text: str, shown: str) -> None:
    assert excerpt(text) == shown


def test_a_name_stays_in_its_code_span() -> None:
    assert code("a`b" + "c" * 200) == "a'b" + "c" * 97


def test_a_message_is_linked_in_servers_and_in_direct_conversations() -> None:
    assert jump(ROOM, 3) == "https://discord.com/channels/1/10/3"
    assert jump(ChannelKey(20), 3) == "https://discord.com/channels/@me/20/3"


@given(st.lists(WILD, min_size=1, max_size=7), WILD)
def test_a_page_of_any_texts_fits_into_an_embed(said: list[str], summary: str) -> None:
    turns = [turn(text, place) for place, text in enumerate(said, 1)]

    assert 0 < units(page(*turns, summary=summary)) <= 4096


def test_a_page_names_a_turn_without_words_by_what_belongs_to_it() -> None:
    picture = Part(PartKind.IMAGE, name="cat.png")

    assert "> \\[image: cat.png]" in page(replace(turn(""), parts=(picture,)))
    assert "> \\[nothing]" in page(turn(" \n\u200b"))
    assert "> …" in page(turn(" " * 9_000 + "x"))


def test_a_page_without_a_message_to_link_has_no_link() -> None:
    shown = page(turn(message_id=None))

    assert "https://" not in shown
    assert "**1 message** with **3 tokens**; the next request carries **1** of them." in shown


def test_tokens_that_are_estimated_are_marked_on_a_page() -> None:
    count = replace(counted(turn()), exact=False)
    shown = render.history_page(HistoryPage(ROOM, [turn()], count, newest=True, older=None), "Parley")

    assert "with **about 3 tokens**" in (shown.description or "")
    assert (shown.description or "").count("about 3 tokens") == 2


@given(st.lists(st.binary(min_size=1, max_size=8), max_size=3000))
def test_a_count_of_any_text_fits_into_a_message(pieces: list[bytes]) -> None:
    count = TextCount("m" * 300, "o200k_base", False, 10**6, pieces)

    assert units(render.text_count(count)) <= 2000


def test_the_shares_of_a_channel_are_drawn_and_told() -> None:
    shown = render.channel_count(counted(turn(), turn(position=2), tokens=2000))

    assert f"sent    {'█' * 20} 100%" in (shown.description or "")
    assert f"budget  {'█' * 5}{'░' * 15} 25%" in (shown.description or "")


def test_a_record_tells_who_what_when_and_where() -> None:
    entries = [
        LogEntry(NOON, 7, None, Deed(Verb.SET, "auto", True)),
        LogEntry(NOON, 7, 10, Deed(Verb.SET, "retention_days", 3)),
        LogEntry(NOON, 7, 10, Deed(Verb.SET, "retention_days", 0)),
        LogEntry(NOON, 7, 10, Deed(Verb.SET, "persona", "")),
        LogEntry(NOON, 7, 10, Deed(Verb.SET, "recent", 50)),
        LogEntry(NOON, 7, 10, Deed(Verb.SET, "recent", 0)),
        LogEntry(NOON, 7, None, Deed(Verb.SET, "limit_server", "$0.5/day")),
        LogEntry(NOON, 7, None, Deed(Verb.SET, "limit_role:5", "2000 tokens/month")),
        LogEntry(NOON, 7, 10, Deed(Verb.RESET, turns=1, tokens=2000)),
        LogEntry(NOON, 7, 10, Deed(Verb.LEGACY, words="set mood: sad")),
        LogEntry(NOON, 0, 10, Deed(Verb.CLEAR, "persona")),
    ]

    assert (record.log_entries(entries, exact=True).description or "").splitlines() == [
        "<t:1786017600:R> <@7> set automatic answers to on for the server",
        "<t:1786017600:R> <@7> set retention to 3 days here",
        "<t:1786017600:R> <@7> set retention to no limit here",
        "<t:1786017600:R> <@7> set persona to nothing here",
        "<t:1786017600:R> <@7> set recent messages to 50 messages here",
        "<t:1786017600:R> <@7> set recent messages to none here",
        "<t:1786017600:R> <@7> set limit of the server to $0.50 a day for the server",
        "<t:1786017600:R> <@7> set limit of each person with <@&5> to 2,000 tokens a month for the server",
        "<t:1786017600:R> <@7> cleared 1 message, 2,000 tokens here",
        "<t:1786017600:R> <@7> · set mood: sad",
        f"<t:1786017600:R> {admins.LOG_NOBODY} went back to the default persona here",
    ]


DEEDS = st.builds(
    Deed,
    verb=st.sampled_from(Verb),
    setting=st.none() | st.sampled_from(list(KINDS)),
    value=st.none() | st.booleans() | st.integers(0) | WILD,
    turns=st.none() | st.integers(0),
    words=WILD,
)


@given(st.lists(st.builds(LogEntry, st.just(NOON), st.integers(0, 2**63), st.none(), DEEDS), max_size=20))
def test_a_record_of_any_details_fits_into_an_embed(entries: list[LogEntry]) -> None:
    assert 0 < units(record.log_entries(entries, exact=True).description or "") <= 4096


def test_a_reset_says_what_goes_what_stays_and_until_when() -> None:
    asked = resets.question(ResetOrder(ROOM, guild_wide=True, keep=3), 12, 345, exact=True)
    reset = Reset(1, ROOM, 12, 345, NOON)
    done, told = resets.done(reset, exact=False), resets.announced(reset, "M_o")

    assert asked == (
        "Clear **12 messages** with **345 tokens** in every channel of this server, "
        "keeping the latest 3 exchanges of each? This can be undone for 10 minutes."
    )
    assert done == "Cleared: 12 messages with about 345 tokens."
    assert told == admins.RESET_ANNOUNCED[0].format(name="M\\_o")


FORGED = "<@123> **Mo**\n# https://evil.example `[a](https://b.c)` @everyone"


def test_a_name_says_nothing_in_our_own_words() -> None:
    reset = Reset(1, ROOM, 2, 10, NOON)
    shown = [
        render.question_about(FORGED, "https://discord.com/channels/1/10/3", "Why?"),
        resets.announced(reset, FORGED),
        page(turn(label=FORGED)),
    ]

    assert all(
        "\\<@123> \\*\\*Mo\\*\\* # https\\://evil.example \\`\\[a](https\\://b.c)\\` \\@everyone" in one
        for one in shown
    )


def test_a_quoted_text_says_nothing_in_our_own_words() -> None:
    link = "https://discord.com/channels/1/10/3"
    shown = render.question_about("Alex", link, FORGED)

    assert shown == (
        f"**Alex** asks about {link}: \\<@123> \\*\\*Mo\\*\\*\n\\# https\\://evil.example "
        "\\`\\[a](https\\://b.c)\\` \\@everyone"
    )
    assert "\\<@123> \\*\\*Mo\\*\\* # https\\://evil" in page(turn(FORGED))


@given(st.text(max_size=32), st.text(st.characters(exclude_categories=["Cs"]) | st.just("*"), max_size=1500))
def test_a_question_of_any_words_fits_into_its_message(name: str, question: str) -> None:
    shown = render.question_about(
        name, f"https://discord.com/channels/{'9' * 20}/{'9' * 20}/{'9' * 20}", question
    )

    assert units(shown) <= 2000


def test_every_setting_has_a_name_in_the_record() -> None:
    limits = {f"limit_{whose.value}" for whose in (Whose.SERVER, Whose.PERSON)}

    assert set(admins.SETTINGS) == limits | {"limit_role", "notices", "language"}
    assert all(words_of(name).record for name in KINDS)


def test_every_state_of_an_answer_has_words() -> None:
    questions = {State.HEARD, State.WAITING, State.ANSWERED}

    assert set(render.STATES) == set(State) - questions
