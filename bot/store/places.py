"""What is known of and set for channels and guilds, and the record of who set it."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, fields, replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.rules.admission.access import Lists
from bot.rules.model import ChannelKey
from bot.rules.places.settings import Settings
from bot.rules.places.shards import ALL, ShardId
from bot.rules.records import Deed, Verb
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run, Unit
from bot.store.disposal import dispose
from bot.store.history.known import channels_of, direct_channels, guilds_of
from bot.store.history.records import Doing, record
from bot.store.history.rows import setting_value
from bot.store.history.sight import depart_channel, depart_guild, ensure_channel

# The columns of a place's settings are the fields of `Settings`, and are named nowhere else.
_NAMES = tuple(field.name for field in fields(Settings))
_COLUMNS = ", ".join(_NAMES)
_SET = ", ".join(f"{name} = ?" for name in _NAMES)
_EFFECTIVE = ", ".join(f"coalesce(own.{name}, parent.{name}, guild.{name}) AS {name}" for name in _NAMES)
_HOLDS = (
    f"SELECT {_EFFECTIVE}, EXISTS (SELECT 1 FROM ignored WHERE user_id = ?) AS ignored"  # noqa: S608 - our own names
    " FROM (SELECT 1) LEFT JOIN places AS own ON own.id = ? LEFT JOIN places AS parent ON parent.id = ?"
    " LEFT JOIN guilds AS guild ON guild.id = ?"
)


class SqlPlaces:
    """Channels and guilds, as `bot.chat.memory.Places` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime], access: dict[int, Lists]) -> None:
        self._database = database
        self._now = now
        self._auto: set[int] = set()  # ids of channels and guilds; one that is gone does no harm
        self._access = access  # what a guild loses that is dropped

    async def recall(self, shard: ShardId) -> None:
        """Know which channels and guilds of a shard are automatic."""
        rows = await self._database.read(
            "SELECT id FROM channels WHERE auto AND (coalesce(guild_id, 0) >> 22) % ?1 = ?2"
            " UNION SELECT id FROM guilds WHERE auto AND (id >> 22) % ?1 = ?2",
            shard.count,
            shard.number,
        )
        self._auto.update(row["id"] for row in rows)

    def may_be_auto(self, channel_id: int, guild_id: int) -> bool:
        """Say, without asking the database, whether all that is said in a channel may be answered."""
        return channel_id in self._auto or guild_id in self._auto

    async def settings(self, key: ChannelKey) -> Settings:
        """Return what holds in a place, the nearest word first."""
        return (await self.met(key, 0))[0]

    async def met(self, key: ChannelKey, person_id: int) -> tuple[Settings, bool]:
        """Return what holds in a place, and whether a person is ignored."""
        rows = await self._database.read(_HOLDS, person_id, key.channel_id, key.parent_id, key.guild_id)
        return _settings_of(rows), bool(rows[0]["ignored"])

    async def own_settings(self, key: ChannelKey, *, guild_wide: bool) -> Settings:
        """Return what is set for just this place, or for its guild."""
        return await self._database.look(partial(_own, key=key, guild_wide=guild_wide))

    async def change(self, key: ChannelKey, actor: int, *, guild_wide: bool, **changes: Any) -> None:
        """Change settings by their names, and record each change."""

        async def work(run: Run) -> None:
            changed = replace(await _own(run, key, guild_wide), **changes)
            await ensure_channel(run, key, actor)
            await _set(run, key, guild_wide, changed)
            for name, value in changes.items():
                deed = Deed(Verb.CLEAR if value is None else Verb.SET, name, value)
                await record(run, key, Doing(actor, self._now(), deed), guild_wide=guild_wide)

        place = key.guild_id if guild_wide else key.channel_id
        if changes.get("auto"):
            self._auto.add(place or 0)  # before it holds, so that nothing is missed
        await self._database.write(work)
        if "auto" in changes:  # by the last one that was stored, where two people change it at once
            (self._auto.add if changes["auto"] else self._auto.discard)(place or 0)

    async def note(self, key: ChannelKey, actor: int, deed: Deed) -> None:
        """Record what was done to a place's guild and is stored elsewhere."""

        async def work(run: Run) -> None:
            await ensure_channel(run, key, actor)
            await record(run, key, Doing(actor, self._now(), deed), guild_wide=True)

        await self._database.write(work)

    async def note_gone(self, key: ChannelKey, model: str) -> bool:
        """Note of which model a channel was told that it is gone."""

        async def work(run: Run) -> bool:
            news = await run(
                "UPDATE channels SET gone_model = ?1 WHERE id = ?2 AND gone_model IS NOT ?1 RETURNING id",
                model,
                key.channel_id,
            )
            return bool(news)

        return await self._database.write(work)

    async def joined(self, channel_id: int) -> bool:
        """Say whether the bot takes part in a thread; only `/auto off` there ends that."""
        rows = await self._database.read(
            "SELECT 1 FROM places WHERE id = ? AND joined AND coalesce(auto, TRUE)", channel_id
        )
        return bool(rows)

    async def models(self) -> Sequence[tuple[str, str]]:
        """Return what is set of models: the place, in words, and the model."""
        rows = await self._database.read(
            "SELECT 'channel ' || id AS place, model FROM places WHERE model IS NOT NULL"
            " UNION ALL SELECT 'server ' || id, model FROM guilds WHERE model IS NOT NULL"
        )
        return [(row["place"], row["model"]) for row in rows]

    async def models_in(self, guild_id: int) -> Sequence[str]:
        """Return the models that are set in a guild for something less than all of it."""
        rows = await self._database.read(
            "SELECT DISTINCT model FROM places WHERE guild_id = ? AND model IS NOT NULL", guild_id
        )
        return [row["model"] for row in rows]

    async def known(self, shard: ShardId = ALL) -> Sequence[ChannelKey]:
        """Return a shard's channels of which something is stored; for an aside, the one it belongs to."""
        return await channels_of(self._database, shard)

    async def direct(self) -> Sequence[ChannelKey]:
        """Return the direct conversations of which something is stored."""
        return await direct_channels(self._database)

    async def guilds(self, shard: ShardId = ALL) -> Sequence[int]:
        """Return a shard's guilds of which something is stored, but for those that are being deleted."""
        return await guilds_of(self._database, shard)

    async def drop_channel(self, channel_id: int) -> None:
        """Take a channel and the threads in it out of sight at once, then delete all that hangs on them."""
        at = self._now()
        unit = Unit(lambda run: depart_channel(run, channel_id, at))
        departure = await self._database.keep(("departure", channel_id), unit)
        if departure is not None:  # else what is kept is disposed of by a later sweep
            await dispose(self._database, departure)
            await self._database.log.clear()

    async def drop_guild(self, guild_id: int) -> None:
        """Take a guild and its channels out of sight at once, then delete all that hangs on them."""
        at = self._now()
        self._access.pop(guild_id, None)
        unit = Unit(lambda run: depart_guild(run, guild_id, at))
        departure = await self._database.keep(("departure", guild_id), unit)
        if departure is not None:  # as above
            await dispose(self._database, departure)
            await self._database.log.clear()


async def _own(run: Run, key: ChannelKey, guild_wide: bool) -> Settings:
    table, place_id = ("guilds", _guild_of(key)) if guild_wide else ("places", key.channel_id)
    rows = await run(f"SELECT {_COLUMNS} FROM {table} WHERE id = ?", place_id)  # noqa: S608 - as above
    return _settings_of(rows)


async def _set(run: Run, key: ChannelKey, guild_wide: bool, settings: Settings) -> None:
    table, place_id = ("guilds", _guild_of(key)) if guild_wide else ("channels", key.channel_id)
    if guild_wide:
        await run("INSERT INTO guilds (id) VALUES (?) ON CONFLICT (id) DO NOTHING", place_id)
    await run(f"UPDATE {table} SET {_SET} WHERE id = ?", *astuple(settings), place_id)  # noqa: S608 - as above


def _guild_of(key: ChannelKey) -> int:
    if key.guild_id is None:
        raise ValueError(f"channel {key.channel_id} belongs to no guild")
    return key.guild_id


def _settings_of(rows: list[Row]) -> Settings:
    if not rows:
        return Settings()
    return Settings(**{name: setting_value(name, rows[0][name]) for name in _NAMES})
