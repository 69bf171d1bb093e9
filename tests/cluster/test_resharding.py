"""The number of shards is changed while no process runs, and what stands in the way is said."""

from pathlib import Path

import pytest

from bot.cluster.resharding import reshard
from bot.errors import PassingError, StartError
from bot.settings import settings
from bot.settings.settings import Settings
from bot.store.store import open_store
from bot.texts import startup
from tests.store.building import StoppedClock
from tests.support import postgres

UNREACHABLE = "http://127.0.0.1:1/api"


def loaded(database: str) -> Settings:
    return settings.load(
        None,
        {
            "DISCORD_TOKEN": "token",
            "DISCORD_API_URL": UNREACHABLE,
            "OPENAI_API_KEY": "key",
            "DATABASE_URL": database,
        },
    )


@pytest.fixture
def shared() -> Settings:
    if not postgres.is_there():
        pytest.skip(postgres.NONE_FOUND)
    return loaded(postgres.emptied().raw)


async def test_another_number_holds_from_the_next_start_on(shared: Settings) -> None:
    told: list[str] = []

    assert await reshard(shared, 6, told.append) == 0

    assert told == [startup.RESHARDED.format(shards=6)]
    async with open_store(shared.database, StoppedClock().now) as store:
        assert store.cluster is not None
        assert await store.cluster.leases.agree(0, 2) == 6


async def test_while_a_process_lives_nothing_is_changed(shared: Settings) -> None:
    async with open_store(shared.database, StoppedClock().now) as store:
        assert store.cluster is not None
        await store.cluster.leases.agree(0, 2)
        await store.cluster.leases.join()

        with pytest.raises(PassingError, match=r"within the last 15 seconds: 1\. Stop them all"):
            await reshard(shared, 6, print)
        assert await store.cluster.leases.agree(0, 9) == 2


async def test_without_a_number_discord_is_asked(shared: Settings) -> None:
    with pytest.raises(PassingError, match="Name a number"):
        await reshard(shared, None, print)


async def test_a_file_is_for_one_process(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="SHARDS says how many"):
        await reshard(loaded(f"sqlite:///{tmp_path / 'parley.db'}"), 4, print)
