"""What a message replies to reaches the model, whatever became of it, and what that replied to itself."""

import pytest

from bot.texts import contents, listed, members
from playground.world.entities import Message
from tests.support.room import Room

pytestmark = pytest.mark.memory


def newest(room: Room) -> str:
    """Return what the model was sent last."""
    return str(room.playground.model.requests[-1].messages[-1]["content"])


def quote(name: str, text: str) -> str:
    """Return how the model is told of a quoted message."""
    return f'<quoted_message from="{name}">\n{text}\n</quoted_message>'


async def test_a_reply_to_a_deleted_message_says_that_it_was_deleted(room: Room) -> None:
    sam = room.world.people["sam"]
    said = sam.post("general", "Friday 18:00")
    sam.delete(said)
    room.playground.model.answer("I can't tell.")

    (answer,) = await room.ask("When is that?", reply_to=said)

    assert newest(room) == f"Alex: When is that?\n\n[{contents.QUOTE_DELETED}]"
    assert answer.content == "I can't tell."


async def test_a_bare_mention_in_reply_to_a_deleted_message_says_so_too(room: Room) -> None:
    sam = room.world.people["sam"]
    said = sam.post("general", "Friday 18:00")
    sam.delete(said)

    await room.ask("", reply_to=said)

    assert newest(room) == f"Alex: \n\n[{contents.QUOTE_DELETED}]"


def begun(room: Room) -> tuple[Message, Message]:
    """Open a thread, and return the message that it was opened with and the sign of it in the thread."""
    sam = room.world.people["sam"]
    starter = sam.post("general", "The fair opens on Friday.")
    thread = room.world.add_thread("The fair", room.world.channel("general"), sam, message=starter)
    return starter, next(iter(thread.messages.values()))


@pytest.mark.parametrize("how", ["reply", "menu"])
async def test_the_sign_of_a_threads_beginning_says_what_the_thread_was_opened_with(
    room: Room, how: str
) -> None:
    _, sign = begun(room)
    thread = room.world.channels[sign.channel_id]
    await room.ask("Hello", thread)  # which brings the beginning along by itself

    await (room.ask("When?", thread, reply_to=sign) if how == "reply" else ask_about(room, sign, "When?"))

    assert newest(room).endswith(quote("Sam (@sam)", "The fair opens on Friday."))


async def ask_about(room: Room, message: Message, question: str) -> None:
    """Ask about a message by its menu, and wait for the answer."""
    alex, asked = room.world.people["alex"], len(room.playground.model.requests)
    modal = await alex.menu(listed.MENU_ASK, message).asked()
    alex.submit(modal, {str(members.ASK_FIELD): question})
    await room.until(lambda: len(room.playground.model.requests) > asked)


@pytest.mark.parametrize("how", ["reply", "menu", "bare mention"])
async def test_what_the_quoted_message_replies_to_comes_along(room: Room, how: str) -> None:
    sam, mo, alex = (room.world.people[name] for name in ("sam", "mo", "alex"))
    first = sam.post("general", "Shall we meet?")
    second = mo.post("general", "Friday 18:00", reply_to=first)
    third = alex.post("general", "Too early.", reply_to=second)
    match how:
        case "reply":
            await room.ask("Who can?", reply_to=third)
        case "menu":
            await ask_about(room, third, "Who can?")
        case _:
            await room.ask("")

    assert quote("Alex", "Too early.") in newest(room)
    assert quote("Mo (@mo)", "Friday 18:00") in newest(room)
    assert ("Shall we meet?" in newest(room)) is (how == "bare mention")


async def test_a_quoted_message_whose_own_quote_is_gone_is_quoted_alone(room: Room) -> None:
    sam, mo = room.world.people["sam"], room.world.people["mo"]
    first = sam.post("general", "Shall we meet?")
    second = mo.post("general", "Friday 18:00", reply_to=first)
    sam.delete(first)

    await room.ask("Who can?", reply_to=second)

    assert newest(room) == f"Alex: Who can?\n\n{quote('Mo (@mo)', 'Friday 18:00')}"
