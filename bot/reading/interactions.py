"""Reads who uses a command, a button or a form where, and what Discord lets them and the bot do there."""

from typing import Any

import discord

from bot.chat.rights import Member
from bot.reading.channels import parent_of, permissions_in
from bot.rules.model import ChannelKey


def place_of(interaction: discord.Interaction[Any]) -> ChannelKey:
    """Return where somebody uses a command, a button or a form."""
    return ChannelKey(interaction.channel_id or 0, interaction.guild_id, parent_of(interaction.channel))


def member_of(interaction: discord.Interaction[Any]) -> Member:
    """Return who does, with what Discord says they may do there now."""
    user = interaction.user
    is_owner = user.id in interaction.client.owners
    return Member(user.id, user.display_name, permissions_in(interaction.permissions), is_owner)
