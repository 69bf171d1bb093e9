"""Who is let in, as the use cases ask it: of messages, of edits, of what a former process left."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest

from bot.chat.bounds import access
from bot.chat.conversation.gathering import QUIET_SECONDS
from bot.chat.conversation.queue import Job, JobKind
from bot.chat.rights import Action, Member, Permission
from bot.errors import NotAllowed, UserFacingError
from bot.rules.admission.access import HouseRules, Kind, Listed, Lists, Standing
from bot.rules.model import Incoming, Speaker
from bot.texts import members
from tests.chat.heart import ALL, JOHN, MARY, ROOM, Heart, started_again
from tests.support.fakes import completion

ADMIN = Member(900, "Olivia", frozenset({Permission.MANAGE_GUILD}))
HERE = frozenset({ROOM.channel_id})


def of(speaker: Speaker, roles: frozenset[int] | None = frozenset()) -> Standing:
    return Standing(speaker.id, ROOM.guild_id, HERE, roles)


async def deny(heart: Heart, one: Listed) -> Lists:
    return await heart.services.access.put(ROOM, ADMIN, one, allowed=False)


async def test_roles_are_asked_for_only_where_a_list_names_some(heart: Heart) -> None:
    heart.membership.held[MARY.id] = frozenset({7})
    unlisted = await heart.services.access.refusal(of(MARY, None))
    before = list(heart.membership.asked)
    await deny(heart, Listed(Kind.ROLE, 7))
    told = await heart.services.access.refusal(of(JOHN))
    asked = await heart.services.access.refusal(of(MARY, None))

    assert unlisted is told is None
    assert before == []
    assert asked is not None
    assert heart.membership.asked == [MARY.id]


async def test_whose_roles_nobody_can_tell_now_is_refused_where_roles_matter(heart: Heart) -> None:
    heart.membership.held[MARY.id] = None
    await deny(heart, Listed(Kind.ROLE, 7))

    assert await heart.services.access.refusal(of(MARY, None)) is not None
    assert await heart.services.access.refusal(Standing(None, ROOM.guild_id, HERE, None)) is not None


async def test_an_edit_of_who_was_denied_meanwhile_is_remembered_and_not_answered(heart: Heart) -> None:
    said = await heart.say("First", standing=of(JOHN))
    await heart.answered(said)
    await deny(heart, Listed(Kind.USER, JOHN.id))
    await heart.edit(said, "Second")
    await heart.ask("Mine", MARY, standing=of(MARY))

    assert len(heart.completer.requests) == 2
    assert (await heart.words())[0] == "Second"


async def test_a_question_that_waits_in_line_is_not_answered_to_who_is_denied_meanwhile(heart: Heart) -> None:
    heart.completer.will(gate := asyncio.Event(), "First")
    first = await heart.say("First?", MARY, standing=of(MARY))
    await heart.asked_the_model()
    await heart.say("Second?", standing=of(JOHN))
    await deny(heart, Listed(Kind.USER, JOHN.id))
    gate.set()
    await heart.answered(first)
    await heart.ask("Third?", MARY, standing=of(MARY))

    assert len(heart.completer.requests) == 2
    assert "Second?" in await heart.words()


@asynccontextmanager
async def denied_in_line(heart: Heart, start: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Have something of Mary's get in line behind an answer, and Mary denied before its turn comes."""
    heart.completer.will(gate := asyncio.Event(), "Well", completion())
    before = await heart.say("Before?", standing=of(JOHN))
    await heart.until(lambda: heart.completer.streams)
    await start()
    assert len(heart.queue.waiting(ROOM.channel_id)) == 1
    await deny(heart, Listed(Kind.USER, MARY.id))
    asked = len(heart.completer.requests)
    gate.set()
    await heart.answered(before)
    await heart.ask("After?", standing=of(JOHN))
    assert len(heart.completer.requests) == asked + 1
    yield


async def test_an_edit_that_waits_in_line_is_not_answered_to_who_is_denied_meanwhile(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    heard = await heart.say("Well", MARY, speaks_to_others=True, mentions_us=False)
    async with denied_in_line(heart, lambda: heart.edit(heard, "Parley, well?", mentions_us=True)):
        assert "Parley, well?" in await heart.words()


@pytest.mark.parametrize("kind", [JobKind.AGAIN, JobKind.CONTINUE])
async def test_a_press_that_waits_in_line_is_not_answered_to_who_is_denied_meanwhile(
    heart: Heart, kind: JobKind
) -> None:
    said = await heart.say("First", standing=of(JOHN))
    sink = await heart.answered(said)
    job = Job(ROOM, (await heart.answer_to(said)).question_id, said.message_id, kind, for_id=MARY.id)
    async with denied_in_line(heart, lambda: heart.control.gathering.join(job, wait_for_quiet=False)):
        assert heart.sinks(said) == [sink]


async def test_what_a_restart_puts_in_line_is_not_answered_to_who_is_denied_meanwhile(heart: Heart) -> None:
    heart.completer.will(asyncio.Event(), "Well")
    await heart.say("First", standing=of(JOHN))
    await heart.asked_the_model()
    second = await heart.say("Second", MARY, standing=of(MARY))
    await heart.close()
    later = Heart(heart.store, heart.clock, heart.happenings)
    async with denied_in_line(later, partial(later.services.recovery.run, ALL)):
        assert later.sinks(second) == []
    await later.close()


async def test_what_is_left_of_a_deleted_burst_is_not_answered_to_who_is_denied_meanwhile(
    heart: Heart,
) -> None:
    await heart.chime_in_everywhere()
    await heart.say("Mary says", MARY, mentions_us=False, standing=of(MARY))
    last = await heart.say("John says", JOHN, mentions_us=False, standing=of(JOHN))
    await heart.delete(last.message_id)
    await deny(heart, Listed(Kind.USER, MARY.id))
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    await heart.ask("Now?", standing=of(JOHN))

    assert len(heart.completer.requests) == 1


async def test_a_burst_whose_last_speaker_is_denied_meanwhile_is_answered_for_the_others(
    heart: Heart,
) -> None:
    await heart.chime_in_everywhere()
    heart.completer.will(gate := asyncio.Event(), "Well", completion())
    before = await heart.say("Before?", standing=of(JOHN))
    await heart.until(lambda: heart.completer.streams)
    first = await heart.say("John says", JOHN, mentions_us=False, standing=of(JOHN))
    for text in ("Mary says", "and more"):
        await heart.say(text, MARY, mentions_us=False, standing=of(MARY))
    await heart.until(lambda: heart.clock.sleepers > 1)
    heart.clock.pass_time(seconds=QUIET_SECONDS)
    await heart.until(lambda: heart.screen.seen)
    await deny(heart, Listed(Kind.USER, MARY.id))
    gate.set()
    await heart.answered(before)
    await heart.answered(first)

    assert len(heart.completer.requests) == 2
    assert "Mary" not in str(heart.completer.last)
    assert (await heart.words())[-2:] == ["Mary says", "and more"]


async def test_a_refused_message_is_answered_once_it_is_edited_after_its_author_was_let_in(
    heart: Heart,
) -> None:
    await deny(heart, Listed(Kind.USER, JOHN.id))
    said = await heart.say("First", standing=of(JOHN))
    await heart.until(lambda: heart.screen.refused)
    await heart.services.access.clear(ROOM, ADMIN)
    edited = await heart.edit(said, "Second")

    await heart.answered(edited)


@pytest.mark.parametrize("house", [HouseRules(reacts=False), HouseRules(servers=frozenset({2}))])
async def test_no_sign_is_given_where_none_is_wanted_or_the_server_is_left(
    heart: Heart, house: HouseRules
) -> None:
    await deny(heart, Listed(Kind.USER, JOHN.id))
    async with started_again(heart, house=house) as later:
        await later.say("Hello?", standing=of(JOHN))

        assert later.screen.refused == []
        assert await later.words() == []


async def test_a_question_that_waited_is_remembered_when_its_asker_was_denied_meanwhile(
    heart: Heart,
) -> None:
    heart.completer.will(gate := asyncio.Event())
    await heart.say("First", MARY, standing=of(MARY))
    await heart.asked_the_model()
    await heart.say("Second", standing=of(JOHN))
    await heart.close()
    await deny(heart, Listed(Kind.USER, JOHN.id))
    async with started_again(heart) as later:
        gate.set()
        await later.ask("Third", MARY, standing=of(MARY))

        assert "Second" in await later.words()
        assert not any(job.question_message_id for job in later.queue.everywhere())


async def test_memory_that_refuses_is_not_told_of_to_who_is_not_let_in(heart: Heart) -> None:
    await deny(heart, Listed(Kind.USER, JOHN.id))
    said: Incoming = heart.message("Hello?", standing=of(JOHN))

    assert not await heart.services.hearing.lets_in(said)
    assert await heart.services.hearing.lets_in(replace(said, standing=of(MARY)))


async def test_a_servers_lists_have_an_end(heart: Heart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST_LISTED", 1)
    one, two = Listed(Kind.USER, 1), Listed(Kind.USER, 2)
    await deny(heart, one)

    with pytest.raises(UserFacingError, match="1 entries"):
        await deny(heart, two)
    assert await heart.services.access.put(ROOM, ADMIN, one, allowed=None) == Lists()
    assert await heart.services.access.put(ROOM, ADMIN, two, allowed=True) == Lists(frozenset({two}))


async def test_what_stands_on_a_list_already_or_nowhere_changes_nothing(heart: Heart) -> None:
    services, one = heart.services.access, Listed(Kind.USER, JOHN.id)
    nothing = await services.clear(ROOM, ADMIN)
    await deny(heart, one)
    again = await deny(heart, one)
    entries = await heart.store.journal.log(ROOM, 10)

    assert not nothing
    assert again == Lists(denied=frozenset({one}))
    assert len(entries) == 1


async def test_only_those_who_manage_the_server_see_or_change_its_lists(heart: Heart) -> None:
    nobody, one = (
        Member(JOHN.id, "John", frozenset(Permission) - {Permission.MANAGE_GUILD}),
        Listed(Kind.USER, 1),
    )
    services = heart.services.access

    with pytest.raises(NotAllowed):
        services.held(ROOM, nobody)
    with pytest.raises(NotAllowed):
        await services.put(ROOM, nobody, one, allowed=True)
    with pytest.raises(NotAllowed):
        await services.clear(ROOM, nobody)
    assert services.held(ROOM, ADMIN) == Lists()


async def test_nobody_loses_their_own_data_or_an_admin_the_lists_by_being_kept_out(heart: Heart) -> None:
    await deny(heart, Listed(Kind.USER, JOHN.id))
    require = heart.services.access.require

    require(of(JOHN), Action.USE_OWN_DATA)
    require(of(JOHN), Action.MANAGE_ACCESS)
    with pytest.raises(NotAllowed, match=str(members.NOT_FOR_YOU)):
        require(of(JOHN))
    with pytest.raises(NotAllowed, match=str(members.NOT_FOR_YOU)):
        require(of(JOHN), Action.COUNT_TOKENS)


async def test_the_houses_word_is_known_where_it_is_asked_for(heart: Heart) -> None:
    one = Listed(Kind.USER, JOHN.id)
    async with started_again(
        heart, house=HouseRules(Lists(denied=frozenset({one})), frozenset({1}))
    ) as later:
        free, bound = heart.services.access, later.services.access

        assert [free.has_house_lists, bound.has_house_lists] == [False, True]
        assert [free.is_home(1), free.is_home(2), bound.is_home(1), bound.is_home(2)] == [
            True,
            True,
            True,
            False,
        ]
