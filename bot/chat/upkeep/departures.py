"""Forgets the servers, channels and threads that went away while nobody listened."""

import logging

from bot.chat.conversation.reconciliation import snowflake
from bot.chat.memory import Channels, Facts
from bot.chat.ports import Clock, Presence
from bot.rules.places.shards import ShardId

log = logging.getLogger(__name__)

APPLICATION_FACT = "application"
SECONDS_BETWEEN = 1.0  # looking must not take requests away from answers


class Departures:
    """Looks, once a shard is heard, for what memory still holds of its places and Discord no longer has."""

    def __init__(self, channels: Channels, facts: Facts, presence: Presence, clock: Clock) -> None:
        self._channels = channels
        self._facts = facts
        self._presence = presence
        self._clock = clock

    async def run(self, application_id: int, shard: ShardId) -> None:
        """Drop every place of a shard that is gone; one that can't be looked at is taken to be there.

        One that is newer than this look is not gone: memory knows a thread before it is opened on Discord.

        A memory that another application began is left alone: its servers are only out of this one's sight.
        """
        began = snowflake(self._clock.now())
        if not await self._began_with(application_id):
            return
        for guild_id in await self._channels.guilds(shard):
            if not self._presence.in_guild(guild_id):
                await self._channels.drop_guild(guild_id)
                log.info("forgot server %s, which the bot has left while it was away", guild_id)
        for key in await self._channels.known(shard):
            if key.is_dm or key.channel_id > began or self._presence.in_sight(key):
                continue
            if await self._presence.exists(key):
                await self._clock.sleep(SECONDS_BETWEEN)
                continue
            await self._channels.drop_channel(key.channel_id)
            log.info("forgot channel %s, which was deleted while the bot was away", key.channel_id)

    async def _began_with(self, application_id: int) -> bool:
        began = await self._facts.read(APPLICATION_FACT)
        if began is None:
            await self._facts.write(APPLICATION_FACT, str(application_id))
        elif began != str(application_id):
            log.warning(
                "this database was begun by application %s; what is gone is not looked for as %s",
                began,
                application_id,
            )
            return False
        return True
