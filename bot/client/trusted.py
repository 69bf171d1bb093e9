"""Whom the bot trusts beyond what a server grants: the application's owners, and other bots that it answers.

Who may do what for that is decided in `bot.chat.rights` alone.
"""

from dataclasses import dataclass

import discord

TRUSTED_ROLES = frozenset({discord.TeamMemberRole.admin, discord.TeamMemberRole.developer})


@dataclass(frozen=True, slots=True)
class Trusted:
    """Users by their ids, as the self-hoster names them; no `owners` are those whom Discord names.

    `reads_all` says that the bot has the privileged message content intent.
    """

    bots: frozenset[int] = frozenset()
    owners: frozenset[int] = frozenset()
    reads_all: bool = True


def owners_of(application: discord.AppInfo) -> frozenset[int]:
    """Return who owns an application: a person, or those of a team who may change it and have joined."""
    team = application.team
    if team is None:
        return frozenset({application.owner.id})
    joined = [one for one in team.members if one.membership_state is discord.TeamMembershipState.accepted]
    return frozenset(one.id for one in joined if one.id == team.owner_id or one.role in TRUSTED_ROLES)
