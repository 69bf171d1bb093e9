"""`export`: all that is remembered of a server, as JSON Lines, while the bot may run.

A line for the server, then for each channel one of its own and one for each message, oldest first.
"""

import base64
import os
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.chat.commands.files import json_line
from bot.errors import StartError
from bot.keeping.findings import Write
from bot.rules.model import ChannelKey, Part, Turn
from bot.rules.places.settings import Settings
from bot.settings.forms import ServerUrl
from bot.store.store import Store, read_store
from bot.texts import startup


async def export(database: Path | ServerUrl, server: int, target: Path, write: Write) -> int:
    """Write what is remembered of a server into a new file for its owner alone.

    Raises:
        StartError: nothing is remembered of the server, or the file is there or can't be written.
    """
    async with read_store(database, lambda: datetime.now(UTC)) as store:
        channels = [key for key in await store.places.known() if key.guild_id == server]
        if not channels:
            known = ", ".join(map(str, await store.places.guilds())) or startup.NO_SERVERS
            raise StartError(startup.SERVER_UNKNOWN.format(server=server, known=known))
        count = 0
        descriptor = _made(target)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            async for line in _lines(store, server, channels):
                count += line["is"] == "message"
                file.write(json_line(line))
    write(startup.EXPORTED.format(path=target, server=server, count=f"{count:,}", channels=len(channels)))
    return 0


async def _lines(store: Store, server: int, channels: list[ChannelKey]) -> AsyncIterator[dict[str, Any]]:
    of_all = await store.places.own_settings(channels[0], guild_wide=True)
    yield {"is": "server", "id": server, "settings": _set(of_all)}
    for key in channels:
        own = await store.places.own_settings(key, guild_wide=False)
        yield {"is": "channel", "id": key.channel_id, "parent": key.parent_id, "settings": _set(own)}
        async for turn in store.journal.everything(key.channel_id):
            yield _message(key, turn)


def _set(settings: Settings) -> dict[str, Any]:
    """Return what is set there, and not inherited."""
    return {name: value for name, value in asdict(settings).items() if value is not None}


def _message(key: ChannelKey, turn: Turn) -> dict[str, Any]:
    return {
        "is": "message",
        "channel": key.channel_id,
        "id": turn.message_id,
        "further_ids": list(turn.further_ids),
        "at": turn.created_at.isoformat(),
        "role": turn.role.value,
        "author": turn.author_id,
        "name": turn.label,
        "text": turn.text,
        "parts": [_part(part) for part in turn.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    told = {"kind": part.kind.value, "name": part.name, "text": part.text, "message": part.message_id}
    if part.data is not None:
        told |= {"type": part.media_type, "base64": base64.b64encode(part.data).decode()}
    return {name: value for name, value in told.items() if value}


def _made(target: Path) -> int:
    try:
        return os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise StartError(startup.FILE_THERE.format(path=target)) from error
    except OSError as error:
        raise StartError(startup.FILE_UNWRITABLE.format(path=target, reason=error.strerror)) from error
