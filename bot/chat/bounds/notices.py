"""The channel in which a server's moderators hear what concerns them; one for each server, or none."""

import logging

from bot.chat.memory import Facts, Records
from bot.chat.ports import Notices, Presence
from bot.chat.rights import Action, Member, require
from bot.rules.model import ChannelKey
from bot.rules.records import Deed, Verb
from bot.texts.languages.catalogue import Saying

log = logging.getLogger(__name__)

FACT = "notices channel of {guild_id}"
SETTING = "notices"  # in the record of changes
DELETED = "deleted"  # in the place of a channel's id


class NoticesChannel:
    """Is set by those who manage a server, and tells them."""

    def __init__(self, facts: Facts, records: Records, notices: Notices, presence: Presence) -> None:
        self._facts = facts
        self._records = records
        self._notices = notices
        self._presence = presence

    async def held(self, key: ChannelKey, member: Member) -> int | None:
        """Return the channel that is set for a place's server, for those who may set it."""
        require(Action.CHANGE_SERVER_SETTING, member, key)
        return await self.of(key.guild_id)

    async def set(self, key: ChannelKey, member: Member, *, here: bool) -> bool:
        """Have the notices of a server come to this place, or to none; say whether they came anywhere."""
        was_set = await self.held(key, member) is not None
        deed = Deed(Verb.SET, SETTING, key.channel_id) if here else Deed(Verb.CLEAR, SETTING)
        if here or was_set:
            await self._records.note(key, member.id, deed)
        channel = str(key.channel_id) if here else ""
        await self._facts.write(FACT.format(guild_id=key.guild_id), channel, key.guild_id)
        return was_set

    async def tell(self, guild_id: int | None, about: int, saying: Saying) -> None:
        """Post a sentence about a message, or whatever has an id, where a channel is set for it."""
        channel_id = await self.of(guild_id)
        if channel_id:
            await self._notices.post(ChannelKey(channel_id, guild_id), about, saying)

    async def of(self, guild_id: int | None) -> int | None:
        """Return the channel that is set for a server, and is there; outside of servers there is none."""
        known = await self._facts.read(FACT.format(guild_id=guild_id)) if guild_id else None
        if not guild_id or not known or known == DELETED:
            return None
        key = ChannelKey(int(known), guild_id)
        if self._presence.in_sight(key) or await self._presence.exists(key):
            return key.channel_id
        log.info("channel %s is gone: server %s has none for notices", key.channel_id, guild_id)
        await self._facts.write(FACT.format(guild_id=guild_id), DELETED, guild_id)
        return None

    async def was_deleted(self, guild_id: int | None) -> bool:
        """Say, and then no more, whether a server has no such channel because it was deleted."""
        fact = FACT.format(guild_id=guild_id)
        if not guild_id or await self._facts.read(fact) != DELETED:
            return False
        await self._facts.write(fact, "", guild_id)
        return True
