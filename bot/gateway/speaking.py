"""In which language an event is heard: a command in its user's, all else in that of its place."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import discord

from bot.chat.languages import Languages
from bot.rules.model import ChannelKey
from bot.texts.languages.spoken import speaking


def speak_of_events(client: discord.Client, languages: Languages) -> None:
    """Have whatever a client begins on an event speak its language."""
    parsers = client._connection.parsers
    for name, take in parsers.items():
        parsers[name] = partial(_hear, take, languages, is_asked=name == "INTERACTION_CREATE")


def _hear(take: Callable[[Any], object], languages: Languages, event: Any, *, is_asked: bool) -> None:
    if not isinstance(event, Mapping):
        take(event)
        return
    guild_id = event.get("guild_id")
    key = ChannelKey(int(event.get("channel_id") or 0), int(guild_id) if guild_id else None)
    with speaking(languages.of_reader(event.get("locale"), key) if is_asked else languages.of(key)):
        take(event)
