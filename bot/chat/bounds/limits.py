"""The limits of a server, as those who manage it set them; the self-hoster's hold beside them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.chat.bounds.ports import ServerLimits
from bot.chat.rights import Action, Member, require
from bot.errors import UserFacingError
from bot.rules.model import ChannelKey
from bot.rules.spending.bounds import OwnLimits, Whose
from bot.settings.spending import Unit, limit
from bot.texts import bounds


@dataclass(frozen=True, slots=True)
class LimitsOfServers:
    """Shows and changes them; without prices for all models, money would bound nothing."""

    limits: ServerLimits
    priced: Callable[[], bool]

    async def held(self, key: ChannelKey, member: Member) -> OwnLimits:
        """Return what is set for a place's server."""
        require(Action.CHANGE_SERVER_SETTING, member, key)
        return await self.of(key)

    async def of(self, key: ChannelKey) -> OwnLimits:
        """Return what is set for a place's server."""
        return await self.limits.of(key.guild_id or 0)

    async def put(
        self, key: ChannelKey, member: Member, of: tuple[Whose, int], written: str | None
    ) -> OwnLimits:
        """Set what may be spent by all, by each person, or by those with a role, or with None nothing."""
        held = await self.held(key, member)
        whose, role_id = of
        if role_id and whose is not Whose.PERSON:
            raise UserFacingError(bounds.LIMIT_OF_ROLE)
        try:
            read = None if written is None else limit(written)
        except ValueError as error:
            raise UserFacingError(bounds.LIMIT_WRONG) from error
        if read is not None and read.unit is Unit.MICROS and not self.priced():
            raise UserFacingError(bounds.LIMIT_UNPRICED)
        if read != held.limit_of(*of):
            await self.limits.put(key, member.id, of, read)
        return await self.of(key)
