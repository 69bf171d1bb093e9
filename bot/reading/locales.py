"""Which languages Discord says that servers prefer."""

import discord


class DiscordCommunities:
    """The servers that the client knows, as `bot.chat.languages.Communities` describes them."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    def preferred_locale(self, guild_id: int) -> str | None:
        """Return the locale that a Community prefers: Discord says en-US of every other server."""
        guild = self._client.get_guild(guild_id)
        return guild.preferred_locale.value if guild and "COMMUNITY" in guild.features else None
