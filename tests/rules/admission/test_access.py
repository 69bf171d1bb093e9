"""Lists of who may: what is denied wins, more on a list never means less, and owners are always let in."""

from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.admission.access import HouseRules, Kind, Listed, Lists, Refusal, Standing, refusal

ids = st.integers(1, 4)
entries = st.builds(Listed, st.sampled_from(Kind), ids)
listed = st.frozensets(entries, max_size=4)
lists = st.builds(Lists, listed, listed)
members = st.builds(
    Standing,
    user_id=ids,
    guild_id=st.just(9),
    places=st.frozensets(ids, min_size=1, max_size=3),
    roles=st.frozensets(ids, max_size=3),
)
strangers = st.builds(Standing, user_id=ids)  # in a direct message
houses = st.builds(HouseRules, lists, st.frozensets(st.sampled_from([8, 9])), st.booleans())
anybody = st.one_of(members, strangers)


def names(who: Standing, one: Listed) -> bool:
    """Say whether something on a list is about somebody, or about where they are."""
    return (
        one.id
        in {
            Kind.USER: {who.user_id},
            Kind.ROLE: who.roles or frozenset(),
            Kind.CHANNEL: who.places,
        }[one.kind]
    )


@given(anybody, houses, lists)
def test_owners_are_always_let_in(who: Standing, house: HouseRules, server: Lists) -> None:
    assert refusal(replace(who, is_owner=True), house, server) is None


@given(anybody, houses, lists, entries, st.booleans())
def test_what_is_denied_wins(
    who: Standing, house: HouseRules, server: Lists, one: Listed, by_house: bool
) -> None:
    if not names(who, one):
        return
    if by_house:
        house = replace(house, lists=replace(house.lists, denied=house.lists.denied | {one}))
    else:
        server = replace(server, denied=server.denied | {one})

    assert refusal(who, house, server) is not None


@given(anybody, houses, lists, entries)
def test_denying_more_lets_in_nobody_and_a_longer_list_of_allowed_keeps_out_nobody(
    who: Standing, house: HouseRules, server: Lists, one: Listed
) -> None:
    before = refusal(who, house, server)
    denied = refusal(who, house, replace(server, denied=server.denied | {one}))
    begun = Lists(server.allowed).of(
        *({Kind.CHANNEL} if one.kind is Kind.CHANNEL else {Kind.USER, Kind.ROLE})
    )
    allowed = refusal(who, house, replace(server, allowed=server.allowed | {one}))

    assert before is None or denied is not None
    assert before is not None or allowed is None or not begun.allowed


@given(anybody, houses, lists)
def test_a_servers_lists_never_let_in_whom_the_house_keeps_out(
    who: Standing, house: HouseRules, server: Lists
) -> None:
    assert refusal(who, house, Lists()) is None or refusal(who, house, server) is not None


@given(members, lists, lists)
def test_it_does_not_matter_whose_list_is_which(who: Standing, one: Lists, other: Lists) -> None:
    assert refusal(who, HouseRules(one), other) is refusal(who, HouseRules(other), one)


@given(st.lists(entries, max_size=4, unique=True), lists)
def test_it_does_not_matter_in_which_order_the_lists_were_made(put: list[Listed], before: Lists) -> None:
    made = set()
    for order in permutations(put):
        held = before
        for one in order:
            held = held.put(one, allowed=one.id % 2 == 0)
        made.add(held)

    assert len(made) == 1


@given(lists, entries, st.sampled_from([True, False, None]))
def test_something_stands_on_one_list_at_most(before: Lists, one: Listed, allowed: bool | None) -> None:
    after = before.put(one, allowed=allowed)

    assert (one in after.allowed, one in after.denied) == (allowed is True, allowed is False)
    assert after.allowed - {one} == before.allowed - {one}
    assert after.denied - {one} == before.denied - {one}


@given(members, listed)
def test_of_people_and_roles_either_is_enough_and_the_channel_must_be_allowed_besides(
    who: Standing, allowed: frozenset[Listed]
) -> None:
    people = {one for one in allowed if one.kind is not Kind.CHANNEL}
    places = allowed - people
    person_in = not people or any(names(who, one) for one in people)
    place_in = not places or any(names(who, one) for one in places)

    assert (refusal(who, HouseRules(Lists(allowed)), Lists()) is None) is (person_in and place_in)


def test_each_reason_has_its_name() -> None:
    here = Standing(1, 9, frozenset({3}))
    person, place = Listed(Kind.USER, 1), Listed(Kind.CHANNEL, 3)

    assert refusal(Standing(1), HouseRules(direct_messages=False), Lists()) is Refusal.DIRECT_MESSAGE
    assert refusal(here, HouseRules(direct_messages=False), Lists()) is None
    assert refusal(here, HouseRules(servers=frozenset({8})), Lists()) is Refusal.SERVER
    assert refusal(here, HouseRules(), Lists(denied=frozenset({person, place}))) is Refusal.PLACE
    assert refusal(here, HouseRules(), Lists(denied=frozenset({person}))) is Refusal.PERSON


@given(st.one_of(members, st.just(Standing(1, 9, frozenset({3})))), lists)
def test_whom_nobody_knows_is_let_in_where_no_list_names_people_alone(who: Standing, server: Lists) -> None:
    unknown = replace(who, user_id=None, roles=None)
    refused = refusal(unknown, HouseRules(), server)

    if server.of(Kind.USER, Kind.ROLE) != Lists():
        assert refused is not None
    else:
        assert refused is refusal(who, HouseRules(), server)


@given(strangers, lists)
def test_a_direct_message_is_no_channel_and_has_no_roles(who: Standing, held: Lists) -> None:
    people = {one.id for one in held.allowed if one.kind is Kind.USER}
    wanted = held.of(Kind.USER, Kind.ROLE).allowed
    denied = Listed(Kind.USER, who.user_id or 0) in held.denied

    is_in = refusal(who, HouseRules(held), Lists()) is None

    assert is_in is (not denied and (not wanted or who.user_id in people))
