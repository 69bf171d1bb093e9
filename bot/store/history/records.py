"""The record of who did what in a place or its guild, as ports write it."""

from dataclasses import dataclass
from datetime import datetime

from bot.rules.model import ChannelKey
from bot.rules.records import Deed
from bot.store.connection.unit import Run, micros


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does what, and when."""

    actor: int
    at: datetime
    deed: Deed


async def record(run: Run, key: ChannelKey, doing: Doing, *, guild_wide: bool) -> None:
    """Write down who did what in a place or its guild; the channel must be known."""
    deed = doing.deed
    await run(
        "INSERT INTO records (at, actor_id, guild_id, channel_id, verb, setting, value, turns, tokens)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        micros(doing.at),
        doing.actor,
        key.guild_id,
        None if guild_wide else key.channel_id,
        deed.verb.value,
        deed.setting,
        int(deed.value) if isinstance(deed.value, bool) else deed.value,
        deed.turns,
        deed.tokens,
    )
