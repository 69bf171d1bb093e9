"""`python -m bot reshard`: another number of shards for all processes, while none of them runs."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.errors import PassingError, StartError
from bot.gateway.lookup import Lookup, Unreachable
from bot.rules.cluster.leases import LEASE_SECONDS
from bot.settings.forms import ServerUrl
from bot.settings.settings import Settings
from bot.store.store import open_store
from bot.texts import startup


async def reshard(settings: Settings, shards: int | None, write: Callable[[str], object]) -> int:
    """Agree on a number of shards, or on as many as Discord recommends.

    Raises:
        StartError: processes live, only one can, or Discord can't be asked.
    """
    place = settings.database
    if not isinstance(place, ServerUrl):
        raise StartError(startup.RESHARD_ALONE.format(path=place))
    wanted = shards or await _recommended(settings)
    async with open_store(place, lambda: datetime.now(UTC)) as store:
        assert store.cluster is not None  # noqa: S101 - what a server holds is shared
        living = await store.cluster.leases.reshard(wanted)
    if living:
        raise PassingError(startup.RESHARD_LIVING.format(count=living, seconds=round(LEASE_SECONDS)))
    write(startup.RESHARDED.format(shards=wanted))
    return 0


async def _recommended(settings: Settings) -> int:
    try:
        return (await Lookup(settings.discord_token, settings.discord_api_url).gateway()).shards
    except Unreachable as error:
        raise PassingError(startup.RESHARD_UNKNOWN.format(reason=error)) from error
