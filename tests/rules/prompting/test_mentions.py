"""Discord's marks, written as a person reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.prompting.mentions import MARK, Names, readable
from tests.support.strategies import texts

US, OUR_ROLE = 1, 2
NAMES = Names(
    users={100: "John", 101: "Ma\nry: yes"},
    roles={200: "Moderators", 201: "\u3164"},
    channels={300: "general"},
    us="Parley",
    our_ids=frozenset({US, OUR_ROLE}),
)


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("<@100>", "@John"),
        ("<@!100>", "@John"),
        ("<@&200>", "@Moderators"),
        ("<#300>", "#general"),
        ("</history show:400>", "/history show"),
        ("<:wave:500>", ":wave:"),
        ("<a:party:500>", ":party:"),
        ("<t:1786017600>", "2026-08-06 12:00 UTC"),
        ("<t:1786017600:R>", "2026-08-06 12:00 UTC"),
        ("<t:-1:d>", "1969-12-31 23:59 UTC"),
        ("<id:customize>", "#customize"),
        ("<id:linked-roles:400>", "#linked-roles"),
        ("</ask about:123>", "/ask about"),
        ("`<@100>`", "`<@100>`"),
        ("``<#300> ` <@1>``", "``<#300> ` <@1>``"),
        ("```py\nprint('<@&200>')\n```", "```py\nprint('<@&200>')\n```"),
        ("> <@100> said", "> @John said"),
        ("||<@100>||", "||@John||"),
    ],
)
def test_marks_read_as_names(mark: str, name: str) -> None:
    assert readable(f"Look: {mark}, please.", NAMES) == f"Look: {name}, please."


@pytest.mark.parametrize(
    ("mark", "name"), [("<@7>", "@unknown"), ("<@&7>", "@unknown"), ("<#7>", "#unknown")]
)
def test_an_id_that_nobody_knows_does_not_stand_in_the_text(mark: str, name: str) -> None:
    assert readable(f"Look: {mark}.", NAMES) == f"Look: {name}."


def test_a_time_that_no_calendar_holds_stays_as_it_is() -> None:
    assert readable("at <t:9999999999999>", NAMES) == "at <t:9999999999999>"


@pytest.mark.parametrize(
    "content", ["<@1> Hello", "<@!1>Hello", "Hello <@1>", "<@&2> Hello", " <@1>  Hello  <@&2> "]
)
def test_the_mention_that_only_addresses_us_is_left_out(content: str) -> None:
    assert readable(content, NAMES) == "Hello"


def test_a_mention_of_us_within_a_sentence_reads_as_our_name() -> None:
    assert readable("What can <@1> do, and <@&2> too?", NAMES) == "What can @Parley do, and @Parley too?"


def test_a_name_can_not_break_the_line_that_mentions_it() -> None:
    assert readable("Ask <@101>.", NAMES) == "Ask @Ma ry yes."


def test_a_name_that_shows_nothing_reads_as_unknown() -> None:
    assert readable("Ask <@&201>.", NAMES) == "Ask @unknown."


LINK = "https://discord.com/channels/9"


@pytest.mark.parametrize(
    ("link", "name"),
    [
        (f"{LINK}/300", "#general"),
        (f"{LINK}/300/400", "#general (a message there)"),
        ("https://ptb.discord.com/channels/9/300", "#general"),
        (f"{LINK}/7", f"{LINK}/7"),
        (f"{LINK}/7/400", f"{LINK}/7/400"),
        (f"`{LINK}/300`", f"`{LINK}/300`"),
    ],
)
def test_a_link_to_a_place_reads_as_its_name_where_that_is_known(link: str, name: str) -> None:
    assert readable(f"Look: {link}.", NAMES) == f"Look: {name}."


@given(text=texts)
def test_text_without_marks_stays_as_it_was_written(text: str) -> None:
    if not MARK.search(text):
        assert readable(text, Names()) == text.strip()


@given(pieces=st.lists(texts | st.sampled_from(["<@100>", "<#1>", "<t:99999999999>", "<:a_b:1>", "<@1>"])))
def test_any_text_is_readable_and_holds_no_mark_of_a_person(pieces: list[str]) -> None:
    text = readable("|".join(pieces), NAMES)

    assert "<@100>" not in text
    assert "<#1>" not in text
