"""What is shown in the place of an answer until its first word: that something happens, and how long."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from bot.chat.completions import Delay, InLine, Loading, Standing, StreamEvent, Thought
from bot.chat.ports import AnswerSink, Clock
from bot.texts import bounds, members

FROM_SECONDS = 3.0
EVERY_SECONDS = 5.0
THINKING_SECONDS = (
    15.0  # a silence longer than this needs another reason, where nothing was heard of thoughts
)
NOTICE_FROM_SECONDS = 5.0  # a server's wait longer than this is worth a word of its own


class Waiting:
    """Renews its word every few seconds within its context, until there is a word of the model's."""

    def __init__(self, sink: AnswerSink, clock: Clock, *, thinks: bool) -> None:
        self._sink = sink
        self._clock = clock
        self._began = clock.monotonic()
        self._thinks = thinks
        self._loading = False
        self._files = 0
        self._quiet_until = 0.0
        self._standing: Callable[[], Standing | None] = lambda: None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._say())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})

    async def over(self, files: int, read: asyncio.Task[None]) -> None:
        """Wait until a question's files are read; whoever answers next needs them, too."""
        self._files = files
        await asyncio.shield(read)
        self._files = 0

    def end(self) -> None:
        """Say no more, since the model does."""
        self._task.cancel()

    def hear(self, event: StreamEvent) -> None:
        """Take in what is known of why there is no word."""
        match event:
            case Thought():
                self._thinks = True
            case Loading():
                self._loading = True
            case InLine(standing):
                self._standing = standing
            case Delay(seconds) if seconds > NOTICE_FROM_SECONDS:
                self._quiet_until = self._clock.monotonic() + seconds
                self._sink.notice(members.RETRY_IN.format(seconds=round(seconds)))

    async def _say(self) -> None:
        await self._clock.sleep(FROM_SECONDS)
        while True:
            now = self._clock.monotonic()
            if now >= self._quiet_until:
                seconds = round(now - self._began)
                self._sink.notice(self._sentence(seconds))
            await self._clock.sleep(EVERY_SECONDS)

    def _sentence(self, seconds: int) -> str:
        if self._files:
            return members.READING.format(self._files, seconds=seconds)
        if (standing := self._standing()) is not None:
            return _in_line(standing, seconds)
        if self._loading:
            return members.LOADING.format(seconds=seconds)
        thinks = self._thinks or seconds < THINKING_SECONDS
        return (members.THINKING if thinks else members.WAITING).format(seconds=seconds)


def _in_line(standing: Standing, seconds: int) -> str:
    if standing.most_own:
        return bounds.WAITS_FOR_OWN.format(most=standing.most_own, seconds=seconds)
    if not standing.before:
        return bounds.NEXT_IN_LINE.format(seconds=seconds)
    return bounds.IN_LINE.format(before=standing.before, seconds=seconds)
