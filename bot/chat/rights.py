"""Who may do what where, decided anew each time from what Discord says of the person at that moment.

Whoever can read a channel's history may see what the bot remembers of it. Taking all of that along, reading
its record, clearing it, changing what is set and seeing a completion as it came needs Manage Channels; for
all of a server it needs Manage Server. In a direct conversation the person may do all that concerns it. No
command names another channel than the one that it is used in.
"""

from dataclasses import dataclass

from bot import texts
from bot.errors import NotAllowed, UserFacingError
from bot.rules.model import ChannelKey


@dataclass(frozen=True, slots=True)
class Actor:
    """Who uses a command, and what they may do in the channel where they use it."""

    id: int
    name: str
    reads_history: bool = False
    manages_channel: bool = False
    manages_guild: bool = False


def require_reader(actor: Actor, key: ChannelKey) -> None:
    """Let those pass who may read what was said in a channel before; raise NotAllowed for others."""
    if not key.is_dm and not actor.reads_history:
        raise NotAllowed(texts.NEEDS_PERMISSION.format(permission=texts.READ_HISTORY))


def may_manage(actor: Actor, key: ChannelKey) -> bool:
    """Say whether somebody may manage a channel; in a direct conversation the person may."""
    return key.is_dm or actor.manages_channel


def require_manager(actor: Actor, key: ChannelKey, *, guild_wide: bool = False) -> None:
    """Let those pass who may manage a channel, or all of its server.

    Raises:
        NotAllowed: they lack the permission.
        UserFacingError: there is no server around a direct conversation.
    """
    if key.is_dm:
        if guild_wide:
            raise UserFacingError(texts.NO_SERVER_HERE)
    elif guild_wide and not actor.manages_guild:
        raise NotAllowed(texts.NEEDS_PERMISSION.format(permission=texts.MANAGE_SERVER))
    elif not guild_wide and not may_manage(actor, key):
        raise NotAllowed(texts.NEEDS_PERMISSION.format(permission=texts.MANAGE_CHANNELS))
