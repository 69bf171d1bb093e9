"""`move`: the memory of a SQLite file copied to an empty database in PostgreSQL; the bot must not run."""

from datetime import UTC, datetime
from pathlib import Path

from bot.errors import SchemaOutdated, StartError
from bot.keeping.findings import Write
from bot.settings.forms import ServerUrl
from bot.store.connection.lock import held
from bot.store.connection.opening import open_beside, open_database
from bot.store.postgres.moving import Move
from bot.store.store import open_server
from bot.texts import startup
from bot.texts.hosting import moving


async def move(source: Path | ServerUrl, path: Path | ServerUrl, write: Write) -> int:
    """Copy all that a file holds; the file is only read, once its schema is the newest.

    Raises:
        StartError: one of the two can't be opened, or `path` holds something else.
    """
    if isinstance(source, ServerUrl):
        raise StartError(moving.NO_FILE.format(path=source))
    if not isinstance(path, ServerUrl):
        raise StartError(moving.NO_SERVER)
    _require(source)
    with held(source):
        await _bring_up(source)
        read = await open_beside(source)
        try:
            written = await open_server(path, _now, moving=True)
            try:
                write(moving.BEGUN.format(source=source, path=path))
                is_new = await Move(read, written, path, write).run()
            finally:
                await written.close()
        finally:
            await read.close()
    write((moving.DONE if is_new else moving.DONE_BEFORE).format(source=source, path=path))
    return 0


def _require(source: Path) -> None:
    """Refuse to move what is not there; to lock it would make its folder."""
    if not source.exists():
        raise StartError(startup.STORE_ABSENT.format(path=source))


async def _bring_up(source: Path) -> None:
    """Give a file the newest schema, as the bot's start does, if it has an older one."""
    try:
        await (await open_beside(source)).close()
    except SchemaOutdated:
        await (await open_database(source, _now)).close()


def _now() -> datetime:
    return datetime.now(UTC)
