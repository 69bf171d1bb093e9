"""/notices: where a server's moderators hear what concerns them. All answers are ephemeral."""

from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.texts import admins, listed
from bot.ui.commands.dialogs import Asked, reply, think


@app_commands.guild_only()
class Notices(commands.GroupCog, group_name="notices", group_description=listed.ABOUT_NOTICES):
    """Shows and sets the channel."""

    def __init__(self, bot: ParleyBot) -> None:
        self._notices = bot.services.commands.notices

    @app_commands.command(description=listed.ABOUT_NOTICES_SHOW, extras=does(Action.CHANGE_SERVER_SETTING))
    async def show(self, interaction: Asked) -> None:
        """Show which channel is set."""
        await think(interaction)
        place = place_of(interaction)
        channel_id = await self._notices.held(place, member_of(interaction))
        deleted = await self._notices.was_deleted(place.guild_id)
        nowhere = admins.NOTICES_DELETED if deleted else admins.NOTICES_NOWHERE
        await reply(interaction, admins.NOTICES_GO.format(channel=channel_id) if channel_id else nowhere)

    @app_commands.command(description=listed.ABOUT_NOTICES_SET, extras=does(Action.CHANGE_SERVER_SETTING))
    async def set(self, interaction: Asked) -> None:
        """Have them come here."""
        await _change(interaction, here=True)

    @app_commands.command(description=listed.ABOUT_NOTICES_CLEAR, extras=does(Action.CHANGE_SERVER_SETTING))
    async def clear(self, interaction: Asked) -> None:
        """Have them come nowhere."""
        await _change(interaction, here=False)


async def _change(interaction: Asked, *, here: bool) -> None:
    await think(interaction)
    notices = interaction.client.services.commands.notices
    was_set = await notices.set(place_of(interaction), member_of(interaction), here=here)
    gone = admins.NOTICES_CLEARED if was_set else admins.NOTICES_NOWHERE
    await reply(interaction, admins.NOTICES_SET if here else gone)


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Notices(bot))
