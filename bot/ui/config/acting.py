"""What a press in the view does: it shows, asks, or changes something by the use case that commands have."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.chat.commands.config import Overview
from bot.chat.rights import Action, require, require_in
from bot.client.invitation import lacking, link
from bot.client.standing import standing_of
from bot.errors import UserFacingError
from bot.reading.interactions import member_of, place_of
from bot.rules.admission.access import Kind, Listed
from bot.rules.spending.bounds import Whose
from bot.texts import bounds, config
from bot.texts.languages.catalogue import Message
from bot.texts.languages.figures import number
from bot.texts.languages.spoken import language
from bot.texts.places import persona
from bot.texts.places.words import words_of
from bot.ui.commands.dialogs import Asked, change_setting
from bot.ui.commands.lists import listed
from bot.ui.config.forms import Asking, line_field, persona_field
from bot.ui.config.rows import ROWS, Row
from bot.ui.config.steps import Step, What
from bot.ui.config.view import (
    MODES,
    OF_PERSON,
    OF_SERVER,
    Lack,
    Panel,
    detail,
    gone_from,
    overview,
    shown_mark,
    value_of,
)

ALLOWED = {"allow": True, "deny": False, "unlist": None}


def stale() -> UserFacingError:
    """Return the error of a press on what holds no more; whoever pressed is shown what does."""
    return UserFacingError(str(config.STALE))


async def see(interaction: Asked, *, guild_wide: bool) -> Overview:
    """Return all that holds."""
    services = interaction.client.services.commands
    return await services.config.overview(
        place_of(interaction), member_of(interaction), guild_wide=guild_wide
    )


def all_of_it(interaction: Asked, seen: Overview) -> Panel:
    """Return what shows all that holds."""
    if seen.key.is_dm:
        return overview(seen, Lack())
    lacks = lacking(interaction.app_permissions.value, thread=seen.key.is_thread)
    return overview(seen, Lack(lacks, link(interaction.application_id)))


async def act(interaction: Asked, step: Step, values: list[Any]) -> Panel:
    """Do what a step says, and return what is shown then."""
    if step.what is What.ALL:
        return all_of_it(interaction, await see(interaction, guild_wide=step.guild_wide))
    name = values[0] if step.what is What.ROW else step.row
    seen, row = await look(interaction, step, name)
    if step.what in (What.ROW, What.OPEN):
        return row_of(interaction, seen, row, step.page)
    if step.what is What.SPEAK:
        await _set(interaction, step, row, language())
        return all_of_it(interaction, await see(interaction, guild_wide=step.guild_wide))
    if step.what is What.CLEAR:
        await _clear(interaction, step, row)
    elif step.what is What.PICK:
        if values[0] not in {one.value for one in row.choices(seen)}:
            raise stale()
        await _set(interaction, step, row, row.read(values[0]))
    elif step.what is What.GONE:
        await _take_off(interaction, seen, row, values[0])
    else:
        allowed = ALLOWED[MODES[step.page]] if step.page < len(MODES) else None
        access = interaction.client.services.access
        await access.put(seen.key, member_of(interaction), listed(values[0]), allowed=allowed)
    return row_of(interaction, await see(interaction, guild_wide=step.guild_wide), row, step.page)


def row_of(interaction: Asked, seen: Overview, row: Row, page: int = 0) -> Panel:
    """Return what shows one row."""
    return detail(seen, row, page, _gone(interaction.guild, seen))


def _gone(guild: discord.Guild | None, seen: Overview) -> Collection[Listed]:
    """Return the roles and channels that are set something for, and that there are none of any more."""
    if guild is None:
        return ()
    of_limits = {Listed(Kind.ROLE, id_) for id_ in seen.limits.roles}
    there = {Kind.ROLE: guild.get_role, Kind.CHANNEL: guild.get_channel_or_thread}
    named = seen.lists.allowed | seen.lists.denied | of_limits
    return {one for one in named if one.kind in there and there[one.kind](one.id) is None}


async def _take_off(interaction: Asked, seen: Overview, row: Row, picked: str) -> None:
    found = [one for one in gone_from(seen, row, _gone(interaction.guild, seen)) if value_of(one) == picked]
    if not found:
        raise stale()
    services, member = interaction.client.services, member_of(interaction)
    if row.name == "access":
        await services.access.put(seen.key, member, found[0], allowed=None)
    else:
        await services.commands.limits.put(seen.key, member, (Whose.PERSON, found[0].id), None)


async def look(interaction: Asked, step: Step, name: str) -> tuple[Overview, Row]:
    """Return what holds and the row that is meant, to those who may change it.

    Raises:
        NotAllowed: they may not.
        UserFacingError: it shows something else by now.
    """
    seen = await see(interaction, guild_wide=step.guild_wide)
    row = ROWS.get(name)
    if row is None or not row.is_there(seen):
        raise stale()
    place, member = place_of(interaction), member_of(interaction)
    interaction.client.services.access.require(standing_of(interaction), row.action)
    if row.of_server:
        require(row.action, member, place)
    else:
        require_in(Action.CHANGE_SETTING, member, place, guild_wide=step.guild_wide)
    if step.what not in (What.ROW, What.OPEN) and step.mark != shown_mark(seen, row):
        raise stale()
    return seen, row


async def _set(interaction: Asked, step: Step, row: Row, value: Any) -> None:
    services = interaction.client.services.commands
    place, member = place_of(interaction), member_of(interaction)
    if row.name == "notices":
        await services.notices.set(place, member, here=value)
    elif row.name == "language":
        await interaction.client.services.languages.put(place, member, value)
    else:
        await change_setting(interaction, guild_wide=step.guild_wide, **{row.name: value})


async def _clear(interaction: Asked, step: Step, row: Row) -> None:
    services = interaction.client.services
    place, member = place_of(interaction), member_of(interaction)
    if row.name == "access":
        await services.access.clear(place, member)
    elif row.name == "language":
        await services.languages.put(place, member, None)
    else:
        await services.commands.settings.clear(place, member, row.name, guild_wide=step.guild_wide)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks for, and the step that is done with it."""

    step: Step
    asking: Asking


async def wanted(interaction: Asked, step: Step, values: list[Any]) -> Wanted:
    """Return the form by which a value is written."""
    if step.what is What.ROLE:
        step = Step(What.FORM, step.guild_wide, step.row, values[0].id, step.mark)
    seen, row = await look(interaction, step, step.row)
    label, field = await _field(interaction, step, seen)
    return Wanted(step, Asking(str(row.label), label, field))


async def _field(interaction: Asked, step: Step, seen: Overview) -> tuple[str, ui.TextInput[Any]]:
    if step.row == "persona":
        own, inherited = await interaction.client.services.commands.settings.persona_to_edit(
            seen.key, member_of(interaction), guild_wide=step.guild_wide
        )
        return str(persona.FIELD), persona_field(own or "", inherited)
    if step.row == "limits":
        held = seen.limits.limit_of(*_whose(step.page))
        return str(config.FIELD_LIMIT), line_field(
            held.written if held else "", str(Message(bounds.OPTION_AMOUNT)), required=False
        )
    said = words_of(step.row)
    return str(said.asked or said.name), line_field(str(seen.held[step.row].value or 0), required=True)


def _whose(page: int) -> tuple[Whose, int]:
    """Return whose limit is meant: all of a server's, each person's, or a role's by its id."""
    return (Whose.SERVER if page == OF_SERVER else Whose.PERSON, page if page > OF_PERSON else 0)


async def write(interaction: Asked, step: Step, text: str) -> Panel:
    """Set what was written, and return what is shown then."""
    _, row = await look(interaction, step, step.row)
    if row.name == "limits":
        limits = interaction.client.services.commands.limits
        await limits.put(place_of(interaction), member_of(interaction), _whose(step.page), text or None)
    else:
        await _set(interaction, step, row, _number(text, row.most) if row.most else text)
    return row_of(interaction, await see(interaction, guild_wide=step.guild_wide), row)


def _number(text: str, most: int) -> int:
    try:
        read = int(text)
    except ValueError:
        read = -1
    if not 0 <= read <= most:
        raise UserFacingError(config.NOT_A_NUMBER.format(most=number(most)))
    return read
