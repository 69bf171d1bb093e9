"""What goes wrong on Discord's side with one answer, and what follows for its writer; sends nothing."""

import asyncio
import logging
from contextlib import suppress
from enum import Enum, auto

import discord

from bot.chat.ports import Spot
from bot.chat.rights import Permission
from bot.client.retry import FAILURES, BackOff, is_passing
from bot.texts import admins
from bot.ui.answers.means import Means
from bot.ui.answers.messages import Messages
from bot.ui.answers.posting import Channel, Refusal, forbids_more, lacked, refusal_of
from bot.ui.requests.limiter import LONGEST_WAIT

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 900.0  # on what is refused again and again without saying why


class Next(Enum):
    """What the writer does after a failed request."""

    SHOW_AGAIN = auto()  # send the newest text
    LAY_OUT_ANEW = auto()  # the same, in fewer messages or without files
    FAIL = auto()  # end the answer where it is, and show that
    GIVE_UP = auto()  # as FAIL, and say why, once Discord takes requests again; nobody waits for it
    LEAVE = auto()  # nothing more can be shown
    GONE = auto()  # nor need the answer go on


class Setbacks:
    """Meets the failures of one answer's requests.

    It may wait, and take messages out of use; `end` is set once the answer has ended, which is shown sooner.
    What the bot may not do here is learned by the way: to reply, to attach files, to write more messages.
    """

    def __init__(self, spot: Spot, means: Means, messages: Messages, end: asyncio.Event) -> None:
        self._spot = spot
        self._means = means
        self._messages = messages
        self._end = end
        self._failures = BackOff()
        self._given_up = False
        self.may_reply = True
        self.may_attach = True
        self.most_messages = means.most_messages
        self.is_held = False  # what is on the screen stays so until the place is open again
        self.still_to_tell = ""  # of a permission that is missing

    def succeed(self) -> None:
        """Note that a request was accepted."""
        self._failures = BackOff()

    async def meet(self, error: BaseException, *, creating: bool, replying: bool, attaching: bool) -> Next:
        """Do what a failed request calls for, and return what the writer does next."""
        if creating and self._messages.shown and not attaching and forbids_more(error):
            self._lacks(lacked(error, self._spot.key))
            return self._write_no_more()
        match refusal_of(error, creating=creating, replying=replying, attaching=attaching):
            case Refusal.LONG_WAIT:
                return self._meet_long_wait(creating=creating)
            case Refusal.PASSING:
                return await self._back_off(error, creating=creating)
            case Refusal.NONCE_USED:
                self._messages.nonce_was_used()
            case Refusal.TOO_OLD:
                self._messages.replace()
            case Refusal.WRONG:
                log.error("answer %s was not accepted", self._spot.answer_id, exc_info=error)
                return Next.FAIL if self._messages.take_back() else Next.LEAVE
            case restriction:
                return await self._meet_restriction(restriction, error, creating=creating)
        return Next.SHOW_AGAIN

    async def _meet_restriction(self, refusal: Refusal, error: BaseException, *, creating: bool) -> Next:
        """Do what is left to do where the bot may not do all."""
        match refusal:
            case Refusal.NO_REFERENCE:
                self.may_reply = False
                if self._lacks(lacked(error, self._spot.key)):
                    self.still_to_tell = str(admins.LACKS_READ_HISTORY)
                return Next.SHOW_AGAIN
            case Refusal.NO_FILES:
                self.may_attach = False
                self._lacks(Permission.ATTACH_FILES)
                return Next.LAY_OUT_ANEW
            case Refusal.ARCHIVED:
                follows = await self._back_off(error, creating=creating)
                return follows if follows is Next.LEAVE else await self._unarchive(error)
            case _:
                self._lacks(lacked(error, self._spot.key))
                return self._hold() if refusal is Refusal.CLOSED else Next.GONE

    def _lacks(self, permission: Permission | None) -> bool:
        """Log a permission that is missing; say whether that is news here."""
        channel_id = self._spot.key.channel_id
        if permission is None or not self._means.lacks.are_news(channel_id, permission):
            return False
        log.warning("channel %s: I lack the permission %s", channel_id, permission.label)
        return True

    def _write_no_more(self) -> Next:
        """Have what is still to come put into the messages that are there."""
        self.most_messages = len(self._messages.shown)
        self._messages.at = self.most_messages - 1
        return Next.LAY_OUT_ANEW

    async def _unarchive(self, error: BaseException) -> Next:
        """Take the thread out of the archive, so that the answer ends in it, unless it is locked."""
        with suppress(*FAILURES):
            if await Channel(self._means.client, self._spot.key).unarchive():
                return Next.SHOW_AGAIN
        log.info("answer %s stays as it is in an archived thread: %s", self._spot.answer_id, error)
        return self._hold()

    def _hold(self) -> Next:
        """Leave what is on the screen as it is until the place is open again; where there is nothing, end."""
        self.is_held = bool(self._messages.shown)
        return Next.LEAVE if self.is_held else Next.GONE

    async def _back_off(self, error: BaseException, *, creating: bool) -> Next:
        failing, pause = self._failures.fail(asyncio.get_running_loop().time())
        status = getattr(error, "status", 503)
        if status == 429 and failing >= LONGEST_WAIT:  # a refusal of all that only this answer tried
            return self._meet_long_wait(creating=creating)
        if status < 429 and failing > GIVE_UP_AFTER:
            log.error("answer %s could not be shown: %s", self._spot.answer_id, error)
            return Next.LEAVE
        log.info("answer %s: trying again in %.1f s after %r", self._spot.answer_id, pause, error)
        if self._end.is_set():
            await asyncio.sleep(pause)
        else:
            await wait_for(self._end, pause)
        return Next.SHOW_AGAIN

    def _meet_long_wait(self, *, creating: bool) -> Next:
        """Write elsewhere where that is possible; else give up, once."""
        if not self._means.limiter.is_blocked and self._messages.shown:
            if creating:
                return self._write_no_more()
            self._messages.replace()
            return Next.SHOW_AGAIN
        if self._given_up:
            return Next.SHOW_AGAIN
        self._given_up = True
        log.error("answer %s was given up: Discord takes nothing for a while", self._spot.answer_id)
        return Next.GIVE_UP


def may_arrive_late(error: BaseException) -> bool:
    """Say whether nothing was heard of a request, so that Discord may have taken it or still take it."""
    return is_passing(error) and not isinstance(error, discord.HTTPException)


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but no longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
