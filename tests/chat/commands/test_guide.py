"""Help is asked of the same table as the checks, and shows a persona to those alone who may see it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.rights import (
    OF_OWNERS,
    OF_SERVERS,
    OF_THE_ASKER,
    SERVER_WIDE,
    Action,
    Member,
    Permission,
    may,
    may_use,
)
from bot.rules.admission.access import Kind, Listed
from bot.rules.model import ChannelKey
from bot.texts import guide
from tests.chat.heart import DIRECT, JOHN, ROOM, THREAD, Heart

permissions = st.frozensets(st.sampled_from(Permission))


@given(st.sampled_from(Action), st.sampled_from([ROOM, THREAD, DIRECT]), permissions, st.booleans())
def test_a_command_is_shown_to_those_for_whom_it_can_do_something(
    action: Action, place: ChannelKey, held: frozenset[Permission], is_owner: bool
) -> None:
    member = Member(JOHN.id, "John", held, is_owner)
    shown = may_use(action, member, place)

    if place.is_dm and action in OF_SERVERS:
        assert not shown
    elif action in OF_THE_ASKER or may(action, member, place):
        assert shown
    else:
        assert shown is (action in SERVER_WIDE and may(SERVER_WIDE[action], member, place))
    assert not (shown and action in OF_OWNERS and not is_owner)


async def test_a_persona_is_told_to_those_who_manage_the_channel(heart: Heart) -> None:
    member = Member(JOHN.id, "John", frozenset())
    manager = Member(JOHN.id, "John", frozenset({Permission.MANAGE_CHANNELS}))
    seen = await heart.commands.guide.here(ROOM, member)
    managed = await heart.commands.guide.here(ROOM, manager)

    assert seen.persona is None
    assert managed.persona is not None
    assert managed.persona.value == "Be brief."


async def test_a_place_is_limited_once_its_server_has_a_list(heart: Heart) -> None:
    access, owner = heart.services.access, Member(900, "Olivia", frozenset(Permission))
    before = access.limits(ROOM)
    await access.put(ROOM, owner, Listed(Kind.CHANNEL, 5), allowed=False)

    assert [before, access.limits(ROOM), access.limits(DIRECT)] == [False, True, False]


async def test_a_mention_that_only_asks_for_help_is_pointed_to_it_and_not_stored(heart: Heart) -> None:
    said = await heart.say("Help!")
    await heart.until(lambda: heart.screen.said)
    await heart.ask("help me")

    assert heart.screen.said == [(said.message_id, str(guide.HINT))]
    assert await heart.words() == ["help me", "Answer 1"]
