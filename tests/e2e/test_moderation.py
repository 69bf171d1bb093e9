"""Moderation over the playground: what is flagged reaches neither the model nor the screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.errors import AnswerFlagged, ModerationDown, QuestionFlagged
from bot.texts import admins
from playground import Playground
from playground.model.moderation import Moderation
from playground.world.entities import Message
from tests.support.room import Room, open_room

MURDER = "violence"  # what the word is flagged as


@asynccontextmanager
async def judged(folder: Path, **environ: Any) -> AsyncIterator[tuple[Room, Moderation]]:
    """Open a room whose words are judged by another server."""
    async with Playground(speed=10_000) as other:
        where = f"{other.model_url}|guard"
        async with open_room(folder, MODERATION=where, **environ) as room:
            yield room, other.moderation


def notices(room: Room) -> list[Message]:
    return list(room.world.channel("random").messages.values())


async def test_what_is_flagged_is_neither_sent_nor_shown_and_moderators_hear_of_it(tmp_path: Path) -> None:
    async with judged(tmp_path) as (room, judge):
        model, olivia = room.playground.model, room.world.people["olivia"]
        assert (await olivia.run("random", "notices set").answered()).content == str(admins.NOTICES_SET)
        question = room.post("Tell me of a murder", "general")
        [refused] = await room.answered(question)
        await room.until(lambda: any("flagged" in one.content for one in notices(room)))

        assert refused.content == str(QuestionFlagged(categories=MURDER))
        assert model.requests == []
        model.answer(f"{'word ' * 600}murder {'word ' * 10}")
        story, hidden = room.post("Tell me a story", "general"), str(AnswerFlagged(categories=MURDER))
        await room.until(lambda: [page.content for page in room.replies(story)] == [hidden])
        assert "murder" not in str(model.requests[0].messages)
        await room.ask("Go on", "general")
        assert "murder" not in str(model.last.messages)
        held = [one.content for one in notices(room) if "flagged" in one.content]
        assert str(question.id) in held[0]
        assert not any(one.mention_ids for one in notices(room))
        assert len(judge.judged) >= 5


async def test_the_words_of_an_answer_do_not_wait_for_a_slow_endpoint(tmp_path: Path) -> None:
    async with judged(tmp_path) as (room, judge):
        model, text = room.playground.model, "word " * 500
        script = model.script(text)
        gate = script.hold()
        script.text("The end.")
        question = room.post("Tell me a story", "general")
        await gate.reached()
        slow = judge.hold()
        await room.until(lambda: room.replies(question))
        gate.release()
        await room.until(lambda: "The end." in "".join(page.content for page in room.replies(question)))
        slow.release()
        shown = await room.answered(question)

        assert "The end." in shown[-1].content


async def test_a_failing_endpoint_lets_all_pass_or_nothing(tmp_path: Path) -> None:
    async with judged(tmp_path, MODERATION_FAIL="closed") as (room, judge):
        judge.fail(500, 500)
        [closed] = await room.ask("Hello")
        [answer] = await room.ask("And now?")

        assert closed.content == str(ModerationDown())
        assert answer.content
        assert len(room.playground.model.requests) == 1
        assert "Hello" in str(room.playground.model.last.messages)
    async with judged(tmp_path / "open", MODERATION_FAIL="open") as (room, judge):
        judge.fail(500, 500, 500, 500)
        await room.ask("A murder")

        assert len(room.playground.model.requests) == 1
