"""Which messages are for the bot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from bot.rules.model import AttachmentRef, ChannelKey, Incoming, Reference, Speaker
from bot.rules.places.asides import FIRST_ASIDE
from bot.rules.triggers import Trigger, decide, is_proxied, says_hello
from tests.support.strategies import texts

JOHN = Speaker(100, "John", "john")
ROOM = ChannelKey(10, guild_id=1)
THREAD = ChannelKey(11, guild_id=1, parent_id=10)
DIRECT = ChannelKey(12)
SAID = Incoming(1, ROOM, JOHN, "Hello there.", datetime(2026, 8, 6, tzinfo=UTC))
FILE = AttachmentRef(1, "notes.txt", "https://cdn.discordapp.com/notes.txt", 5)


def trigger(
    incoming: Incoming, *, joined: bool = False, auto_answers: bool = False, ignored: bool = False
) -> Trigger:
    return decide(incoming, joined=joined, auto_answers=auto_answers, ignored=ignored)


ADDRESSED = [
    pytest.param(replace(SAID, mentions_us=True), id="a mention"),
    pytest.param(replace(SAID, reply_to=Reference(2, "Hi", from_us=True)), id="a reply to us"),
    pytest.param(replace(SAID, key=DIRECT), id="a direct message"),
    pytest.param(replace(SAID, mentions_us=True, text=""), id="a bare mention"),
]


@pytest.mark.parametrize("incoming", ADDRESSED)
def test_who_addresses_the_bot_is_answered_at_once(incoming: Incoming) -> None:
    assert trigger(incoming) is Trigger.ANSWER
    assert trigger(incoming, joined=True, auto_answers=True) is Trigger.ANSWER


@pytest.mark.parametrize("incoming", ADDRESSED)
def test_an_ignored_person_who_addresses_the_bot_is_answered(incoming: Incoming) -> None:
    assert trigger(incoming, ignored=True) is Trigger.ANSWER


def test_what_is_said_in_a_channel_to_others_is_left_alone() -> None:
    assert trigger(SAID) is Trigger.NOTHING
    assert trigger(replace(SAID, reply_to=Reference(2, "Hi", JOHN))) is Trigger.NOTHING


def test_in_a_thread_that_the_bot_takes_part_in_everything_is_answered() -> None:
    assert trigger(replace(SAID, key=THREAD), joined=True) is Trigger.ANSWER


def test_what_is_said_to_others_where_the_bot_listens_is_heard() -> None:
    to_others = replace(SAID, speaks_to_others=True)

    assert trigger(to_others, auto_answers=True) is Trigger.HEAR
    assert trigger(replace(to_others, key=THREAD), joined=True) is Trigger.HEAR
    assert trigger(to_others) is Trigger.NOTHING
    assert trigger(replace(to_others, mentions_us=True), auto_answers=True) is Trigger.ANSWER


def test_in_a_thread_of_others_nothing_is_answered() -> None:
    assert trigger(replace(SAID, key=THREAD)) is Trigger.NOTHING


def test_only_threads_can_be_joined() -> None:
    assert trigger(SAID, joined=True) is Trigger.NOTHING


def test_in_an_auto_channel_the_bot_chimes_in() -> None:
    assert trigger(SAID, auto_answers=True) is Trigger.CHIME_IN


def test_a_thread_that_answers_all_waits_for_quiet_though_the_bot_takes_part() -> None:
    assert trigger(replace(SAID, key=THREAD), joined=True, auto_answers=True) is Trigger.CHIME_IN


@pytest.mark.parametrize("key", [ROOM, THREAD])
def test_who_asked_to_be_ignored_is_not_reacted_to(key: ChannelKey) -> None:
    incoming = replace(SAID, key=key)

    assert trigger(incoming, joined=True, auto_answers=True, ignored=True) is Trigger.NOTHING


@pytest.mark.parametrize("text", [" \n", "\u200b\u3164"])
def test_a_message_with_nothing_readable_starts_nothing(text: str) -> None:
    assert trigger(replace(SAID, text=text), auto_answers=True) is Trigger.NOTHING


@pytest.mark.parametrize(
    "incoming",
    [replace(SAID, text="", attachments=(FILE,)), replace(SAID, text="", forwards=(Reference(2, "Hi"),))],
)
def test_a_file_or_a_forward_alone_is_something_said(incoming: Incoming) -> None:
    assert trigger(incoming, auto_answers=True) is Trigger.CHIME_IN


@pytest.mark.parametrize(
    ("changes", "is_copy"),
    [
        ({}, True),
        ({"text": "Hello"}, True),
        ({"text": "Hello there. And you?"}, False),
        ({"key": DIRECT}, False),
        ({"created_at": SAID.created_at + timedelta(minutes=1)}, False),
        ({"text": ""}, False),
        ({"text": "", "attachments": (FILE,)}, False),
    ],
)
def test_a_copy_of_a_proxy_says_the_same_without_a_mark(changes: dict[str, Any], is_copy: bool) -> None:
    assert is_proxied(SAID, replace(SAID, message_id=2, **changes)) is is_copy


def test_a_file_alone_is_proxied_by_the_same_file_alone() -> None:
    sent = replace(SAID, text="", attachments=(FILE,))

    assert is_proxied(sent, replace(sent, message_id=2))
    assert not is_proxied(replace(SAID, text="x" * 200 + "Hello"), replace(SAID, text="Hello"))


WAVE = replace(SAID, text="👋")


@pytest.mark.parametrize(
    ("said", "hello"),
    [
        (replace(SAID, text="", mentions_us=True), True),
        (replace(WAVE, text="👋 …", mentions_us=True), True),
        (replace(SAID, text="Hello!", mentions_us=True), False),
        (WAVE, False),
        (replace(WAVE, key=DIRECT), False),
        (replace(WAVE, mentions_us=True, attachments=(FILE,)), False),
        (replace(WAVE, mentions_us=True, reply_to=Reference(2, "Hi", JOHN)), False),
        (replace(WAVE, mentions_us=True, forwards=(Reference(2, "Hi"),)), False),
        (replace(WAVE, mentions_us=True, key=THREAD), False),
        (replace(WAVE, mentions_us=True, key=THREAD, message_id=THREAD.channel_id), True),
        (replace(WAVE, mentions_us=True, key=replace(THREAD, channel_id=FIRST_ASIDE, parent_id=None)), False),
    ],
)
def test_what_is_a_mere_greeting(said: Incoming, hello: bool) -> None:
    assert says_hello(said) is hello


@given(text=texts)
def test_a_mention_with_a_letter_or_a_figure_is_no_mere_greeting(text: str) -> None:
    said = replace(SAID, text=text, mentions_us=True)

    assert says_hello(said) is not any(map(str.isalnum, text))
