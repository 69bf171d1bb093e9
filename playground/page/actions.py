"""What a person does through the page: each request of a tab as one call on the world."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from playground.page import arranging, views
from playground.page.acting import Acting
from playground.page.arranging import Arranging
from playground.world import conversation
from playground.world.entities import Role
from playground.world.interacting import commands
from playground.world.interacting.interactions import Interaction
from playground.world.interacting.modals import Modal
from playground.world.people import Person
from playground.world.world import World

Json = dict[str, Any]
PAGE = 100
MOST_FILES, MOST_BYTES, MOST_BYTES_TOGETHER = 10, 10 * 2**20, 25 * 2**20
ANSWER_SECONDS = 3.2  # Discord gives a bot 3 s


class Actions(Acting):
    """Do what one person asks for; what can't be done raises with a sentence to show."""

    def __init__(self, world: World, person: Person, commands: MutableMapping[str, str]) -> None:
        super().__init__(world, person)
        self._began = world.ids.next()
        self._arranging = Arranging(world, person)
        self._commands = commands
        self._modals: dict[str, Modal] = {}

    async def do(self, asked: Json) -> Any:
        """Carry out one request and return what it brings."""
        name = str(asked.get("do"))
        if name in arranging.ACTIONS:
            return await arranging.ACTIONS[name](self._arranging, asked)
        action = _ACTIONS.get(name)
        if action is None:
            raise LookupError(f"nothing here is called {asked.get('do')}")
        return await action(self, asked)

    async def open(self, asked: Json) -> Json:
        """Return a page of messages: the newest ones, or those before another.

        What only one person sees is gone with the tab that it was sent to, as with Discord's client.
        """
        channel = self._channel(asked)
        seen = [one for one in self._person.sees(channel) if not one.ephemeral_for or one.id > self._began]
        if asked.get("before"):
            seen = [one for one in seen if one.id < int(asked["before"])]
        shown = [views.message(self._world, self._person, one, self._commands) for one in seen[-PAGE:]]
        return {"messages": shown, "more": len(seen) > PAGE}

    async def post(self, asked: Json) -> Json:
        """Post a message, with files and as a reply where so asked."""
        text, files = str(asked.get("text") or ""), _files(asked)
        if not text.strip() and not files:
            raise ValueError("There is nothing to send.")
        reply_to = self._message(asked, "reply") if asked.get("reply") else None
        ping = bool(asked.get("ping", True))
        channel = self._channel(asked)
        posted = self._person.post(channel, text, reply_to=reply_to, ping=ping, files=files)
        return {"id": str(posted.id)}

    async def edit(self, asked: Json) -> None:
        """Change one's own message."""
        self._person.edit(self._message(asked), str(asked["text"]))

    async def delete(self, asked: Json) -> None:
        """Delete a message; an ephemeral answer is dismissed, which nobody else learns."""
        message = self._message(asked)
        if message.ephemeral_for == self._person.id:
            conversation.delete(self._world, message)
        else:
            self._person.delete(message)

    async def react(self, asked: Json) -> None:
        """Add one's reaction, or take it away if it is there."""
        message, emoji = self._message(asked), str(asked["emoji"])
        if self._person.id in message.reactions.get(emoji, ()):
            self._person.unreact(message, emoji)
        else:
            self._person.react(message, emoji)

    async def type(self, asked: Json) -> None:
        """Show that one is typing."""
        self._person.type(self._channel(asked))

    async def commands(self, asked: Json) -> list[Json]:
        """Return the commands that one is offered here."""
        return self._person.offered(self._channel(asked))

    async def run(self, asked: Json) -> Json:
        """Run a slash command."""
        channel, options = self._channel(asked), self._options(asked)
        return await self._outcome(self._person.run(channel, asked["command"], options))

    async def complete(self, asked: Json) -> list[Json]:
        """Return the choices for what is typed into an option."""
        channel, options = self._channel(asked), self._options(asked)
        focused = asked["focused"]
        typed = options.pop(focused, "")
        interaction = self._person.autocomplete(channel, asked["command"], focused, typed, options=options)
        await interaction.offered(ANSWER_SECONDS)
        return interaction.choices or []

    async def menu(self, asked: Json) -> Json:
        """Run a command of a message's menu."""
        return await self._outcome(self._person.menu(asked["command"], self._message(asked)))

    async def press(self, asked: Json) -> Json:
        """Press a button."""
        return await self._outcome(self._person.press(self._message(asked), asked["id"]))

    async def select(self, asked: Json) -> Json:
        """Select options of a menu."""
        message, values = self._message(asked), [str(one) for one in asked["values"]]
        return await self._outcome(self._person.select(message, *values, menu=asked["id"]))

    async def submit(self, asked: Json) -> Json:
        """Submit a modal."""
        modal = self._modals[asked["modal"]]
        interaction = self._person.submit(modal, asked["answers"])
        if asked["modal"] in self._commands:
            self._commands[str(interaction.id)] = self._commands[asked["modal"]]
        outcome = await self._outcome(interaction)
        if outcome["is"] != "failed":
            self._modals.pop(asked["modal"], None)
        return outcome

    async def _outcome(self, interaction: Interaction) -> Json:
        """Wait for the bot's first answer and tell what it is; a message comes as an event of its own."""
        try:
            await interaction.acknowledged(ANSWER_SECONDS)
        except AssertionError:
            return {"is": "failed"}
        modal = interaction.modal
        if modal is None:
            return {"is": "answered"}
        self._modals[str(interaction.id)] = modal
        shown = {"id": str(interaction.id), "title": modal.title, "components": modal.components}
        return {"is": "modal", "modal": shown}

    def _options(self, asked: Json) -> Json:
        """Return option values as the world takes them: ids become what they refer to."""
        name, *path = str(asked["command"]).split()
        offered = self._person.offered(self._channel(asked))
        place: Json = next((one for one in offered if one["name"] == name), {})
        for part in path:
            place = next((one for one in place.get("options") or () if one["name"] == part), {})
        kinds = {one["name"]: one["type"] for one in place.get("options") or ()}
        values: Json = asked.get("options") or {}
        guild = self._world.guild_of(self._channel(asked))
        roles = guild.roles if guild else {}
        return {key: self._value(kinds.get(key, 0), value, roles) for key, value in values.items()}

    def _value(self, kind: int, value: Any, roles: Mapping[int, Role]) -> Any:
        if kind == commands.OF_FILE:
            return _file(value)
        if kind == commands.OF_CHANNEL:
            return self._channel({"channel": value})
        if kind == commands.OF_ROLE or (kind == commands.OF_ANYONE and int(value) in roles):
            return roles[int(value)]
        if kind in (commands.OF_USER, commands.OF_ANYONE):
            return self._world.users[int(value)]
        return value


def _files(asked: Json) -> list[tuple[str, bytes]]:
    files = [_file(one) for one in asked.get("files") or ()]
    if len(files) > MOST_FILES:
        raise ValueError(f"At most {MOST_FILES} files go with a message.")
    if sum(len(data) for _, data in files) > MOST_BYTES_TOGETHER:
        raise ValueError(f"The files of a message may have {MOST_BYTES_TOGETHER >> 20} MB together.")
    return files


def _file(raw: Json) -> tuple[str, bytes]:
    name = str(raw["name"])
    try:
        data = base64.b64decode(raw["data"], validate=True)
    except binascii.Error as error:
        raise ValueError(f"{name} did not arrive whole.") from error
    if len(data) > MOST_BYTES:
        raise ValueError(f"{name} is larger than {MOST_BYTES >> 20} MB.")
    return name, data


_ACTIONS: dict[str, Callable[[Actions, Json], Awaitable[Any]]] = {
    "open": Actions.open,
    "post": Actions.post,
    "edit": Actions.edit,
    "delete": Actions.delete,
    "react": Actions.react,
    "type": Actions.type,
    "commands": Actions.commands,
    "run": Actions.run,
    "complete": Actions.complete,
    "menu": Actions.menu,
    "press": Actions.press,
    "select": Actions.select,
    "submit": Actions.submit,
}
