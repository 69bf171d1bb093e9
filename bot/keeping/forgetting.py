"""What the bot learned by itself, forgotten on demand: `check --forget-dialects`."""

from datetime import UTC, datetime
from pathlib import Path

from bot.keeping.findings import Write
from bot.settings.forms import ServerUrl
from bot.store.connection.lock import held
from bot.store.store import open_store
from bot.texts import startup


async def forget_dialects(database: Path | ServerUrl, write: Write) -> int:
    """Forget what models' servers have taught; processes that run beside a server go on by it."""
    with held(database):
        async with open_store(database, lambda: datetime.now(UTC)) as store:
            forgotten = await store.lessons.forget(before=datetime.max.replace(tzinfo=UTC))
    write(startup.DIALECTS_FORGOTTEN.format(count=forgotten))
    return 0
