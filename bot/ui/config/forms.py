"""The forms in which a value is written. What is done with it is decided by whoever opens one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.chat.commands.settings import MOST_PERSONA_CHARACTERS
from bot.chat.rights import Action
from bot.rules.graphemes import reach
from bot.ui.commands.dialogs import Asked, Form

MOST_PLACEHOLDER = 100  # characters that Discord shows of one
MOST_LIMIT = 50  # characters of one that is written
FIELD = "parley:value"

Done = Callable[[Asked, str], Awaitable[None]]


def persona_field(own: str, inherited: str) -> ui.TextInput[Any]:
    """Return the field for a persona; what holds without it is a hint, so that sending it freezes nothing."""
    return ui.TextInput(
        style=discord.TextStyle.paragraph,
        default=own or None,
        placeholder=inherited[: reach(inherited, MOST_PLACEHOLDER)] or None,
        required=False,
        max_length=MOST_PERSONA_CHARACTERS,
        custom_id=FIELD,
    )


def line_field(value: str, placeholder: str = "", *, required: bool) -> ui.TextInput[Any]:
    """Return a field of one line."""
    return ui.TextInput(
        default=value or None,
        placeholder=placeholder or None,
        required=required,
        max_length=MOST_LIMIT,
        custom_id=FIELD,
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """What a form asks for: the title above it, and its field with a label."""

    title: str
    label: str
    field: ui.TextInput[Any]


class RowForm(Form):
    """Asks for a value; the message that it was opened from shows what it becomes.

    Its custom id says what is done with it, so that a form is taken after a restart as well.
    """

    does, apart = Action.CONFIGURE, False

    def __init__(self, custom_id: str, asking: Asking, done: Done) -> None:
        super().__init__(asking.title, asking.label, asking.field)
        self.custom_id = custom_id
        self._done = done

    async def act(self, interaction: Asked, text: str) -> None:
        """Hand it on."""
        await self._done(interaction, text)
