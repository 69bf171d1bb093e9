"""What is set for a place, as people read it: what holds, and what was changed. Pure."""

import discord

from bot.chat.commands.settings import Held, Source
from bot.rules.literal import literal
from bot.texts import admins, members
from bot.texts.languages.catalogue import Placed
from bot.ui.commands.render import titled
from bot.ui.commands.words import code

SOURCES = {
    Source.HERE: admins.SOURCE_HERE,
    Source.PARENT: admins.SOURCE_PARENT,
    Source.SERVER: admins.SOURCE_SERVER,
    Source.DEFAULT: admins.SOURCE_DEFAULT,
}


def persona_held(held: Held) -> str | discord.Embed:
    """Show the persona that holds."""
    source = SOURCES[held.source]
    if not held.value:
        return admins.PERSONA_NONE.format(source=source)
    return titled(admins.PERSONA_HOLDS.format(source=source), literal(held.value))


def persona_set(text: str, *, guild_wide: bool) -> str | discord.Embed:
    """Show the persona that was just set."""
    if not text:
        return changed(admins.PERSONA_EMPTIED, guild_wide=guild_wide)
    return titled(changed(admins.PERSONA_SET, guild_wide=guild_wide), literal(text))


def changed(sentence: Placed, *, guild_wide: bool, value: str | int | None = None) -> str:
    """Say what was set, and for where; the sentence may name the value as it is, as days or messages."""
    return sentence[guild_wide].format(
        value=code(str(value)),
        days=members.DAYS.format(value) if isinstance(value, int) else "",
        messages=members.MESSAGES.format(value) if isinstance(value, int) else "",
    )


def model_held(held: Held) -> str:
    """Say which model answers."""
    return admins.MODEL_HOLDS.format(model=code(held.value), source=SOURCES[held.source])


def retention_held(held: Held) -> str:
    """Say for how long is remembered."""
    source = SOURCES[held.source]
    if not held.value:
        return admins.RETENTION_NONE.format(source=source)
    return admins.RETENTION_HOLDS.format(days=members.DAYS.format(held.value), source=source)


def auto_held(held: Held) -> str:
    """Say whether every message is answered."""
    sentence = admins.AUTO_HOLDS_ON if held.value else admins.AUTO_HOLDS_OFF
    return sentence.format(source=SOURCES[held.source])


def recent_held(held: Held) -> str:
    """Say how much is read as background."""
    source = SOURCES[held.source]
    if not held.value:
        return admins.RECENT_NONE.format(source=source)
    return admins.RECENT_HOLDS.format(messages=members.MESSAGES.format(held.value), source=source)


def threads_held(held: Held) -> str:
    """Say whether answers lead into threads."""
    return admins.THREADS_HOLD[held.value].format(source=SOURCES[held.source])


def nothing_set(name: str, holds: str | discord.Embed, *, guild_wide: bool) -> str | discord.Embed:
    """Say that a setting, by its name in `Settings`, had nothing to be cleared, and what holds."""
    sentence = changed(admins.NOTHING_SET[name], guild_wide=guild_wide)
    return f"{sentence} {holds}" if isinstance(holds, str) else holds.set_footer(text=sentence)
