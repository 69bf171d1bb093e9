"""All that is set for a place and its server, for those who manage either: what holds, whose word it is.

Nothing is changed here: that is done by the use cases that commands have, each with its own right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.chat.bounds.access import Access
from bot.chat.bounds.limits import LimitsOfServers
from bot.chat.bounds.notices import NoticesChannel
from bot.chat.commands.settings import Held, PlaceSettings, Source
from bot.chat.languages import SETTING as LANGUAGE
from bot.chat.languages import Languages
from bot.chat.rights import Action, Member, may, require
from bot.rules.admission.access import Lists
from bot.rules.model import ChannelKey
from bot.rules.spending.bounds import OwnLimits
from bot.settings.spending import Limit, Spending


@dataclass(frozen=True, slots=True)
class Overview:
    """What holds in a place or, `guild_wide`, in its server where a place has no word of its own.

    `held` are the settings by their names in `Settings`, as far as they mean anything there, and a server's
    language. `may_change` is about the settings, `may_manage` about what is the same for all of a server;
    `total` is the limit of all servers together; `why_only_one` says why there is no other model to pick.
    """

    key: ChannelKey
    guild_wide: bool
    may_change: bool
    may_manage: bool
    held: Mapping[str, Held]
    models: Sequence[str]
    why_only_one: str
    lists: Lists
    house_lists: bool
    limits: OwnLimits
    house_limits: OwnLimits
    total: Limit | None
    notices: int | None
    notices_deleted: bool  # said once


@dataclass(frozen=True, slots=True)
class Config:
    """Shows all of it."""

    settings: PlaceSettings
    access: Access
    limits: LimitsOfServers
    notices: NoticesChannel
    languages: Languages
    spending: Spending

    def widest(self, key: ChannelKey, member: Member) -> bool:
        """Say whether somebody may change what holds in all of a server."""
        return not key.is_dm and may(Action.CHANGE_SERVER_SETTING, member, key)

    async def overview(self, key: ChannelKey, member: Member, *, guild_wide: bool) -> Overview:
        """Return what holds, to those who manage the place or its server."""
        manages = self.widest(key, member)
        if guild_wide or not manages:
            require(Action.CHANGE_SERVER_SETTING if guild_wide else Action.CONFIGURE, member, key)
        return Overview(
            key=key,
            guild_wide=guild_wide,
            may_change=manages if guild_wide else may(Action.CHANGE_SETTING, member, key),
            may_manage=manages,
            held={**await self._held(key, guild_wide=guild_wide), **self._language(key)},
            models=self.settings.models,
            why_only_one=self.settings.why_only_one(member),
            lists=self.access.of(key.guild_id),
            house_lists=self.access.has_house_lists,
            limits=await self.limits.of(key),
            house_limits=OwnLimits(self.spending.limit_server, self.spending.limit_person),
            total=self.spending.limit_total,
            notices=await self.notices.of(key.guild_id),
            notices_deleted=manages and await self.notices.was_deleted(key.guild_id),
        )

    async def _held(self, key: ChannelKey, *, guild_wide: bool) -> Mapping[str, Held]:
        """Return the settings that mean anything there."""
        held = await self.settings.all_held(key, guild_wide=guild_wide)
        return {name: one for name, one in held.items() if guild_wide or self.settings.fits(key, name)}

    def _language(self, key: ChannelKey) -> Mapping[str, Held]:
        if key.guild_id is None:
            return {}
        if (chosen := self.languages.set_for(key.guild_id)) is not None:
            return {LANGUAGE: Held(chosen, Source.SERVER)}
        preferred = self.languages.preferred_by(key.guild_id)
        source = Source.DEFAULT if preferred is None else Source.COMMUNITY
        return {LANGUAGE: Held(self.languages.unset(key.guild_id), source)}
