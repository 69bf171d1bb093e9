"""Discord for what is measured without it."""

from collections.abc import Mapping, Sequence

from bot.chat.ports import Ending, Page, Spot
from bot.rules.admission.access import Standing
from bot.rules.model import ChannelKey, Incoming, Reference
from bot.rules.notes import NoteCode
from bot.texts.languages.catalogue import Saying


class Nowhere:
    """Discord where nothing may be read back and nothing is seen."""

    async def tell(self, about: int, saying: Saying) -> None:
        """Tell nobody."""

    def our_names(self, key: ChannelKey) -> Sequence[str]:
        """Return nothing."""
        return ()

    async def before(self, key: ChannelKey, message_id: int, most: int, *, down_to: int = 0) -> None:
        """Return nothing."""

    async def recent(self, key: ChannelKey, message_id: int, most: int) -> Sequence[Incoming]:
        """Return nothing."""
        return ()

    def title(self, key: object) -> None:
        """Return nothing."""

    whereabouts = forget = title

    async def reference(self, key: ChannelKey, message_id: int) -> Reference:
        """Return nothing but the id."""
        return Reference(message_id, unread=NoteCode.QUOTE_UNREAD)

    def in_guild(self, guild_id: int) -> bool:
        """Say that it is there."""
        return True

    def in_sight(self, key: ChannelKey) -> bool:
        """Say that it is there."""
        return True

    async def exists(self, key: ChannelKey) -> bool:
        """Say that it is there."""
        return True

    async def attachment(self, ref: object, most_bytes: int) -> bytes:
        """Return nothing."""
        return b""

    def shard(self, key: ChannelKey) -> int:
        """Say that there is only one."""
        return 0

    def newer(self, since: object) -> Sequence[ChannelKey]:
        """Find nothing."""
        return ()

    def absent(self, shard: int) -> Sequence[int]:
        """Name none."""
        return ()

    async def after(self, key: ChannelKey, message_id: int, *, urgent: bool) -> Page:
        """Return nothing."""
        return Page()

    def open(self, spot: Spot, *, progress: object, gone: object) -> "Nowhere":
        """Show nothing."""
        return self

    async def mark_seen(self, key: ChannelKey, message_id: int, seen: bool) -> None:
        """Show nothing."""

    async def mark_refused(self, key: ChannelKey, message_id: int) -> None:
        """Show nothing."""

    async def close(self, _: object = None) -> None:
        """Have nothing to end."""

    greet = mark_refused

    async def take_buttons(self, key: ChannelKey, message: object) -> None:
        """Show nothing."""

    def standing(self, key: ChannelKey, user_id: int) -> Standing:
        """Return somebody without a role."""
        return Standing(user_id, key.guild_id)

    async def roles(self, guild_id: int, user_id: int) -> frozenset[int]:
        """Return no roles."""
        return frozenset()

    def preferred_locale(self, guild_id: int) -> None:
        """Return none."""

    async def say(self, key: ChannelKey, about: int, saying: Saying) -> None:
        """Show nothing."""

    post = say
    tell_followed = close

    def show(self, text: str) -> None:
        """Show nothing."""

    def introduce(self, people: Mapping[str, int]) -> None:
        """Know nobody."""

    def notice(self, sentence: str) -> None:
        """Show nothing."""

    async def finish(self, text: str, ending: Ending) -> bool:
        """Show nothing."""
        return True
