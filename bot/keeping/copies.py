"""The database as files: `backup`, `restore` and `vacuum`."""

from datetime import datetime
from itertools import chain, count
from pathlib import Path

from bot.errors import StartError
from bot.keeping.findings import Write
from bot.keeping.sizes import in_words
from bot.settings.forms import ServerUrl
from bot.store.connection import copying
from bot.store.connection.files import linked
from bot.store.connection.lock import held
from bot.texts import startup


def backup(place: Path | ServerUrl, target: Path, write: Write) -> None:
    """Copy the database into a new file, while the bot may be running."""
    database = _as_file(place, "pg_dump")
    copying.copy(database, target)
    write(startup.BACKED_UP.format(path=target, size=in_words(target.stat().st_size), database=database))


def restore(source: Path, place: Path | ServerUrl, now: datetime, write: Write) -> None:
    """Put a copy in the database's place, and keep what was there."""
    database = _as_file(place, "pg_restore")
    target = linked(database)
    with held(database):
        if not source.is_file():
            raise StartError(startup.COPY_ABSENT.format(path=source))
        aside = _free(target, now)
        told = startup.PUT_BACK if database.exists() else startup.PUT_IN_PLACE
        copying.put_back(source, target, aside)
    write(told.format(path=source, database=database, aside=aside))


def vacuum(place: Path | ServerUrl, write: Write) -> None:
    """Give the room of what was deleted back to the disk."""
    database = _as_file(place, "VACUUM")
    if not database.is_file():
        raise StartError(startup.STORE_ABSENT.format(path=database))
    with held(database):
        before = database.stat().st_size
        copying.vacuum(database)
    after = database.stat().st_size
    write(startup.VACUUMED.format(database=database, before=in_words(before), after=in_words(after)))


def _as_file(place: Path | ServerUrl, tool: str) -> Path:
    if isinstance(place, ServerUrl):
        raise StartError(startup.ON_A_SERVER.format(path=place, tool=tool))
    return place


def _free(place: Path, now: datetime) -> Path:
    """Return a name beside a database that nothing has, be it of another restore in the same second."""
    stem = f"{place.stem}.replaced.{now:%Y-%m-%d-%H%M%S}"
    names = (
        place.with_name(f"{stem}{behind}{place.suffix}")
        for behind in chain([""], map("-{}".format, count(2)))
    )
    return next(name for name in names if not name.exists())
