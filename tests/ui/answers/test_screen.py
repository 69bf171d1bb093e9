"""Laws of the screen beside answers: marks, sentences, the typing indicator."""

import asyncio

import pytest

from bot.ui.answers.typing import TypingIndicator
from bot.ui.requests.calls import Lane
from bot.ui.requests.limiter import Limiter
from playground.world import permissions
from tests.support.virtual_time import run
from tests.ui.conftest import Stage

CREATES = "/channels/*/messages"
SENTENCE = "There are 10 questions waiting here already."


async def test_a_question_shows_that_it_was_seen_until_its_answer_begins(stage: Stage) -> None:
    await stage.screen.mark_seen(stage.key, stage.question.id, seen=True)
    assert list(stage.question.reactions) == ["👀"]
    await stage.screen.mark_seen(stage.key, stage.question.id, seen=False)

    assert not any(stage.question.reactions.values())


async def test_a_mark_that_is_not_allowed_is_no_error(stage: Stage) -> None:
    world = stage.playground.world
    world.deny(world.channel("general"), world.bot, permissions.ADD_REACTIONS)

    await stage.screen.mark_seen(stage.key, stage.question.id, seen=True)


async def test_a_sentence_is_a_reply_that_pings_nobody(stage: Stage) -> None:
    await stage.screen.say(stage.key, stage.question.id, SENTENCE)

    (message,) = await stage.shown(SENTENCE)
    assert message.reference is not None
    assert stage.calls("POST")[-1].payload["allowed_mentions"] == {"parse": [], "replied_user": False}


@pytest.mark.parametrize("after", [False, True])
async def test_a_sentence_is_said_once_whatever_the_connection_does(stage: Stage, after: bool) -> None:
    stage.playground.faults.drop("POST", CREATES, after=after)
    await stage.screen.say(stage.key, stage.question.id, SENTENCE)

    await stage.shown(SENTENCE)


async def test_a_sentence_needs_no_history(stage: Stage) -> None:
    world = stage.playground.world
    world.deny(world.channel("general"), world.bot, permissions.READ_MESSAGE_HISTORY)
    await stage.screen.say(stage.key, stage.question.id, SENTENCE)

    (message,) = await stage.shown(SENTENCE)
    assert message.reference is None


async def test_a_sentence_that_may_not_be_said_is_a_line_in_the_log(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    world = stage.playground.world
    world.deny(world.channel("general"), world.bot, permissions.SEND_MESSAGES)
    await stage.screen.say(stage.key, stage.question.id, SENTENCE)

    assert "could not be said" in caplog.text


class Room:
    """A channel that notes when typing was shown in it, from a moment on; until then requests hang."""

    id = 1

    def __init__(self, hangs_until: float = 0.0) -> None:
        self.shown: list[float] = []
        self._hangs_until = hangs_until

    def lane(self, kind: str) -> Lane:
        return Lane(self.id, kind)

    async def type(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._hangs_until - loop.time())
        self.shown.append(loop.time())


def test_typing_is_shown_again_before_it_fades_and_no_more_once_stopped() -> None:
    async def scene() -> list[float]:
        room = Room()
        indicator = TypingIndicator(Limiter(), room)  # type: ignore[arg-type]
        indicator.start()
        await asyncio.sleep(20)
        indicator.stop()
        await asyncio.sleep(20)
        return [later - room.shown[0] for later in room.shown]

    assert run(scene()) == pytest.approx([0, 9, 18])


def test_typing_that_waits_is_not_asked_for_again() -> None:
    async def scene() -> list[float]:
        started = asyncio.get_running_loop().time()
        room = Room(hangs_until=started + 35)
        indicator = TypingIndicator(Limiter(), room)  # type: ignore[arg-type]
        indicator.start()
        await asyncio.sleep(40)
        indicator.stop()
        return [later - started for later in room.shown]

    assert run(scene()) == pytest.approx([35, 35, 36.5])
