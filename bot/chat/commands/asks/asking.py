"""/ask: a question that is asked with a command, for all in a channel or for the asker alone."""

from dataclasses import dataclass, field, replace

from bot.chat.asides.hooks import LASTS, Hook
from bot.chat.bounds.budgets import Budgets
from bot.chat.bounds.moderation import Moderator
from bot.chat.completions import Asker
from bot.chat.conversation.asides.closing import Closing
from bot.chat.conversation.cooldown import Cooldown
from bot.chat.conversation.inbox import Inbox
from bot.chat.languages import Languages
from bot.chat.ports import Clock, Defaults
from bot.chat.rights import Action, Member, Permission, require
from bot.errors import UserFacingError
from bot.rules.model import ChannelKey, Incoming
from bot.rules.places.asides import aside
from bot.rules.places.settings import Settings
from bot.rules.threads.modes import ThreadMode
from bot.texts import members


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, who asks it where, and how.

    `elsewhere` the bot is no member; `model` is empty for the one of the place. What else a message would
    bring is in `incoming`, whose place and message are still to be told.
    """

    incoming: Incoming
    member: Member
    private: bool = False
    elsewhere: bool = False
    model: str = ""
    locale: str = ""  # the asker's

    @property
    def place(self) -> ChannelKey:
        """Return where Discord says that it is asked."""
        return self.incoming.key

    @property
    def key(self) -> ChannelKey:
        """Return the conversation that it belongs to."""
        if not (self.private or self.elsewhere):
            return self.place
        return aside(self.member.id, self.place, elsewhere=self.elsewhere)


@dataclass(frozen=True, slots=True)
class By:
    """The interaction that brought a question."""

    id: int
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What a question is held against before it is taken."""

    defaults: Defaults
    cooldown: Cooldown
    budgets: Budgets
    moderator: Moderator


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """Takes such questions."""

    entry: Entry
    inbox: Inbox
    closing: Closing
    languages: Languages
    clock: Clock

    async def require(self, asked: Asked) -> None:
        """Let those pass whose question is taken.

        Raises:
            UserFacingError: why not, for the asker alone.
        """
        if not asked.incoming.text.strip():
            raise UserFacingError(members.NOTHING_ASKED)
        if not asked.elsewhere:
            require(Action.ASK, asked.member, asked.place)
        if asked.model and asked.model not in self.entry.defaults.models:
            raise UserFacingError(members.NO_SUCH_MODEL)
        self.entry.cooldown.require(asked.member.id)
        await self.entry.budgets.require(Asker(asked.member.id, asked.key))

    async def may_be_shown(self, asker: Asker, message_id: int, question: str, seconds: float) -> bool:
        """Say whether others may read a question; raise a UserFacingError for one that is held back.

        What can't be judged in so many seconds is not shown, and judged again before it is answered.
        """
        return await self.entry.moderator.may_be_shown(asker, message_id, question, seconds)

    async def take(self, asked: Asked, message_id: int, by: By) -> None:
        """Take a question that stands in a message now."""
        alone = asked.private or asked.elsewhere
        if alone:
            self.languages.of_reader(asked.locale, asked.key)
        until = self.clock.now() + LASTS
        hook = Hook(by.id, by.token, until, alone=alone, hidden=asked.private, few=asked.elsewhere)
        await self.closing.keep(message_id, hook)
        settings = await self.inbox.memory.places.settings(asked.key if asked.elsewhere else asked.place)
        settings = replace(settings, threads=self._threads(settings, alone=alone))
        may_read_back = not alone and Permission.READ_MESSAGE_HISTORY in asked.member.permissions
        said = replace(
            asked.incoming,
            message_id=message_id,
            key=asked.key,
            mentions_us=True,
            may_read_back=may_read_back,
            settings=settings,
            asked_model=asked.model,
        )
        await self.inbox.receive(said)

    def _threads(self, settings: Settings, *, alone: bool) -> ThreadMode:
        """Return whether an answer leads into a thread: it is shown where the command was used."""
        if alone:
            return ThreadMode.OFF
        held = settings.threads or self.entry.defaults.threads
        return ThreadMode.OFFER if held is ThreadMode.ALWAYS else held
