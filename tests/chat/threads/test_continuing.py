"""Threads that somebody asks for: from an answer, or for something new."""

from collections.abc import AsyncIterator

import pytest

from bot.chat.rights import Member, Permission
from bot.chat.threads.ports import Carried
from bot.errors import NotAllowed, UserFacingError
from bot.rules.model import ChannelKey
from bot.rules.threads.modes import ThreadMode
from bot.rules.threads.titles import mark_of
from bot.texts import members
from bot.texts.features import threads as texts
from tests.chat.heart import DIRECT, JOHN, MODERATOR, OTHER_ROOM, ROOM, THREAD, Heart, beating

MAY = frozenset({Permission.CREATE_PUBLIC_THREADS, Permission.SEND_MESSAGES_IN_THREADS})
ANYBODY = Member(JOHN.id, "John", MAY)


@pytest.fixture
async def heart() -> AsyncIterator[Heart]:
    async with beating() as heart:
        heart.threads.missing = {ROOM.channel_id: ()}
        yield heart


async def answered(heart: Heart, text: str = "How do I bake?") -> tuple[int, int]:
    """Ask something, and return the answer's id and that of its message."""
    question = await heart.say(text)
    sink = await heart.answered(question)
    return (await heart.answer_to(question)).id, sink.message_ids[-1]


async def test_an_answer_goes_on_in_a_thread_titled_with_its_question(heart: Heart) -> None:
    opened = await heart.commands.threads.answer(*await answered(heart), ANYBODY, ROOM)
    await heart.until(lambda: heart.screen.followed)
    await heart.ask("And how long?", key=opened.thread, mentions_us=False)

    assert heart.threads.opened == [(opened.thread, "How do I bake?")]
    assert opened.is_new
    assert heart.screen.followed == [opened.thread.channel_id]
    assert [content for _, content in heart.completer.last[1:]] == [
        "John: How do I bake?",
        "Answer 1",
        "John: And how long?",
    ]


async def test_its_title_goes_with_its_question(heart: Heart) -> None:
    question = await heart.say("How do I bake?")
    message_id = (await heart.answered(question)).message_ids[-1]
    answer = await heart.answer_to(question)
    opened = await heart.commands.threads.answer(answer.id, message_id, ANYBODY, ROOM)
    heart.communities.locales[ROOM.guild_id or 0] = "ko"
    await heart.delete(question.message_id)
    await heart.until(lambda: heart.threads.renamed)

    assert heart.threads.renamed == [(opened.thread, mark_of("How do I bake?"), "John 님과의 대화")]


async def test_who_presses_again_is_led_to_the_same_thread(heart: Heart) -> None:
    ids = await answered(heart)
    first = await heart.commands.threads.answer(*ids, ANYBODY, ROOM)
    again = await heart.commands.threads.answer(*ids, ANYBODY, ROOM)

    assert (again.thread, again.is_new) == (first.thread, False)


async def test_a_thread_that_is_gone_is_forgotten_though_it_was_known(heart: Heart) -> None:
    ids = await answered(heart)
    first = await heart.commands.threads.answer(*ids, ANYBODY, ROOM)
    heart.threads.refusal = UserFacingError(texts.THREAD_GONE)
    with pytest.raises(UserFacingError):
        await heart.commands.threads.answer(*ids, ANYBODY, ROOM)

    assert not await heart.store.places.joined(first.thread.channel_id)
    assert await heart.store.openings.opener(first.thread.channel_id) is None


@pytest.mark.parametrize("title", ["Bread", "", "<@1>"])
async def test_a_new_thread_has_the_title_that_was_given(heart: Heart, title: str) -> None:
    opened = await heart.commands.threads.afresh(title, ANYBODY, ROOM)

    [(thread, called)] = heart.threads.opened
    assert (thread, opened.is_new) == (opened.thread, True)
    assert called == ("Bread" if title == "Bread" else "Conversation with John")
    assert await heart.store.openings.opener(thread.channel_id) == JOHN.id


async def test_an_answer_without_words_in_its_question_is_titled_for_who_presses(heart: Heart) -> None:
    await heart.commands.threads.answer(*await answered(heart, ""), ANYBODY, ROOM)

    assert [title for _, title in heart.threads.opened] == ["Conversation with John"]


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (THREAD, str(texts.IN_ONE_ALREADY)),
        (DIRECT, str(texts.NO_THREADS_HERE)),
        (OTHER_ROOM, str(texts.NO_THREADS_HERE)),
    ],
)
async def test_a_place_without_threads_says_so(heart: Heart, place: ChannelKey, sentence: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        await heart.commands.threads.afresh("", ANYBODY, place)

    assert str(refused.value) == sentence


async def test_what_the_bot_lacks_is_named(heart: Heart) -> None:
    heart.threads.missing[ROOM.channel_id] = (Permission.CREATE_PUBLIC_THREADS,)
    with pytest.raises(UserFacingError) as refused:
        await heart.commands.threads.afresh("", ANYBODY, ROOM)

    assert str(refused.value) == texts.LACKS.format(permission="Create Public Threads")


async def test_where_threads_are_off_none_is_opened(heart: Heart) -> None:
    await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, threads=ThreadMode.OFF)
    with pytest.raises(UserFacingError) as refused:
        await heart.commands.threads.afresh("", ANYBODY, ROOM)

    assert str(refused.value) == str(texts.SWITCHED_OFF)


async def test_who_may_open_none_themselves_is_refused(heart: Heart) -> None:
    with pytest.raises(NotAllowed):
        await heart.commands.threads.afresh("", Member(JOHN.id, "John", frozenset()), ROOM)


async def test_an_answer_of_another_place_or_that_was_forgotten_is_not_continued(heart: Heart) -> None:
    answer_id, message_id = await answered(heart)
    heart.threads.missing[OTHER_ROOM.channel_id] = ()
    for id_, place in ((answer_id, OTHER_ROOM), (answer_id + 1, ROOM)):
        with pytest.raises(UserFacingError) as refused:
            await heart.commands.threads.answer(id_, message_id, ANYBODY, place)
        assert str(refused.value) == str(members.ANSWER_FORGOTTEN)


async def test_where_discord_refuses_nothing_is_kept(heart: Heart) -> None:
    ids = await answered(heart)
    heart.threads.refusal = UserFacingError(texts.TOO_MANY)
    await heart.store.openings.store(ChannelKey(ids[1] + 1, 1, ROOM.channel_id), JOHN.id, Carried())
    for message_id in (ids[1], ids[1] + 1):
        with pytest.raises(UserFacingError):
            await heart.commands.threads.answer(ids[0], message_id, ANYBODY, ROOM)

    assert [await heart.store.places.joined(id_) for id_ in (ids[1], ids[1] + 1)] == [False, True]
    assert await heart.store.openings.opener(ids[1]) is None
