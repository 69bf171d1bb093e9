"""/history: what is remembered of the conversation in which it is used, and who changed what.

All answers are ephemeral.
"""

from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.texts import listed, members
from bot.ui.commands import record, render
from bot.ui.commands.dialogs import (
    Asked,
    StoredButton,
    hand_over,
    most_bytes,
    reply,
    think,
    view_of,
)
from bot.ui.commands.resets import UndoButton


class History(commands.GroupCog, group_name="history", group_description=listed.ABOUT_HISTORY):
    """Shows the memory of a conversation."""

    def __init__(self, bot: ParleyBot) -> None:
        self._history = bot.services.commands.history
        self._counting = bot.services.commands.counting
        self._resetting = bot.services.commands.resetting

    @app_commands.command(description=listed.ABOUT_HISTORY_SHOW, extras=does(Action.READ_HISTORY))
    async def show(self, interaction: Asked) -> None:
        """Show the newest page."""
        await think(interaction)
        await _show(interaction)

    @app_commands.command(description=listed.ABOUT_HISTORY_EXPORT, extras=does(Action.EXPORT_HISTORY))
    async def export(self, interaction: Asked) -> None:
        """Send everything as files."""
        await think(interaction)
        most = most_bytes(interaction)
        export = await self._history.export(place_of(interaction), member_of(interaction), most)
        ready = members.EXPORT_READY if export.checked_all else members.EXPORT_UNCHECKED
        await hand_over(interaction, export.files, ready, members.EXPORT_GOES_ON)

    @app_commands.command(description=listed.ABOUT_HISTORY_LOG, extras=does(Action.READ_LOG))
    async def log(self, interaction: Asked) -> None:
        """Show who changed what, and the way back of what was cleared just now."""
        await think(interaction)
        place = place_of(interaction)
        member = member_of(interaction)
        entries = await self._history.log(place, member)
        undoable = await self._resetting.undoable(place, member)
        shown = record.log_entries(entries, exact=await self._counting.exact(place))
        await reply(interaction, shown, view_of(UndoButton(undoable.id)) if undoable else None)


class OlderButton(StoredButton, template=r"parley:history:(?P<id>[0-9]+)"):
    """Turns to the page before a position."""

    verb, label = "history", members.OLDER

    async def act(self, interaction: Asked) -> None:
        """Show that page."""
        await _show(interaction, before=self.id_)


class NewestButton(StoredButton, template=r"parley:newest:(?P<id>[0-9]+)"):
    """Turns back to the newest page."""

    verb, label = "newest", members.NEWEST

    async def act(self, interaction: Asked) -> None:
        """Show that page."""
        await _show(interaction)


async def _show(interaction: Asked, before: int | None = None) -> None:
    history = interaction.client.services.commands.history
    page = await history.page(place_of(interaction), member_of(interaction), before)
    if not page.turns:
        await reply(interaction, members.NOTHING_REMEMBERED)
        return
    buttons: list[StoredButton] = [] if page.newest else [NewestButton(0)]
    if page.older is not None:
        buttons.append(OlderButton(page.older))
    user = interaction.client.user
    shown = render.history_page(page, user.display_name if user else "")
    await reply(interaction, shown, view_of(*buttons) if buttons else None)


async def setup(bot: ParleyBot) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(OlderButton, NewestButton)
    await bot.add_cog(History(bot))
