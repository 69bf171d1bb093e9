"""Where the bot may not do all: each answer does what is left to do, and what is missing is named once."""

import logging

import pytest

from bot.rules.model import State
from playground.world import permissions
from playground.world.entities import Channel, Message
from tests.support.room import Room

LONG = "\n\n".join(f"Paragraph {number}. " + "word " * 60 for number in range(30))


def spoken(room: Room, channel: Channel) -> list[Message]:
    """Return what the bot has said in a channel."""
    return [one for one in channel.messages.values() if one.author_id == room.world.bot.id]


def thread(room: Room) -> Channel:
    return room.world.channel("ideas")


async def idle(room: Room, channel: Channel) -> None:
    """Wait until nothing is answered in a channel any more."""
    await room.until(lambda: not room.app.services.queue.jobs(channel.id))


async def test_an_answer_ends_whole_in_a_thread_that_was_archived_meanwhile(room: Room) -> None:
    script = room.playground.model.script("The beginning ", "and the ")
    gate = script.hold()
    script.text("end.")
    question = room.post("Hello", thread(room))
    await gate.reached()
    await room.until(lambda: room.replies(question))
    room.world.archive(thread(room))
    gate.release()

    (answer,) = await room.answered(question)

    assert answer.content == "The beginning and the end."
    assert not thread(room).archived


async def test_a_thread_that_is_archived_before_the_first_word_is_unarchived_by_it(room: Room) -> None:
    gate = room.playground.model.script().hold_headers()
    question = room.post("Hello", thread(room))
    await gate.reached()
    room.world.archive(thread(room))
    gate.release()

    await room.answered(question)

    assert not thread(room).archived


@pytest.mark.parametrize("how", ["locked", "locked and archived", "hidden"])
@pytest.mark.parametrize("again", ["unlocked", "started again"])
async def test_an_answer_in_a_place_that_is_closed_to_the_bot_ends_in_memory_and_is_shown_once_it_is_open(
    room: Room, how: str, again: str
) -> None:
    script = room.playground.model.script("The beginning ", "and the ")
    gate = script.hold()
    script.text("end.")
    question = room.post("Hello", thread(room))
    await gate.reached()
    (shown,) = await room.until(lambda: room.replies(question))
    _close(room, how)
    gate.release()

    await idle(room, thread(room))
    stored = await room.store.answers.by_message(question.id)

    assert stored is not None
    assert (stored.text, stored.state) == ("The beginning and the end.", State.COMPLETE)
    assert room.playground.wire.rest("PATCH", "/channels/{channel_id}") == []
    assert shown.content.endswith("▌")

    if again == "started again":
        await room.stop()
        _open(room)
        await room.start()
    else:
        _open(room)

    assert [one.content for one in await room.answered(question)] == ["The beginning and the end."]


def _close(room: Room, how: str) -> None:
    """Close the thread to the bot."""
    if how == "hidden":
        room.world.deny(room.world.channel("general"), room.world.bot, permissions.VIEW_CHANNEL)
    elif how == "locked":
        room.world.lock(thread(room))
    else:
        room.world.archive(thread(room), locked=True)


def _open(room: Room) -> None:
    """Open the thread to the bot again."""
    room.world.allow(room.world.channel("general"), room.world.bot, permissions.VIEW_CHANNEL)
    room.world.unlock(thread(room))


async def test_nothing_is_asked_in_a_locked_thread_and_its_channel_hears_why(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.world.allow(room.world.channel("general"), room.world.people["mo"], permissions.MANAGE_THREADS)
    room.world.lock(thread(room))
    for text in ("Are you there?", "Hello?"):
        room.post(text, thread(room), "mo")

    await room.ask("And elsewhere?", "random")
    told = await room.until(lambda: spoken(room, room.world.channel("general")))

    assert len(room.playground.model.requests) == 1
    assert spoken(room, thread(room)) == []
    assert [one.content for one in told if "Manage Threads" in one.content] == [told[0].content]
    assert caplog.text.count("missing manage_threads") == 1


async def test_a_thread_in_which_the_bot_may_not_write_is_named_in_its_channel_once(room: Room) -> None:
    general = room.world.channel("general")
    room.world.deny(general, room.world.bot, permissions.SEND_MESSAGES_IN_THREADS)
    for text in ("Are you there?", "Hello?"):
        room.post(text, thread(room))

    await room.ask("And elsewhere?", "random")
    (told,) = await room.until(lambda: spoken(room, general))

    assert "Send Messages in Threads" in told.content
    assert f"<#{thread(room).id}>" in told.content
    assert len(room.playground.model.requests) == 1


async def test_while_the_bot_is_timed_out_nobody_is_answered_and_the_log_says_so_once(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.world.time_out(room.world.bot, 600)
    for text in ("Are you there?", "Hello?"):
        room.post(text)
    await room.until(lambda: "time-out" in caplog.text)
    room.world.time_out(room.world.bot, -1)

    (answer,) = await room.ask("And now?")

    assert answer.content
    assert len(room.playground.model.requests) == 1
    assert caplog.text.count("time-out") == 1


@pytest.mark.parametrize("how", ["slow mode", "no permission", "a time-out"])
async def test_where_no_second_message_is_allowed_the_rest_is_attached_to_the_first(
    room: Room, how: str
) -> None:
    general = room.world.channel("general")
    script = room.playground.model.script("The beginning.\n\n")
    gate = script.hold()
    script.text(LONG)
    question = room.post("Hello")
    await gate.reached()
    await room.until(lambda: room.replies(question))
    if how == "slow mode":
        room.world.slow_down(general, 600)
    elif how == "no permission":
        room.world.deny(general, room.world.bot, permissions.SEND_MESSAGES)
    else:
        room.world.time_out(room.world.bot, 600)
    gate.release()

    (answer,) = await room.answered(question)

    assert answer.content.startswith("The beginning.")
    assert "▌" not in answer.content
    if how == "a time-out":
        assert "Attach Files" in answer.content
    else:
        (file,) = answer.attachments
        assert LONG.endswith(file.data.decode())


async def test_a_short_slow_mode_is_waited_out(room: Room) -> None:
    room.world.slow_down(room.world.channel("general"), 1)
    room.playground.model.answer(LONG[:4000])

    messages = await room.answered(room.post("Hello"))

    assert len(messages) == 3
    assert [one.attachments for one in messages] == [[], [], []]


async def test_without_attach_files_the_answer_says_so(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.world.deny(room.world.channel("general"), room.world.bot, permissions.ATTACH_FILES)
    for text in ("Hello", "Once more"):
        room.playground.model.answer(LONG * 2)
        messages = await room.ask(text)

        assert "Attach Files" in messages[-1].content

    assert caplog.text.count("Attach Files") == 1


async def test_without_read_history_it_is_said_once_after_the_answer(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    general = room.world.channel("general")
    room.world.deny(general, room.world.bot, permissions.READ_MESSAGE_HISTORY)
    for text in ("Are you there?", "Hello?"):
        room.post(text)
        await room.until(lambda: room.app.services.queue.jobs(general.id))
        await idle(room, general)
    await idle(room, general)
    await room.until(lambda: len(spoken(room, general)) == 3)

    said = [one.content for one in spoken(room, general)]
    assert [text for text in said if "Read Message History" in text] == said[1:2]
    assert caplog.text.count("Read Message History") == 1


async def test_without_embed_links_an_answer_with_links_is_whole(room: Room) -> None:
    room.world.deny(room.world.channel("general"), room.world.bot, permissions.EMBED_LINKS)
    room.playground.model.answer("See https://example.com for more.")

    (answer,) = await room.ask("Where?")

    assert answer.content == "See https://example.com for more."
