"""Threads that the bot follows, so that nobody needs to mention it there: saying so, and ending that."""

from dataclasses import dataclass

from bot.chat.memory import Places
from bot.chat.ports import Notices
from bot.chat.rights import Action, Member, require
from bot.chat.threads.opening import Opening
from bot.rules.model import ChannelKey
from bot.texts.features import threads as texts


@dataclass(frozen=True, slots=True, eq=False)
class Following:
    """Tells a thread whether the bot needs mentions there, and lets people change that.

    `hears_all` is False where the bot gets no messages but those that are said to it.
    """

    opening: Opening
    places: Places
    notices: Notices
    hears_all: bool

    async def tell(self, thread: ChannelKey) -> None:
        """Say whether the bot needs to be mentioned in a thread that it takes part in from now on."""
        if self.hears_all:
            await self.notices.tell_followed(thread)
        else:
            await self.notices.post(thread, thread.channel_id, texts.BEGINS_WITH_MENTIONS)

    async def tell_joined(self, thread: ChannelKey, question_message_id: int) -> None:
        """Say it where the first answer was given, unless it was said when the thread was opened."""
        is_told = await self.opening.openings.opener(thread.channel_id) is not None
        if self.hears_all and (not is_told or question_message_id == thread.channel_id):
            holds = await self.places.settings(thread)
            if not holds.auto and await self.places.joined(thread.channel_id):
                await self.notices.tell_followed(thread)

    async def set_quiet(self, thread: ChannelKey, member: Member, *, quiet: bool) -> None:
        """Have mentions alone answered in a thread, or all that is said there again, for those who may."""
        require(Action.QUIET_THREAD, member, thread, asker_id=await self.opening.opener(thread))
        await self.places.change(thread, member.id, guild_wide=False, auto=False if quiet else None)
