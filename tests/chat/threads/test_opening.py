"""Where mentions open threads, what goes along and what they are called; where answers lead into one."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.chat.clearing import ResetOrder
from bot.chat.completions import Retraction
from bot.chat.conversation.queue import StopReason
from bot.chat.rights import Permission
from bot.chat.threads.ports import Carried
from bot.errors import RateLimited, UserFacingError
from bot.rules.model import ChannelKey, Incoming, Speaker
from bot.rules.prompting.prompt import RECENT_HEADING
from bot.rules.spending.entries import Purpose
from bot.rules.threads.modes import ThreadMode
from bot.rules.threads.titles import Title, mark_of
from bot.settings.bounds import Rate
from bot.texts.features import threads as texts
from tests.chat.heart import DIRECT, JOHN, MARY, MODERATOR, OTHER_ROOM, ROOM, THREAD, Heart, beating
from tests.support.entries import entries_of
from tests.support.fakes import FakeSink, completion

NOTHING: tuple[Permission, ...] = ()


@pytest.fixture
async def always() -> AsyncIterator[Heart]:
    async with beating(threads=ThreadMode.ALWAYS, recent=3) as heart:
        heart.threads.missing = {ROOM.channel_id: NOTHING}
        yield heart


def thread_of(question: Incoming) -> ChannelKey:
    return ChannelKey(question.message_id, ROOM.guild_id, ROOM.channel_id)


async def asked(heart: Heart, text: str, **options: Any) -> tuple[Incoming, FakeSink]:
    question = await heart.say(text, **options)
    return question, await heart.answered(question)


async def background_ended(heart: Heart) -> None:
    """Wait for what goes on in the background."""
    await asyncio.gather(*heart.tasks._tasks)


async def test_a_mention_opens_a_thread_for_its_answer_and_the_talk_goes_on_there(always: Heart) -> None:
    question, answer = await asked(always, "How do I **bake**?")
    thread = thread_of(question)
    await always.ask("And how long?", key=thread, mentions_us=False)

    assert always.threads.opened == [(thread, "How do I bake?")]
    assert answer.spot.key == thread
    assert [content for _, content in always.completer.last[1:]] == [
        "John: How do I **bake**?",
        "Answer 1",
        "John: And how long?",
    ]
    assert await always.words() == []


@pytest.mark.parametrize("reason", ["elsewhere", "lacking", "off there", "refused", "missing", "alone"])
async def test_where_no_thread_can_be_the_answer_stays_in_the_channel(always: Heart, reason: str) -> None:
    key = OTHER_ROOM if reason == "elsewhere" else ROOM
    if reason == "lacking":
        always.threads.missing[ROOM.channel_id] = (Permission.CREATE_PUBLIC_THREADS,)
    elif reason == "off there":
        await always.store.places.change(ROOM, MODERATOR, guild_wide=False, threads=ThreadMode.OFF)
    elif reason == "refused":
        always.threads.refusal = UserFacingError(texts.TOO_MANY)
    question = always.message("Hello", key=key, may_go_on=reason != "alone")
    await always.inbox.receive(question, ["send_messages"] if reason == "missing" else ())
    if reason != "missing":
        assert (await always.answered(question)).spot.key == key

    assert always.threads.opened == []
    assert await always.words(key) == ["Hello", "Answer 1"][: 1 if reason == "missing" else 2]
    assert not await always.store.places.joined(question.message_id)


async def test_what_is_said_to_nobody_opens_no_thread(always: Heart) -> None:
    await always.chime_in_everywhere()
    await always.say("Hello all", mentions_us=False)

    assert always.threads.opened == []


async def test_in_a_thread_and_in_a_direct_message_the_answer_stands_where_it_was_asked(
    always: Heart,
) -> None:
    answers = [await always.ask("Hello", key=key) for key in (THREAD, DIRECT)]

    assert [one.spot.key for one in answers] == [THREAD, DIRECT]


async def test_a_question_without_words_is_titled_for_its_author(always: Heart) -> None:
    question, _ = await asked(always, "")

    assert always.threads.opened == [(thread_of(question), "Conversation with John")]


async def test_who_asks_too_soon_opens_no_thread() -> None:
    async with beating(threads=ThreadMode.ALWAYS, cooldown=Rate(1, 60)) as heart:
        heart.threads.missing = {ROOM.channel_id: NOTHING}
        await asked(heart, "Hello")
        await heart.say("Hello again")
        await heart.until(lambda: heart.screen.said)

        assert len(heart.threads.opened) == 1
        assert await heart.words() == ["Hello again"]


async def test_the_question_is_not_told_the_title_that_is_made_of_it(always: Heart) -> None:
    said = always.message("Hello")
    always.reader.titles[said.message_id] = Title("Hello")
    await always.inbox.receive(said)
    await always.answered(said)
    await always.ask("And now?", key=thread_of(said), mentions_us=False)

    assert [content for _, content in always.completer.last[1:]] == [
        "John: Hello",
        "Answer 1",
        "John: And now?\n\n[thread: Hello]",
    ]


async def test_an_edit_that_addresses_the_bot_opens_a_thread(always: Heart) -> None:
    said = always.message("Hello", mentions_us=False)
    await always.inbox.receive(said)
    edited = await always.edit(said, "Hello you", mentions_us=True)
    await always.answered(edited)

    assert always.threads.opened == [(thread_of(said), "Hello you")]


async def test_an_edit_of_the_question_redoes_the_answer_in_the_thread(always: Heart) -> None:
    question, _ = await asked(always, "Hello")
    edited = await always.edit(question, "Hello there")
    again = await always.answered(edited, 2)

    assert again.spot.key == thread_of(question)
    assert len(always.threads.opened) == 1
    assert (await always.words(thread_of(question)))[0] == "Hello there"


async def test_a_deleted_question_stops_its_answer_in_the_thread(always: Heart) -> None:
    always.completer.will("Once", held := asyncio.Event())
    question = await always.say("Tell me")
    await always.asked_the_model()
    [job] = always.queue.jobs(question.message_id)

    await always.delete(question.message_id)

    assert job.stop_reason is StopReason.GONE
    assert not held.is_set()


async def test_with_their_channel_the_answers_in_its_threads_end(always: Heart) -> None:
    always.completer.will("Once", asyncio.Event())
    question = await always.say("Tell me")
    await always.asked_the_model()
    [job] = always.queue.jobs(question.message_id)

    await always.inbox.channel_deleted(ROOM.channel_id)

    assert job.stop_reason is StopReason.GONE
    assert await always.words(thread_of(question)) == []


async def test_the_channels_recent_messages_go_along_as_far_as_is_set(always: Heart) -> None:
    def heard(text: str) -> None:
        said = always.message(text, MARY, mentions_us=False)
        always.reader.channels[ROOM.channel_id].append(said)

    for number in range(5):
        heard(f"Line {number}")
    question, _ = await asked(always, "What?", may_read_back=True)
    first = always.completer.last[-2][1]
    heard("Said later")
    await always.ask("And?", key=thread_of(question), may_read_back=True)
    second = always.completer.last[-2][1]

    for background in (first, second):
        assert background.startswith(RECENT_HEADING)
        assert [f"Line {number}" in background for number in range(5)] == [False, False, True, True, True]
        assert "Said later" not in background


async def test_after_a_reset_of_either_they_do_not(always: Heart) -> None:
    said = always.message("A line", MARY, mentions_us=False)
    always.reader.channels[ROOM.channel_id].append(said)
    question, _ = await asked(always, "What?", may_read_back=True)
    always.clock.pass_time(seconds=1)
    await always.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    await always.ask("And?", key=thread_of(question), may_read_back=True)

    assert not any("A line" in content for _, content in always.completer.last)


async def test_a_thread_of_ours_that_nobody_noted_is_taken_part_in(always: Heart) -> None:
    always.threads.ours = {THREAD.channel_id}
    await always.ask("Anybody?", key=THREAD, mentions_us=False)
    await always.ask("Still there?", MARY, key=THREAD, mentions_us=False)

    assert await always.store.openings.opener(THREAD.channel_id) == JOHN.id
    assert not await always.store.openings.store(THREAD, MARY.id, Carried())


async def test_a_person_of_the_same_name_is_told_apart_from_who_goes_along(always: Heart) -> None:
    await always.store.places.change(ROOM, MODERATOR, guild_wide=False, threads=ThreadMode.OFFER)
    await always.ask("I am John")
    await always.ask("I am John, too", Speaker(300, "John", "john_2"), key=THREAD)

    assert always.completer.last[-1][1].startswith("John (@john_2): ")


# Titles.


async def test_the_model_names_the_thread_once_after_the_first_answer(always: Heart) -> None:
    always.completer.will_name('"Baking bread"', completion())
    question, _ = await asked(always, "How do I bake?")
    thread = thread_of(question)
    await always.until(lambda: always.threads.renamed)
    await always.ask("And how long?", key=thread, mentions_us=False)

    assert always.threads.renamed == [(thread, mark_of("How do I bake?"), "Baking bread")]
    assert len(always.completer.title_requests) == 1
    [request] = always.completer.title_requests
    assert [one["content"] for one in request.messages][:2] == ["How do I bake?", "Answer 1"]
    purposes = [(one.purpose, one.spender.person_id) for one in await entries_of(always.store)]
    assert purposes.count((Purpose.TITLE, JOHN.id)) == 1


@pytest.mark.parametrize("said", ["one two three four five six seven", "...", RateLimited(), "<retracted>"])
async def test_what_is_no_title_renames_nothing(always: Heart, said: str | Exception) -> None:
    always.completer.will_name(
        *(["A title", Retraction()] if said == "<retracted>" else [said]), completion()
    )
    await asked(always, "How do I bake?")
    await always.until(lambda: always.completer.title_requests)
    await background_ended(always)

    assert always.threads.renamed == []


async def test_an_answer_that_broke_off_or_was_stopped_names_nothing(always: Heart) -> None:
    always.completer.will("Once", RateLimited())
    await asked(always, "Tell me")

    assert always.completer.title_requests == []


async def test_a_forums_post_keeps_its_authors_title(always: Heart) -> None:
    await always.ask("Hello", key=THREAD, message_id=THREAD.channel_id)
    await background_ended(always)

    assert always.completer.title_requests == []


async def test_a_title_that_is_flagged_is_not_shown(always: Heart) -> None:
    always.moderation.is_on, always.moderation.words = True, {"vile": "harassment"}
    always.completer.will_name("A vile title", completion())
    await asked(always, "How do I bake?")
    await always.until(lambda: always.completer.title_requests)
    await background_ended(always)

    assert any("A vile title" in one for one in always.moderation.judged)
    assert [title for _, _, title in always.threads.renamed] == ["How do I bake?"]


async def test_a_title_shows_no_words_before_moderation_has_judged_them(always: Heart) -> None:
    always.moderation.is_on, always.moderation.words = True, {"vile": "harassment"}
    await asked(always, "Something vile")
    always.completer.will_name(RateLimited())
    passed, _ = await asked(always, "How do I bake?")
    await always.until(lambda: always.threads.renamed)

    assert [title for _, title in always.threads.opened] == ["Conversation with John"] * 2
    assert always.threads.renamed == [
        (thread_of(passed), mark_of("Conversation with John"), "How do I bake?")
    ]


async def test_the_model_that_names_a_thread_is_told_no_spoiler(always: Heart) -> None:
    always.completer.will("He is ||the butler||.", completion())
    await asked(always, "Is ||Bob|| the murderer?")
    await always.until(lambda: always.completer.title_requests)

    told = str(always.completer.title_requests[0].messages)
    assert "Bob" not in told
    assert "butler" not in told


async def test_a_thread_does_not_go_by_the_words_of_a_question_that_was_deleted(always: Heart) -> None:
    gate = asyncio.Event()
    always.completer.will_name(gate, "Baking bread", completion())
    question, _ = await asked(always, "How do I bake?")
    thread = thread_of(question)
    await always.until(lambda: always.completer.title_requests)
    always.threads.ours = {thread.channel_id}
    await always.delete(question.message_id)
    gate.set()
    await background_ended(always)

    assert always.threads.renamed == [(thread, mark_of("How do I bake?"), "Conversation with John")]


async def test_nor_by_what_a_model_made_of_it(always: Heart) -> None:
    always.completer.will_name("Baking bread", completion())
    question, _ = await asked(always, "How do I bake?")
    await always.until(lambda: always.threads.renamed)
    await background_ended(always)
    await always.delete(question.message_id)
    await background_ended(always)
    await always.delete(question.message_id)

    assert always.threads.renamed[1:] == [
        (thread_of(question), mark_of("Baking bread"), "Conversation with John")
    ]


# The button.


@pytest.mark.parametrize("mode", ThreadMode)
async def test_an_answer_leads_on_where_threads_are_offered(mode: ThreadMode) -> None:
    async with beating(threads=ThreadMode.OFF) as heart:
        heart.threads.missing = {ROOM.channel_id: NOTHING, OTHER_ROOM.channel_id: tuple(Permission)}
        heart.threads.refusal = UserFacingError("so that it stays in the channel")
        await heart.store.places.change(ROOM, MODERATOR, guild_wide=True, threads=mode)
        answers = [await heart.ask("Hello", key=key) for key in (ROOM, OTHER_ROOM, THREAD, DIRECT)]
        heart.completer.will(RateLimited())
        failed = await heart.ask("Hello again")

        leads_on = [one.ending is not None and one.ending.leads_on for one in (*answers, failed)]
        assert leads_on == [mode is not ThreadMode.OFF, False, False, False, False]
