"""One table says who may do what: checks, refusals and what Discord offers agree with it everywhere."""

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.rights import (
    NEEDS,
    OF_OWNERS,
    OF_SERVERS,
    OF_THE_ASKER,
    SERVER_WIDE,
    Action,
    Member,
    Permission,
    may,
    may_read_words_of,
    missing_to_answer,
    needed,
    offered_to,
    require,
    require_in,
    require_own_data,
)
from bot.errors import NotAllowed, UserFacingError
from bot.rules.model import ChannelKey
from bot.texts import members
from tests.chat.heart import DIRECT, JOHN, MARY, ROOM, THREAD, Heart

actions = st.sampled_from(sorted(set(Action) - OF_OWNERS, key=lambda one: one.value))  # a server's
on_a_server = st.sampled_from([ROOM, THREAD])
permissions = st.frozensets(st.sampled_from(Permission))


def passes(action: Action, held: Collection[Permission], place: ChannelKey, asker_id: int = MARY.id) -> bool:
    try:
        require(action, Member(JOHN.id, "John", frozenset(held)), place, asker_id=asker_id)
    except NotAllowed:
        return False
    return True


@given(actions, on_a_server, permissions)
def test_on_a_server_the_check_passes_who_holds_what_the_table_names(
    action: Action, place: ChannelKey, held: frozenset[Permission]
) -> None:
    member = Member(JOHN.id, "John", held)

    assert passes(action, held, place) is (needed(action, in_thread=place.is_thread) <= held)
    assert may(action, member, place) is passes(action, held, place)


@given(actions, on_a_server, permissions)
def test_whoever_asked_needs_no_permission_for_their_own_answer(
    action: Action, place: ChannelKey, held: frozenset[Permission]
) -> None:
    if action in OF_THE_ASKER:
        assert passes(action, held, place, asker_id=JOHN.id)
    else:
        assert passes(action, held, place, asker_id=JOHN.id) is passes(action, held, place)


@given(st.lists(actions, min_size=1), on_a_server, permissions)
def test_nothing_is_hidden_from_those_who_may_do_it(
    offered: list[Action], place: ChannelKey, held: frozenset[Permission]
) -> None:
    may_do_some = any(passes(action, held, place, asker_id=JOHN.id) for action in offered)

    assert not may_do_some or offered_to(offered) <= held


@given(actions, on_a_server, permissions)
def test_a_command_is_offered_to_those_alone_who_pass_its_check(
    action: Action, place: ChannelKey, held: frozenset[Permission]
) -> None:
    if action not in OF_THE_ASKER and Permission.SEND_MESSAGES not in NEEDS[action]:
        assert (offered_to([action]) <= held) is passes(action, held, place)


@given(st.sampled_from(Action), st.sampled_from([ROOM, THREAD, DIRECT]), permissions)
def test_whoever_runs_the_bot_may_do_everything_everywhere_whatever_they_hold_there(
    action: Action, place: ChannelKey, held: frozenset[Permission]
) -> None:
    owner = Member(JOHN.id, "John", held, is_owner=True)

    assert may(action, owner, place)
    if not (place.is_dm and action in OF_SERVERS):
        require(action, owner, place)


@given(
    st.sampled_from(sorted(OF_OWNERS, key=lambda one: one.value)),
    st.sampled_from([ROOM, THREAD, DIRECT]),
    permissions,
)
def test_what_is_the_owners_no_permission_gives_to_anybody_else(
    action: Action, place: ChannelKey, held: frozenset[Permission]
) -> None:
    member = Member(JOHN.id, "John", held)

    assert not may(action, member, place)
    with pytest.raises(NotAllowed, match=str(members.OWNERS_ONLY)):
        require(action, member, place, asker_id=JOHN.id)


@given(actions, permissions)
def test_in_a_direct_message_everything_is_the_persons_own(
    action: Action, held: frozenset[Permission]
) -> None:
    member = Member(JOHN.id, "John", held)
    if action in OF_SERVERS:
        with pytest.raises(UserFacingError, match=str(members.NO_SERVER_HERE)):
            require(action, member, DIRECT)
    else:
        require(action, member, DIRECT)
    assert missing_to_answer(held, DIRECT) == []


@given(actions, on_a_server, permissions)
def test_a_refusal_is_a_sentence_that_names_what_is_missing(
    action: Action, place: ChannelKey, held: frozenset[Permission]
) -> None:
    lacks = needed(action, in_thread=place.is_thread) - held
    if not lacks:
        return

    with pytest.raises(NotAllowed) as refused:
        require(action, Member(JOHN.id, "John", held), place)
    assert all(str(one.label) in str(refused.value) for one in lacks)


@pytest.mark.parametrize("action", SERVER_WIDE)
def test_what_is_done_for_a_server_needs_what_the_table_says_of_servers(action: Action) -> None:
    manager = Member(JOHN.id, "John", frozenset({Permission.MANAGE_CHANNELS}))
    of_all = Member(JOHN.id, "John", frozenset({Permission.MANAGE_GUILD}))
    require_in(action, manager, ROOM, guild_wide=False)
    require_in(action, of_all, ROOM, guild_wide=True)

    for member, guild_wide in ((manager, True), (of_all, False)):
        with pytest.raises(NotAllowed):
            require_in(action, member, ROOM, guild_wide=guild_wide)


def test_the_bot_answers_where_it_may_see_and_write() -> None:
    see, write = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES

    assert missing_to_answer({see, write}, ROOM) == []
    assert missing_to_answer({see, write}, THREAD) == [Permission.SEND_MESSAGES_IN_THREADS]
    assert missing_to_answer((), ROOM) == [Permission.SEND_MESSAGES, Permission.VIEW_CHANNEL]


def test_ones_data_is_ones_own() -> None:
    require_own_data(Member(JOHN.id, "John", frozenset()), JOHN.id)

    with pytest.raises(NotAllowed):
        require_own_data(Member(MARY.id, "Mary", frozenset(Permission)), JOHN.id)


def test_the_table_knows_every_action_and_discords_name_for_every_permission() -> None:
    assert set(NEEDS) == set(Action)
    assert all(one.label for one in Permission)


async def test_the_words_of_who_wants_to_be_ignored_are_read_for_themselves_alone(heart: Heart) -> None:
    people = heart.store.people
    before = await may_read_words_of(JOHN.id, MARY.id, people)
    await people.ignore(JOHN.id, True)

    assert before
    assert not await may_read_words_of(JOHN.id, MARY.id, people)
    assert await may_read_words_of(JOHN.id, JOHN.id, people)
