"""Guilds and the application as Discord's JSON objects; nothing here changes the world."""

from __future__ import annotations

from typing import Any

from playground.clock import iso
from playground.world import payloads, permissions
from playground.world.entities import Guild, User
from playground.world.state import State

Json = dict[str, Any]


def guild(world: State, this: Guild) -> Json:
    """Return a guild as GUILD_CREATE tells it, with all that the bot may see."""
    channels = [world.channels[one] for one in this.channel_ids]
    visible = [one for one in channels if world.permissions(world.bot.id, one) & permissions.VIEW_CHANNEL]
    return guild_object(this) | {
        "roles": [payloads.role(one) for one in this.roles.values()],
        "channels": [payloads.channel(world, one) for one in visible if not one.is_thread],
        "threads": [payloads.channel(world, one) for one in visible if one.is_thread and not one.archived],
        "members": [payloads.member(world, one) for one in this.members.values()],
        "member_count": len(this.members),
        "joined_at": iso(this.members[world.bot.id].joined),
        "large": False,
        "unavailable": False,
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def guild_object(this: Guild) -> Json:
    """Return a guild's own fields."""
    return {
        "id": str(this.id),
        "name": this.name,
        "owner_id": str(this.owner_id),
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "features": list(this.features),
        "emojis": [payloads.custom_emoji(one, name) for one, name in this.emojis],
        "stickers": [],
        "roles": [payloads.role(one) for one in this.roles.values()],
        "preferred_locale": this.preferred_locale,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "nsfw": False,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": str(this.system_channel_id) if this.system_channel_id else None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "application_id": None,
        "vanity_url_code": None,
        "max_members": 500_000,
        "max_presences": None,
    }


def own_guild(world: State, this: Guild) -> Json:
    """Return a guild as the bot's own list of guilds tells of it, with what it may do there."""
    granted = permissions.in_guild(this, this.members[world.bot.id])
    return {
        "id": str(this.id),
        "name": this.name,
        "icon": None,
        "banner": None,
        "owner": this.owner_id == world.bot.id,
        "permissions": str(granted),
        "features": list(this.features),
    }


def application(world: State) -> Json:
    """Return the bot's application, without its flags; the owner of a team's stands for the team."""
    owner, team_id = world.users[world.application_owner_id], world.application_id + 1
    if world.team:
        owner = User(team_id, f"team{team_id}", f"team{team_id}")
    return {
        "id": str(world.application_id),
        "name": world.bot.display_name,
        "icon": None,
        "description": "",
        "rpc_origins": [],
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": payloads.user(owner),
        "verify_key": "0" * 64,
        "team": _team(world, team_id) if world.team else None,
        "bot": payloads.user(world.bot),
    }


def _team(world: State, team_id: int) -> Json:
    return {
        "id": str(team_id),
        "name": "The team",
        "icon": None,
        "owner_user_id": str(world.application_owner_id),
        "members": [
            {
                "user": payloads.user(world.users[one.user_id]),
                "team_id": str(team_id),
                "membership_state": 2 if one.accepted else 1,
                "role": one.role,
                "permissions": ["*"],
            }
            for one in world.team
        ],
    }
