"""What an admin does in the view of /config, and what it then shows."""

from playground.world.entities import Message
from playground.world.people import Person
from tests.cogs.acting import shown
from tests.support.room import Room


async def changed(room: Room, message: Message) -> str:
    """Wait until a message shows something else, and return what."""
    edits = message.edits
    await room.until(lambda: message.edits > edits)
    return shown(message)


async def chosen(room: Room, person: Person, message: Message, value: str, menu: str | None = None) -> str:
    """Select something in the view, and return what it shows then."""
    person.select(message, value, menu=menu)
    return await changed(room, message)


async def pressed(room: Room, person: Person, message: Message, button: str) -> str:
    """Press a button in the view, and return what it shows then."""
    person.press(message, button)
    return await changed(room, message)


async def written(room: Room, person: Person, message: Message, button: str, text: str) -> str:
    """Write a value in the form that a button opens, and return what the view shows then."""
    modal = await person.press(message, button).asked()
    [label] = modal.inputs
    person.submit(modal, {label: text})
    return await changed(room, message)


def offered(message: Message) -> list[str]:
    """Return what the menus of a message offer."""
    menus = [row["components"][0] for row in message.components]
    return [one["label"] for menu in menus for one in menu.get("options", ())]
