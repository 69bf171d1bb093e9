"""Resets as people see them: what would go, what went, and the button that brings it back."""

from functools import partial

from bot.chat.clearing import Reset, ResetOrder
from bot.reading.interactions import member_of, place_of
from bot.rules.literal import literal_line
from bot.texts import admins, members
from bot.ui.commands.dialogs import Asked, StoredButton, announce, reply
from bot.ui.commands.words import tokens


def question(order: ResetOrder, turns: int, counted: int, *, exact: bool) -> str:
    """Say what a reset would clear."""
    sentences = admins.RESET_CONFIRM_KEEPING if order.keep else admins.RESET_CONFIRM
    return sentences[order.guild_wide].format(
        messages=members.MESSAGES.format(turns),
        tokens=tokens(counted, exact=exact),
        exchanges=members.EXCHANGES.format(order.keep),
    )


def done(reset: Reset, *, exact: bool) -> str:
    """Say what a reset cleared, to the one who did it."""
    return admins.RESET_DONE.format(
        messages=members.MESSAGES.format(reset.turns), tokens=tokens(reset.tokens, exact=exact)
    )


def announced(reset: Reset, name: str) -> str:
    """Tell everybody of a reset, and that it can be undone."""
    return admins.RESET_ANNOUNCED[reset.guild_wide].format(name=literal_line(name))


def undone(reset: Reset, *, exact: bool) -> str:
    """Say what an undo brought back."""
    return admins.UNDONE.format(
        messages=members.MESSAGES.format(reset.turns), tokens=tokens(reset.tokens, exact=exact)
    )


def undo_announced(reset: Reset, name: str) -> str:
    """Tell everybody that a reset was undone."""
    return admins.UNDO_ANNOUNCED[reset.guild_wide].format(name=literal_line(name))


class UndoButton(StoredButton, template=r"parley:undo:(?P<id>[0-9]+)"):
    """Brings back what a reset cleared; only those get to see it who may."""

    verb, label = "undo", admins.UNDO

    async def act(self, interaction: Asked) -> None:
        """Bring it back, and tell all who heard that it was cleared."""
        services, place = interaction.client.services.commands, place_of(interaction)
        reset = await services.resetting.undo(self.id_, place, member_of(interaction))
        exact = await services.counting.exact(place, guild_wide=reset.guild_wide)
        await reply(interaction, undone(reset, exact=exact))
        if not place.is_dm:
            name = interaction.user.display_name
            await announce(interaction, partial(undo_announced, reset, name), f"u.{interaction.id}")
