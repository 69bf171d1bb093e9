"""The world as tests, the demo and the browser page use it: the state and all that one can do to it."""

from __future__ import annotations

from typing import Any

from playground.clock import Clock
from playground.world import conversation, permissions, places, saving
from playground.world.entities import (
    CATEGORY,
    FORUM,
    PUBLIC_THREAD,
    TEXT,
    Channel,
    Guild,
    Message,
    Overwrite,
    Role,
    User,
)
from playground.world.interacting.interactions import Interaction, Interactions
from playground.world.people import Person
from playground.world.state import State


class World(State):
    """One guild with three channels, a thread, five people and the bot; add what else you need.

    Olivia owns the guild, Mo moderates it; Robin runs the bot, and holds no permission there.
    """

    def __init__(
        self, clock: Clock | None = None, bot_name: str = "Parley", saved: dict[str, Any] | None = None
    ) -> None:
        super().__init__(clock)
        self.people: dict[str, Person] = {}
        self.started = Interactions(self)
        if saved is None:
            self._settle(bot_name)
        else:
            saving.restore(self, saved)
            for name, user_id in saved["people"].items():
                self._bring_in(name, self.users[user_id])

    @classmethod
    def load(cls, saved: dict[str, Any], clock: Clock | None = None) -> World:
        """Return the world that `dump` wrote down."""
        return cls(clock, saved=saved)

    def dump(self, most_attached: float = float("inf")) -> dict[str, Any]:
        """Write the world down as values that JSON knows, with the newest files of so many bytes in all."""
        people = {name: person.id for name, person in self.people.items()}
        return saving.dump(self, most_attached) | {"people": people}

    def _settle(self, bot_name: str) -> None:
        self.application_id = self.ids.next()
        self.users[self.application_id] = User(self.application_id, bot_name, bot_name, bot=True)
        olivia = self._meet("olivia", None, bot=False)
        guild = self.add_guild("Playground", olivia)
        moderators = self.add_role("moderator", permissions.MODERATOR)
        self.add_person("alex")
        self.add_person("sam")
        self.add_person("minji").user.locale = "ko"
        self.add_person("mo", roles=[moderators])
        self.application_owner_id = self.add_person("robin").id
        for name in ("general", "help", "random"):
            places.add_channel(self, name, guild, type=TEXT)
        self.add_thread("ideas", self.channel("general"), olivia)

    @property
    def interactions(self) -> dict[str, Interaction]:
        """Return the newest interactions by their tokens."""
        return self.started.by_token

    def person(self, name: str) -> Person:
        """Return the person of this name."""
        return self.people[name]

    @property
    def bot_role(self) -> Role:
        """Return the role that holds what the bot may do in the first guild."""
        return next(role for role in self.guild.roles.values() if role.managed)

    def add_guild(
        self, name: str, owner: Person, *, with_bot: bool = True, shard: tuple[int, int] | None = None
    ) -> Guild:
        """Add a guild that the bot is in, or one that it never joined, maybe on a shard of so many."""
        id_ = self.ids.next_on(*shard) if shard else None
        return places.add_guild(self, name, owner.id, with_bot=with_bot, id_=id_)

    def make_community(self, locale: str, guild: Guild | None = None) -> None:
        """Make a guild a Community, which prefers a locale."""
        places.make_community(self, guild or self.guild, locale)

    def add_role(self, name: str, granted: int, guild: Guild | None = None) -> Role:
        """Add a role with these permissions."""
        role = Role(self.ids.next(), name, granted, mentionable=True)
        return places.add_role(self, guild or self.guild, role)

    def delete_role(self, role: Role, guild: Guild | None = None) -> None:
        """Delete a role."""
        places.delete_role(self, guild or self.guild, role)

    def add_person(
        self,
        name: str,
        *,
        display_name: str | None = None,
        guild: Guild | None = None,
        roles: list[Role] | None = None,
        bot: bool = False,
    ) -> Person:
        """Add somebody to a guild; `bot=True` makes it another bot."""
        person = self._meet(name, display_name, bot=bot)
        places.join(self, guild or self.guild, person.id, [role.id for role in roles or ()])
        return person

    def _meet(self, name: str, display_name: str | None, *, bot: bool) -> Person:
        user = User(self.ids.next(), name, display_name or name.capitalize(), bot=bot)
        self.users[user.id] = user
        return self._bring_in(name, user)

    def _bring_in(self, name: str, user: User) -> Person:
        self.people[name] = Person(self, user, self.started)
        return self.people[name]

    def add_text_channel(
        self, name: str, guild: Guild | None = None, *, topic: str | None = None, kind: int = TEXT
    ) -> Channel:
        """Add a text channel, or another that has messages, such as one for voice."""
        return places.add_channel(self, name, guild or self.guild, type=kind, topic=topic)

    def add_category(self, name: str, *channels: Channel) -> Channel:
        """Add a category with channels of the first guild in it."""
        category = places.add_channel(self, name, self.guild, type=CATEGORY)
        for channel in channels:
            places.update_channel(self, channel, parent_id=category.id)
        return category

    def add_thread(
        self,
        name: str,
        parent: Channel,
        owner: Person,
        *,
        message: Message | None = None,
        kind: int = PUBLIC_THREAD,
    ) -> Channel:
        """Open a thread, from a message or without one."""
        return places.add_thread(self, parent, places.NewThread(name, owner.id, kind, message=message))

    def add_post(self, forum: Channel, owner: Person, title: str, text: str, *tags: str) -> Channel:
        """Open a post in a forum."""
        post = Channel(
            self.ids.next(),
            PUBLIC_THREAD,
            title,
            owner_id=owner.id,
            created=self.clock.wall(),
            member_ids=[owner.id],
            tags=tags,
        )
        return places.add_post(self, forum, post, text)

    def add_forum(self, name: str, *tags: str, kind: int = FORUM) -> Channel:
        """Add a forum, or a media channel, with the tags that its posts may have."""
        return places.add_channel(self, name, self.guild, type=kind, tags=tags)

    def dm(self, person: Person | str) -> Channel:
        """Return the DM between the bot and somebody."""
        someone = self.people[person] if isinstance(person, str) else person
        return places.direct_messages(self, someone.id)

    def conversation_of(self, name: str, *people: Person) -> Channel:
        """Open a DM of two people, or a group's, in which the bot is not."""
        return places.conversation_of(self, name, [one.id for one in people])

    def join(self, person: Person, guild: Guild) -> None:
        """Make somebody a member of a further guild."""
        places.join(self, guild, person.id, [])

    def allow(self, channel: Channel, target: Role | User | Person, granted: int) -> None:
        """Grant something in a channel, whatever the roles say."""
        self._overwrite(channel, target, allow=granted)

    def deny(self, channel: Channel, target: Role | User | Person, denied: int) -> None:
        """Take something away in a channel; `world.bot` as the target limits the bot."""
        self._overwrite(channel, target, deny=denied)

    def _overwrite(
        self, channel: Channel, target: Role | User | Person, allow: int = 0, deny: int = 0
    ) -> None:
        whom = target.user if isinstance(target, Person) else target
        kind = 0 if isinstance(whom, Role) else 1
        places.overwrite(self, channel, Overwrite(whom.id, kind, allow, deny))

    def add_emoji(self, name: str) -> str:
        """Add a custom emoji to the first guild, and return how messages hold it."""
        return places.add_emoji(self, self.guild, name)

    def slow_down(self, channel: Channel, seconds: int) -> None:
        """Set a channel's slow mode."""
        places.update_channel(self, channel, slowmode_seconds=seconds)

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """Archive a thread; of one that is locked, too, only moderators take it out again."""
        places.update_channel(self, thread, archived=True, locked=locked)

    def lock(self, thread: Channel) -> None:
        """Let moderators alone write in a thread."""
        places.update_channel(self, thread, locked=True)

    def unlock(self, thread: Channel) -> None:
        """Let everybody write in a thread again."""
        places.update_channel(self, thread, locked=False, archived=False)

    def time_out(self, target: User | Person, seconds: float, guild: Guild | None = None) -> None:
        """Let somebody do nothing but read for a while; `world.bot` as the target silences the bot."""
        place = guild or self.guild
        until = self.clock.wall() + seconds
        places.update_member(self, place, place.members[target.id], timed_out_until=until)

    def webhook(self, channel: Channel | str, name: str, text: str, **fields: Any) -> Message:
        """Post a message through a webhook that goes by a name; one of a bot's has its `application_id`."""
        place = self.channel(channel) if isinstance(channel, str) else channel
        fields |= {"webhook_id": self.ids.next(), "webhook_name": name}
        return conversation.post(self, place, fields["webhook_id"], text, **fields)

    def unfurl(self, message: Message, title: str) -> None:
        """Add the preview of a link to a message, as Discord does of its own accord; that is no edit."""
        preview = {"type": "link", "title": title, "url": "https://example.com"}
        conversation.update(self, message, embeds=[*message.embeds, preview])

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread."""
        places.delete_channel(self, channel)

    def remove_bot(self, guild: Guild | None = None) -> None:
        """Take the bot out of a guild."""
        places.remove_bot(self, guild or self.guild)
