"""Buttons and select menus as a person finds and uses them on a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.world.entities import Message
from playground.world.interacting.checks import BUTTON, LINK, SELECTS, STRING_SELECT, walk
from playground.world.interacting.referring import Referring
from playground.world.state import State

Json = dict[str, Any]


def buttons(message: Message) -> list[Json]:
    """Return the buttons on a message."""
    return [one for one in walk(message.components) if one["type"] == BUTTON]


def labels(message: Message) -> list[str]:
    """Return what stands on the buttons of a message; for one without a label, its emoji."""
    return [button.get("label") or (button.get("emoji") or {}).get("name", "") for button in buttons(message)]


def _names(component: Json) -> Iterator[str]:
    for name in ("custom_id", "label", "placeholder"):
        if component.get(name):
            yield component[name]
    if component.get("emoji"):
        yield component["emoji"]["name"]


def find(message: Message, key: str, kinds: tuple[int, ...]) -> Json:
    """Return the usable component with this custom id, label, placeholder or emoji.

    Raises:
        LookupError: there is none, or it is disabled; a person could not use it.
    """
    there = [one for one in walk(message.components) if one["type"] in kinds]
    for component in there:
        if key in _names(component):
            if component.get("disabled") or component.get("style") == LINK:
                raise LookupError(f"{key} can't be pressed")
            return component
    raise LookupError(f"no {key} on the message, only {[list(_names(one)) for one in there]}")


def pressed(message: Message, key: str) -> Json:
    """Return the data of a press on a button."""
    button = find(message, key, (BUTTON,))
    return {"custom_id": button["custom_id"], "component_type": BUTTON, "id": button["id"]}


def selected(world: State, message: Message, key: str | None, values: list[str]) -> Json:
    """Return the data of a selection: options by value or label, people, roles and channels by id.

    Without a key it is made in the only menu.
    """
    menus = [one for one in walk(message.components) if one["type"] in SELECTS]
    menu = find(message, key, SELECTS) if key else menus[0]
    if menu["type"] == STRING_SELECT:
        by_label = {option["label"]: option["value"] for option in menu["options"]}
        values = [by_label.get(value, value) for value in values]
        unknown = set(values) - set(by_label.values())
        if unknown:
            raise LookupError(f"no option {sorted(unknown)}, only {sorted(by_label)}")
    if not menu.get("min_values", 1) <= len(values) <= menu.get("max_values", 1):
        raise ValueError("that many can't be selected")
    data = {
        "custom_id": menu["custom_id"],
        "component_type": menu["type"],
        "id": menu["id"],
        "values": values,
    }
    return data if menu["type"] == STRING_SELECT else data | {"resolved": _resolved(world, message, values)}


def _resolved(world: State, message: Message, values: list[str]) -> Json:
    """Return what ids that were selected stand for."""
    guild = world.guild_of(world.channels[message.channel_id])
    there: dict[int, Any] = {**world.users, **(guild.roles if guild else {}), **world.channels}
    referring = Referring(world)
    for value in values:
        referring.refer(there[int(value)])
    return referring.resolved
