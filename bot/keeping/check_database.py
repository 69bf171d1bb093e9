"""The look at the database, beside a bot that may be running on it: nothing of it is changed."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import SchemaOutdated, StartError
from bot.keeping.findings import Findings
from bot.keeping.sizes import in_words
from bot.rules.model_facts import Lesson
from bot.settings.forms import ServerUrl
from bot.settings.settings import ENV_FILE, Settings
from bot.store.connection.files import linked, open_to_others
from bot.store.storage import is_nearly_full
from bot.store.store import read_store
from bot.texts import checking


async def check_database(settings: Settings, findings: Findings) -> None:
    """Look at the database, and at the folder and disk of a file; raise StartError if it can't be read."""
    place = settings.database
    files = (ENV_FILE,) if isinstance(place, ServerUrl) else (ENV_FILE, place)
    for file in files:
        for loose in open_to_others(file):
            findings.warn("files", checking.OPEN_TO_OTHERS.format(path=loose))
    size = checking.ON_A_SERVER if isinstance(place, ServerUrl) else _check_file(place, findings)
    if size is None:
        findings.note("database", checking.DATABASE_TO_COME.format(path=place))
        return
    try:
        async with read_store(place, lambda: datetime.now(UTC)) as store:
            seen = await store.storage.overview()
    except SchemaOutdated as error:
        findings.note("database", str(error))
        return
    told = checking.DATABASE_KNOWN if seen.oldest else checking.DATABASE_EMPTY
    oldest = f"{seen.oldest:%Y-%m-%d}" if seen.oldest else ""
    findings.ok(
        "database",
        told.format(path=place, version=seen.schema, size=size, turns=f"{seen.messages:,}", oldest=oldest),
    )


def _check_file(path: Path, findings: Findings) -> str | None:
    """Look at the place of a file; return its size in words, or None where there is none yet."""
    folder = next(one for one in linked(path).absolute().parents if one.exists())
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        findings.wrong("database", checking.NOT_WRITABLE.format(path=path))
    usage = shutil.disk_usage(folder)
    if is_nearly_full(usage.free, usage.total):
        findings.warn("database", checking.LITTLE_ROOM.format(free=in_words(usage.free)))
    else:
        findings.ok("database", checking.ROOM.format(free=in_words(usage.free)))
    return in_words(path.stat().st_size) if _is_begun(path) else None


async def kept_lessons(place: Path | ServerUrl) -> Sequence[Lesson]:
    """Return what models' servers have taught; nothing where the database can't be read."""
    with suppress(StartError):
        async with read_store(place, lambda: datetime.now(UTC)) as store:
            return await store.lessons.all()
    return ()


async def places_with_models(place: Path | ServerUrl) -> Sequence[tuple[str, str]]:
    """Return what is set of models: the place, in words, and the model; nothing where it can't be read."""
    with suppress(StartError):
        async with read_store(place, lambda: datetime.now(UTC)) as store:
            return await store.places.models()
    return ()


def _is_begun(path: Path) -> bool:
    return path.is_file() and bool(path.stat().st_size)
