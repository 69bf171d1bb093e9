"""Moderation over the playground: what is flagged reaches neither the model nor the screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.errors import AnswerFlagged, ModerationDown, QuestionFlagged
from bot.texts import admins, members
from playground import Playground
from playground.model.moderation import Moderation
from playground.world.entities import Message
from tests.cogs.test_menus import asked_about
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


@pytest.mark.parametrize("where", ["general", "abroad"])
async def test_no_word_of_a_flagged_question_by_command_is_read_by_others(tmp_path: Path, where: str) -> None:
    async with judged(tmp_path, USER_INSTALLS="everyone") as (room, _):
        alex, model = room.world.people["alex"], room.playground.model
        guild = room.world.add_guild("Abroad", alex, with_bot=False)
        lobby = room.world.add_text_channel("lobby", guild)
        place = lobby if where == "abroad" else room.world.channel("general")
        alex.install()
        flagged = await alex.run(place, "ask", {"question": "Tell me of a murder"}).answered()
        hidden = alex.run(place, "ask", {"question": "Tell me a murder", "private": True})
        model.answer("A murder.")
        story = alex.run(place, "ask", {"question": "Tell me a story"})
        took_back = str(AnswerFlagged(categories=MURDER))
        await room.until(lambda: took_back in [one.content for one in story.responses])
        await room.until(lambda: len(hidden.responses) == 2 and not room.app.services.queue.everywhere())

        refused = str(QuestionFlagged(categories=MURDER))
        assert (flagged.content, flagged.ephemeral_for) == (refused, alex.id)
        assert [one.ephemeral_for for one in hidden.responses] == [alex.id] * 2
        assert hidden.responses[1].content == refused
        assert story.responses[0].content == "> Tell me a story"
        assert len(model.requests) == 1
        assert not any("murder" in one.content for one in place.messages.values() if not one.ephemeral_for)


async def test_a_question_that_is_not_judged_in_time_is_not_repeated(tmp_path: Path) -> None:
    async with judged(tmp_path) as (room, judge):
        alex = room.world.people["alex"]
        slow = judge.hold()
        asked = alex.run("general", "ask", {"question": "Tell me a story"})
        await room.until(lambda: asked.responses)
        slow.release()
        await room.until(lambda: asked.responses[1:])

        assert asked.responses[0].content == f"> {members.UNSHOWN}"


async def test_no_word_of_a_flagged_question_about_a_message_is_read_by_others(tmp_path: Path) -> None:
    async with judged(tmp_path) as (room, judge):
        alex, general = room.world.people["alex"], room.world.channel("general")
        message = room.world.people["sam"].post("general", "It rains")
        told = await asked_about(alex, message, "Is it a murder?")
        judge.fail(500, 500, 500, 500)
        await asked_about(alex, message, "And now?")
        posted = [one.content for one in general.messages.values() if "asks about" in one.content]

        assert told.content == str(QuestionFlagged(categories=MURDER))
        assert len(posted) == 1
        assert posted[0].endswith(f": {members.UNSHOWN}")
