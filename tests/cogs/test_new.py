"""/new: a fresh start in a direct message or a thread, with a way back; in a channel a thread."""

import pytest

from bot.chat.clearing import UNDO_FOR
from bot.texts import admins
from bot.texts.features import threads
from playground.world import permissions
from playground.world.entities import Channel, Message
from playground.world.people import Person
from tests.cogs.acting import exchange, told
from tests.cogs.conftest import ShiftedClock
from tests.support.room import Room

pytestmark = pytest.mark.memory


def asked(room: Room) -> list[str]:
    """Return what the model was asked last, without the persona."""
    return [str(one["content"]).partition("\n")[0] for one in room.playground.model.last.messages][1:]


async def undone(room: Room, who: Person, said: Message) -> str:
    """Press Undo, and return what stands in the place of the message with it."""
    before = said.content
    who.press(said, "Undo")
    await room.until(lambda: said.content != before)
    return said.content


async def thread_of(room: Room, opener: Person) -> Channel:
    """Open a thread with the bot for somebody, with an exchange in it."""
    await told(opener, "thread", title="Mine")
    thread = room.world.channel("Mine")
    await exchange(room, "Hello", "Hi", "Mine")
    return thread


async def test_in_a_direct_message_a_new_conversation_begins_and_the_old_one_stays(
    room: Room, alex: Person
) -> None:
    dm = room.world.dm(alex)
    await exchange(room, "My colour is blue.", "I see.", "dm")
    said = await told(alex, "new", dm)
    told_alex = said.content
    again = (await told(alex, "new", dm)).content
    await exchange(room, "Which colour?", "I don't know.", "dm")
    fresh = asked(room)
    history = (await told(alex, "history show", dm)).embeds[0]["description"]
    back = await undone(room, alex, said)
    await exchange(room, "And now?", "Blue.", "dm")

    assert (told_alex, again) == (str(threads.STARTED), str(threads.NOTHING_BEFORE))
    assert fresh == ["Which colour?"]
    assert "My colour is blue." in history
    assert back.startswith("Brought back: 2 messages")
    assert asked(room) == ["My colour is blue.", "I see.", "Which colour?", "I don't know.", "And now?"]


async def test_in_a_thread_its_opener_may_and_everybody_is_told(room: Room, alex: Person) -> None:
    thread = await thread_of(room, alex)
    said = await told(alex, "new", thread)
    await exchange(room, "Which colour?", "I don't know.", "Mine")

    assert said.content == str(threads.STARTED)
    assert asked(room) == ["Alex: Which colour?"]
    everybody = [one.content for one in thread.messages.values() if one.ephemeral_for is None]
    assert threads.STARTED_BY.format(name="Alex") in everybody
    assert (await undone(room, alex, said)).startswith("Brought back")


async def test_others_may_not_unless_they_manage_threads(room: Room, alex: Person, sam: Person) -> None:
    thread = await thread_of(room, alex)
    refused = (await told(sam, "new", thread)).content
    warden = room.world.add_person("wanda", roles=[room.world.add_role("warden", permissions.MANAGE_THREADS)])
    allowed = await told(warden, "new", thread)

    own = sam.open_thread("general", "Sams")
    await room.until(lambda: room.app.bot.get_channel(own.id))
    await exchange(room, "Hello", "Hi", "Sams")

    assert (await told(sam, "new", own)).content == str(threads.STARTED)
    assert refused == threads.OPENER_OR_PERMISSION.format(permission="Manage Threads")
    assert allowed.content == str(threads.STARTED)
    assert (await undone(room, warden, allowed)).startswith("Brought back")


async def test_what_is_being_answered_ends(room: Room, alex: Person) -> None:
    gate = room.playground.model.script("Once").hold()
    question = room.post("Tell me", "dm")
    await gate.reached()
    await room.until(lambda: room.replies(question))
    await told(alex, "new", room.world.dm(alex))

    [answer] = await room.answered(question)
    assert "Stopped by Alex." in answer.content


async def test_the_last_answer_loses_its_buttons_and_has_them_again_once_it_is_undone(
    room: Room, alex: Person
) -> None:
    answer = await exchange(room, "Which colour?", "Blue.", "dm")
    before = list(answer.components)
    said = await told(alex, "new", room.world.dm(alex))
    await room.until(lambda: not answer.components)
    alex.press(said, "Undo")
    await room.until(lambda: answer.components)

    assert (answer.content, answer.components) == ("Blue.", before)


async def test_in_a_channel_a_thread_is_opened(room: Room, alex: Person) -> None:
    said = (await told(alex, "new")).content

    thread = room.world.channel("Conversation with Alex")
    assert said == threads.OPENED.format(thread=thread.id)


async def test_it_can_be_undone_for_so_long_and_by_a_moderator_from_the_log(
    room: Room, alex: Person, mo: Person, clock: ShiftedClock
) -> None:
    thread = await thread_of(room, alex)
    first = await told(alex, "new", thread)
    log = await told(mo, "history log", thread)
    told_mo = log.embeds[0]["description"]
    back = await undone(room, mo, log)
    await exchange(room, "Again", "Yes", "Mine")
    second = await told(alex, "new", thread)
    clock.pass_time(seconds=UNDO_FOR.total_seconds() + 1)
    late = [(await alex.press(one, "Undo").answered()).content for one in (first, second)]

    assert "started a new conversation, leaving out 2 messages" in told_mo
    assert back.startswith("Brought back")
    assert late == [str(admins.UNDO_TOO_LATE)] * 2
