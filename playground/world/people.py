"""What people do: they post, edit, delete and react, as themselves and only where they may."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playground.world import conversation, payloads, permissions, places
from playground.world.entities import (
    DEFAULT,
    HAS_SNAPSHOT,
    JOINED,
    PINNED,
    REPLY,
    VOICE_MESSAGE,
    Channel,
    Message,
    User,
)
from playground.world.errors import (
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NOT_THE_AUTHOR,
    SLOWED,
    ApiError,
    bad_form,
)
from playground.world.files import VOICE, attach
from playground.world.interacting import commands, components, interactions
from playground.world.interacting.interactions import Interaction, Interactions, Start
from playground.world.interacting.modals import Modal
from playground.world.state import State
from playground.world.threads import opening

MOST_CHARACTERS = 4000  # what people with Nitro may write


class Person:
    """Somebody in the playground; a channel is given as the record or by its name."""

    def __init__(self, world: State, user: User, started: Interactions) -> None:
        self._world = world
        self.user = user
        self._started = started

    def __repr__(self) -> str:
        return f"Person({self.user.name!r})"

    @property
    def id(self) -> int:
        """Return the user's id."""
        return self.user.id

    @property
    def name(self) -> str:
        """Return the user's name."""
        return self.user.name

    @property
    def mention(self) -> str:
        """Return the text that mentions them."""
        return f"<@{self.user.id}>"

    def post(
        self,
        channel: Channel | str,
        text: str = "",
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Iterable[tuple[str, bytes]] = (),
        forward: Message | None = None,
        at: float | None = None,
        **fields: Any,
    ) -> Message:
        """Post a message; `files` are names with bytes, `at` is a moment in the past."""
        place = self._place(channel)
        self._require(place, permissions.VIEW_CHANNEL, MISSING_ACCESS)
        writing = permissions.SEND_MESSAGES_IN_THREADS if place.is_thread else permissions.SEND_MESSAGES
        self._require(place, writing, MISSING_PERMISSIONS)
        if (wait := self._world.slowed(self.id, place)) > 0:
            raise ApiError(SLOWED, retry_after=wait)
        _check_length(text)
        if reply_to is not None:
            fields |= {"type": REPLY, "reference": reference_to(self._world, reply_to, DEFAULT)}
        if forward is not None:
            fields |= {
                "flags": HAS_SNAPSHOT,
                "reference": reference_to(self._world, forward, 1),
                "snapshots": [snapshot_of(self._world, forward)],
            }
        attachments = [attach(self._world.ids.next(), name, data) for name, data in files]
        return conversation.post(
            self._world,
            place,
            self.id,
            text,
            reply_to=reply_to if ping else None,
            at=at,
            attachments=attachments,
            **fields,
        )

    def say(self, channel: Channel | str, text: str, **options: Any) -> Message:
        """Post a message that mentions the bot."""
        return self.post(channel, f"<@{self._world.bot.id}> {text}", **options)

    def speak(self, channel: Channel | str, sound: bytes, **options: Any) -> Message:
        """Post a voice message, which has no text."""
        return self.post(channel, files=[(VOICE, sound)], flags=VOICE_MESSAGE, **options)

    def open_thread(
        self, channel: Channel | str, name: str, message: Message | None = None, **fields: Any
    ) -> Channel:
        """Open a thread, from a message or without one; `fields` are further ones of `NewThread`."""
        parent = self._place(channel)
        fields.setdefault("kind", opening.kind_of(parent))
        new = places.NewThread(name, self.id, message=message, **fields)
        return opening.open_thread(self._world, parent, new)

    def edit(self, message: Message, text: str) -> None:
        """Change the text of one's own message."""
        if message.author_id != self.id:
            raise ApiError(NOT_THE_AUTHOR)
        _check_length(text)
        conversation.edit(self._world, message, content=text)

    def delete(self, *messages: Message) -> None:
        """Delete messages: one's own, or as a moderator anybody's; several at once is a bulk delete."""
        place = self._world.channels[messages[0].channel_id]
        if len(messages) > 1 or messages[0].author_id != self.id:
            self._require(place, permissions.MANAGE_MESSAGES, MISSING_PERMISSIONS)
        if len(messages) > 1:
            conversation.delete_many(self._world, place, list(messages))
        else:
            conversation.delete(self._world, messages[0])

    def react(self, message: Message, emoji: str) -> None:
        """Add a reaction."""
        place = self._world.channels[message.channel_id]
        self._require(place, permissions.ADD_REACTIONS, MISSING_PERMISSIONS)
        conversation.react(self._world, message, self.id, emoji)

    def unreact(self, message: Message, emoji: str) -> None:
        """Take one's reaction away."""
        conversation.unreact(self._world, message, self.id, emoji)

    def pin(self, message: Message) -> Message:
        """Pin a message, and return the system message that tells of it."""
        place = self._world.channels[message.channel_id]
        if not place.is_dm:
            self._require(place, permissions.MANAGE_MESSAGES, MISSING_PERMISSIONS)
        conversation.update(self._world, message, pinned=True)
        reference = reference_to(self._world, message, DEFAULT)
        return conversation.post(self._world, place, self.id, "", type=PINNED, reference=reference)

    def join(self, channel: Channel | str) -> Message:
        """Return the system message by which a server greets one."""
        return conversation.post(self._world, self._place(channel), self.id, "", type=JOINED)

    def type(self, channel: Channel | str) -> None:
        """Show that one is typing."""
        conversation.start_typing(self._world, self._place(channel), self.id)

    def dm(self, text: str, **options: Any) -> Message:
        """Post a direct message to the bot."""
        return self.post(places.direct_messages(self._world, self.id), text, **options)

    def run(
        self,
        channel: Channel | str,
        command: str,
        options: dict[str, Any] | None = None,
        *,
        unchecked: bool = False,
    ) -> Interaction:
        """Run a slash command such as `tokens text`; `unchecked` runs what one would not be offered, too.

        Options may be people, channels, roles, messages, and files as `(name, bytes)`.
        """
        place = self._place(channel)
        name, *path = command.removeprefix("/").split()
        found = commands.find(self._commands(place, unchecked=unchecked), commands.CHAT_INPUT, name)
        data = commands.Invocation(self._world, found).data(path, options or {})
        return self._started.begin(Start(self.user, place, interactions.COMMAND), data)

    def autocomplete(
        self,
        channel: Channel | str,
        command: str,
        focused: str,
        typed: str,
        *,
        options: dict[str, Any] | None = None,
    ) -> Interaction:
        """Type into an option of a slash command that completes what one types."""
        place = self._place(channel)
        name, *path = command.removeprefix("/").split()
        found = commands.find(self.offered(place), commands.CHAT_INPUT, name)
        data = commands.Invocation(self._world, found).data(
            path, {**(options or {}), focused: typed}, focused
        )
        return self._started.begin(Start(self.user, place, interactions.AUTOCOMPLETE), data)

    def menu(
        self,
        command: str,
        target: Message | Person | User,
        channel: Channel | str | None = None,
        *,
        unchecked: bool = False,
    ) -> Interaction:
        """Run a context menu's command on a message, or on a user in a channel."""
        if isinstance(target, Person):
            target = target.user
        if isinstance(target, Message):
            place, kind = self._world.channels[target.channel_id], commands.MESSAGE
        else:
            place, kind = self._place(channel or "general"), commands.USER
        found = commands.find(self._commands(place, unchecked=unchecked), kind, command)
        data = commands.Invocation(self._world, found).on_target(target, place)
        return self._started.begin(Start(self.user, place, interactions.COMMAND), data)

    def install(self, *, on: bool = True) -> None:
        """Add the application to one's own account, to take it along everywhere; or remove it."""
        (self._world.installed_by.add if on else self._world.installed_by.discard)(self.id)

    def offered(self, channel: Channel | str) -> list[dict[str, Any]]:
        """Return the commands that one is offered in a channel, as the bot registered them."""
        return commands.offered(self._world, self.user, self._place(channel))

    def _commands(self, place: Channel, *, unchecked: bool) -> list[dict[str, Any]]:
        return commands.registered(self._world, place) if unchecked else self.offered(place)

    def press(self, message: Message, button: str) -> Interaction:
        """Press a button, given by its label, emoji or custom id."""
        return self._use(message, components.pressed(message, button))

    def select(self, message: Message, *values: str, menu: str | None = None) -> Interaction:
        """Select options of a menu by label or value, or people, roles and channels by id."""
        return self._use(message, components.selected(self._world, message, menu, list(values)))

    def _use(self, message: Message, data: dict[str, Any]) -> Interaction:
        if message.deleted or message.ephemeral_for not in (None, self.id):
            raise LookupError(f"{self.name} does not see that message")
        place = self._world.channels[message.channel_id]
        return self._started.begin(Start(self.user, place, interactions.COMPONENT, message), data)

    def submit(self, modal: Modal, answers: dict[str, Any]) -> Interaction:
        """Submit a modal with answers by label or custom id."""
        data = modal.filled(answers)
        return self._started.begin(Start(self.user, modal.channel, interactions.SUBMIT, modal.source), data)

    def sees(self, channel: Channel | str) -> list[Message]:
        """Return the messages that one sees in a channel, oldest first."""
        return self._world.visible_to(self.id, self._place(channel))

    def _place(self, channel: Channel | str) -> Channel:
        return self._world.channel(channel) if isinstance(channel, str) else channel

    def _require(self, place: Channel, wanted: int, otherwise: tuple[int, int, str]) -> None:
        if not self._world.may(self.id, place, wanted):
            raise ApiError(otherwise)


def _check_length(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise bad_form("content", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_CHARACTERS} or fewer in length.")


def reference_to(world: State, message: Message, kind: int) -> dict[str, Any]:
    """Return the reference that a reply (kind 0) or a forward (kind 1) carries."""
    reference = {"type": kind, "channel_id": str(message.channel_id), "message_id": str(message.id)}
    guild_id = world.channels[message.channel_id].guild_id
    return reference if guild_id is None else reference | {"guild_id": str(guild_id)}


def snapshot_of(world: State, message: Message) -> dict[str, Any]:
    """Return what a forward carries of a message; of a forward, what that carries."""
    if message.snapshots:
        return message.snapshots[0]
    shown = payloads.message(world, message, deep=False)
    fields = (
        "content",
        "timestamp",
        "edited_timestamp",
        "flags",
        "mentions",
        "mention_roles",
        "attachments",
        "embeds",
        "components",
        "type",
        "sticker_items",
    )
    return {"message": {name: shown[name] for name in fields if name in shown}}
