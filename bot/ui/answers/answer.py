"""One answer on the screen: a writer of its own that always sends the newest text, when that is due.

The text is laid out only when a request starts, never for a chunk. What goes wrong on Discord's side is met
here: the newest text is sent again until Discord has taken it or will never take it.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial

import discord

from bot.chat.ports import Ending, Progress, Spot
from bot.chat.rights import Permission
from bot.client.retry import FAILURES, BackOff, persist
from bot.rules.graphemes import is_blank
from bot.rules.model import State
from bot.rules.pacing import Flow, edit_due
from bot.texts import admins, members
from bot.ui.answers.frame import Sheet
from bot.ui.answers.late import LateEdits
from bot.ui.answers.layout import Layout
from bot.ui.answers.means import Means
from bot.ui.answers.messages import Messages, Shown
from bot.ui.answers.posting import Channel, Post, Refusal, forbids_more, lacked, nonce_of, refusal_of
from bot.ui.answers.typing import TypingIndicator
from bot.ui.requests.calls import Call, Kind, Lane, Priority
from bot.ui.requests.limiter import LONGEST_WAIT

log = logging.getLogger(__name__)

OLD_AFTER = timedelta(minutes=59)  # messages older than an hour may be edited more slowly
GIVE_UP_AFTER = 900.0  # on what is refused again and again without saying why
WAITS = "⏳"


class _Over(Exception):
    """Nothing more can be shown."""


class DiscordAnswer:
    """Shows one answer; opened by the screen."""

    def __init__(
        self,
        spot: Spot,
        means: Means,
        progress: Callable[[Progress], Awaitable[None]],
        gone: Callable[[], None],
    ) -> None:
        self._spot = spot
        self._means = means
        self._limiter = means.limiter
        self._channel = Channel(means.client, spot.key)
        self._progress = progress
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._text, self._notice = spot.text, ""
        self._ending: Ending | None = None
        self._news, self._end = asyncio.Event(), asyncio.Event()
        self._unshown_since: float | None = None
        self._flow = Flow()
        self._blank = 0  # so many characters came before the first that can be seen
        self._most_messages, self._may_attach = means.most_messages, True
        self._layout = Layout(self._most_messages)
        self._typing = TypingIndicator(means.limiter, self._channel)
        self._messages = Messages(spot)
        self._call: Call | None = None
        self._sending: Sheet | None = None
        self._sending_last = True
        self._may_reply = True
        self._still_to_tell = ""  # of a permission that is missing
        self._failures = BackOff()
        self._late = LateEdits(means.limiter)
        self._nobody_waits: asyncio.Future[None] = self._loop.create_future()
        self.task = asyncio.create_task(self._write())

    # What the use case says.

    def show(self, text: str) -> None:
        """Take the whole text so far; return at once."""
        self._text = text
        self._news.set()
        if not self._flow.chunks and is_blank(text, self._blank):
            self._blank = len(text)
            return
        now = self._loop.time()
        self._flow = self._flow.hear(now)
        if self._unshown_since is None:
            self._unshown_since = now
            self._typing.stop()
            if self._call is not None:  # of a notice, which gives way
                self._limiter.hasten(self._call, Priority.TEXT)

    def notice(self, sentence: str) -> None:
        """Show a word in place of the text while there is none yet."""
        self._notice = sentence
        self._news.set()

    async def finish(self, text: str, ending: Ending) -> None:
        """Show the final text and its buttons; return when they are visible or cannot be for long."""
        self._text, self._ending = text, ending
        self._typing.stop()
        self._end.set()
        self._news.set()
        if self._call is not None:
            self._limiter.hasten(self._call, Priority.TEXT)
        await asyncio.wait({self.task, self._nobody_waits}, return_when=asyncio.FIRST_COMPLETED)
        if self.task.done():
            self.task.result()

    # The writer.

    async def _write(self) -> None:
        if self._unshown_since is None and self._ending is None:
            self._typing.start()
        if self._text:
            self._news.set()
        try:
            while not self._is_complete():
                await self._news.wait()
                await self._until_due()
                await self._step()
            await self._clear_away()
            self._tell_what_is_missing()
            if self._late:
                self._let_go()
                await self._late.outlast(self._show_again)
        except _Over:
            pass
        finally:
            self._typing.stop()

    def _is_complete(self) -> bool:
        """Say whether the answer has ended and all of it is on the screen."""
        if self._ending is None:
            return False
        sheets = list(self._sheets())
        return [shown.sheet for shown in self._messages.shown[: len(sheets)]] == sheets

    async def _until_due(self) -> None:
        """Wait until the text is due, and a little longer for a chunk that comes along."""
        lane = self._lane()
        waited = self._flow.is_new and self._flow.chunks == 1
        while self._ending is None and self._messages.is_on_screen:
            now = self._loop.time()
            due = edit_due(self._limiter.bucket(lane), self._flow, now)
            if due <= now:
                break
            waited = True
            await _wait(self._end, due - now)
        if waited and self._ending is None:
            self._news.clear()
            await _wait(self._news, self._flow.patience())

    async def _step(self) -> None:
        """Bring the message that is being written up to date, or begin the next one."""
        self._news.clear()
        creating = not self._messages.is_on_screen
        if not self._sheets():
            return
        self._sending = None
        self._call = self._limiter.ask(
            self._lane(),
            self._priority(self._urgency(creating=creating)),
            self._create if creating else self._edit,
            since=self._unshown_since,
        )
        try:
            body = await self._call.accepted()
        except FAILURES as error:
            await self._meet(error, creating=creating)
        else:
            await self._accepted(body, creating=creating)
        finally:
            self._call = None

    async def _create(self) -> None:
        sheets = self._sheets()
        if not sheets:
            return
        sheet = self._take(sheets)
        await self._progress(Progress(self._text, self._messages.ids))
        await self._channel.create(self._post(sheet), self._messages.nonce, self._reply_to())

    async def _edit(self) -> None:
        sheets = self._sheets()
        if not sheets:
            return
        shown, sheet = self._messages.current, self._take(sheets)
        if sheet == shown.sheet:
            return
        if self._ending is None:  # the end is stored before it is shown
            await self._progress(Progress(self._text, self._messages.ids))
        new_buttons = shown.sheet is None or shown.sheet.state != sheet.state
        new_files = shown.sheet is None or shown.sheet.attached != sheet.attached
        post = self._post(sheet) if new_buttons else Post(sheet.content, None, sheet.attached)
        await self._channel.edit(shown.id, post, buttons=new_buttons, files=new_files)

    def _take(self, sheets: Sequence[Sheet]) -> Sheet:
        """Return what is newest now and about to be sent, and take it as shown."""
        self._sending = sheets[self._messages.at]
        self._sending_last = self._messages.at == len(sheets) - 1
        if self._sending_last:
            self._unshown_since = None
            self._news.clear()
        self._flow = self._flow.show(self._loop.time())
        return self._sending

    async def _accepted(self, body: bytes, *, creating: bool) -> None:
        """Note what the screen shows now."""
        self._failures.succeed()
        shown = self._sending
        if shown is None:  # by then there was nothing to send
            return
        if creating:
            created = json.loads(body)
            if created["content"] != shown.content:
                shown = None  # the nonce found what a former process had posted; it is to be edited
                self._news.set()
            self._messages.shown.append(Shown(int(created["id"])))
            await self._progress(Progress(self._text, self._messages.ids))
        self._messages.current.sheet = shown
        if shown is not None and not self._sending_last:
            self._messages.at += 1
            self._news.set()

    async def _clear_away(self) -> None:
        """Delete messages that the answer no longer needs; memory lets go of them first."""
        needed = len(self._sheets())
        surplus = [*self._messages.surplus, *(shown.id for shown in self._messages.shown[needed:])]
        if not surplus:
            return
        del self._messages.shown[needed:]
        self._messages.surplus.clear()
        await self._progress(Progress(self._text, self._messages.ids))
        for message_id in surplus:
            try:
                await persist(f"message {message_id}", partial(self._delete, message_id), GIVE_UP_AFTER)
            except FAILURES as error:
                log.info("message %s could not be deleted: %s", message_id, error)

    async def _delete(self, message_id: int) -> None:
        lane, work = Lane(self._channel.id, Kind.DELETE), partial(self._channel.delete, message_id)
        await self._limiter.ask(lane, self._priority(Priority.SMALL), work).accepted()

    # What is sent.

    def _sheets(self) -> Sequence[Sheet]:
        """Return the messages as they should be now."""
        if self._messages.last_words:
            return self._messages.last_words
        if not self._layout.goes_on_with(self._text):  # nothing that stands there is final
            self._messages.at = 0
        return self._layout.sheets(self._text, self._notice, self._ending)

    def _post(self, sheet: Sheet) -> Post:
        view = self._means.view_for(self._spot.answer_id, sheet.state) if sheet.state else None
        return Post(sheet.content, view, sheet.attached)

    def _lane(self) -> Lane:
        kind = Kind.CREATE
        if self._messages.is_on_screen:
            written = discord.utils.snowflake_time(self._messages.current.id)
            kind = Kind.EDIT if self._means.clock.now() - written < OLD_AFTER else Kind.EDIT_OLD
        return Lane(self._channel.id, kind)

    def _urgency(self, *, creating: bool) -> Priority:
        """Return how much is waited for what comes next; a notice takes what is spare."""
        if self._ending is None and not self._text:
            return Priority.EDIT if creating else Priority.TYPING
        return Priority.TEXT if creating or self._ending is not None else Priority.EDIT

    def _priority(self, usual: Priority) -> Priority:
        return Priority.BACKGROUND if self._nobody_waits.done() else usual

    def _reply_to(self) -> int | None:
        return self._spot.question_message_id if self._may_reply and self._messages.at == 0 else None

    # What goes wrong.

    async def _meet(self, error: BaseException, *, creating: bool) -> None:
        """Do what a failed request calls for; the newest text is still to be shown."""
        self._news.set()
        attaching = self._sending is not None and bool(self._sending.attached)
        if creating and self._messages.shown and not attaching and forbids_more(error):
            self._lacks(lacked(error, self._spot.key))
            self._write_no_more()
            return
        replying = creating and self._reply_to() is not None
        match refusal_of(error, creating=creating, replying=replying, attaching=attaching):
            case Refusal.LONG_WAIT:
                self._meet_long_wait(creating=creating)
            case Refusal.PASSING:
                if not creating and not isinstance(error, discord.HTTPException):
                    self._late.note(self._messages.current.id)
                await self._back_off(error, creating=creating)
            case Refusal.NONCE_USED:
                self._messages.nonce_was_used()
            case Refusal.TOO_OLD:
                self._messages.replace()
            case Refusal.WRONG:
                log.error("answer %s was not accepted", self._spot.answer_id, exc_info=error)
                self._end_without_it()
            case restriction:
                await self._meet_restriction(restriction, error, creating=creating)

    async def _meet_restriction(self, refusal: Refusal, error: BaseException, *, creating: bool) -> None:
        """Do what is left to do where the bot may not do all."""
        match refusal:
            case Refusal.NO_REFERENCE:
                self._may_reply = False
                if self._lacks(lacked(error, self._spot.key)):
                    self._still_to_tell = admins.LACKS_READ_HISTORY
            case Refusal.NO_FILES:
                self._lacks(Permission.ATTACH_FILES)
                self._lay_out_anew(self._most_messages, attach=False)
            case Refusal.ARCHIVED:
                await self._back_off(error, creating=creating)
                await self._unarchive(error)
            case _:
                self._lacks(lacked(error, self._spot.key))
                self._gone()
                raise _Over

    def _lacks(self, permission: Permission | None) -> bool:
        """Log a permission that is missing; say whether that is news here."""
        if permission is None or not self._means.lacks.are_news(self._channel.id, permission):
            return False
        log.warning("channel %s: I lack the permission %s", self._channel.id, permission.label)
        return True

    def _tell_what_is_missing(self) -> None:
        """Name it to those who can change it, where all can read that."""
        if sentence := self._still_to_tell:
            nonce = nonce_of(self._spot.question_message_id, sentence)
            say = partial(self._channel.create, Post(sentence), nonce, None)
            self._limiter.ask(Lane(self._channel.id, Kind.CREATE), Priority.SMALL, say)

    def _lay_out_anew(self, most_messages: int, *, attach: bool) -> None:
        self._most_messages, self._may_attach = most_messages, attach
        self._layout = Layout(most_messages, attach=attach)

    def _write_no_more(self) -> None:
        """Put what is still to come into the messages that are there."""
        self._lay_out_anew(len(self._messages.shown), attach=self._may_attach)
        self._messages.at = self._most_messages - 1

    async def _unarchive(self, error: BaseException) -> None:
        """Take the thread out of the archive, so that the answer ends in it, unless it is locked."""
        with suppress(*FAILURES):
            if await self._channel.unarchive():
                return
        log.info("answer %s stays as it is in an archived thread: %s", self._spot.answer_id, error)
        self._gone()
        raise _Over

    def _end_without_it(self) -> None:
        """Take the next way to end honestly, while there is one."""
        if not self._messages.take_back():
            raise _Over
        self._fail()

    def _fail(self) -> None:
        """End the answer here, if it has not ended yet."""
        if self._ending is None:
            self._ending = Ending(State.FAILED)
            self._gone()

    async def _back_off(self, error: BaseException, *, creating: bool) -> None:
        failing, pause = self._failures.fail(self._loop.time())
        status = getattr(error, "status", 503)
        if status == 429 and failing >= LONGEST_WAIT:  # a refusal of all that only this answer tried
            self._meet_long_wait(creating=creating)
            return
        if status < 429 and failing > GIVE_UP_AFTER:
            log.error("answer %s could not be shown: %s", self._spot.answer_id, error)
            raise _Over
        log.info("answer %s: trying again in %.1f s after %r", self._spot.answer_id, pause, error)
        if self._ending is None:
            await _wait(self._end, pause)
        else:
            await asyncio.sleep(pause)

    def _meet_long_wait(self, *, creating: bool) -> None:
        """Write elsewhere where that is possible; else say why there is nothing, as soon as that is."""
        if not self._limiter.is_blocked and self._messages.shown:
            if creating:
                self._write_no_more()
            else:
                self._messages.replace()
            return
        if self._nobody_waits.done():
            return
        log.error("answer %s was given up: Discord takes nothing for a while", self._spot.answer_id)
        sign = partial(self._channel.react, self._spot.question_message_id, WAITS, None)
        self._limiter.ask(Lane(self._channel.id, Kind.REACTION), Priority.SMALL, sign)
        self._messages.close_with(members.TOO_LONG_A_WAIT)
        self._fail()
        self._let_go()

    def _let_go(self) -> None:
        """Let whoever waits for the end go on; this writer has still something to do."""
        if not self._nobody_waits.done():
            self._nobody_waits.set_result(None)

    def _show_again(self, message_id: int) -> Call | None:
        sheet = next((shown.sheet for shown in self._messages.shown if shown.id == message_id), None)
        if sheet is None:
            return None
        edit = partial(self._channel.edit, message_id, self._post(sheet), buttons=True, files=False)
        return self._limiter.ask(Lane(self._channel.id, Kind.EDIT), Priority.BACKGROUND, edit)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but no longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
