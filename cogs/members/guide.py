"""/help: what one can do here, and which commands one may use; the answer is ephemeral."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action, may_use, missing_to_answer
from bot.client.bot import ParleyBot
from bot.client.registration import actions_of, does
from bot.reading.channels import permissions_in
from bot.reading.interactions import member_of, place_of
from bot.texts import guide
from bot.texts import listed as words
from bot.texts.languages.catalogue import Message
from bot.ui.commands.dialogs import Asked, StoredButton, reply, think, view_of
from bot.ui.commands.guide import Offered, pages


class Guide(commands.Cog):
    """Helps."""

    @app_commands.command(name="help", description=words.ABOUT_HELP, extras=does(Action.GET_HELP))
    async def help(self, interaction: Asked) -> None:
        """Show the first page."""
        await think(interaction)
        await _show(interaction, 0)


class MoreButton(StoredButton, template=r"parley:help:(?P<id>[0-9]+)"):
    """Turns to a page, by its number."""

    verb, label = "help", guide.MORE

    async def act(self, interaction: Asked) -> None:
        """Show that page."""
        await _show(interaction, self.id_)


async def _show(interaction: Asked, number: int) -> None:
    place, member = place_of(interaction), member_of(interaction)
    services = interaction.client.services
    here, limited = await services.commands.guide.here(place, member), services.access.limits(place)
    idle = await services.commands.guide.idle(place, member)
    if missing_to_answer(permissions_in(interaction.app_permissions), place):
        idle |= {Action.ASK_ABOUT}  # whose question is posted
        here = replace(here, writes=False)
    tree = sorted(interaction.client.tree.get_commands(), key=_is_of_admins)  # the others come first
    fits = services.commands.settings.fits
    listed = [one for one in tree if fits(place, one.name) and not (place.is_dm and one.guild_only)]
    offered = [
        one for action, one in _commands(listed) if action not in idle and may_use(action, member, place)
    ]
    shown = pages(here, offered, is_dm=place.is_dm, limited=limited)
    number = min(number, len(shown) - 1)
    more = view_of(MoreButton(number + 1)) if number + 1 < len(shown) else None
    await reply(interaction, shown[number], more)


Listed = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu


def _is_of_admins(one: Listed) -> bool:
    return (one.module or "").startswith("cogs.admins")


def _commands(of: Iterable[Listed], about: str = "") -> Iterator[tuple[Action, Offered]]:
    """Yield each command with what it does; those of a group go by what the outermost one is for."""
    for one in of:
        if isinstance(one, app_commands.Group):
            yield from _commands(one.commands, about or one.description)
        elif isinstance(one, app_commands.ContextMenu):
            yield actions_of(one)[0], Offered(str(Message(one.name)), "", is_menu=True)
        else:
            yield actions_of(one)[0], Offered(one.qualified_name, str(Message(about or one.description)))


async def setup(bot: ParleyBot) -> None:
    """Add the cog and its button."""
    bot.add_dynamic_items(MoreButton)
    await bot.add_cog(Guide())
