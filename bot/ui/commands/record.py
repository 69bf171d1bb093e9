"""A place's record as people read it: one line for each deed, made from what is stored of it. Pure."""

from collections.abc import Mapping, Sequence

import discord

from bot.rules.places.settings import KINDS
from bot.rules.records import Deed, LogEntry, SettingValue, Verb
from bot.rules.spending.bounds import in_words
from bot.settings.spending import limit
from bot.texts import admins, members
from bot.texts.languages.catalogue import Message, Placed
from bot.texts.languages.figures import named
from bot.texts.places.words import Words, of_value, words_of
from bot.ui.commands.render import titled
from bot.ui.commands.words import excerpt, moment, tokens

MOST_VALUE = 100

LINES: Mapping[Verb, Placed] = {
    Verb.SET: admins.LOG_SET,
    Verb.CLEAR: admins.LOG_CLEARED,
    Verb.RESET: admins.LOG_RESET,
    Verb.FRESH: admins.LOG_FRESH,
    Verb.UNDO: admins.LOG_UNDO,
    Verb.ALLOW: admins.LOG_ALLOWED,
    Verb.DENY: admins.LOG_DENIED,
    Verb.UNLIST: admins.LOG_UNLISTED,
    Verb.LEGACY: (Message(admins.LOG_LEGACY), Message(admins.LOG_LEGACY)),
}


def log_entries(entries: Sequence[LogEntry], *, exact: bool) -> discord.Embed:
    """Show who changed what, newest first."""
    lines = "\n".join(_line(entry, exact=exact) for entry in entries) or str(admins.LOG_EMPTY)
    return titled(admins.LOG_HERE, lines)


def _line(entry: LogEntry, *, exact: bool) -> str:
    is_clearing = entry.deed.verb is Verb.UNLIST and entry.deed.setting is None
    lines = admins.LOG_LISTS_CLEARED if is_clearing else LINES[entry.deed.verb]
    return lines[entry.channel_id is None].format(
        time=moment(entry.at),
        actor=f"<@{entry.actor_id}>" if entry.actor_id else admins.LOG_NOBODY,
        **_details(entry.deed, exact=exact),
    )


def _details(deed: Deed, *, exact: bool) -> Mapping[str, str]:
    return {
        "listed": admins.LISTED.get(deed.setting or "", "").format(id=deed.value),
        "setting": _setting(deed.setting or ""),
        "value": _value(deed.setting, deed.value),
        "messages": members.MESSAGES.format(deed.turns or 0),
        "tokens": tokens(deed.tokens or 0, exact=exact),
        "words": excerpt(deed.words, MOST_VALUE),
    }


def _setting(name: str) -> str:
    if name in KINDS:
        return str(words_of(name).record)
    name, _, role_id = name.partition(":")
    known = admins.SETTINGS.get(name)
    return known.format(role=f"<@&{role_id}>") if known else ""


def _value(setting: str | None, value: SettingValue | None) -> str:
    if setting in KINDS:
        return _of_place(words_of(setting), value)
    if value is not None and setting is not None and setting.startswith("limit_"):
        return in_words(limit(str(value)))
    if setting == "language" and value:
        return named(str(value))
    if setting == "notices" and value:
        return admins.LISTED["channel"].format(id=value)
    return str(admins.VALUE_EMPTY)


def _of_place(said: Words, value: SettingValue | None) -> str:
    if isinstance(value, bool):
        return str(admins.VALUE_ON if value else admins.VALUE_OFF)
    if own := of_value(said.recorded, value):
        return str(own)
    return excerpt(said.value(value), MOST_VALUE) if value or value == 0 else str(admins.VALUE_EMPTY)
