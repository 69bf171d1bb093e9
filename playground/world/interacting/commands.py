"""Application commands as the bot registered them: checked, listed, and turned into an interaction's data."""

from __future__ import annotations

import re
from typing import Any

from playground.world import payloads
from playground.world.entities import Channel, Message, User
from playground.world.errors import bad_form
from playground.world.interacting import installs
from playground.world.interacting.checks import text_field
from playground.world.interacting.referring import Referring
from playground.world.state import State

Json = dict[str, Any]

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
OF_USER, OF_CHANNEL, OF_ROLE, OF_ANYONE, NUMBER, OF_FILE = 6, 7, 8, 9, 10, 11
MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
MOST_CHARACTERS = 8000
MOST_TYPED = 6000  # into an option
# Discord's languages.
LOCALES = frozenset(
    (
        *(
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en-GB",
            "en-US",
            "es-419",
            "es-ES",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
        ),
        *(
            "hu",
            "id",
            "it",
            "ja",
            "ko",
            "lt",
            "nl",
            "no",
            "pl",
            "pt-BR",
            "ro",
            "ru",
            "sv-SE",
            "th",
            "tr",
            "uk",
        ),
        *("vi", "zh-CN", "zh-TW"),
    )
)
_NAME = re.compile(r"[-_'\w]{1,32}")


def check_commands(commands: Any) -> list[Json]:
    """Return commands to be registered, or refuse what Discord would refuse."""
    if not isinstance(commands, list):
        raise bad_form("_", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    seen: set[tuple[int, str]] = set()
    for index, command in enumerate(commands):
        kind = command.setdefault("type", CHAT_INPUT)
        _check_command(command, str(index))
        if (kind, command["name"]) in seen:
            raise bad_form(
                f"{index}.name",
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            )
        seen.add((kind, command["name"]))
    for kind, most in MOST.items():
        if sum(1 for one, _ in seen if one == kind) > most:
            raise bad_form("_", "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    return commands


def _check_command(command: Json, path: str) -> None:
    installs.check_installs(command, path)
    if command["type"] != CHAT_INPUT:
        text_field(command.get("name"), f"{path}.name", 32)
        _check_localized(command, "name", path, 32)
        return
    _check_named(command, path)
    _check_options(command.get("options") or [], path)
    if _characters(command) > MOST_CHARACTERS:
        raise bad_form(
            path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_CHARACTERS})"
        )


def _check_named(thing: Json, path: str) -> None:
    name = text_field(thing.get("name"), f"{path}.name", 32)
    names = [name, *_check_localized(thing, "name", path, 32)]
    if any(not _NAME.fullmatch(one) or one != one.lower() for one in names):
        raise bad_form(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    text_field(thing.get("description"), f"{path}.description", 100)
    _check_localized(thing, "description", path, 100)


def _check_localized(thing: Json, name: str, path: str, most: int) -> list[str]:
    """Return a text in other languages, or refuse one that is too long, or that is in none of Discord's."""
    field, found = f"{name}_localizations", thing.get(f"{name}_localizations") or {}
    if not LOCALES.issuperset(found):
        raise bad_form(f"{path}.{field}", "ENUM_TYPE_COERCE", "Value is not a valid locale.")
    return [text_field(one, f"{path}.{field}.{locale}", most) for locale, one in found.items()]


def _check_options(options: list[Json], path: str) -> None:
    if len(options) > 25:
        raise bad_form(f"{path}.options", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    optional = False
    for index, option in enumerate(options):
        here = f"{path}.options.{index}"
        _check_named(option, here)
        _check_options(option.get("options") or [], here)
        _check_choices(option.get("choices") or [], here)
        if option.get("required") and optional:
            said = "Required options must be placed before non-required options"
            raise bad_form(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", said)
        optional = optional or (option["type"] > GROUP and not option.get("required"))


def _check_choices(choices: list[Json], path: str) -> None:
    if len(choices) > 25:
        raise bad_form(f"{path}.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, choice in enumerate(choices):
        text_field(choice.get("name"), f"{path}.choices.{index}.name", 100)
        _check_localized(choice, "name", f"{path}.choices.{index}", 100)
        text_field(str(choice.get("value")), f"{path}.choices.{index}.value", 100)


def _characters(thing: Json) -> int:
    own = _longest(thing, "name") + _longest(thing, "description")
    own += sum(_longest(one, "name") + len(str(one["value"])) for one in thing.get("choices") or ())
    return own + sum(_characters(one) for one in thing.get("options") or ())


def _longest(thing: Json, name: str) -> int:
    """Return the length of a text in the language in which it is longest, which is what counts."""
    return max(map(len, [thing.get(name) or "", *(thing.get(f"{name}_localizations") or {}).values()]))


def register(world: State, guild_id: int | None, commands: list[Json]) -> list[Json]:
    """Replace the commands of a guild, or the global ones; known names keep their ids."""
    before = {(one["type"], one["name"]): one["id"] for one in world.commands.get(guild_id, ())}
    version = str(world.ids.next())
    world.commands[guild_id] = [
        _DEFAULTS
        | {name: value for name, value in command.items() if value is not None}
        | {
            "id": before.get((command["type"], command["name"])) or str(world.ids.next()),
            "application_id": str(world.application_id),
            "version": version,
        }
        | ({"guild_id": str(guild_id)} if guild_id else {})
        for command in commands
    ]
    world.touch()
    return world.commands[guild_id]


_DEFAULTS: Json = {
    "description": "",
    "default_member_permissions": None,
    "contexts": None,
    "integration_types": [0],
    "nsfw": False,
}


def registered(world: State, channel: Channel) -> list[Json]:
    """Return the commands that there are in a channel; a guild's own come first."""
    own = world.commands.get(channel.guild_id, []) if channel.guild_id else []
    return [*own, *world.commands[None]]


def offered(world: State, user: User, channel: Channel) -> list[Json]:
    """Return those of them that a person may use."""
    return [one for one in registered(world, channel) if _may_use(world, user, channel, one)]


def _may_use(world: State, user: User, channel: Channel, command: Json) -> bool:
    authorized = installs.owners(world, user, channel, command["integration_types"])
    contexts, here = command["contexts"], installs.context_of(channel)
    if not authorized or (contexts is not None and here not in contexts):
        return False
    if channel.is_dm:
        return command.get("dm_permission") is not False
    wanted = command.get("default_member_permissions")
    if wanted is None:
        return True
    return (int(wanted) != 0 and world.may(user.id, channel, int(wanted))) or world.owns(user.id, channel)


def find(commands: list[Json], kind: int, name: str) -> Json:
    """Return a command by its name."""
    for command in commands:
        if command["type"] == kind and command["name"] == name:
            return command
    names = sorted(one["name"] for one in commands if one["type"] == kind)
    raise LookupError(f"offered no {name}, only {names}")


class Invocation(Referring):
    """What a command carries when it is called: its options, nested as they are, and what they refer to."""

    def __init__(self, world: State, command: Json) -> None:
        super().__init__(world)
        self._command = command

    def data(self, path: list[str], values: dict[str, Any], focused: str | None = None) -> Json:
        """Return the interaction's data for a subcommand path and option values."""
        options = self._options(self._command, path, values, focused)
        data: Json = {"id": self._command["id"], "name": self._command["name"], "type": self._command["type"]}
        if "guild_id" in self._command:
            data["guild_id"] = self._command["guild_id"]
        if options:
            data["options"] = options
        if self.resolved:
            data["resolved"] = self.resolved
        return data

    def _options(
        self, place: Json, path: list[str], values: dict[str, Any], focused: str | None
    ) -> list[Json]:
        known = {option["name"]: option for option in place.get("options") or ()}
        if path:
            inner = known.get(path[0])
            if inner is None or inner["type"] not in (SUBCOMMAND, GROUP):
                raise LookupError(f"{place['name']} has no {path[0]}, only {sorted(known)}")
            nested = self._options(inner, path[1:], values, focused)
            return [{"type": inner["type"], "name": inner["name"], "options": nested}]
        if any(option["type"] in (SUBCOMMAND, GROUP) for option in known.values()):
            raise LookupError(f"{place['name']} can't be called itself, only {sorted(known)}")
        unknown = set(values) - set(known)
        missing = {name for name, option in known.items() if option.get("required")} - set(values)
        if unknown or (missing and focused is None):
            raise LookupError(f"{place['name']}: no option {sorted(unknown)}, missing {sorted(missing)}")
        return [
            self._option(option, values[name], focused) for name, option in known.items() if name in values
        ]

    def _option(self, option: Json, value: Any, focused: str | None) -> Json:
        shown: Json = {"type": option["type"], "name": option["name"]}
        if option["name"] == focused:
            return shown | {"value": str(value)[:MOST_TYPED], "focused": True}
        return shown | {"value": self._value(option, value)}

    def _value(self, option: Json, value: Any) -> Any:
        if option["type"] >= OF_USER and option["type"] != NUMBER:
            return self.refer(value)
        choices = {choice["name"]: choice["value"] for choice in option.get("choices") or ()}
        if choices:
            value = choices.get(value, value)
            if value not in choices.values():
                raise ValueError(f"{option['name']} must be one of {sorted(choices)}")
        _check_value(option, value)
        return value

    def on_target(self, target: Message | User, channel: Channel) -> Json:
        """Return the data of a context menu's command on a message or a user."""
        if isinstance(target, Message):
            target_id = self.note("messages", target.id, payloads.message(self._world, target))
        else:
            target_id = self.refer_to_user(target, None if channel.is_dm else channel)
        return self.data([], {}) | {"target_id": target_id, "resolved": self.resolved}


def _check_value(option: Json, value: str | float) -> None:
    """Refuse a value that Discord's clients would not send."""
    kinds: dict[int, tuple[type, ...]] = {
        STRING: (str,),
        INTEGER: (int,),
        BOOLEAN: (bool,),
        NUMBER: (int, float),
    }
    if not isinstance(value, kinds[option["type"]]):
        raise TypeError(f"{option['name']} can't be {value!r}")
    if isinstance(value, str):
        least, most = option.get("min_length", 0), option.get("max_length", MOST_TYPED)
    else:
        least, most = option.get("min_value", -(2**53)), option.get("max_value", 2**53)
    if not least <= (len(value) if isinstance(value, str) else value) <= most:
        raise ValueError(f"{option['name']} must be within {least} and {most}")
