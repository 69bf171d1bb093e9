"""What is stored at all: channels, guilds and unfinished answers, those of one shard without the others'."""

from collections.abc import Sequence

from bot.rules.model import ChannelKey
from bot.rules.places.asides import FIRST_ASIDE, is_aside, linked
from bot.rules.places.shards import ShardId
from bot.store.connection.database import Database

_PAGE = 200

OF_SHARD = "(coalesce({}, 0) >> 22) % ? = ?"  # by its count and its number, as `ShardId.has` says it
_CHANNELS = "SELECT id, guild_id, parent_id FROM places WHERE"
_CHANNELS_OF_SHARD = f"{_CHANNELS} {OF_SHARD.format('guild_id')} AND id > ? ORDER BY id LIMIT ?"
_DIRECT = f"{_CHANNELS} guild_id IS NULL AND id > ? ORDER BY id LIMIT ?"

# What is asked where the bot is no member comes by any shard, though it belongs to the first one: whoever
# takes that must leave alone what another process that lives was asked, by the question's message.
UNDER_WAY_ELSEWHERE = (
    f"c.id >= {FIRST_ASIDE} AND c.guild_id IS NULL AND EXISTS (SELECT 1 FROM hooks AS h"  # noqa: S608 - ours
    " JOIN processes AS p ON p.id = h.process AND p.until > now_micros() WHERE h.message_id = {})"
)
_ITS_QUESTION = "(SELECT q.message_id FROM turns AS q WHERE q.id = t.question_id)"

# One look into each index for the next guild of a shard, whatever there is of one.
_NEXT = "SELECT min({0}) AS id FROM {1} WHERE {0} > ?1 AND ({0} >> 22) % ?2 = ?3"
_WHERE_GUILDS_ARE = (
    ("guild_id", "channels"),
    ("id", "guilds"),
    ("guild_id", "records"),
    ("guild_id", "clearings"),
)
_NEXT_GUILD = (
    "SELECT min(id) AS id FROM"  # noqa: S608 - ours
    f" ({' UNION ALL '.join(_NEXT.format(*place) for place in _WHERE_GUILDS_ARE)}) AS found"
)

_UNFINISHED = (
    "SELECT t.id FROM (SELECT id FROM turns WHERE state = 'writing'"
    " UNION SELECT id FROM answers WHERE NOT shown"
    " UNION SELECT answer_id FROM ends WHERE reason = 'replaced') AS u"
    " CROSS JOIN turns AS t ON t.id = u.id CROSS JOIN channels AS c ON c.id = t.channel_id"
)
UNFINISHED_OF_SHARD = (
    f"{_UNFINISHED} WHERE {OF_SHARD.format('c.guild_id')}"
    f" AND NOT ({UNDER_WAY_ELSEWHERE.format(_ITS_QUESTION)}) ORDER BY t.id"
)
UNFINISHED_IN = f"{_UNFINISHED} WHERE t.channel_id = ? ORDER BY t.id"


async def channels_of(database: Database, shard: ShardId) -> Sequence[ChannelKey]:
    """Return a shard's channels of which something is stored; for an aside, the one it belongs to."""
    return await _channels(database, _CHANNELS_OF_SHARD, shard.count, shard.number)


async def direct_channels(database: Database) -> Sequence[ChannelKey]:
    """Return the direct conversations of which something is stored."""
    return await _channels(database, _DIRECT)


async def _channels(database: Database, sql: str, *values: int) -> Sequence[ChannelKey]:
    found: dict[int, ChannelKey] = {}
    last = 0
    while rows := await database.read(sql, *values, last, _PAGE):
        last = rows[-1]["id"]
        for row in rows:
            key = ChannelKey(row["id"], row["guild_id"], row["parent_id"])
            if not is_aside(key):
                found[key.channel_id] = key
            elif not key.is_dm:
                found.setdefault(linked(key), ChannelKey(linked(key), key.guild_id))
    return list(found.values())


async def guilds_of(database: Database, shard: ShardId) -> Sequence[int]:
    """Return a shard's guilds of which something is stored, but for those that are being deleted."""
    found: list[int] = []
    while True:
        last = found[-1] if found else 0
        [row] = await database.read(_NEXT_GUILD, last, shard.count, shard.number)
        if row["id"] is None:
            break
        found.append(row["id"])
    departed = await database.read("SELECT guild_id FROM clearings WHERE departed AND guild_wide")
    return tuple(sorted(set(found) - {row["guild_id"] for row in departed}))
