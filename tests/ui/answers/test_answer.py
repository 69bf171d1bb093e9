"""Laws of an answer on the screen: the real client over the playground."""

import asyncio
import json
import logging
import math
import time

import pytest

from bot.chat.ports import AnswerSink, Ending, Progress
from bot.rules.model import State
from bot.texts import members
from bot.ui.answers import cleanup
from bot.ui.requests import transport
from playground import Limits, Quota
from playground.world import permissions
from tests.ui.conftest import MOST_MESSAGES, Stage, buttons

CREATES = "/channels/*/messages"
EDITS = "/channels/*/messages/*"
DONE = Ending(State.COMPLETE)
REFUSED = {"message": "Harmful links", "code": 240000}


def paragraphs(count: int) -> str:
    """Return a text of so many paragraphs, of which three make a message."""
    return "\n\n".join(f"Paragraph {number} " + " ".join(["goes on and on"] * 38) for number in range(count))


async def speak(answer: AnswerSink, text: str, every: float = 0.005) -> None:
    """Show a text word by word."""
    words = text.split(" ")
    for count in range(1, len(words) + 1):
        answer.show(" ".join(words[:count]))
        await asyncio.sleep(every)


# How it looks.


async def test_first_words_are_a_reply_with_a_mark_and_a_stop_button(stage: Stage) -> None:
    answer = stage.open()
    answer.show("Hello")
    (message,) = await stage.shown("Hello ▌")

    assert message.reference is not None
    assert message.reference["message_id"] == str(stage.question.id)
    assert buttons(message) == ["writing"]
    assert stage.calls("POST")[-1].payload["allowed_mentions"] == {"parse": [], "replied_user": False}
    await answer.finish("Hello", DONE)


async def test_the_end_takes_the_mark_away_and_changes_the_buttons(stage: Stage) -> None:
    answer = stage.open()
    await speak(answer, "Hello there")
    await answer.finish("Hello there.", DONE)

    (message,) = await stage.shown("Hello there.")
    assert buttons(message) == ["complete"]


async def test_an_answer_that_comes_at_once_is_one_request(stage: Stage) -> None:
    answer = stage.open()
    answer.show("Hello")
    await answer.finish("Hello there.", DONE)

    (message,) = await stage.shown("Hello there.")
    assert buttons(message) == ["complete"]
    assert stage.calls("PATCH") == []


async def test_a_note_stands_small_under_the_text(stage: Stage) -> None:
    await stage.open().finish("Hello", Ending(State.STOPPED, "Stopped by Kim."))

    await stage.shown("Hello\n-# Stopped by Kim.")


async def test_a_sentence_stands_alone_where_there_is_no_text(stage: Stage) -> None:
    await stage.open().finish("", Ending(State.FAILED, "The model is away."))

    await stage.shown("The model is away.")


async def test_an_end_without_a_word_posts_nothing(stage: Stage) -> None:
    await stage.open().finish("", Ending(State.STOPPED))

    assert stage.messages == []
    assert stage.calls("POST") == []


async def test_an_end_without_a_word_takes_a_notice_away(stage: Stage) -> None:
    answer = stage.open()
    hold = stage.playground.faults.hold("POST", CREATES)
    answer.notice("The model is busy.")
    await hold.reached()
    ending = asyncio.create_task(answer.finish("", Ending(State.STOPPED)))
    hold.release()
    await ending

    await stage.shown()
    assert stage.told[-1].message_ids == ()


async def test_text_that_shows_nothing_yet_leaves_what_stands_there(stage: Stage) -> None:
    await stage.open().finish("Once", DONE)
    (message,) = stage.messages
    answer = stage.open(message.id)
    answer.show("\n")
    await asyncio.sleep(0)
    assert message.content == "Once"
    await answer.finish("\nTwice", DONE)

    await stage.shown("Twice")


async def test_a_note_too_long_for_the_last_message_gets_one_of_its_own(stage: Stage) -> None:
    await stage.open().finish("a " * 900, Ending(State.STOPPED, "Stopped. " * 30))

    assert [buttons(message) for message in stage.messages] == [[], ["stopped"]]


async def test_a_notice_stands_in_place_of_the_text_until_there_is_some(stage: Stage) -> None:
    answer = stage.open()
    answer.notice("The model is busy.")
    (message,) = await stage.shown("The model is busy.")
    answer.show("Hello")
    await stage.shown("Hello ▌")

    assert buttons(message) == ["writing"]
    await answer.finish("Hello", DONE)


async def test_text_that_shows_nothing_yet_is_not_posted(stage: Stage) -> None:
    answer = stage.open()
    answer.show(" \n")
    await asyncio.sleep(0)
    answer.show(" \nHello")

    await stage.shown("Hello ▌")
    await answer.finish("Hello", DONE)


async def test_chunks_are_gathered_into_few_edits(stage: Stage) -> None:
    answer = stage.open()
    await speak(answer, "one two three four five " * 12)
    await answer.finish("The end.", DONE)

    await stage.shown("The end.")
    assert len(stage.calls("PATCH")) <= 3


async def test_a_long_answer_goes_on_in_messages_that_do_not_change_any_more(stage: Stage) -> None:
    text = paragraphs(7)
    answer = stage.open()
    await speak(answer, text, every=0.0002)
    await answer.finish(text, DONE)

    shown = stage.messages
    assert "".join("".join(message.content for message in shown).split()) == "".join(text.split())
    assert [buttons(message) for message in shown] == [[], [], ["complete"]]
    assert [message.reference is not None for message in shown] == [True, False, False]


async def test_the_next_message_follows_a_full_one_at_once(stage: Stage) -> None:
    answer = stage.open()
    answer.show("Hello")
    await stage.shown("Hello ▌")
    answer.show("Hello " + paragraphs(5))
    await stage.playground.world.until(lambda: len(stage.messages) == 2, 2)

    closed, opened = (stage.calls("PATCH")[-1], stage.calls("POST")[-1])
    assert opened.at - closed.at < 0.2
    await answer.finish("Hello " + paragraphs(5), DONE)


async def test_what_has_no_room_is_attached(stage: Stage) -> None:
    text = paragraphs(20)
    await stage.open().finish(text, DONE)

    shown = stage.messages
    (file,) = shown[-1].attachments
    assert len(shown) == MOST_MESSAGES
    assert file.filename == "answer.md"
    said = "".join(message.content for message in shown) + file.data.decode()
    assert "".join(said.split()) == "".join(text.split())


async def test_long_code_goes_on_in_a_file_of_its_language(stage: Stage) -> None:
    code = "".join(f"line_{number} = {number}\n" for number in range(500))
    await stage.open().finish(f"```python\n{code}```\nThat was it.", DONE)

    _, second, last = stage.messages
    (file,) = last.attachments
    assert file.filename == "code.py"
    assert file.data.decode().endswith("line_499 = 499\n")
    assert "code.py" in second.content
    assert last.content == "That was it."


async def test_where_files_are_not_allowed_it_says_that_there_was_more(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    world = stage.playground.world
    world.deny(world.channel("general"), world.bot, permissions.ATTACH_FILES)
    await stage.open().finish(paragraphs(20), DONE)

    assert "can't attach a file here" in stage.messages[-1].content
    assert "Attach Files" in caplog.text


# What is stored first.


async def test_what_is_shown_was_stored_before(stage: Stage) -> None:
    stored: list[str] = []

    async def store(step: Progress) -> None:
        await asyncio.sleep(0.02)
        stored.append(step.draft)

    seen: list[bool] = []
    stage.playground.wire.subscribe(
        lambda entry: (
            seen.append(entry.payload["content"].removesuffix(" ▌") in stored)
            if entry.method in ("POST", "PATCH") and entry.path.endswith("messages")
            else None
        )
    )
    answer = stage.open(progress=store)
    await speak(answer, "one two three four five six seven " * 10)
    assert seen
    assert all(seen)
    await answer.finish("The end.", DONE)


async def test_a_new_message_is_told_of_as_soon_as_it_exists(stage: Stage) -> None:
    answer = stage.open()
    answer.show("Hello")
    (message,) = await stage.shown("Hello ▌")
    await stage.playground.world.until(lambda: len(stage.told) == 2, 1)

    assert stage.told == [Progress("Hello", ()), Progress("Hello", (message.id,))]
    await answer.finish("Hello", DONE)


async def test_a_store_that_fails_is_heard_of_at_the_end(stage: Stage) -> None:
    async def fail(_: Progress) -> None:
        raise LookupError("the disk is full")

    answer = stage.open(progress=fail)
    answer.show("Hello")

    with pytest.raises(LookupError):
        await answer.finish("Hello", DONE)


# Messages that are there already.


async def test_an_answer_is_redone_in_place(stage: Stage) -> None:
    await stage.open().finish("Once", DONE)
    (message,) = stage.messages
    answer = stage.open(message.id)
    answer.show("Twice")
    await stage.shown("Twice ▌")
    await answer.finish("Twice", DONE)

    assert [one.id for one in await stage.shown("Twice")] == [message.id]
    assert buttons(message) == ["complete"]


async def test_messages_no_longer_needed_are_deleted(stage: Stage) -> None:
    await stage.open().finish(paragraphs(7), DONE)
    first, *others = [message.id for message in stage.messages]
    await stage.open(first, *others).finish("Short", DONE)

    assert [message.id for message in await stage.shown("Short")] == [first]
    assert stage.told[-1].message_ids == (first,)


async def test_an_answer_redone_longer_gets_further_messages(stage: Stage) -> None:
    await stage.open().finish(paragraphs(7), DONE)
    ids = [message.id for message in stage.messages]
    await stage.open(*ids).finish("Short", DONE)
    await stage.open(ids[0]).finish(paragraphs(7), DONE)

    assert len(stage.messages) == 3
    assert stage.messages[0].id == ids[0]


async def test_a_text_that_starts_over_replaces_what_was_shown(stage: Stage) -> None:
    answer = stage.open()
    answer.show("This way " + paragraphs(5))
    await stage.playground.world.until(lambda: len(stage.messages) == 2, 2)
    await answer.finish("That way", DONE)

    await stage.shown("That way")


async def test_a_first_message_posted_before_a_crash_is_found_again(stage: Stage) -> None:
    crashed = stage.open()
    crashed.show("Hal")
    await stage.shown("Hal ▌")
    await stage.open(screen=stage.another_screen()).finish("Half an answer", Ending(State.INTERRUPTED))

    await stage.shown("Half an answer")
    await crashed.finish("Half an answer", DONE)


# When Discord says no.


@pytest.mark.parametrize("fault", ["message", "channel"])
async def test_what_is_gone_is_told_of_once(stage: Stage, fault: str) -> None:
    answer = stage.open()
    answer.show("Hello")
    (message,) = await stage.shown("Hello ▌")
    world, place = stage.playground.world, stage.playground.world.channel("general")
    if fault == "message":
        world.people["mo"].delete(message)
    else:
        world.delete_channel(place)
    await speak(answer, "Hello there, how are you today?", every=0.1)

    assert stage.gone == 1
    await answer.finish("Hello", DONE)
    assert stage.gone == 1


async def test_where_the_place_is_closed_the_answer_goes_on_and_its_end_is_held(stage: Stage) -> None:
    answer = stage.open()
    answer.show("Hello")
    await stage.shown("Hello ▌")
    world, place = stage.playground.world, stage.playground.world.channel("general")
    world.deny(place, world.bot, permissions.VIEW_CHANNEL)

    assert not await answer.finish("Hello there", DONE)
    assert stage.gone == 0


async def test_where_the_place_is_closed_before_the_first_word_nobody_waits(stage: Stage) -> None:
    world, place = stage.playground.world, stage.playground.world.channel("general")
    world.deny(place, world.bot, permissions.VIEW_CHANNEL)

    assert await stage.open().finish("Hello there", DONE)
    assert stage.gone == 1


async def test_without_the_right_to_read_history_the_answer_is_no_reply(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    world = stage.playground.world
    world.deny(world.channel("general"), world.bot, permissions.READ_MESSAGE_HISTORY)
    await stage.open().finish("Hello", DONE)

    (message,) = await stage.shown("Hello")
    assert message.reference is None
    assert "Read Message History" in caplog.text


async def test_an_answer_whose_question_was_deleted_stands_alone(stage: Stage) -> None:
    stage.playground.world.people["alex"].delete(stage.question)
    await stage.open().finish("Hello", DONE)

    (message,) = await stage.shown("Hello")
    assert message.reference is None


async def test_a_message_too_old_for_more_edits_is_replaced(stage: Stage) -> None:
    await stage.open().finish("Once", DONE)
    (old,) = stage.messages
    body = {"message": "Too many edits", "code": 30046, "retry_after": 0.001, "global": False}
    headers = {"Via": "1.1", "X-RateLimit-Scope": "user"}
    stage.playground.faults.next("PATCH", EDITS, status=429, times=5, body=body, headers=headers)
    await stage.open(old.id).finish("Twice", DONE)

    (new,) = await stage.shown("Twice")
    assert new.id != old.id
    assert stage.told[-1].message_ids == (new.id,)


async def test_a_nonce_that_was_deleted_is_not_used_again(stage: Stage) -> None:
    body = {"message": "Unknown Message", "code": 10008}
    stage.playground.faults.next("POST", CREATES, status=404, body=body)
    await stage.open().finish("Hello", DONE)

    await stage.shown("Hello")
    refused, posted = [entry.payload["nonce"] for entry in stage.calls("POST") if entry.payload]
    assert refused != posted


async def test_a_first_message_that_discord_does_not_accept_says_so(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.playground.faults.next("POST", CREATES, status=400, body=REFUSED)
    await stage.open().finish("Hello", DONE)

    (message,) = await stage.shown(str(members.ANSWER_REFUSED))
    assert buttons(message) == ["failed"]
    assert [record.levelno for record in caplog.records if record.name == "bot.ui.answers.setbacks"] == [
        logging.ERROR
    ]


@pytest.mark.parametrize("ended", [False, True])
async def test_an_edit_that_discord_does_not_accept_keeps_what_stood_there(stage: Stage, ended: bool) -> None:
    answer = stage.open()
    answer.show("Hello")
    await stage.shown("Hello ▌")
    stage.playground.faults.next("PATCH", EDITS, status=400, body=REFUSED)
    if not ended:
        answer.show("Hello there")
        await stage.shown(f"Hello\n-# {members.REST_REFUSED}")
    await answer.finish("Hello there.", DONE)

    (message,) = await stage.shown(f"Hello\n-# {members.REST_REFUSED}")
    assert buttons(message) == ["failed"]
    assert stage.gone == (0 if ended else 1)


async def test_a_further_message_that_discord_does_not_accept_leaves_those_before_it(stage: Stage) -> None:
    text = paragraphs(7)
    answer = stage.open()
    answer.show(text.split("\n\n", maxsplit=1)[0])
    await stage.playground.world.until(lambda: len(stage.messages) == 1, 2)
    stage.playground.faults.next("POST", CREATES, status=400, body=REFUSED)
    await answer.finish(text, DONE)

    (message,) = stage.messages
    assert message.content.endswith(f"\n-# {members.REST_REFUSED}")
    assert text.startswith(message.content.removesuffix(f"\n-# {members.REST_REFUSED}"))
    assert buttons(message) == ["failed"]


async def test_a_message_that_takes_no_edit_at_all_gives_way_to_one_that_says_so(stage: Stage) -> None:
    answer = stage.open()
    answer.show("Hello")
    (old,) = await stage.shown("Hello ▌")
    stage.playground.faults.next("PATCH", EDITS, status=400, times=math.inf, body=REFUSED)
    await answer.finish("Hello there.", DONE)

    (new,) = await stage.shown(str(members.ANSWER_REFUSED))
    assert buttons(new) == ["failed"]
    assert new.id != old.id
    assert stage.told[-1].message_ids == (new.id,)


async def test_where_discord_accepts_nothing_it_is_given_up(stage: Stage) -> None:
    stage.playground.faults.next("POST", CREATES, status=400, times=math.inf, body=REFUSED)
    await stage.open().finish("Hello", DONE)

    assert stage.messages == []
    assert len(stage.calls("POST")) <= 4


@pytest.mark.parametrize("after", [False, True])
async def test_a_lost_connection_posts_the_text_once(stage: Stage, after: bool) -> None:
    stage.playground.faults.drop("POST", CREATES, after=after)
    await stage.open().finish("Hello", DONE)

    await stage.shown("Hello")


async def test_while_discord_is_away_the_newest_text_is_kept_for_it(stage: Stage) -> None:
    answer = stage.open()
    answer.show("one")
    await stage.shown("one ▌")
    stage.playground.faults.next("PATCH", EDITS, status=503, times=3)
    await speak(answer, "one two three four", every=0.2)
    await answer.finish("one two three four five", DONE)

    await stage.shown("one two three four five")


# Time.


@pytest.mark.parametrize("limits", [Limits(edit=Quota(2, 60.0))])
async def test_the_end_is_told_when_it_is_visible_and_not_when_the_library_wakes_up(stage: Stage) -> None:
    answer = stage.open()
    answer.show("Hello")
    await stage.shown("Hello ▌")
    answer.show("Hello there")
    await stage.shown("Hello there ▌")
    started = time.perf_counter()
    await answer.finish("Hello there.", DONE)

    assert time.perf_counter() - started < 10
    await stage.shown("Hello there.")


async def test_an_edit_under_way_is_not_followed_before_it_was_answered(stage: Stage) -> None:
    answer = stage.open()
    answer.show("Hello")
    await stage.shown("Hello ▌")
    hold = stage.playground.faults.hold("PATCH", EDITS)
    answer.show("Hello there")
    await hold.reached()
    ending = asyncio.create_task(answer.finish("Hello there.", DONE))
    await asyncio.sleep(0.05)
    assert stage.messages[0].content == "Hello ▌"
    hold.release()
    await ending

    assert [json.loads(json.dumps(entry.payload))["content"] for entry in stage.calls("PATCH")] == [
        "Hello there ▌",
        "Hello there.",
    ]


async def test_whoever_waits_for_the_end_may_go_and_it_is_shown_all_the_same(stage: Stage) -> None:
    hold = stage.playground.faults.hold("POST", CREATES)
    answer = stage.open()
    ending = asyncio.create_task(answer.finish("Hello", DONE))
    await hold.reached()
    ending.cancel()
    hold.release()

    await stage.shown("Hello")


async def test_closing_waits_for_answers_that_end(stage: Stage) -> None:
    hold = stage.playground.faults.hold("POST", CREATES)
    ending = asyncio.create_task(stage.open().finish("Hello", DONE))
    await hold.reached()
    closing = asyncio.create_task(stage.screen.close())
    hold.release()
    await closing
    await ending

    await stage.shown("Hello")


@pytest.mark.parametrize("limits", [Limits(old_edit=Quota(3, 6.0))])
async def test_a_message_older_than_an_hour_is_edited_at_its_own_pace(stage: Stage) -> None:
    await stage.open().finish("Once", DONE)
    (message,) = stage.messages
    world = stage.playground.world
    world.clock.advance(3700)
    answer = stage.open(message.id)
    await speak(answer, "one two three four five six", every=0.3)
    await answer.finish("The end.", DONE)

    assert stage.playground.wire.rest(status=429) == []


async def test_an_edit_that_arrives_late_does_not_stay(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "SILENCE_SECONDS", 0.5)
    monkeypatch.setattr(cleanup, "LATE_SECONDS", (0.3, 0.1))
    answer = stage.open()
    answer.show("One")
    (message,) = await stage.shown("One ▌")
    gate = stage.playground.faults.hold("PATCH", EDITS)
    answer.show("One two")
    await gate.reached()
    await answer.finish("One two three.", DONE)
    (ended,) = await stage.shown("One two three.")
    gate.release()
    await stage.shown("One two ▌")
    await stage.shown("One two three.")

    assert ended is message
    assert buttons(message) == ["complete"]


async def test_a_writer_that_watches_over_its_answer_leaves_it_to_the_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "SILENCE_SECONDS", 0.5)
    monkeypatch.setattr(cleanup, "LATE_SECONDS", (0.1, 0.1))
    answer = stage.open()
    answer.show("One")
    (message,) = await stage.shown("One ▌")
    stage.playground.faults.hang("PATCH", EDITS)
    await answer.finish("One.", DONE)
    again = stage.open(message.id)
    await again.finish("Another.", DONE)
    edits = len(stage.calls("PATCH"))
    await asyncio.sleep(0.3)

    assert len(stage.calls("PATCH")) == edits
    assert message.content == "Another."
