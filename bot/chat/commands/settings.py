"""What is set for a place: persona, model, automatic answers, retention; who set it, and changing it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum, auto
from typing import Any

from bot.chat.memory import SettingsStore
from bot.chat.rights import Action, Member, require, require_in
from bot.errors import UserFacingError
from bot.rules.model import ChannelKey
from bot.rules.places.settings import NATURES, Settings
from bot.texts import admins
from bot.texts.languages.figures import several
from bot.texts.places import model

MOST_PERSONA_CHARACTERS = 4000  # what one field of a Discord form takes


class Source(Enum):
    """Whose word holds in a place."""

    HERE = auto()
    PARENT = auto()
    SERVER = auto()
    COMMUNITY = auto()  # what a server has set on Discord
    DEFAULT = auto()


@dataclass(frozen=True, slots=True)
class Held:
    """A setting's value in a place, and whose word that is."""

    value: Any
    source: Source


class PlaceSettings:
    """Shows what is set, and changes it, for those who may."""

    def __init__(
        self, places: SettingsStore, defaults: Settings, models: Sequence[str], *, hears_all: bool = True
    ) -> None:
        self._places = places
        self._defaults = defaults
        self.models = tuple(models)
        self._hears_all = hears_all

    def why_only_one(self, member: Member) -> str:
        """Say why there is but one model to pick, where that is so; the bot's owner hears what to set."""
        if len(self.models) > 1:
            return ""
        return str(model.ONLY_ONE_OWNER if member.is_owner else model.ONLY_ONE)

    async def held(self, key: ChannelKey, name: str) -> Held:
        """Return what holds in a place for a setting, by its name in `Settings`."""
        return (await self.all_held(key))[name]

    async def all_held(self, key: ChannelKey, *, guild_wide: bool = False) -> Mapping[str, Held]:
        """Return what holds in a place, or in its server where a place has no word of its own."""
        levels = [level async for level in self._nearest_first(key, guild_wide=guild_wide)]
        return {field.name: self._nearest(levels, field.name) for field in fields(Settings)}

    def _nearest(self, levels: Sequence[tuple[Source, Settings]], name: str) -> Held:
        for source, settings in levels:
            if (value := getattr(settings, name)) is not None:
                return Held(value, source)
        return Held(getattr(self._defaults, name), Source.DEFAULT)

    async def held_for(self, key: ChannelKey, member: Member, name: str) -> Held:
        """Return what holds in a place, for those who may change it."""
        require(Action.SEE_MANAGED, member, key)
        return await self.held(key, name)

    async def persona_to_edit(
        self, key: ChannelKey, member: Member, *, guild_wide: bool
    ) -> tuple[str | None, str]:
        """Return the persona that is set, which is edited, and the one that holds without it."""
        require_in(Action.CHANGE_SETTING, member, key, guild_wide=guild_wide)
        own = await self._places.own_settings(key, guild_wide=guild_wide)
        inherited = self._defaults.persona if guild_wide else (await self.held(key, "persona")).value
        return own.persona, inherited or ""

    async def change(self, key: ChannelKey, member: Member, *, guild_wide: bool, **changes: object) -> None:
        """Set settings of a place or its server, by their names in `Settings`."""
        require_in(Action.CHANGE_SETTING, member, key, guild_wide=guild_wide)
        picked = changes.get("model")
        if picked is not None and picked not in self.models:
            models = several([f"`{name}`" for name in self.models])
            refusal = model.NOT_OFFERED.format(models=models)
            raise UserFacingError(f"{refusal} {self.why_only_one(member)}".rstrip())
        if not self._hears_all and any(NATURES[name].hears_all and value for name, value in changes.items()):
            raise UserFacingError(admins.NEEDS_MESSAGE_CONTENT)
        await self._places.change(key, member.id, guild_wide=guild_wide, **changes)

    async def clear(
        self, key: ChannelKey, member: Member, name: str, *, guild_wide: bool
    ) -> tuple[bool, Held]:
        """Clear a setting of a place or its server; return whether it was set, and what holds now."""
        require_in(Action.CHANGE_SETTING, member, key, guild_wide=guild_wide)
        own = await self._places.own_settings(key, guild_wide=guild_wide)
        was_set = getattr(own, name) is not None
        if was_set:
            await self._places.change(key, member.id, guild_wide=guild_wide, **{name: None})
        return was_set, await self.held(key, name)

    async def _nearest_first(
        self, key: ChannelKey, *, guild_wide: bool
    ) -> AsyncIterator[tuple[Source, Settings]]:
        if not guild_wide:
            yield Source.HERE, await self._places.own_settings(key, guild_wide=False)
        if not guild_wide and key.parent_id is not None:
            parent = ChannelKey(key.parent_id, key.guild_id)
            yield Source.PARENT, await self._places.own_settings(parent, guild_wide=False)
        if key.guild_id is not None:
            yield Source.SERVER, await self._places.own_settings(key, guild_wide=True)
