"""What is set for a place: persona, model, automatic answers, retention; who set it, and changing it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum, auto
from typing import Any

from bot.chat.rights import Action, Member, require, require_in
from bot.chat.threads.following import Following
from bot.errors import UserFacingError
from bot.rules.model import ChannelKey
from bot.rules.places.settings import KINDS, NATURES, Nature, Settings
from bot.texts import admins
from bot.texts.languages.figures import several
from bot.texts.places import model, threads

MOST_PERSONA_CHARACTERS = 4000  # what one field of a Discord form takes


class Source(Enum):
    """Whose word holds in a place."""

    HERE = auto()
    PARENT = auto()
    SERVER = auto()
    COMMUNITY = auto()  # what a server has set on Discord
    JOINED = auto()  # nobody's: what is said in a thread that the bot takes part in is said to it
    DEFAULT = auto()


@dataclass(frozen=True, slots=True)
class Held:
    """A setting's value in a place, and whose word that is."""

    value: Any
    source: Source


class PlaceSettings:
    """Shows what is set, and changes it, for those who may."""

    def __init__(self, following: Following, defaults: Settings, models: Sequence[str]) -> None:
        self._places = following.places
        self._threads = following.opening.threads
        self._hears_all = following.hears_all
        self._defaults = defaults
        self.models = tuple(models)

    def why_only_one(self, member: Member) -> str:
        """Say why there is but one model to pick, where that is so; the bot's owner hears what to set."""
        if len(self.models) > 1:
            return ""
        return str(model.ONLY_ONE_OWNER if member.is_owner else model.ONLY_ONE)

    def fits(self, key: ChannelKey, name: str) -> bool:
        """Say whether a setting, by its name in `Settings`, means anything in a place."""
        nature = NATURES.get(name, Nature())
        if key.is_dm:
            return nature.is_direct
        return not nature.opens_threads or self._threads.lacks(key) is not None

    def _require_fit(self, key: ChannelKey, name: str) -> None:
        if not self.fits(key, name):
            raise UserFacingError(threads.NOTHING_TO_SET)

    async def held(self, key: ChannelKey, name: str) -> Held:
        """Return what holds in a place for a setting, by its name in `Settings`, where it means anything."""
        self._require_fit(key, name)
        return (await self.all_held(key))[name]

    async def all_held(self, key: ChannelKey, *, guild_wide: bool = False) -> Mapping[str, Held]:
        """Return what holds in a place, or in its server where a place has no word of its own."""
        levels = [level async for level in self._nearest_first(key, guild_wide=guild_wide)]
        held = {field.name: self._nearest(levels, field.name) for field in fields(Settings)}
        if not self._hears_all:  # whatever was set before
            needing = (name for name, nature in NATURES.items() if nature.hears_all)
            held |= {name: Held(KINDS[name](), Source.DEFAULT) for name in needing}
        if not guild_wide and await self._joined(key, held["auto"]):
            held["auto"] = Held(True, Source.JOINED)
        return held

    async def _joined(self, key: ChannelKey, auto: Held) -> bool:
        """Say whether all that is said in a place is answered, though that is not set."""
        may_join = self._hears_all and key.is_thread and not auto.value
        return may_join and await self._places.joined(key.channel_id)

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
        for name in () if guild_wide else changes:
            self._require_fit(key, name)
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
        if not guild_wide:
            self._require_fit(key, name)
        own = await self._places.own_settings(key, guild_wide=guild_wide)
        was_set = getattr(own, name) is not None
        if was_set:
            await self._places.change(key, member.id, guild_wide=guild_wide, **{name: None})
        return was_set, (await self.all_held(key))[name]

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
