"""What is set for a place, as people read it: what holds, and what was changed. Pure."""

import discord

from bot.chat.commands.settings import Held, Source
from bot.rules.literal import literal
from bot.texts import admins
from bot.texts.places.words import Words, of_value, words_of
from bot.ui.commands.render import titled
from bot.ui.commands.words import code

WHOLE = frozenset({"persona"})  # shown as a text of its own
SOURCES = {
    Source.HERE: admins.SOURCE_HERE,
    Source.PARENT: admins.SOURCE_PARENT,
    Source.SERVER: admins.SOURCE_SERVER,
    Source.JOINED: admins.SOURCE_JOINED,
    Source.DEFAULT: admins.SOURCE_DEFAULT,
}


def held_of(name: str, held: Held) -> str | discord.Embed:
    """Say what holds, of a setting by its name in `Settings`; a text is shown whole."""
    said = words_of(name)
    sentence = of_value(said.holds, held.value)
    shown = sentence.format(value=_value(said, held.value), source=SOURCES[held.source]) if sentence else ""
    return titled(shown, literal(held.value)) if name in WHOLE and held.value else shown


def changed(name: str, value: object, *, guild_wide: bool) -> str | discord.Embed:
    """Say what a setting was changed to, and for where."""
    said = words_of(name)
    sentence = of_value(said.becomes, value)
    shown = sentence[guild_wide].format(value=_value(said, value)) if sentence else ""
    return titled(shown, literal(str(value))) if name in WHOLE and value else shown


def nothing_set(name: str, holds: str | discord.Embed, *, guild_wide: bool) -> str | discord.Embed:
    """Say that a setting had nothing to be cleared, and what holds."""
    sentence = str(words_of(name).nothing_set[guild_wide])
    return f"{sentence} {holds}" if isinstance(holds, str) else holds.set_footer(text=sentence)


def _value(said: Words, value: object) -> str:
    return code(value) if isinstance(value, str) else said.value(value)
