"""By what somebody is let in where they speak or use a command: who they are, and which places are around."""

from typing import Any

import discord

from bot.rules.admission.access import Standing


def places_around(channel: Any) -> frozenset[int]:
    """Return the ids of a channel, of what it is a thread of, and of their category."""
    parent = channel.parent if isinstance(channel, discord.Thread) else channel
    around = (channel.id, getattr(channel, "parent_id", None), getattr(parent, "category_id", None))
    return frozenset(id_ for id_ in around if id_ is not None)


def roles_of(user: discord.abc.User, guild_id: int | None) -> frozenset[int] | None:
    """Return somebody's roles in a guild, the one of everybody included; None where Discord told of none."""
    if guild_id is None:
        return frozenset()
    if not isinstance(user, discord.Member):
        return None
    return frozenset({guild_id, *user._roles})  # whether or not Discord told of the guild's own


def standing_in(message: discord.Message, *, is_proxy: bool, is_owner: bool) -> Standing:
    """Return by what the author of a message is let in; behind a proxy that is nobody whom Discord names."""
    guild_id, author = message.guild.id if message.guild else None, message.author
    return Standing(
        user_id=None if is_proxy else author.id,
        guild_id=guild_id,
        places=places_around(message.channel) if guild_id else frozenset(),
        roles=roles_of(author, guild_id),
        is_owner=is_owner,
    )


def standing_of(interaction: discord.Interaction[Any]) -> Standing:
    """Return by what somebody is let in who uses a command, a button or a form."""
    guild_id, user = interaction.guild_id, interaction.user
    return Standing(
        user_id=user.id,
        guild_id=guild_id,
        places=places_around(interaction.channel) if guild_id and interaction.channel else frozenset(),
        roles=roles_of(user, guild_id),
        is_owner=user.id in interaction.client.owners,
        elsewhere=is_elsewhere(interaction),
    )


def is_elsewhere(interaction: discord.Interaction[Any]) -> bool:
    """Say whether the bot is no member where something is used, but the application of somebody's own."""
    if interaction.guild_id is not None:
        return interaction.client.get_guild(interaction.guild_id) is None
    return interaction.context.private_channel is True
