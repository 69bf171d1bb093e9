"""What people arrange through the page: servers, channels, threads, pins, permissions, where the bot is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from playground.page import views
from playground.page.acting import Acting
from playground.world import conversation, payloads, permissions, places
from playground.world.entities import Channel, Guild, Overwrite
from playground.world.errors import MISSING_PERMISSIONS, UNKNOWN_GUILD, ApiError
from playground.world.state import Event

Json = dict[str, Any]

LOCALES = {name: name for name in ("en-US", "ko", "de", "fr", "ja")}  # a few of those that Discord has
MOST_CHARACTERS = 100  # of a name
ADJUSTABLE = {
    "View Channel": permissions.VIEW_CHANNEL,
    "Send Messages": permissions.SEND_MESSAGES,
    "Send Messages in Threads": permissions.SEND_MESSAGES_IN_THREADS,
    "Create Public Threads": permissions.CREATE_PUBLIC_THREADS,
    "Read Message History": permissions.READ_MESSAGE_HISTORY,
    "Embed Links": permissions.EMBED_LINKS,
    "Attach Files": permissions.ATTACH_FILES,
    "Add Reactions": permissions.ADD_REACTIONS,
    "Use Application Commands": permissions.USE_APPLICATION_COMMANDS,
    "Manage Messages": permissions.MANAGE_MESSAGES,
    "Manage Threads": permissions.MANAGE_THREADS,
}


class Arranging(Acting):
    """Arrange what one person asks for, where they may."""

    async def pin(self, asked: Json) -> None:
        """Pin a message, or take the pin off."""
        message = self._message(asked)
        if message.pinned:
            self._require(self._channel(asked), permissions.MANAGE_MESSAGES)
            conversation.update(self._world, message, pinned=False)
        else:
            self._person.pin(message)

    async def pins(self, asked: Json) -> list[Json]:
        """Return a channel's pinned messages, the newest first."""
        pinned = [one for one in self._person.sees(self._channel(asked)) if one.pinned]
        return [views.message(self._world, self._person, one, {}) for one in reversed(pinned)]

    async def thread(self, asked: Json) -> Json:
        """Open a thread, from a message where one is named."""
        message = self._message(asked) if asked.get("message") else None
        return _id_of(self._person.open_thread(self._channel(asked), _named(asked), message))

    async def channel(self, asked: Json) -> Json:
        """Create a channel in a server."""
        guild = self._guild(asked, permissions.MANAGE_CHANNELS)
        return _id_of(self._world.add_text_channel(_named(asked).lower().replace(" ", "-"), guild))

    async def server(self, asked: Json) -> Json:
        """Found a server that the bot is not in, with everybody as a member."""
        guild = self._world.add_guild(_named(asked), self._person, with_bot=False)
        for person in self._world.people.values():
            if person.id not in guild.members:
                self._world.join(person, guild)
        channel = self._world.add_text_channel("general", guild)
        guild.system_channel_id = channel.id
        return _id_of(channel)

    async def conversation(self, asked: Json) -> Json:
        """Open the conversation with another person, in which the bot is not, or return it."""
        other = self._world.users[int(asked["with"])]
        both = {self._person.id, other.id}
        for known in self._world.channels.values():
            if known.is_dm and set(known.member_ids) == both:
                return _id_of(known)
        name = f"{self._person.user.display_name} & {other.display_name}"
        people = [one for one in self._world.people.values() if one.id in both]
        opened = self._world.conversation_of(name, *people)
        self._world.emit(Event("CHANNEL_CREATE", payloads.channel(self._world, opened), None, opened.id))
        return _id_of(opened)

    async def bot(self, asked: Json) -> None:
        """Add the bot to a server, or remove it."""
        guild = self._guild(asked, permissions.MANAGE_GUILD)
        if not asked["there"]:
            places.remove_bot(self._world, guild)
        elif self._world.bot.id not in guild.members:
            places.add_bot(self._world, guild)

    async def install(self, asked: Json) -> None:
        """Take the application along on one's own account, or remove it from there."""
        self._person.install(on=bool(asked["on"]))
        me = self._person.id  # whose windows alone are told: the bot is not
        self._world.emit(Event("USER_APPLICATION_UPDATE", {"id": str(me)}, private_to=me))

    async def locale(self, asked: Json) -> None:
        """Speak another language oneself, or let a server prefer one, which makes it a Community."""
        chosen = LOCALES[str(asked["locale"])]
        if asked.get("guild"):
            places.make_community(self._world, self._guild(asked, permissions.MANAGE_GUILD), chosen)
        else:
            self._person.user.locale = chosen
            self._world.touch()

    async def permissions(self, asked: Json) -> Json:
        """Return what can be adjusted in a channel, for whom, and how it stands."""
        channel = self._channel(asked)
        guild = self._adjusted(channel)
        roles = [{"id": str(one.id), "name": one.name} for one in guild.roles.values()]
        members = [{"id": str(one), "name": self._world.users[one].display_name} for one in guild.members]
        states = {
            str(one.id): {name: _state(one, bit) for name, bit in ADJUSTABLE.items()}
            for one in channel.overwrites.values()
        }
        return {"permissions": list(ADJUSTABLE), "targets": [*roles, *members], "states": states}

    async def permit(self, asked: Json) -> None:
        """Let a role or a member do something in a channel, keep them from it, or leave it to their roles."""
        channel, target = self._channel(asked), int(asked["target"])
        guild, bit = self._adjusted(channel), ADJUSTABLE[str(asked["permission"])]
        kind = 0 if target in guild.roles else 1
        before = channel.overwrites.get(target) or Overwrite(target, kind)
        allow = before.allow & ~bit | (bit if asked["state"] == "allow" else 0)
        deny = before.deny & ~bit | (bit if asked["state"] == "deny" else 0)
        places.overwrite(self._world, channel, Overwrite(target, kind, allow, deny))

    def _adjusted(self, channel: Channel) -> Guild:
        guild = self._world.guild_of(channel)
        if guild is None or channel.is_thread:
            raise ApiError(MISSING_PERMISSIONS)
        self._require(channel, permissions.MANAGE_CHANNELS)
        return guild

    def _guild(self, asked: Json, wanted: int) -> Guild:
        guild = self._world.guilds.get(int(asked["guild"]))
        member = guild.members.get(self._person.id) if guild else None
        if guild is None or member is None:
            raise ApiError(UNKNOWN_GUILD)
        if not permissions.in_guild(guild, member) & wanted:
            raise ApiError(MISSING_PERMISSIONS)
        return guild

    def _require(self, channel: Channel, wanted: int) -> None:
        if not channel.is_dm and not self._world.may(self._person.id, channel, wanted):
            raise ApiError(MISSING_PERMISSIONS)


def _id_of(channel: Channel) -> Json:
    return {"id": str(channel.id)}


def _state(one: Overwrite, bit: int) -> str:
    return "allow" if one.allow & bit else "deny" if one.deny & bit else "inherit"


def _named(asked: Json) -> str:
    name = str(asked.get("name") or "").strip()
    if not 1 <= len(name) <= MOST_CHARACTERS:
        raise ValueError(f"A name has 1 to {MOST_CHARACTERS} characters.")
    return name


ACTIONS: dict[str, Callable[[Arranging, Json], Awaitable[Any]]] = {
    "pin": Arranging.pin,
    "pins": Arranging.pins,
    "thread": Arranging.thread,
    "channel": Arranging.channel,
    "server": Arranging.server,
    "conversation": Arranging.conversation,
    "bot": Arranging.bot,
    "install": Arranging.install,
    "locale": Arranging.locale,
    "permissions": Arranging.permissions,
    "permit": Arranging.permit,
}
