"""Slash commands as one types them, and what is shown of their answers. Nothing of it runs on Discord.

`/limit set amount:5 scope:server`: the command, then its options, each by its name and up to the next one.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playground import Person, World
from playground.world.entities import Channel, Message
from playground.world.interacting.commands import (
    BOOLEAN,
    CHAT_INPUT,
    GROUP,
    INTEGER,
    NUMBER,
    OF_ANYONE,
    OF_CHANNEL,
    OF_FILE,
    OF_ROLE,
    OF_USER,
    SUBCOMMAND,
    find,
)
from playground.world.interacting.interactions import Interaction

Json = Mapping[str, Any]
BEGINNING = re.compile(r"/[-\w]+(?:\s|$)")
BOOLEANS = {"true": True, "false": False}
STOP = "parley:stop"  # a button under what is still being written


def is_one(text: str) -> bool:
    """Say whether a text is a slash command: a path such as /etc/hosts is none."""
    return BEGINNING.match(text) is not None


def run(world: World, person: Person, channel: Channel, text: str) -> Interaction:
    """Run a command as a person types it.

    Raises:
        LookupError, ValueError, TypeError: there is none such, or it takes other options.
    """
    words = text.removeprefix("/").split()
    place = find(_offered(world, person, channel, words[0]), CHAT_INPUT, words[0])
    path = [words[0]]
    for word in words[1:]:
        inner = {one["name"]: one for one in place.get("options") or () if one["type"] in (SUBCOMMAND, GROUP)}
        if not inner:
            break
        if word not in inner:
            raise LookupError(f"{place['name']} has no {word}, only {sorted(inner)}")
        place = inner[word]
        path.append(word)
    rest = re.split(r"\s+", text.strip(), maxsplit=len(path))[len(path) :]
    options = _options(world, place.get("options") or (), rest[0] if rest else "")
    return person.run(channel, " ".join(path), options)


def _offered(world: World, person: Person, channel: Channel, name: str) -> list[dict[str, Any]]:
    """Return the commands that somebody is offered; say so where others are offered one of that name."""
    offered = person.offered(channel)
    owner = next((one for one in world.people.values() if one.id == world.guild.owner_id), person)
    theirs = {one["name"] for one in owner.offered(channel)}.difference(one["name"] for one in offered)
    if channel.guild_id is not None and name in theirs:
        raise LookupError(f"only those who manage the server are offered {name}; --admin makes you one")
    return offered


def asks(used: Interaction) -> bool:
    """Say whether a command has put a question, whose answer follows."""
    return any(message.content.startswith("> ") for message in used.responses[:1])


def _options(world: World, known: Sequence[Json], typed: str) -> dict[str, Any]:
    kinds = {one["name"]: one["type"] for one in known}
    names = "|".join(map(re.escape, kinds)) or "(?!)"
    pieces = re.split(rf"(?:^|\s+)({names}):", typed)
    if pieces[0].strip():
        raise LookupError(
            f"{pieces[0].strip()!r} is no option; options are written name:value, of {sorted(kinds)}"
        )
    pairs = zip(pieces[1::2], pieces[2::2], strict=True)
    return {name: _value(world, kinds[name], value.strip()) for name, value in pairs}


def _value(world: World, kind: int, typed: str) -> Any:
    named = typed.lstrip("@#").lower()
    roles = {role.name.lstrip("@").lower(): role for role in world.guild.roles.values()}
    people = {name.lower(): one.user for name, one in world.people.items()}
    channels = {one.name.lower(): one for one in world.channels.values() if one.name}
    match kind:
        case _ if kind == INTEGER:
            return int(typed)
        case _ if kind == NUMBER:
            return float(typed)
        case _ if kind == BOOLEAN:
            return _of(BOOLEANS, typed.lower())
        case _ if kind == OF_USER:
            return _of(people, named)
        case _ if kind == OF_CHANNEL:
            return _of(channels, named)
        case _ if kind == OF_ROLE:
            return _of(roles, named)
        case _ if kind == OF_ANYONE:
            return _of({**roles, **people}, named)
        case _ if kind == OF_FILE:
            return Path(typed).name, Path(typed).read_bytes()
    return typed


def _of(known: Mapping[str, Any], name: str) -> Any:
    if name not in known:
        raise LookupError(f"{name!r} is none of {sorted(known)}")
    return known[name]


def is_written(message: Message) -> bool:
    """Say whether an answer is whole."""
    return not message.loading and STOP not in json.dumps(message.components)


def shown(message: Message) -> str:
    """Return a message as lines of text: its words, its embeds, and its buttons and menus in brackets."""
    lines = [message.content] if message.content else []
    for embed in message.embeds:
        fields = (f"{one['name']}: {one['value']}" for one in embed.get("fields") or ())
        footer = (embed.get("footer") or {}).get("text")
        lines += filter(None, (embed.get("title"), embed.get("description"), *fields, footer))
    lines += _parts(message.components)
    return "\n".join(lines)


def _parts(components: Sequence[Json]) -> Iterator[str]:
    for one in components:
        if one.get("content"):
            yield str(one["content"])
        if label := one.get("label") or one.get("placeholder"):
            yield f"[{label}]"
        yield from _parts(one.get("components") or ())
        if accessory := one.get("accessory"):
            yield from _parts([accessory])
