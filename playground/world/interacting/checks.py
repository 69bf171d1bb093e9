"""Discord's limits on what a message may hold, with its own codes for what breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.world.entities import COMPONENTS_V2
from playground.world.errors import bad_form

Json = dict[str, Any]

CONTENT, EMBEDS, EMBEDS_TOTAL, TEXT_DISPLAYS, COMPONENTS = 2000, 10, 6000, 4000, 40

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = (3, 5, 6, 7, 8)
SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD = 18, 19
LINK, PREMIUM = 5, 6


def check_content(content: Any) -> str:
    """Return a message's text, or refuse what is no text or too long."""
    return text_field(content or "", "content", CONTENT, least=0)


def text_field(value: Any, path: str, most: int, *, least: int = 1) -> str:
    """Return a text of the right length, or refuse it."""
    if not isinstance(value, str):
        raise bad_form(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
    if len(value) > most:
        raise bad_form(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    if len(value) < least:
        raise bad_form(path, "BASE_TYPE_REQUIRED", "This field is required")
    return value


def _count(value: Any, path: str, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise bad_form(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    if len(value) > most:
        raise bad_form(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    return value


def check_embeds(embeds: Any) -> list[Json]:
    """Return a message's embeds as Discord keeps them, or refuse what is too much."""
    total = 0
    kept = []
    for index, embed in enumerate(_count(embeds or [], "embeds", EMBEDS)):
        kept.append(_trimmed(embed))
        total += _check_embed(kept[-1], f"embeds.{index}")
        if total > EMBEDS_TOTAL:
            raise bad_form(
                "embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBEDS_TOTAL}"
            )
    return kept


def _trimmed(embed: Json) -> Json:
    kept = {name: value.strip() if isinstance(value, str) else value for name, value in embed.items()}
    return {"type": "rich"} | kept


def _check_embed(embed: Json, path: str) -> int:
    total = 0
    for name, most in (("title", 256), ("description", 4096)):
        if embed.get(name):
            total += len(text_field(embed[name], f"{path}.{name}", most))
    for outer, inner, most in (("footer", "text", 2048), ("author", "name", 256)):
        if embed.get(outer):
            total += len(text_field(embed[outer].get(inner), f"{path}.{outer}.{inner}", most))
    for index, one in enumerate(_count(embed.get("fields") or [], f"{path}.fields", 25)):
        total += len(text_field(one.get("name"), f"{path}.fields.{index}.name", 256))
        total += len(text_field(one.get("value"), f"{path}.fields.{index}.value", 1024))
    return total


def walk(components: list[Json]) -> Iterator[Json]:
    """Go through components and all that they hold."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for name in ("accessory", "component"):
            if component.get(name):
                yield from walk([component[name]])


def check_components(components: Any, flags: int) -> list[Json]:
    """Return a message's components with ids, or refuse what Discord would refuse."""
    raw = _count(components or [], "components", COMPONENTS if flags & COMPONENTS_V2 else 5)
    seen: set[str] = set()
    texts = 0
    for number, component in enumerate(walk(raw), start=1):
        path = f"components.{number - 1}"
        component.setdefault("id", number)
        _check_component(component, path, flags)
        custom_id = component.get("custom_id")
        if custom_id in seen:
            raise bad_form(
                path + ".custom_id",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        if custom_id is not None:
            seen.add(custom_id)
        texts += len(component.get("content") or "")
    if flags & COMPONENTS_V2:
        _check_totals(sum(1 for _ in walk(raw)), texts)
    return raw


def _check_totals(number: int, texts: int) -> None:
    if number > COMPONENTS:
        raise bad_form(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            "The maximum of 40 components was exceeded",
        )
    if texts > TEXT_DISPLAYS:
        said = f"The maximum of {TEXT_DISPLAYS} characters of displayed text was exceeded"
        raise bad_form("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", said)


def _check_component(component: Json, path: str, flags: int) -> None:
    kind = component.get("type")
    if (
        kind in (SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA, FILE, SEPARATOR, CONTAINER)
        and not flags & COMPONENTS_V2
    ):
        raise bad_form(path + ".type", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
    if kind == ROW:
        _check_row(component, path)
    elif kind == BUTTON:
        _check_button(component, path)
    elif kind in SELECTS:
        check_select(component, path)
    elif kind == TEXT_DISPLAY:
        text_field(component.get("content"), path + ".content", TEXT_DISPLAYS)


def _check_row(row: Json, path: str) -> None:
    inside = row.get("components") or []
    kinds = [one.get("type") for one in inside]
    room = 1 if any(kind in SELECTS for kind in kinds) else 5
    if not 1 <= len(inside) <= room:
        raise bad_form(
            path + ".components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {room} in length."
        )


def _check_button(button: Json, path: str) -> None:
    if button.get("label"):
        text_field(button["label"], path + ".label", 80)
    elif not button.get("emoji") and button.get("style") != PREMIUM:
        raise bad_form(path, "BUTTON_COMPONENT_INVALID", "A button must have a label or emoji")
    if button.get("style") == LINK:
        text_field(button.get("url"), path + ".url", 512)
    elif button.get("style") != PREMIUM:
        text_field(button.get("custom_id"), path + ".custom_id", 100)


def check_select(select: Json, path: str) -> None:
    """Refuse a select menu that Discord would refuse."""
    text_field(select.get("custom_id"), path + ".custom_id", 100)
    text_field(select.get("placeholder") or "", path + ".placeholder", 150, least=0)
    if select["type"] != STRING_SELECT:
        return
    options = _count(select.get("options"), path + ".options", 25)
    if not options:
        raise bad_form(path + ".options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    values = [_check_option(one, f"{path}.options.{index}") for index, one in enumerate(options)]
    if len(set(values)) < len(values):
        raise bad_form(
            path + ".options",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            "The specified option value is already used",
        )
    if select.get("max_values", 1) > len(options):
        raise bad_form(path + ".max_values", "BASE_TYPE_MAX", "The maximum is more than there are options.")


def _check_option(option: Json, path: str) -> str:
    text_field(option.get("label"), path + ".label", 100)
    text_field(option.get("description") or "", path + ".description", 100, least=0)
    return text_field(option.get("value"), path + ".value", 100)
