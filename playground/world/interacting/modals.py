"""Modals: what the bot asks for in one, and what a person's answers look like to the bot."""

from __future__ import annotations

from typing import Any

from playground.world.entities import Channel, Message
from playground.world.errors import bad_form
from playground.world.interacting.checks import (
    FILE_UPLOAD,
    LABEL,
    ROW,
    SELECTS,
    TEXT_INPUT,
    check_select,
    text_field,
    walk,
)

Json = dict[str, Any]
RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 21, 22, 23
INPUTS = (TEXT_INPUT, *SELECTS, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX)


class Modal:
    """A modal that stands before a person, opened in a channel, maybe by a component of a message."""

    def __init__(self, channel: Channel, source: Message | None, data: Json) -> None:
        self.channel = channel
        self.source = source
        self.title = str(data["title"])
        self.custom_id = str(data["custom_id"])
        self.components: list[Json] = data["components"]

    @property
    def inputs(self) -> dict[str, Json]:
        """Return the fields by the labels that people see."""
        found: dict[str, Json] = {}
        for outer in self.components:
            for inner in walk([outer]):
                if inner.get("type") in INPUTS:
                    found[outer.get("label") or inner.get("label") or inner["custom_id"]] = inner
        return found

    def filled(self, answers: dict[str, Any]) -> Json:
        """Return the data of a submission; answers go by label or by custom id.

        Raises:
            ValueError: an answer is missing, too long, or belongs to no field; Discord would not submit.
        """
        values = {field["custom_id"]: _value(label, field, answers) for label, field in self.inputs.items()}
        known = {*self.inputs, *values}
        unknown = set(answers) - known
        if unknown:
            raise ValueError(f"the modal has no {sorted(unknown)}, only {sorted(self.inputs)}")
        return {
            "custom_id": self.custom_id,
            "components": [_submitted(one, values) for one in self.components],
        }


def _value(label: str, field: Json, answers: dict[str, Any]) -> Any:
    value = answers.get(label, answers.get(field["custom_id"]))
    if field["type"] == CHECKBOX:
        return bool(value)
    if field["type"] != TEXT_INPUT:
        chosen = [value] if isinstance(value, str) else list(value or ())
        if field["type"] in (RADIO_GROUP, CHECKBOX_GROUP) and field.get("required", True) and not chosen:
            raise ValueError(f"{label} must be filled in")
        return next(iter(chosen), None) if field["type"] == RADIO_GROUP else chosen
    if value is None:
        value = field.get("value") or ""
    if field.get("required", True) and not value:
        raise ValueError(f"{label} must be filled in")
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if value and not least <= len(value) <= most:
        raise ValueError(f"{label} must have {least} to {most} characters")
    return value


def _submitted(component: Json, values: dict[str, Any]) -> Json:
    shown: Json = {"type": component["type"], "id": component.get("id", 0)}
    if component["type"] == ROW:
        shown["components"] = [_submitted(one, values) for one in component["components"]]
    elif component["type"] == LABEL:
        shown["component"] = _submitted(component["component"], values)
    elif component["type"] in INPUTS:
        shown["custom_id"] = component["custom_id"]
        alone = component["type"] in (TEXT_INPUT, RADIO_GROUP, CHECKBOX)
        shown["value" if alone else "values"] = values[component["custom_id"]]
    return shown


def check_modal(data: Any) -> Json:
    """Return a modal's data, or refuse what Discord would refuse."""
    if not isinstance(data, dict):
        raise bad_form("data", "BASE_TYPE_REQUIRED", "This field is required")
    text_field(data.get("title"), "data.title", 45)
    text_field(data.get("custom_id"), "data.custom_id", 100)
    components = data.get("components")
    if not isinstance(components, list) or not 1 <= len(components) <= 5:
        raise bad_form("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for index, component in enumerate(components):
        for inner in walk([component]):
            _check_field(inner, f"data.components.{index}")
    return data


def _check_field(component: Json, path: str) -> None:
    kind = component.get("type")
    if kind == LABEL:
        text_field(component.get("label"), path + ".label", 45)
        text_field(component.get("description") or "", path + ".description", 100, least=0)
    elif kind == TEXT_INPUT:
        text_field(component.get("custom_id"), path + ".custom_id", 100)
        text_field(component.get("label") or "", path + ".label", 45, least=0)
        text_field(component.get("placeholder") or "", path + ".placeholder", 100, least=0)
        text_field(
            component.get("value") or "", path + ".value", component.get("max_length") or 4000, least=0
        )
    elif kind in SELECTS:
        check_select(component, path)
