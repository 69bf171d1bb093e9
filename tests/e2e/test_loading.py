"""A server that loads its model first: it is waited for, with a word in the channel."""

import asyncio
from pathlib import Path

from bot.clock import SystemClock
from bot.rules.model import State
from bot.texts import members
from playground.model.scripts import Script
from tests.support.room import open_room

TIMES = 200  # as fast as in truth
LOADING_SECONDS = 120


class Hurried(SystemClock):
    """A clock for which two minutes are over in less than a second."""

    def monotonic(self) -> float:
        return super().monotonic() * TIMES

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / TIMES)


async def test_two_minutes_of_loading_are_waited_for_with_a_word_about_them(tmp_path: Path) -> None:
    clock = Hurried()
    async with open_room(tmp_path, clock=clock) as room:
        model = room.playground.model
        ready, told = clock.monotonic() + LOADING_SECONDS, asyncio.Event()
        model.responder = lambda _: (
            Script().text("Hello.")
            if told.is_set() and clock.monotonic() >= ready
            else Script().fail(503, "Loading model")
        )
        question = room.post("Hi")
        loading = members.LOADING.source.partition("{")[0]
        await room.until(lambda: any(reply.content.startswith(loading) for reply in room.replies(question)))
        told.set()
        [answer] = await room.answered(question)
        stored = await room.store.answers.by_message(question.id)

    assert clock.monotonic() >= ready
    assert answer.content == "Hello."
    assert stored is not None
    assert stored.state is State.COMPLETE
    assert len(model.requests) > 2
