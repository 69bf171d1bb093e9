"""Opening threads: each is noted before Discord is asked, so that a crash in between loses nothing of it."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from bot.chat.completions import Asker
from bot.chat.rights import Permission
from bot.chat.threads.ports import Carried, Named, Openings, Threads
from bot.errors import UserFacingError
from bot.rules.model import ChannelKey, Incoming
from bot.rules.places.settings import Settings
from bot.rules.threads.modes import ThreadMode
from bot.rules.threads.titles import asked_for, mark_of, title_of
from bot.texts.features import threads as texts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewThread:
    """A thread that is to be opened: its title, for whom, from which message, and what is carried along.

    `about` is the message that the title is made of.
    """

    title: str
    opener_id: int
    message_id: int | None = None
    carried: Carried = Carried()  # noqa: RUF009 - frozen
    about: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """Opens threads where that is possible, and set so.

    `shows_words`: a title may show what was asked before anything judged it; `may_begin` raises a
    UserFacingError where somebody's answer may not begin now; `speaking` is the language of a place.
    """

    threads: Threads
    openings: Openings
    usual: ThreadMode
    shows_words: Callable[[], bool]
    may_begin: Callable[[Asker], Awaitable[None]]
    speaking: Callable[[ChannelKey], AbstractContextManager[None]]

    def mode(self, settings: Settings) -> ThreadMode:
        """Return what holds in a place."""
        return self.usual if settings.threads is None else settings.threads

    def is_offered(self, key: ChannelKey, settings: Settings) -> bool:
        """Say whether answers of a place have a button that leads into a thread."""
        return self.mode(settings) is not ThreadMode.OFF and self.threads.lacks(key) == ()

    def require(self, key: ChannelKey, settings: Settings) -> None:
        """Let those pass who ask for a thread where there can be one; raise a UserFacingError for others."""
        lacks = self.threads.lacks(key)
        if lacks is None:
            raise UserFacingError(texts.IN_ONE_ALREADY if key.is_thread else texts.NO_THREADS_HERE)
        if self.mode(settings) is ThreadMode.OFF:
            raise UserFacingError(texts.SWITCHED_OFF)
        if lacks:
            raise UserFacingError(texts.LACKS.format(permission=Permission(lacks[0]).label))

    async def open(self, key: ChannelKey, new: NewThread) -> tuple[ChannelKey, bool]:
        """Open a thread, and say whether it is one that was not known; raise a UserFacingError.

        One that a message has already, or of which a former process did not hear, is the one.
        """
        if new.message_id is None:
            thread = await self.threads.open(key, new.title, None)
            return thread, await self.openings.store(thread, new.opener_id, new.carried)
        thread = replace(key, channel_id=new.message_id, parent_id=key.channel_id)  # Discord's rule
        is_new = await self.openings.store(thread, new.opener_id, new.carried)
        if is_new:
            await self.openings.entitle(thread, new.about, mark_of(new.title))
        try:
            await self.threads.open(key, new.title, new.message_id)
        except UserFacingError as error:
            if is_new or error.args == (texts.THREAD_GONE,):  # which may have been known until a moment ago
                await self.openings.withdraw(thread)
            raise
        return thread, is_new

    async def placed(self, incoming: Incoming, settings: Settings) -> Incoming:
        """Return a question as it is taken: in the thread that is opened for it, where questions open one.

        Where that fails, no answer would begin, or its author could not go on, it stays where it was asked.
        """
        key, speaker = incoming.key, incoming.speaker
        opens = self.mode(settings) is ThreadMode.ALWAYS and incoming.may_go_on
        if not opens or self.threads.lacks(key) != ():
            return incoming
        title = self.first_title(key, incoming.text, speaker.name)
        try:
            await self.may_begin(Asker(speaker.id, key))
            thread, _ = await self.open(
                key, NewThread(title, speaker.id, incoming.message_id, about=incoming.message_id)
            )
        except UserFacingError as error:
            log.info("message %s opens no thread: %s", incoming.message_id, type(error).__name__)
            return incoming
        return replace(incoming, key=thread)

    def first_title(self, key: ChannelKey, question: str, name: str) -> str:
        """Return the title of a thread that somebody's question opens."""
        return (self.shows_words() and title_of(question)) or self.untitled(key, name)

    def untitled(self, key: ChannelKey, name: str) -> str:
        """Return the title of a thread that nothing gives one, for somebody of this name."""
        with self.speaking(key):
            return asked_for(texts.UNTITLED.format(name=name))

    async def take_words(self, named: Sequence[Named]) -> None:
        """Let threads no longer be called by questions that were deleted, in their words or in a model's."""
        for one in named:
            title = self.untitled(one.thread, one.name)
            await self.openings.entitle(one.thread, None, mark_of(title))
            await self.threads.rename(one.thread, one.mark, title)

    async def opener(self, thread: ChannelKey) -> int | None:
        """Return for whom a thread was opened, or who opened it themselves."""
        noted = await self.openings.opener(thread.channel_id)
        return self.threads.owner(thread) if noted is None else noted

    async def adopt(self, thread: ChannelKey, person_id: int) -> None:
        """Take part in a thread of ours that was not noted, as after a crash."""
        if self.threads.is_ours(thread) and await self.openings.opener(thread.channel_id) is None:
            await self.openings.store(thread, person_id, Carried())
