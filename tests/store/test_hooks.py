"""Interactions' webhooks are kept until they end, in either engine."""

from dataclasses import replace
from datetime import timedelta

from bot.chat.asides.hooks import Hook
from bot.store.cluster.leases import SqlLeases
from bot.store.store import Store
from tests.store.building import START, StoppedClock

HOOK = Hook(id=1, token="a token", until=START + timedelta(minutes=15), alone=True, hidden=False, few=True)


async def test_a_hook_comes_back_as_it_was_kept_last(store: Store) -> None:
    await store.hooks.keep(10, HOOK)
    await store.hooks.keep(11, HOOK)
    await store.hooks.keep(10, replace(HOOK, token="another", few=False))

    assert await store.hooks.all() == {10: replace(HOOK, token="another", few=False), 11: HOOK}


async def test_one_that_has_ended_is_deleted_with_the_next(store: Store, clock: StoppedClock) -> None:
    await store.hooks.keep(10, HOOK)
    clock.pass_time(minutes=16)
    await store.hooks.keep(11, replace(HOOK, until=clock.now() + timedelta(minutes=15)))

    assert list(await store.hooks.all()) == [11]


async def test_those_of_a_process_that_has_ended_are_handed_out_once(store: Store) -> None:
    database = store.turns._database
    leases = SqlLeases(database, database)
    alive, ended = await leases.join(), await leases.join()
    await store.hooks.keep(9, HOOK)
    for number, process in ((10, alive), (11, ended), (12, ended)):
        store.hooks.process = process
        await store.hooks.keep(number, HOOK)
    before = await store.hooks.left()
    await leases.end(ended)

    assert [before, await store.hooks.left(), await store.hooks.left()] == [(), {11, 12}, ()]
    assert len(await store.hooks.all()) == 4
