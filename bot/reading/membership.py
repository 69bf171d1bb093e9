"""What Discord knows of people where they speak, as `bot.chat.bounds.ports.Membership` describes it."""

import logging
import time

import discord

from bot.client.bot import ParleyBot
from bot.client.retry import FAILURES, persist
from bot.client.standing import places_around, roles_of
from bot.rules.admission.access import Standing
from bot.rules.model import ChannelKey
from bot.rules.places.asides import is_elsewhere, linked

log = logging.getLogger(__name__)

ROLES_SECONDS = 10.0  # to wait for an answer
KNOWN_SECONDS = 60.0


class DiscordMembership:
    """Looks people up."""

    def __init__(self, client: ParleyBot) -> None:
        self._client = client
        self._known: dict[tuple[int, int], tuple[float, frozenset[int] | None]] = {}

    def standing(self, key: ChannelKey, user_id: int) -> Standing:
        """Return by what somebody is let in."""
        is_owner = user_id in self._client.owners
        if key.guild_id is None:
            return Standing(user_id, is_owner=is_owner, elsewhere=is_elsewhere(key))
        guild = self._client.get_guild(key.guild_id)
        channel = guild.get_channel_or_thread(linked(key)) if guild else None
        known = {id_ for id_ in (key.channel_id, key.parent_id) if id_ is not None}
        places = known | (places_around(channel) if channel else frozenset())
        return Standing(user_id, key.guild_id, frozenset(places), None, is_owner)

    async def roles(self, guild_id: int, user_id: int) -> frozenset[int] | None:
        """Ask for a member, which needs no intent; of who says a lot, once a minute."""
        now = time.monotonic()
        self._known = {who: held for who, held in self._known.items() if now - held[0] < KNOWN_SECONDS}
        who = guild_id, user_id
        if who not in self._known:
            self._known[who] = now, await self._roles(*who)
        return self._known[who][1]

    async def _roles(self, guild_id: int, user_id: int) -> frozenset[int] | None:
        guild = self._client.get_guild(guild_id)
        if guild is None:
            return None
        try:
            member = await persist(f"member {user_id}", lambda: guild.fetch_member(user_id), ROLES_SECONDS)
        except discord.NotFound:
            return frozenset()
        except FAILURES as error:
            log.info("server %s: the roles of member %s can't be read: %r", guild_id, user_id, error)
            return None
        return roles_of(member, guild_id)
