"""How an event is heard: in which language, and whether at all.

A command is heard in its user's language, all else in that of its place.

What people say to each other where nobody listens is passed over before anything is built from it. To read a
message into discord.py's objects, then into ours, and to look its place up costs more than all the rest of
hearing it. So the raw event is asked first, and what is in doubt is let through: whether a message is for us
is decided by `bot.rules.triggers` alone.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import discord

from bot.chat.languages import Languages
from bot.rules.model import ChannelKey
from bot.texts.languages.spoken import speaking

PEOPLES_WORDS = frozenset({discord.MessageType.default.value, discord.MessageType.reply.value})
HOLD_MESSAGES = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel)


def speak_of_events(client: discord.Client, languages: Languages) -> None:
    """Have a client handle each event in its language."""
    parsers = client._connection.parsers
    for name, take in parsers.items():
        parsers[name] = partial(_speak, take, languages, is_asked=name == "INTERACTION_CREATE")


def _speak(take: Callable[[Any], object], languages: Languages, event: Any, *, is_asked: bool) -> None:
    if not isinstance(event, Mapping):
        take(event)
        return
    guild_id = event.get("guild_id")
    key = ChannelKey(int(event.get("channel_id") or 0), int(guild_id) if guild_id else None)
    with speaking(languages.of_reader(event.get("locale"), key) if is_asked else languages.of(key)):
        take(event)


def pass_over(client: discord.Client, listens: Callable[[int, int], bool]) -> None:
    """Have a client skip messages that can't be for it.

    `listens` says of a channel and its guild whether all that is said there may be answered.
    """
    state = client._connection
    take = state.parsers["MESSAGE_CREATE"]

    def hear(event: Mapping[str, Any]) -> None:
        place = _where_nobody_asks_us(event, client, listens)
        if place is None:
            take(event)
        else:
            place.last_message_id = int(event["id"])  # as discord.py notes it

    state.parsers["MESSAGE_CREATE"] = hear


def _where_nobody_asks_us(
    event: Mapping[str, Any], client: discord.Client, listens: Callable[[int, int], bool]
) -> discord.TextChannel | discord.VoiceChannel | discord.StageChannel | None:
    """Return the channel of a message that is surely not for us; in threads and DMs, nothing is sure."""
    if "guild_id" not in event or client.user is None:
        return None
    guild = client.get_guild(int(event["guild_id"]))
    channel = guild.get_channel(int(event["channel_id"])) if guild else None
    if guild is None or not isinstance(channel, HOLD_MESSAGES):
        return None
    if event["type"] in PEOPLES_WORDS and (
        listens(channel.id, guild.id) or _may_address(event, str(client.user.id))
    ):
        return None
    return channel


def _may_address(event: Mapping[str, Any], us: str) -> bool:
    """Say whether a message may mention us, one of our roles included, or reply to us."""
    if event.get("mention_roles") or any(user["id"] == us for user in event["mentions"]):
        return True
    if "message_reference" not in event:
        return False
    quoted = event.get("referenced_message")
    return quoted is None or quoted["author"]["id"] == us
