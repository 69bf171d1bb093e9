"""Questions that are posted for somebody who asks by a menu or a button, where they may."""

import discord

from bot.chat.completions import Asker
from bot.chat.rights import Action, missing_to_answer, require
from bot.client.retry import FAILURES, LongWait, is_passing, persist
from bot.errors import UserFacingError
from bot.reading.channels import permissions_in
from bot.reading.interactions import member_of, place_of
from bot.rules.model import ChannelKey
from bot.texts import members
from bot.ui.commands.dialogs import Asked

POST_SECONDS = 60.0


async def require_writing(interaction: Asked) -> None:
    """Refuse a question where the asker may not write, or may ask nothing yet, or the bot may not write."""
    place = place_of(interaction)
    require(Action.ASK_ABOUT, member_of(interaction), place)
    if missing_to_answer(permissions_in(interaction.app_permissions), place):
        raise UserFacingError(members.CANT_WRITE_HERE)
    services = interaction.client.services
    services.cooldown.require(interaction.user.id)
    await services.budgets.require(Asker(interaction.user.id, place))


async def post(interaction: Asked, place: ChannelKey, shown: str) -> discord.Message:
    """Post what shows a question, once; raise a UserFacingError where that fails."""
    channel = interaction.client.get_partial_messageable(place.channel_id, guild_id=place.guild_id)
    nonce = f"q.{interaction.id}"
    try:
        return await persist(
            f"a question in channel {place.channel_id}",
            lambda: channel.send(shown, nonce=nonce, suppress_embeds=True),
            POST_SECONDS,
        )
    except FAILURES as error:
        is_for_now = is_passing(error) or isinstance(error, LongWait)
        sentence = members.NOT_POSTED if is_for_now else members.CANT_WRITE_HERE
        raise UserFacingError(sentence) from error
