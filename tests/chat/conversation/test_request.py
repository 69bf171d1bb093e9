"""What a request carries: never more than it may, always whole turns, and mostly what was sent before."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.completions import Asker, Request, Retraction, Thought
from bot.errors import ContextTooLong, ModelDown
from bot.rules.model import AttachmentRef, ChannelKey, Reference, Speaker
from bot.rules.places.settings import Settings
from bot.rules.prompting.prompt import SUMMARY_HEADING
from bot.rules.prompting.tokens import MESSAGE_TOKENS, PRIMING_TOKENS
from bot.store.places import SqlPlaces
from tests.chat.heart import DIRECT, JOHN, MARY, MODERATOR, ROOM, Heart, beating
from tests.support.fakes import FakeCounter, completion
from tests.support.sqlite import sqlite_of
from tests.support.strategies import examples, speakers, texts

BUDGET = 1_000
IMPOSTORS = [
    JOHN.name,
    "john",
    "J\u200bohn",
    "John (@user_1)",
    "John:",
    "\u202eJohn",
    "Ｊｏｈｎ",
    "",
    "\u3164",
]
LOG = AttachmentRef(1, "log.txt", "https://cdn.discordapp.com/log.txt", 10_485_760, "text/plain")


def tokens(request: Request) -> int:
    """Count a request as its model would."""
    contents = [message["content"] for message in request.messages]
    count = FakeCounter().count
    return PRIMING_TOKENS + sum(MESSAGE_TOKENS + count(content, request.model) for content in contents)


async def talk(heart: Heart, questions: int, words: int = 40) -> None:
    """Ask so much that a request is full before long."""
    for number in range(questions):
        heart.completer.will(f"{number} " + "yes " * words, completion())
        await heart.ask(f"{number} " + "why " * words)


async def test_no_request_passes_its_budget(heart: Heart) -> None:
    await talk(heart, 30)

    assert max(map(tokens, heart.completer.requests)) <= BUDGET
    assert max(map(tokens, heart.completer.requests)) > BUDGET * 0.8


async def test_our_own_count_of_a_request_is_what_it_carries(heart: Heart) -> None:
    await talk(heart, 20)
    question = await heart.say("And now?")
    await heart.answered(question)

    assert (await heart.answer_to(question)).own_count == tokens(heart.completer.requests[-1])


async def test_a_cut_stays_until_the_next_overflow(heart: Heart) -> None:
    await talk(heart, 30)

    starts = [request.messages[1] for request in heart.completer.requests]
    assert 2 < len({str(start) for start in starts}) < 10


async def test_without_a_persona_no_system_message_is_sent() -> None:
    async with beating(persona="") as heart:
        await heart.ask("Hello")

        assert heart.completer.last == [("user", "John: Hello")]


async def test_what_is_set_for_a_place_holds_there(heart: Heart) -> None:
    await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, persona="Be kind.", model="old-model")
    await heart.ask("Hello")
    await heart.ask("Hello", key=DIRECT)

    here, there = heart.completer.requests
    assert (here.model, here.messages[0]["content"]) == ("old-model", "Be kind.")
    assert (there.model, there.messages[0]["content"]) == ("gpt-4.1-mini", "Be brief.")


async def test_another_encoding_is_counted_anew_and_the_budget_holds(heart: Heart) -> None:
    await talk(heart, 30)
    await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, model="old-model")
    await talk(heart, 3)
    await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, model=None)
    await talk(heart, 3)

    assert max(map(tokens, heart.completer.requests)) <= BUDGET


@pytest.mark.sqlite
async def test_a_long_history_is_counted_anew_in_few_writes(heart: Heart) -> None:
    await talk(heart, 30)
    await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, model="old-model")
    statements: list[str] = []
    sqlite_of(heart.store.turns._database).set_trace_callback(statements.append)
    await heart.ask("And now?")

    assert len([one for one in statements if "turns SET tokens" in one]) == 1


async def test_a_small_model_gets_no_more_than_its_window_leaves() -> None:
    async with beating(model="small-model") as heart:
        await talk(heart, 12, words=20)

        assert max(map(tokens, heart.completer.requests)) <= 300 - 100


async def test_going_on_with_an_answer_stays_within_the_budget_too(heart: Heart) -> None:
    await talk(heart, 12)
    heart.completer.will("yes " * 300, completion("length"))
    question = await heart.say("why " * 40)
    await heart.answered(question)
    await heart.control.go_on((await heart.answer_to(question)).id, *heart.presser())
    await heart.answered(question, times=2)

    request = heart.completer.requests[-1]
    assert len(request.messages) > 4
    assert tokens(request) <= BUDGET
    assert (await heart.answer_to(question)).own_count == tokens(request)


async def test_a_file_of_ten_megabytes_leaves_room_for_the_conversation(heart: Heart) -> None:
    heart.reader.files[LOG.id] = b"a" * LOG.size
    await heart.ask("I like tea")
    await heart.ask("What is this?", attachments=(LOG,))

    assert tokens(heart.completer.requests[-1]) <= BUDGET * 0.6
    assert "I like tea" in heart.completer.last[1][1]
    assert "cut after" in heart.completer.last[-1][1]


async def test_a_question_that_was_too_long_takes_nothing_of_the_conversation_with_it(heart: Heart) -> None:
    await heart.ask("I like tea")
    await heart.ask("why " * 2_000)
    await heart.ask("What do I like?")

    assert [content for _, content in heart.completer.last[1:]] == [
        "John: I like tea",
        "Answer 1",
        "John: What do I like?",
    ]
    assert len(await heart.words()) == 5
    assert len((await heart.preview(ROOM)).turns) == 4


@pytest.mark.parametrize("over", range(-2, 6))
async def test_a_question_a_hair_too_long_takes_nothing_with_it_either(heart: Heart, over: int) -> None:
    await heart.ask("tea")
    persona, label = PRIMING_TOKENS + 2 * MESSAGE_TOKENS + 3, len("John: ")
    await heart.ask("a" * (4 * (BUDGET - persona + over) - label))
    refused = len(heart.completer.requests) == 1
    await heart.ask("And now?")

    assert refused == (over > 0)
    assert ("John: tea" in str(heart.completer.last)) == refused


async def test_a_question_that_was_too_long_is_sent_once_it_is_cut_short(heart: Heart) -> None:
    question = await heart.say("why " * 2_000)
    await heart.answered(question)
    await heart.edit(question, "Why?")
    await heart.answered(question, times=2)

    assert heart.completer.last[1:] == [("user", "John: Why?")]


async def test_what_was_too_long_does_not_come_back_when_the_conversation_is_cut(heart: Heart) -> None:
    await heart.ask("why " * 2_000)
    await talk(heart, 30)

    assert max(map(tokens, heart.completer.requests)) <= BUDGET
    assert max(map(tokens, heart.completer.requests)) > BUDGET * 0.8


async def test_a_preview_says_what_the_next_request_would_carry(heart: Heart) -> None:
    await talk(heart, 4)
    preview = await heart.preview(ROOM)
    await heart.ask("")

    assert preview.tokens < preview.budget == BUDGET
    assert preview.exact
    assert [turn.id for turn in preview.turns] == [turn.id for turn in (await heart.turns())[:-2]]


async def test_a_request_names_who_asks_and_where(heart: Heart) -> None:
    await heart.ask("Hello", JOHN, ROOM)
    await heart.ask("Hello", MARY, DIRECT)

    askers = [request.asker for request in heart.completer.requests]
    assert askers == [Asker(JOHN.id, ROOM), Asker(MARY.id, DIRECT)]
    assert [asker and asker.community for asker in askers] == [ROOM.guild_id, DIRECT.channel_id]


async def test_a_preview_of_nothing_is_empty(heart: Heart) -> None:
    preview = await heart.preview(ROOM)

    assert preview.turns == ()
    assert preview.tokens > 0


async def until_cut(heart: Heart) -> None:
    """Talk until something is cut."""
    while not (await heart.store.turns.window(ROOM.channel_id, None, 1)).cut:
        await talk(heart, 1)


async def test_what_is_cut_is_summed_up_where_that_is_wanted() -> None:
    async with beating(summarize=True) as heart:
        heart.completer.will_sum_up("John ", "asks why.", completion())
        await until_cut(heart)

        [request] = heart.completer.summary_requests
        assert "Sum up" in request.messages[-1]["content"]
        assert heart.completer.last[0] == ("system", f"Be brief.\n\n{SUMMARY_HEADING}\nJohn asks why.")
        assert request.asker == Asker(JOHN.id, ROOM)
        assert (await heart.preview(ROOM)).summary == "John asks why."


async def test_what_was_only_thought_gets_into_no_summary() -> None:
    async with beating(summarize=True) as heart:
        heart.completer.will_sum_up("A secret", Retraction(), Thought(), "John asks why.", completion())
        await until_cut(heart)

        assert (await heart.preview(ROOM)).summary == "John asks why."


async def test_where_nobody_wants_a_summary_none_is_made(heart: Heart) -> None:
    await until_cut(heart)

    assert heart.completer.summary_requests == []
    assert heart.completer.last[0] == ("system", "Be brief.")


async def test_a_summary_is_made_once_for_each_cut_and_not_for_each_question() -> None:
    async with beating(summarize=True) as heart:
        await until_cut(heart)
        await talk(heart, 2)

        assert len(heart.completer.summary_requests) == 1


async def test_a_summary_carries_the_one_before_it_on() -> None:
    async with beating(summarize=True) as heart:
        heart.completer.will_sum_up("John asks why.", completion())
        await talk(heart, 20)

        assert "John asks why." in heart.completer.summary_requests[1].messages[0]["content"]


async def test_no_request_for_a_summary_passes_the_budget_either() -> None:
    async with beating(summarize=True) as heart:
        await heart.ask("why " * 2_000)
        await talk(heart, 12)

        assert heart.completer.summary_requests
        assert max(map(tokens, heart.completer.summary_requests + heart.completer.requests)) <= BUDGET


async def test_what_is_too_long_to_be_summed_up_is_left_out() -> None:
    async with beating(summarize=True) as heart:
        await heart.ask("why " * 2_000)
        await heart.ask("And now?")

        assert heart.completer.summary_requests == []
        assert heart.completer.last == [("system", "Be brief."), ("user", "John: And now?")]


@pytest.mark.parametrize("script", [(ModelDown(),), (completion(),)])
async def test_without_a_summary_the_turns_are_left_out_all_the_same(script: tuple[Any, ...]) -> None:
    async with beating(summarize=True) as heart:
        heart.completer.will_sum_up(*script)
        await until_cut(heart)

        assert heart.completer.last[0] == ("system", "Be brief.")


async def test_a_summary_that_leaves_no_room_for_the_question_is_not_sent() -> None:
    async with beating(summarize=True) as heart:
        heart.completer.will_sum_up("tea " * 60, completion())
        await until_cut(heart)
        heart.completer.will_sum_up("tea " * 60, completion())
        await heart.ask("why " * 950)

        assert "tea tea" not in str(heart.completer.last)
        assert tokens(heart.completer.requests[-1]) <= BUDGET


async def test_a_summary_of_words_that_were_deleted_meanwhile_is_not_kept() -> None:
    async with beating(summarize=True) as heart:
        gate = asyncio.Event()
        heart.completer.will_sum_up(gate, "John said why.", completion())
        talking = asyncio.create_task(talk(heart, 12))
        await heart.until(lambda: heart.completer.summary_requests)
        first = (await heart.turns())[0]
        await heart.store.turns.forget([first.message_id or 0])
        gate.set()
        await talking

        assert "John said why." not in str([request.messages for request in heart.completer.requests])


async def test_a_summary_of_a_quote_that_was_deleted_meanwhile_is_not_kept() -> None:
    async with beating(summarize=True) as heart:
        gate = asyncio.Event()
        heart.completer.will_sum_up(gate, "Mary said tea.", completion())
        quoted = heart.message("Tea is a soup.", MARY)
        await heart.ask("Is it so?", reply_to=Reference(quoted.message_id, quoted.text, MARY))
        talking = asyncio.create_task(talk(heart, 12))
        await heart.until(lambda: heart.completer.summary_requests)
        await heart.delete(quoted.message_id)
        gate.set()
        await talking

        assert "Tea is a soup." in str(heart.completer.summary_requests)
        assert "Mary said tea." not in str([request.messages for request in heart.completer.requests])


@given(said=st.lists(st.tuples(speakers(), texts), min_size=1, max_size=4), dm=st.booleans())
@examples(25)
def test_any_names_and_any_text_give_a_valid_request(said: list[tuple[Speaker, str]], dm: bool) -> None:
    asyncio.run(_say_all(said, DIRECT if dm else ROOM))


async def _say_all(said: list[tuple[Speaker, str]], key: ChannelKey) -> None:
    async with beating(max_prompt_tokens=100_000) as heart:
        for speaker, text in said:
            await heart.ask(text, speaker, key)
        messages = heart.completer.requests[-1].messages

    assert json.loads(json.dumps(messages, ensure_ascii=False).encode()) == messages
    assert [message["role"] for message in messages] == ["system", *["user", "assistant"] * len(said)][
        : len(messages)
    ]
    assert all(message["content"] for message in messages)


async def test_nobody_is_taken_for_somebody_else_whatever_they_are_called(heart: Heart) -> None:
    people = [Speaker(number, name, f"user_{number}") for number, name in enumerate(IMPOSTORS, start=1)]
    for person in people:
        await heart.ask("It's me", person)

    labels = [turn.label.casefold() for turn in await heart.turns() if turn.author_id is not None]
    assert len(set(labels)) == len(people)


@pytest.fixture
def settings_read(monkeypatch: pytest.MonkeyPatch) -> list[ChannelKey]:
    """Return the places whose settings are read, as that goes on."""
    read: list[ChannelKey] = []
    real = SqlPlaces.met

    async def met(places: SqlPlaces, key: ChannelKey, person_id: int) -> tuple[Settings, bool]:
        read.append(key)
        return await real(places, key, person_id)

    monkeypatch.setattr(SqlPlaces, "met", met)
    return read


async def test_the_settings_of_a_place_are_read_once_a_question(
    heart: Heart, settings_read: list[ChannelKey]
) -> None:
    await heart.ask("Hello")

    assert settings_read == [ROOM]


async def test_a_second_try_reads_no_settings_again(heart: Heart, settings_read: list[ChannelKey]) -> None:
    await heart.ask("Hello")
    settings_read.clear()
    heart.completer.will(ContextTooLong())
    await heart.ask("And now?")

    assert len(heart.completer.requests) == 3
    assert settings_read == [ROOM]


async def test_an_answer_that_is_redone_reads_them_anew_and_once(
    heart: Heart, settings_read: list[ChannelKey]
) -> None:
    question = await heart.say("Hello")
    await heart.answered(question)
    await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, model="old-model")
    settings_read.clear()
    await heart.control.regenerate((await heart.answer_to(question)).id, *heart.presser())
    await heart.answered(question, times=2)

    assert settings_read == [ROOM]
    assert heart.completer.requests[-1].model == (await heart.answer_to(question)).model == "old-model"


async def test_the_model_that_is_noted_is_the_model_that_is_asked(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SqlPlaces.settings

    async def settings(places: SqlPlaces, key: ChannelKey) -> Settings:
        found = await real(places, key)
        model = "old-model" if found.model is None else "gpt-4.1-mini"
        await places.change(key, MODERATOR, guild_wide=False, model=model)  # as somebody does right after
        return found

    monkeypatch.setattr(SqlPlaces, "settings", settings)
    question = await heart.say("Hello")
    await heart.answered(question)

    assert (await heart.answer_to(question)).model == heart.completer.requests[-1].model
