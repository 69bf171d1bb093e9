"""Which shard a server is on."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.places.shards import ShardId, shard_of

counts = st.integers(1, 1_000)


@given(guild_id=st.integers(1, 2**63 - 1) | st.none(), count=counts)
def test_each_server_is_on_one_shard_that_there_is(guild_id: int | None, count: int) -> None:
    having = [number for number in range(count) if ShardId(number, count).has(guild_id)]

    assert having == [shard_of(guild_id, count)]


@given(counts)
def test_direct_messages_are_on_the_first(count: int) -> None:
    assert shard_of(None, count) == 0


@given(first=st.integers(1, 2**40), count=counts)
def test_servers_that_begin_one_after_the_other_are_spread_evenly(first: int, count: int) -> None:
    numbers = {shard_of((first + at) << 22, count) for at in range(count)}

    assert numbers == set(range(count))
