"""One answer on the screen: a writer of its own that always sends the newest text, when that is due.

The text is laid out only when a request starts, never for a chunk, and sent again until Discord has taken it
or will never take it.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

import discord

from bot.chat.ports import Ending, Progress, Spot
from bot.client.retry import FAILURES
from bot.rules.graphemes import is_blank
from bot.rules.model import State
from bot.rules.pacing import Flow, edit_due
from bot.texts import members
from bot.ui.answers.cleanup import Cleanup
from bot.ui.answers.frame import Sheet
from bot.ui.answers.layout import Layout
from bot.ui.answers.means import Means
from bot.ui.answers.messages import Messages
from bot.ui.answers.posting import Post
from bot.ui.answers.setbacks import Next, Setbacks, may_arrive_late, wait_for
from bot.ui.answers.typing import TypingIndicator
from bot.ui.requests.calls import Call, Kind, Lane, Priority

log = logging.getLogger(__name__)

OLD_AFTER = timedelta(minutes=59)  # messages older than an hour may be edited more slowly
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
        self._spot, self._means, self._limiter = spot, means, means.limiter
        self._channel = means.channel(spot.key, spot.question_message_id)
        self._progress, self._gone = progress, gone
        self._loop = asyncio.get_running_loop()
        self._text, self._notice = spot.text, ""
        self._ending: Ending | None = None
        self._news, self._end = asyncio.Event(), asyncio.Event()
        self._unshown_since: float | None = None
        self._flow = Flow()
        self._blank = 0  # so many characters came before the first that can be seen
        self._layout = Layout(means.most_messages)
        self._typing = TypingIndicator(means.limiter, self._channel)
        self._messages = Messages(spot, lambda: self._channel.takes_more(means.clock.now()))
        self._call: Call | None = None
        self._setbacks = Setbacks(spot, means, self._messages, self._end)
        self._cleanup = Cleanup(means.limiter, self._channel)
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

    def introduce(self, people: Mapping[str, int]) -> None:
        """Take who may be meant by which name in the text."""
        self._layout.know(self._means.known_in(self._spot.key, people))

    def notice(self, sentence: str) -> None:
        """Show a word in place of the text while there is none yet."""
        self._notice = sentence
        self._news.set()

    async def finish(self, text: str, ending: Ending) -> bool:
        """Show the final text and its buttons; return False where the place is closed to us as yet."""
        self._text, self._ending = text, ending
        self._typing.stop()
        self._end.set()
        self._news.set()
        if self._call is not None:
            self._limiter.hasten(self._call, Priority.TEXT)
        await asyncio.wait({self.task, self._nobody_waits}, return_when=asyncio.FIRST_COMPLETED)
        if self.task.done():
            self.task.result()
        return not self._setbacks.is_held

    # The writer.

    async def _write(self) -> None:
        if self._unshown_since is None and self._ending is None:
            self._typing.start()
        if self._text:
            self._news.set()
        try:
            while self._ending is None or not self._messages.show(sheets := await self._sheets()):
                await self._news.wait()
                await self._until_due()
                await self._step()
            await self._clear_away(len(sheets))
            if sentence := self._setbacks.still_to_tell:
                self._cleanup.tell(sentence, self._spot.question_message_id)
            if self._cleanup.has_lost:
                self._let_go()
                await self._cleanup.repeat_lost(self._show_again)
        except _Over:
            pass
        finally:
            self._typing.stop()

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
            await wait_for(self._end, due - now)
        if waited and self._ending is None:
            self._news.clear()
            await wait_for(self._news, self._flow.patience())

    async def _step(self) -> None:
        """Bring the message that is being written up to date, or begin the next one."""
        self._news.clear()
        if not self._messages.is_on_screen and not await self._sheets():  # an edit is laid out at its turn
            return
        creating = not self._messages.is_on_screen
        self._messages.sending = None
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
        if not (sheets := await self._sheets()) or self._messages.is_on_screen:  # the text began anew
            return
        post = self._post(self._take(sheets))
        await self._progress(Progress(self._text, self._messages.ids))
        await self._channel.create(post, self._messages.nonce, self._reply_to())

    async def _edit(self) -> None:
        if not (sheets := await self._sheets()):
            return
        shown, sheet = self._messages.current, self._take(sheets)
        if sheet == shown.sheet:
            return
        if self._ending is None:  # the end is stored before it is shown
            await self._progress(Progress(self._text, self._messages.ids))
        new_buttons = shown.sheet is None or shown.sheet.buttons != sheet.buttons
        new_files = shown.sheet is None or shown.sheet.attached != sheet.attached
        post = self._post(sheet) if new_buttons else Post(sheet.content, None, sheet.attached)
        await self._channel.edit(shown.id, post, buttons=new_buttons, files=new_files)

    def _take(self, sheets: Sequence[Sheet]) -> Sheet:
        """Return what is newest now and about to be sent, and take it as shown."""
        sheet = self._messages.take(sheets)
        if self._messages.sends_last:
            self._unshown_since = None
            self._news.clear()
        self._flow = self._flow.show(self._loop.time())
        return sheet

    async def _accepted(self, body: bytes, *, creating: bool) -> None:
        """Note what the screen shows now."""
        self._setbacks.succeed()
        if self._messages.sending is None:  # by then there was nothing to send
            return
        if creating:
            created = json.loads(body)
            self._messages.add(int(created["id"]), created["content"])
            await self._progress(Progress(self._text, self._messages.ids))
        if not self._messages.accept():
            self._news.set()

    async def _clear_away(self, needed: int) -> None:
        """Delete messages that the answer no longer needs; memory lets go of them first."""
        if surplus := self._messages.let_go(needed):
            await self._progress(Progress(self._text, self._messages.ids))
            await self._cleanup.delete(surplus, self._priority(Priority.SMALL))

    # What is sent.

    async def _sheets(self) -> Sequence[Sheet]:
        """Return the messages as they should be now; others get their turn while these are laid out."""
        while not self._messages.last_words:
            if not self._layout.goes_on_with(self._text):  # nothing that stands there is final
                self._messages.at = 0
            if (sheets := self._layout.advance(self._text, self._notice, self._ending)) is not None:
                return sheets
            await asyncio.sleep(0)
        return self._messages.last_words

    def _post(self, sheet: Sheet) -> Post:
        view = self._means.view_for(self._spot.answer_id, sheet.buttons) if sheet.buttons else None
        return Post(sheet.content, view, sheet.attached)

    def _lane(self) -> Lane:
        kind = Kind.CREATE
        if self._messages.is_on_screen:
            written = discord.utils.snowflake_time(self._messages.current.id)
            kind = Kind.EDIT if self._means.clock.now() - written < OLD_AFTER else Kind.EDIT_OLD
        return self._channel.lane(kind)

    def _urgency(self, *, creating: bool) -> Priority:
        """Return how much is waited for what comes next; a notice takes what is spare."""
        if self._ending is None and not self._text:
            return Priority.EDIT if creating else Priority.TYPING
        return Priority.TEXT if creating or self._ending is not None else Priority.EDIT

    def _priority(self, usual: Priority) -> Priority:
        return Priority.BACKGROUND if self._nobody_waits.done() else usual

    def _reply_to(self) -> int | None:
        return self._spot.question_message_id if self._setbacks.may_reply and self._messages.at == 0 else None

    # What goes wrong.

    async def _meet(self, error: BaseException, *, creating: bool) -> None:
        """Go on as a failed request calls for; the newest text is still to be shown."""
        self._news.set()
        if not creating and may_arrive_late(error):
            self._cleanup.note_lost(self._messages.current.id)
        attaching = bool(self._messages.sending and self._messages.sending.attached)
        replying = creating and self._reply_to() is not None
        match await self._setbacks.meet(error, creating=creating, replying=replying, attaching=attaching):
            case Next.LAY_OUT_ANEW:
                self._layout.allow(self._setbacks.most_messages, attach=self._setbacks.may_attach)
            case Next.FAIL:
                self._fail()
            case Next.GIVE_UP:
                self._give_up()
            case Next.LEAVE:
                raise _Over
            case Next.GONE:
                self._gone()
                raise _Over

    def _fail(self) -> None:
        """End the answer here, if it has not ended yet."""
        if self._ending is None:
            self._ending = Ending(State.FAILED)
            self._end.set()
            self._gone()

    def _give_up(self) -> None:
        """Put a sign under the question; say why there is no answer as soon as that is possible."""
        lane, question_id = self._channel.lane(Kind.REACTION), self._spot.question_message_id
        self._limiter.ask(lane, Priority.SMALL, partial(self._channel.react, question_id, WAITS, None))
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
        return self._limiter.ask(self._channel.lane(Kind.EDIT), Priority.BACKGROUND, edit)
