"""The adapter of the Screen port: opens answers, marks questions as seen, says single sentences."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from bot.chat.ports import AnswerSink, Progress, Spot
from bot.client.retry import FAILURES, persist
from bot.rules.model import ChannelKey
from bot.rules.outcome import LastMessage
from bot.rules.places.asides import is_aside
from bot.rules.places.shards import ShardId
from bot.texts.languages.catalogue import Saying, in_words
from bot.texts.languages.spoken import speaking
from bot.ui.answers.answer import DiscordAnswer
from bot.ui.answers.means import Means
from bot.ui.answers.posting import Channel, Post, Refusal, nonce_of, refusal_of
from bot.ui.requests.calls import Kind, Lane, Priority

log = logging.getLogger(__name__)

SEEN, REFUSED = "👀", "🚫"
GRACE_SECONDS = 0.25
SAY_SECONDS = 900.0
MARK_SECONDS = 60.0


class DiscordScreen:
    """Where answers and short sentences appear."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._limiter = means.limiter
        self._client = means.client
        self._writers: dict[asyncio.Task[None], ChannelKey] = {}
        self._newest: dict[int, asyncio.Task[None]] = {}

    def open(
        self, spot: Spot, *, progress: Callable[[Progress], Awaitable[None]], gone: Callable[[], None]
    ) -> AnswerSink:
        """Start to show an answer; `gone` is called when its message or channel is no longer ours to edit."""
        if (former := self._newest.get(spot.answer_id)) is not None:
            former.cancel()  # it has ended, but may still watch over what it has shown
        channel = self._means.channel(spot.key, spot.question_message_id)
        answer = DiscordAnswer(spot, self._means.within(channel), progress, gone)
        self._writers[answer.task] = spot.key
        self._newest[spot.answer_id] = answer.task
        answer.task.add_done_callback(partial(self._ended, spot.answer_id))
        return answer

    def _ended(self, answer_id: int, writer: asyncio.Task[None]) -> None:
        del self._writers[writer]
        if self._newest.get(answer_id) is writer:
            del self._newest[answer_id]

    def forget(self, shard: ShardId) -> None:
        """Show no more of answers in a shard's places: they have ended, but some are still watched over."""
        for writer, key in self._writers.items():
            if shard.has(key.guild_id):
                writer.cancel()

    async def mark_seen(self, key: ChannelKey, message_id: int, seen: bool) -> None:
        """Show on a waiting question that it was seen, or take that away; never raises for lost rights."""
        await self._mark(key, message_id, SEEN, shown=seen)

    async def mark_refused(self, key: ChannelKey, message_id: int) -> None:
        """Show on a message that whoever wrote it may not ask here; never raises for lost rights."""
        await self._mark(key, message_id, REFUSED, shown=True)

    async def _mark(self, key: ChannelKey, message_id: int, emoji: str, *, shown: bool) -> None:
        if is_aside(key):  # no message there can have any
            return
        me = None if shown else self._client.user
        react = partial(Channel(self._client, key).react, message_id, emoji, me)

        async def mark() -> None:
            await self._limiter.ask(Lane(key.channel_id, Kind.REACTION), Priority.SMALL, react).accepted()

        try:
            await persist(f"a reaction on message {message_id}", mark, MARK_SECONDS)
        except FAILURES as error:
            log.info("channel %s: no reaction on message %s: %s", key.channel_id, message_id, error)

    async def take_buttons(self, key: ChannelKey, message: LastMessage) -> None:
        """Take the buttons off an older answer, when there is room for that; never raises for lost rights."""
        channel = self._means.channel(key, message.about)
        if is_aside(key) and not channel.is_alone:  # which has none any more
            return
        take = partial(channel.take_buttons, message.id)
        try:
            await self._limiter.ask(channel.lane(Kind.EDIT), Priority.BACKGROUND, take).accepted()
        except FAILURES as error:
            log.info("message %s keeps its buttons: %s", message.id, error)

    async def say(self, key: ChannelKey, reply_to: int, saying: Saying) -> None:
        """Reply with one sentence that is not part of the conversation."""
        await self._send(key, Post(self._in_words(key, saying)), reply_to, reply_to)

    async def greet(self, key: ChannelKey, message_id: int) -> None:
        """Tell somebody who is new how to ask, with questions to try; the answer is the reply."""
        with speaking(self._means.language_of(key)):
            post = self._means.greeting_of(key)
        await self._send(key, post, message_id, None)

    async def tell_followed(self, thread: ChannelKey) -> None:
        """Say in a thread that nobody needs to mention us there, with a button that ends that."""
        with speaking(self._means.language_of(thread)):
            post = self._means.followed()
        await self._send(thread, post, thread.channel_id, None)

    async def post(self, key: ChannelKey, about: int, saying: Saying) -> None:
        """Say one sentence that is about something in another place, and a reply to nothing."""
        await self._send(key, Post(self._in_words(key, saying)), about, None)

    def _in_words(self, key: ChannelKey, saying: Saying) -> str:
        with speaking(self._means.language_of(key)):
            return in_words(saying)

    async def _send(self, key: ChannelKey, post: Post, about: int, reference: int | None) -> None:
        nonce = nonce_of(about, post.content)
        channel = self._means.channel(key, about)
        if is_aside(key) and not channel.is_alone:
            log.info("interaction of message %s is over: a sentence could not be said", about)
            return

        async def send() -> None:
            nonlocal reference
            create = partial(channel.create, post, nonce, reference)
            try:
                await self._limiter.ask(channel.lane(Kind.CREATE), Priority.TEXT, create).accepted()
            except FAILURES as error:
                why = refusal_of(error, creating=True, replying=reference is not None, attaching=False)
                if why is not Refusal.NO_REFERENCE:
                    raise
                reference = None
                await send()

        try:
            await persist(f"a sentence in channel {key.channel_id}", send, SAY_SECONDS)
        except FAILURES as error:
            log.warning("channel %s: a sentence could not be said: %s", key.channel_id, error)

    async def close(self) -> None:
        """Let answers come to their end for a moment, then let go of Discord."""
        if self._writers:
            await asyncio.wait(self._writers, timeout=GRACE_SECONDS)
        writers = list(self._writers)
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
        await self._limiter.close(GRACE_SECONDS)
