"""Discord's marks for people, channels, roles, emoji and times, written as a person reads them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.rules.prompting.speakers import plain

# https://docs.discord.com/developers/reference#message-formatting
MARK = re.compile(
    r"(?P<code>```.+?```|``.+?``(?!`)|`.+?`(?!`))"  # where Discord shows what is written
    r"|<@!?(?P<user>\d{1,20})>"
    r"|<@&(?P<role>\d{1,20})>"
    r"|<#(?P<channel>\d{1,20})>"
    r"|</(?P<command>[^:>\n]{1,100}):\d{1,20}>"
    r"|<a?:(?P<emoji>\w{2,32}):\d{1,20}>"
    r"|<t:(?P<time>-?\d{1,13})(?::[tTdDfFRsS])?>"
    r"|<id:(?P<guide>[\w-]+)(?::\d{1,20})?>"
    r"|https://(?:(?:ptb|canary)\.)?discord(?:app)?\.com/channels/(?:\d{1,20}|@me)"
    r"/(?P<place>\d{1,20})(?P<message>/\d{1,20})?",
    re.DOTALL,
)
A_MESSAGE = " (a message there)"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for, as far as known here; `us` is our own name and the ids that mean us."""

    users: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)
    us: str = ""
    our_ids: frozenset[int] = frozenset()


def readable(content: str, names: Names) -> str:
    """Return a message's text with names for ids, without the mention of us that it begins or ends with."""
    text = content.strip()
    for our_id in names.our_ids:
        for mark in (f"<@{our_id}>", f"<@!{our_id}>", f"<@&{our_id}>"):
            text = text.removeprefix(mark).removesuffix(mark).strip()
    return MARK.sub(lambda match: _name(match, names), text)


def _name(match: re.Match[str], names: Names) -> str:
    if match["code"]:
        return match[0]
    if match["place"]:
        return _place(match, names)
    kind, value = match.lastgroup or "", match[match.lastgroup or 0]
    match kind:
        case "user":
            return f"@{_known(names.users, int(value), names)}"
        case "role":
            return f"@{_known(names.roles, int(value), names)}"
        case "channel":
            return f"#{_known(names.channels, int(value), names)}"
        case "command":
            return f"/{value}"
        case "emoji":
            return f":{value}:"
        case "time":
            return _time(int(value), match[0])
        case _:
            return f"#{value}"


def _place(link: re.Match[str], names: Names) -> str:
    """Return what a link to a channel or a message leads to, or the link where that is not known here."""
    name = plain(names.channels.get(int(link["place"]), ""))
    return f"#{name}{A_MESSAGE if link['message'] else ''}" if name else link[0]


def _known(called: Mapping[int, str], id_: int, names: Names) -> str:
    """Return a name as it can stand in a text without breaking its line."""
    return plain(names.us if id_ in names.our_ids else called.get(id_, "")) or UNKNOWN


def _time(seconds: int, mark: str) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return mark
