"""The view as Discord has it: menus and buttons that outlive the process, and the button that opens it."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Self

import discord
from discord import ui

from bot.chat.rights import Action
from bot.client import replies
from bot.client.bot import ParleyBot
from bot.errors import UserFacingError
from bot.reading.interactions import member_of, place_of
from bot.texts import config
from bot.ui.commands.dialogs import Asked, StoredButton, StoredItem, ask, reply
from bot.ui.config import acting
from bot.ui.config.forms import FIELD, Asking, RowForm, line_field
from bot.ui.config.rows import ROWS
from bot.ui.config.steps import TEMPLATE, Step, What, step_of
from bot.ui.config.view import Menu, Of, Panel, Press

BUTTONS = 5  # in a row
KINDS: Mapping[Of, type[ui.MentionableSelect[Any] | ui.RoleSelect[Any] | ui.ChannelSelect[Any]]] = {
    Of.WHO: ui.MentionableSelect,
    Of.ROLES: ui.RoleSelect,
    Of.CHANNELS: ui.ChannelSelect,
}


class ConfigItem(StoredItem, template=TEMPLATE):
    """A button or a menu of the view."""

    does = Action.CONFIGURE

    def __init__(self, item: ui.Item[Any], step: Step) -> None:
        super().__init__(item)
        self.step = step

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Take the item as it stands in the message."""
        return cls(item, step_of(match))

    @property
    def picked(self) -> list[Any]:
        """What was selected in a menu."""
        return list(getattr(self.item, "values", ()))

    async def answer(self, interaction: Asked) -> None:
        """Ask in a form, which must be the first answer; or acknowledge, then act."""
        if self.step.what not in (What.FORM, What.ROLE):
            await super().answer(interaction)
            return
        try:
            wanted = await acting.wanted(interaction, self.step, self.picked)
        except UserFacingError:
            await replies.acknowledge(interaction, thinking=False)
            await _refresh(interaction, self.step)
            raise
        await ask(interaction, RowForm(wanted.step.custom_id, wanted.asking, partial(_submit, wanted.step)))

    async def act(self, interaction: Asked) -> None:
        """Do it, and show in place what holds now."""
        try:
            shown = await acting.act(interaction, self.step, self.picked)
        except UserFacingError:
            await _refresh(interaction, self.step)
            raise
        await reply(interaction, shown.embed, drawn(shown))


async def _submit(step: Step, interaction: Asked, text: str) -> None:
    try:
        shown = await acting.write(interaction, step, text)
    except UserFacingError:
        await _refresh(interaction, step)
        raise
    await reply(interaction, shown.embed, drawn(shown))


async def _refresh(interaction: Asked, step: Step) -> None:
    """Show what holds, in place of what was picked in vain: the row, or all where there is none of that name.

    Whoever may no longer see it is shown no more of it.
    """
    try:
        seen = await acting.see(interaction, guild_wide=step.guild_wide)
    except UserFacingError:
        return
    row = ROWS.get(step.row)
    if row is not None and row.may_change(seen):
        shown = acting.row_of(interaction, seen, row)
    else:
        shown = acting.all_of_it(interaction, seen)
    await reply(interaction, shown.embed, drawn(shown))


def revive(interaction: discord.Interaction[ParleyBot]) -> None:
    """Have a form of the view taken that was opened before a restart: discord.py knows no such form."""
    data: Any = interaction.data or {}
    match = re.fullmatch(TEMPLATE, str(data.get("custom_id")))
    forms = interaction._state._view_store
    if match is not None and match[0] not in forms._modals:
        unseen = Asking(FIELD, FIELD, line_field("", required=False))
        interaction._state.store_view(RowForm(match[0], unseen, partial(_submit, step_of(match))))
        forms.dispatch_modal(match[0], interaction, data["components"], {})


async def show_config(interaction: Asked, *, guild_wide: bool) -> None:
    """Show all that holds, to the one who asked alone; the interaction is acknowledged."""
    seen = await acting.see(interaction, guild_wide=guild_wide)
    shown = acting.all_of_it(interaction, seen)
    await reply(interaction, shown.embed, drawn(shown))


class SetupButton(StoredButton, template=r"parley:setup:(?P<id>[0-9]+)"):
    """Opens the view for those who manage the place or its server; to all others it says what they lack."""

    verb, label, style = "setup", config.SETUP, discord.ButtonStyle.primary
    does, apart = Action.CONFIGURE, True

    async def act(self, interaction: Asked) -> None:
        """Show what holds in the whole server to those who may change that."""
        services = interaction.client.services.commands
        guild_wide = services.config.widest(place_of(interaction), member_of(interaction))
        await show_config(interaction, guild_wide=guild_wide)


def drawn(shown: Panel) -> ui.View:
    """Return the menus and buttons as a message carries them."""
    view = ui.View(timeout=None)
    for number, menu in enumerate(shown.menus):
        view.add_item(ConfigItem(_menu(menu, number), menu.step))
    for number, press in enumerate(shown.buttons):
        view.add_item(ConfigItem(_button(press, len(shown.menus) + number // BUTTONS), press.step))
    return view


def _menu(menu: Menu, row: int) -> ui.Item[Any]:
    custom_id = menu.step.custom_id
    if menu.of is not Of.OPTIONS:
        return KINDS[menu.of](custom_id=custom_id, placeholder=menu.placeholder, row=row)
    options = [
        discord.SelectOption(label=one.label, value=one.value, default=one.value == menu.chosen)
        for one in menu.options
    ]
    return ui.Select(custom_id=custom_id, placeholder=menu.placeholder, options=options, row=row)


def _button(press: Press, row: int) -> ui.Item[Any]:
    return ui.Button(label=press.label, style=press.style, custom_id=press.step.custom_id, row=row)
