"""The lists of who may use the bot in a server, as those who manage it read them. Pure."""

from collections.abc import Collection

import discord

from bot.rules.admission.access import Kind, Listed, Lists
from bot.texts import admins
from bot.texts.languages.figures import several

MOST_SHOWN = 40  # of a line


def shown(held: Lists, guild_id: int, *, house: bool) -> discord.Embed:
    """Show both lists of a server."""
    people, places = held.of(Kind.USER, Kind.ROLE), held.of(Kind.CHANNEL)
    lines = [
        sentence.format(listed=_named(some, guild_id))
        for sentence, some in (
            (admins.ACCESS_PEOPLE, people.allowed),
            (admins.ACCESS_NOT_PEOPLE, people.denied),
            (admins.ACCESS_CHANNELS, places.allowed),
            (admins.ACCESS_NOT_CHANNELS, places.denied),
        )
        if some
    ]
    lines = lines or [str(admins.ACCESS_ALL)]
    if house:
        lines.append(str(admins.ACCESS_HOUSE))
    return discord.Embed(title=admins.ACCESS_TITLE, description="\n".join(lines))


def changed(one: Listed, before: Lists, held: Lists, guild_id: int) -> str:
    """Say where something stands now."""
    if one in held.denied:
        sentence = admins.ACCESS_DENIED
    elif one not in held.allowed:
        was_listed = one in before.allowed | before.denied
        sentence = admins.ACCESS_UNLISTED if was_listed else admins.ACCESS_NOT_LISTED
    elif one.kind is Kind.CHANNEL:
        sentence = admins.ACCESS_CHANNEL_ALLOWED
    else:
        sentence = admins.ACCESS_PERSON_ALLOWED
    return sentence.format(listed=name_of(one, guild_id))


def listed(picked: discord.abc.Snowflake) -> Listed:
    """Return a person, a role or a channel that was picked, as it stands on a list."""
    if isinstance(picked, discord.Role):
        return Listed(Kind.ROLE, picked.id)
    is_person = isinstance(picked, discord.abc.User)
    return Listed(Kind.USER if is_person else Kind.CHANNEL, picked.id)


def name_of(one: Listed, guild_id: int | None) -> str:
    """Return what Discord shows as the name of something."""
    return admins.EVERYBODY if one.id == guild_id else admins.LISTED[one.kind].format(id=one.id)


def _named(some: Collection[Listed], guild_id: int) -> str:
    names = [name_of(one, guild_id) for one in sorted(some, key=lambda one: (one.kind, one.id))]
    more = [admins.ACCESS_MORE.format(len(names) - MOST_SHOWN)] if len(names) > MOST_SHOWN else []
    return several([*names[:MOST_SHOWN], *more])
