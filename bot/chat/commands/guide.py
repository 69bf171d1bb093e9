"""What holds in a place, for whoever asks for help there."""

from dataclasses import dataclass

from bot.chat.commands.settings import Held, PlaceSettings
from bot.chat.rights import Action, Member, may
from bot.rules.model import ChannelKey


@dataclass(frozen=True, slots=True)
class Here:
    """What holds; no persona for those who may not see it."""

    model: Held
    auto: Held
    retention: Held
    persona: Held | None


@dataclass(frozen=True, slots=True)
class Guide:
    """Tells what holds."""

    settings: PlaceSettings

    async def here(self, key: ChannelKey, member: Member) -> Here:
        """Return what holds in a place."""
        held = await self.settings.all_held(key)
        return Here(
            model=held["model"],
            auto=held["auto"],
            retention=held["retention_days"],
            persona=held["persona"] if may(Action.SEE_MANAGED, member, key) else None,
        )
