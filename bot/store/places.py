"""What is known of and set for channels and guilds, and the record of who set it."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from sqlite3 import Row
from typing import Any

from bot.rules.model import ChannelKey, Settings
from bot.store.database import Database, Run
from bot.store.rows import id_list, micros


class SqlitePlaces:
    """Channels and guilds, as `bot.chat.memory.Places` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def settings(self, key: ChannelKey) -> Settings:
        """Return what holds in a place, the nearest word first."""
        rows = await self._database.read(
            "SELECT coalesce(own.persona, parent.persona, guild.persona) AS persona,"
            " coalesce(own.model, parent.model, guild.model) AS model,"
            " coalesce(own.auto, parent.auto, guild.auto) AS auto,"
            " coalesce(own.retention_days, parent.retention_days, guild.retention_days) AS retention_days"
            " FROM (SELECT 1) LEFT JOIN channels AS own ON own.id = ?"
            " LEFT JOIN channels AS parent ON parent.id = ? LEFT JOIN guilds AS guild ON guild.id = ?",
            key.channel_id,
            key.parent_id,
            key.guild_id,
        )
        return _settings_of(rows)

    async def own_settings(self, key: ChannelKey, *, guild_wide: bool) -> Settings:
        """Return what is set for just this place, or for its guild."""
        async with self._database.reading() as run:
            return await _own(run, key, guild_wide)

    async def change(self, key: ChannelKey, actor: int, *, guild_wide: bool, **changes: Any) -> None:
        """Change settings by their names, and record each change."""

        async def work(run: Run) -> None:
            changed = replace(await _own(run, key, guild_wide), **changes)
            await ensure_channel(run, key, actor)
            await _set(run, key, guild_wide, changed)
            for name, value in changes.items():
                action = f"{'clear' if value is None else 'set'} {name}"
                detail = "" if value is None else str(value)
                await record(run, key, actor, self._now(), action, detail, guild_wide=guild_wide)

        await self._database.write(work)

    async def joined(self, channel_id: int) -> bool:
        """Say whether the bot takes part in a thread; a reset does not change that."""
        rows = await self._database.read("SELECT 1 FROM channels WHERE id = ? AND joined", channel_id)
        return bool(rows)

    async def drop_channel(self, channel_id: int) -> None:
        """Delete a channel and the threads in it, with all that hangs on them."""

        async def work(run: Run) -> None:
            rows = await run("SELECT id FROM channels WHERE id = ?1 OR parent_id = ?1", channel_id)
            await delete_channels(run, [row["id"] for row in rows])

        await self._database.erase(work)

    async def drop_guild(self, guild_id: int) -> None:
        """Delete a guild and its channels, with all that hangs on them."""

        async def work(run: Run) -> None:
            await run("DELETE FROM channels WHERE guild_id = ?", guild_id)
            await run("DELETE FROM resets WHERE guild_id = ?", guild_id)
            await run("DELETE FROM records WHERE guild_id = ?", guild_id)
            await run("DELETE FROM guilds WHERE id = ?", guild_id)

        await self._database.erase(work)


async def ensure_channel(run: Run, key: ChannelKey, person_id: int, *, joined: bool = False) -> None:
    """Know a channel, whose it is if it is a direct conversation, and that the bot takes part in it."""
    await run(
        "INSERT INTO channels (id, guild_id, parent_id, person_id, joined) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET guild_id = excluded.guild_id, parent_id = excluded.parent_id,"
        " person_id = excluded.person_id, joined = max(joined, excluded.joined)"
        " WHERE guild_id IS NOT excluded.guild_id OR parent_id IS NOT excluded.parent_id"
        " OR person_id IS NOT excluded.person_id OR joined < excluded.joined",
        key.channel_id,
        key.guild_id,
        key.parent_id,
        person_id if key.is_dm else None,
        joined,
    )


async def delete_channels(run: Run, channel_ids: Sequence[int]) -> None:
    """Delete channels with all that hangs on them, resets of just them included."""
    ids = id_list(channel_ids)
    await run("DELETE FROM channels WHERE id IN (SELECT value FROM json_each(?))", ids)
    await run(
        "DELETE FROM resets WHERE NOT guild_wide AND channel_id IN (SELECT value FROM json_each(?))", ids
    )


async def record(
    run: Run, key: ChannelKey, actor: int, at: datetime, action: str, detail: str, *, guild_wide: bool
) -> None:
    """Write down who did what in a place or its guild; the channel must be known."""
    await run(
        "INSERT INTO records (at, actor_id, guild_id, channel_id, action, detail) VALUES (?, ?, ?, ?, ?, ?)",
        micros(at),
        actor,
        key.guild_id,
        None if guild_wide else key.channel_id,
        action,
        detail,
    )


async def _own(run: Run, key: ChannelKey, guild_wide: bool) -> Settings:
    if guild_wide:
        rows = await run(
            "SELECT persona, model, auto, retention_days FROM guilds WHERE id = ?", _guild_of(key)
        )
    else:
        rows = await run(
            "SELECT persona, model, auto, retention_days FROM channels WHERE id = ?", key.channel_id
        )
    return _settings_of(rows)


async def _set(run: Run, key: ChannelKey, guild_wide: bool, settings: Settings) -> None:
    values = (settings.persona, settings.model, settings.auto, settings.retention_days)
    if guild_wide:
        await run("INSERT INTO guilds (id) VALUES (?) ON CONFLICT (id) DO NOTHING", _guild_of(key))
        await run(
            "UPDATE guilds SET persona = ?, model = ?, auto = ?, retention_days = ? WHERE id = ?",
            *values,
            key.guild_id,
        )
    else:
        await run(
            "UPDATE channels SET persona = ?, model = ?, auto = ?, retention_days = ? WHERE id = ?",
            *values,
            key.channel_id,
        )


def _guild_of(key: ChannelKey) -> int:
    if key.guild_id is None:
        raise ValueError(f"channel {key.channel_id} belongs to no guild")
    return key.guild_id


def _settings_of(rows: list[Row]) -> Settings:
    if not rows:
        return Settings()
    found = {field.name: rows[0][field.name] for field in fields(Settings)}
    auto = found.pop("auto")
    return Settings(auto=None if auto is None else bool(auto), **found)
