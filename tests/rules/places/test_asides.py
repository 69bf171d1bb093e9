"""Laws of asides: one for each person in each place, apart from all that Discord has."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.model import ChannelKey
from bot.rules.places.asides import FIRST_ASIDE, aside, is_aside, is_elsewhere, linked

IDS = st.integers(1, FIRST_ASIDE - 1)
MOST = 2**63 - 1  # that SQLite can hold
KEYS = st.builds(ChannelKey, IDS, st.none() | IDS, st.none() | IDS)


@given(IDS, KEYS, st.booleans())
def test_an_aside_is_known_as_one_and_no_channel_is(person: int, place: ChannelKey, elsewhere: bool) -> None:
    key = aside(person, place, elsewhere=elsewhere)

    assert FIRST_ASIDE <= key.channel_id <= MOST
    assert key == aside(person, place, elsewhere=elsewhere)
    assert (is_aside(key), is_aside(place)) == (True, False)
    assert (is_elsewhere(key), is_elsewhere(place)) == (elsewhere, False)


@given(IDS, KEYS)
def test_at_home_it_is_like_a_thread_elsewhere_nothing_tells_of_the_place(
    person: int, place: ChannelKey
) -> None:
    home, elsewhere = (aside(person, place, elsewhere=one) for one in (False, True))

    assert (home.guild_id, home.parent_id) == (place.guild_id, place.channel_id)
    assert (elsewhere.guild_id, elsewhere.parent_id) == (None, None)
    assert (linked(home), linked(place)) == (place.channel_id, place.channel_id)
    assert linked(elsewhere) == elsewhere.channel_id


@given(st.tuples(IDS, IDS), st.tuples(IDS, IDS))
def test_two_people_or_two_places_have_two(one: tuple[int, int], other: tuple[int, int]) -> None:
    first, second = (aside(person, ChannelKey(place), elsewhere=True) for person, place in (one, other))

    assert (first == second) is (one == other)
