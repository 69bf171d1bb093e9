"""What holds in a place, and what can be done there, for whoever asks for help."""

from dataclasses import dataclass

from bot.chat.commands.settings import Held, PlaceSettings
from bot.chat.rights import Action, Member, may
from bot.chat.threads.following import Following
from bot.rules.model import ChannelKey


@dataclass(frozen=True, slots=True)
class Here:
    """What holds; no persona for those who may not see it; `hears_all`: what is said there may reach us.

    In a direct message all is answered, whatever is set. `link` leads to a page that says more;
    where the bot `writes` nothing, only what goes by an interaction is answered.
    """

    model: Held
    auto: Held | None
    retention: Held
    persona: Held | None
    hears_all: bool
    link: str | None = None
    writes: bool = True


@dataclass(frozen=True, slots=True)
class Guide:
    """Tells what holds."""

    settings: PlaceSettings
    following: Following
    link: str | None

    async def idle(self, key: ChannelKey, member: Member) -> frozenset[Action]:
        """Return what nothing would come of for somebody in a place, though the table of rights allows it."""
        opening = self.following.opening
        is_possible = opening.is_offered(key, await self.following.places.settings(key))
        opens = is_possible and may(Action.OPEN_THREAD, member, key)
        starts = opens or key.is_dm
        if key.is_thread:
            starts = may(Action.START_AFRESH, member, key) or await opening.opener(key) == member.id
        fitting = {Action.OPEN_THREAD: opens, Action.START_AFRESH: starts}
        return frozenset(action for action, fits in fitting.items() if not fits)

    async def here(self, key: ChannelKey, member: Member) -> Here:
        """Return what holds in a place."""
        held = await self.settings.all_held(key)
        return Here(
            model=held["model"],
            auto=None if key.is_dm else held["auto"],
            retention=held["retention_days"],
            hears_all=self.following.hears_all,
            link=self.link,
            persona=held["persona"] if may(Action.SEE_MANAGED, member, key) else None,
        )
