"""What of a channel can be seen: everything but what clearings hide.

A clearing is a reset or a departure. It is one row whatever it takes, so what it hides is worked out here
from the few clearings that reach a channel. History is read by the stretches of positions that are left.

What is sent of that begins behind a channel's cut. A cut holds under the clearing that it was made under, so
that a reset leaves none and its undo brings the one from before back. A summary must not outlive the words
that it was made of.

A channel is known from when something of it is stored; what departs is out of sight at once, whatever time
its deletion takes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from bot.rules.model import ChannelKey
from bot.rules.places.asides import is_aside
from bot.rules.places.settings import Settings
from bot.store.connection.unit import Run, micros
from bot.store.history.rows import id_list

END = 2**63 - 1
# A clearing that is over has no row any more; what was made under it holds where no other one does.
_OVER = "clearing_id NOT IN (SELECT id FROM clearings)"


@dataclass(frozen=True, slots=True)
class Clearing:
    """A clearing as it reaches one channel: hides what is not hidden yet, up to a position.

    `undone` is the newest clearing that there was when it was undone. A departure takes over what is hidden.
    """

    id: int
    up_to: int
    undone: int | None = None
    departed: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """The turns of a channel behind the position `after`, as far as `up_to`."""

    channel_id: int
    after: int = 0
    up_to: int = END

    def within(self, after: int, up_to: int) -> "Stretch | None":
        """Return what of it lies behind one position, as far as another."""
        part = replace(self, after=max(self.after, after), up_to=min(self.up_to, up_to))
        return part if part.after < part.up_to else None


@dataclass(frozen=True, slots=True)
class Hidden:
    """A stretch that a clearing hides."""

    after: int
    up_to: int
    clearing_id: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What is hidden of a channel, oldest first; `newest` is the newest clearing that holds, or 0."""

    channel_id: int
    hidden: tuple[Hidden, ...] = ()
    newest: int = 0

    @property
    def visible(self) -> list[Stretch]:
        """Return what can be seen, oldest first."""
        return [Stretch(self.channel_id, after, up_to) for after, up_to in _gaps(self.hidden, END)]

    def hides(self, position: int) -> bool:
        """Say whether a position is hidden."""
        return any(one.after < position <= one.up_to for one in self.hidden)

    def hidden_by(self, clearing_id: int) -> list[Stretch]:
        """Return what a clearing hides."""
        return [
            Stretch(self.channel_id, one.after, one.up_to)
            for one in self.hidden
            if one.clearing_id == clearing_id
        ]


def look(channel_id: int, clearings: Sequence[Clearing]) -> Sight:
    """Work out what the clearings of a channel hide, those that were undone included; oldest first."""
    undone = {clearing.id: clearing.undone for clearing in clearings if clearing.undone is not None}
    hidden: list[Hidden] = []
    for clearing in clearings:
        hidden = [one for one in hidden if undone.get(one.clearing_id, clearing.id) >= clearing.id]
        if clearing.departed:
            hidden = [replace(one, after=max(one.after, clearing.up_to)) for one in hidden]
            hidden = [one for one in hidden if one.after < one.up_to]
        taken = [Hidden(after, up_to, clearing.id) for after, up_to in _gaps(hidden, clearing.up_to)]
        hidden = sorted([*hidden, *taken], key=lambda one: one.after)
    held = [one for one in hidden if one.clearing_id not in undone]
    newest = max((clearing.id for clearing in clearings if clearing.id not in undone), default=0)
    return Sight(channel_id, tuple(held), newest)


def _gaps(hidden: Iterable[Hidden], up_to: int) -> list[tuple[int, int]]:
    """Return what lies between hidden stretches, as far as a position."""
    gaps, after = [], 0
    for one in hidden:
        gaps.append((after, min(one.after, up_to)))
        after = one.up_to
    gaps.append((after, up_to))
    return [(start, end) for start, end in gaps if start < end]


async def sight(run: Run, channel_id: int) -> Sight:
    """Look at one channel."""
    return (await sights(run, [channel_id]))[channel_id]


async def sights(run: Run, channel_ids: Iterable[int]) -> dict[int, Sight]:
    """Look at several channels with one query."""
    wanted = dict.fromkeys(channel_ids)
    rows = await run(
        "SELECT r.channel_id, r.id, r.up_to, r.undone, r.departed"
        " FROM json_each(?) AS c CROSS JOIN reaches AS r ON r.channel_id = c.value ORDER BY r.id",
        id_list(wanted),
    )
    found = defaultdict(list)
    for row in rows:
        clearing = Clearing(row["id"], row["up_to"], row["undone"], bool(row["departed"]))
        found[row["channel_id"]].append(clearing)
    return {channel_id: look(channel_id, found[channel_id]) for channel_id in wanted}


async def sent_of(run: Run, seen: Sight) -> list[Stretch]:
    """Return what may be sent of a channel, oldest first: before a thread's own, what goes along with it.

    That is seen as long as it can be seen where it stands, and a reset of the thread hides it, too.
    """
    rows = await run(_CARRIED, seen.channel_id)
    if not rows:
        return seen.visible
    [row] = rows
    own = [part.within(row["after"], row["up_to"]) for part in seen.visible]
    there = (await sight(run, row["parent_id"])).visible
    both = [part.within(one.after, one.up_to) for part in there for one in own if one is not None]
    return [*(part for part in both if part is not None), *seen.visible]


_CARRIED = (
    "SELECT c.parent_id, o.after, o.up_to FROM openings AS o JOIN channels AS c ON c.id = o.thread_id"
    " WHERE o.thread_id = ? AND o.up_to > o.after AND c.parent_id IS NOT NULL"
)


async def cut_of(run: Run, seen: Sight) -> tuple[int, str]:
    """Return the position and the summary of a channel's cut."""
    if seen.newest:
        rows = await run(
            "SELECT position, summary FROM cuts WHERE channel_id = ? AND clearing_id = ?",
            seen.channel_id,
            seen.newest,
        )
    else:
        rows = await run(
            "SELECT position, summary FROM cuts"  # noqa: S608 - ours
            f" WHERE channel_id = ? AND {_OVER} ORDER BY clearing_id DESC LIMIT 1",
            seen.channel_id,
        )
    return (rows[0]["position"], rows[0]["summary"]) if rows else (0, "")


async def store_cut(run: Run, seen: Sight, position: int, summary: str) -> None:
    """Store a channel's cut in place of the one that holds."""
    if not seen.newest:
        await run(f"DELETE FROM cuts WHERE channel_id = ? AND {_OVER}", seen.channel_id)  # noqa: S608 - ours
    await run(
        "INSERT INTO cuts (channel_id, clearing_id, position, summary) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (channel_id, clearing_id) DO UPDATE"
        " SET position = excluded.position, summary = excluded.summary",
        seen.channel_id,
        seen.newest,
        position,
        summary,
    )


async def clear_summaries_of(run: Run, turn_ids: Iterable[int]) -> None:
    """Clear the summaries that may repeat these turns, which are about to be changed or deleted."""
    await run(
        "UPDATE cuts SET summary = '' WHERE summary <> '' AND channel_id IN ("
        "SELECT channel_id FROM turns WHERE id IN (SELECT value FROM json_each(?1)))"
        " AND position >= (SELECT min(t.position) FROM turns AS t"
        " WHERE t.id IN (SELECT value FROM json_each(?1)) AND t.channel_id = cuts.channel_id)",
        id_list(turn_ids),
    )


async def depart_channel(run: Run, channel_id: int, at: datetime) -> int:
    """Take a channel and its threads out of sight; return the id of their departure, to be disposed of."""
    await run(
        "UPDATE clearings SET gone = TRUE WHERE NOT guild_wide AND (channel_id = ?1 OR parent_id = ?1)",
        channel_id,
    )
    return await _depart(run, at, channel_id, None)


async def depart_guild(run: Run, guild_id: int, at: datetime) -> int:
    """Take a guild and its channels out of sight, and all that is set there; return as above."""
    await run("UPDATE clearings SET gone = TRUE WHERE guild_id = ?", guild_id)
    await run("DELETE FROM guilds WHERE id = ?", guild_id)
    for table in ("access", "limits", "facts"):
        await run(f"DELETE FROM {table} WHERE guild_id = ?", guild_id)  # noqa: S608 - ours
    return await _depart(run, at, 0, guild_id)


async def _depart(run: Run, at: datetime, channel_id: int, guild_id: int | None) -> int:
    [row] = await run(
        "INSERT INTO clearings (channel_id, guild_id, guild_wide, turns, tokens, at, gone, departed, up_to,"
        " record_id) VALUES (?, ?, ?, 0, 0, ?, TRUE, TRUE, (SELECT coalesce(max(id), 0) FROM turns),"
        " (SELECT coalesce(max(id), 0) FROM records)) RETURNING id",
        channel_id,
        guild_id,
        guild_id is not None,
        micros(at),
    )
    return int(row["id"])


async def ensure_channel(run: Run, key: ChannelKey, person_id: int, *, joined: bool = False) -> None:
    """Know a channel, whose it is if it is one person's, and that the bot takes part in it.

    One that comes back after it or its guild went starts anew, whatever is still being deleted of it.
    """
    await run(
        _ENSURE,
        key.channel_id,
        key.guild_id,
        key.parent_id,
        person_id if key.is_dm or is_aside(key) else None,
        joined,
    )


_UNSET_IF_RETURNED = ", ".join(
    f"{field.name} = iif(channels.departure < excluded.departure, NULL, channels.{field.name})"
    for field in fields(Settings)
)
_ENSURE = (
    "INSERT INTO channels (id, guild_id, parent_id, person_id, joined, departure)"  # noqa: S608 - our own names
    " SELECT ?1, ?2, ?3, ?4, ?5, coalesce(max(d.id), 0) FROM clearings AS d"
    " WHERE d.departed AND iif(d.guild_wide, d.guild_id = ?2, d.channel_id IN (?1, ?3))"
    " ON CONFLICT (id) DO UPDATE SET guild_id = excluded.guild_id, parent_id = excluded.parent_id,"
    " person_id = excluded.person_id, departure = max(channels.departure, excluded.departure),"
    " joined = iif(channels.departure < excluded.departure, excluded.joined,"
    " channels.joined OR excluded.joined),"
    f" {_UNSET_IF_RETURNED}"
    " WHERE channels.guild_id IS NOT excluded.guild_id OR channels.parent_id IS NOT excluded.parent_id"
    " OR channels.person_id IS NOT excluded.person_id OR channels.joined < excluded.joined"
    " OR channels.departure < excluded.departure"
)
