"""How guilds, channels, threads and members come and go; each change is told to the state's listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.world import conversation, guild_payloads, payloads, permissions
from playground.world.entities import (
    COMMUNITY,
    DM,
    GROUP_DM,
    HAS_THREAD,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    THREAD_CREATED,
    THREAD_STARTER,
    Channel,
    Guild,
    Member,
    Message,
    Overwrite,
    Role,
)
from playground.world.state import Event, State
from playground.world.threads.membership import join_thread

# What the bot's invite link asks for: view, write, read history, embed, attach, react, open threads.
INVITED = 311_385_246_784


def add_guild(
    world: State, name: str, owner_id: int, *, with_bot: bool = True, id_: int | None = None
) -> Guild:
    """Add a guild that the bot is a member of, or one that it never joined."""
    guild = Guild(id_ or world.ids.next(), name, owner_id)
    guild.roles[guild.id] = Role(guild.id, "@everyone", permissions.DEFAULT_EVERYONE)
    world.guilds[guild.id] = guild
    join(world, guild, owner_id, [])
    if with_bot:
        add_bot(world, guild)
    return guild


def add_bot(world: State, guild: Guild) -> None:
    """Let the bot join a guild, with the role that its invite link asks for."""
    bot_role = Role(world.ids.next(), world.bot.display_name, INVITED, mentionable=True, managed=True)
    bot_role.bot_id = world.bot.id
    add_role(world, guild, bot_role)
    join(world, guild, world.bot.id, [bot_role.id])
    joined = guild_payloads.guild(world, guild)
    del joined["unavailable"]  # which only a session's start and the end of an outage tell
    world.emit(Event("GUILD_CREATE", joined, guild.id))


def end_outage(world: State, guild: Guild) -> None:
    """Tell of a guild that was `unavailable` when a session began: Discord does so as soon as it can."""
    guild.unavailable = False
    world.emit(Event("GUILD_CREATE", guild_payloads.guild(world, guild), guild.id))


def make_community(world: State, guild: Guild, locale: str) -> None:
    """Make a guild a Community, which prefers a locale."""
    guild.features, guild.chosen_locale = [COMMUNITY], locale
    world.emit(Event("GUILD_UPDATE", guild_payloads.guild_object(guild), guild.id))


def add_role(world: State, guild: Guild, role: Role) -> Role:
    """Add a role to a guild, above those that are there."""
    role.position = len(guild.roles)
    guild.roles[role.id] = role
    world.emit(Event("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": payloads.role(role)}, guild.id))
    return role


def add_emoji(world: State, guild: Guild, name: str) -> str:
    """Add a custom emoji to a guild, and return how messages hold it."""
    emoji_id = world.ids.next()
    guild.emojis.append((emoji_id, name))
    shown = [payloads.custom_emoji(*one) for one in guild.emojis]
    world.emit(Event("GUILD_EMOJIS_UPDATE", {"guild_id": str(guild.id), "emojis": shown}, guild.id))
    return f"<:{name}:{emoji_id}>"


def delete_role(world: State, guild: Guild, role: Role) -> None:
    """Delete a role; whoever had it has it no more."""
    del guild.roles[role.id]
    for member in guild.members.values():
        member.role_ids = [id_ for id_ in member.role_ids if id_ != role.id]
    world.emit(Event("GUILD_ROLE_DELETE", {"guild_id": str(guild.id), "role_id": str(role.id)}, guild.id))


def join(world: State, guild: Guild, user_id: int, role_ids: list[int]) -> None:
    """Make a user a member of a guild."""
    guild.members[user_id] = Member(user_id, role_ids, world.clock.wall())


def add_channel(world: State, name: str, guild: Guild, **fields: Any) -> Channel:
    """Add a channel, such as one for text or a forum; `fields` are further ones of the record."""
    fields |= {"position": len(guild.channel_ids), "created": world.clock.wall()}
    channel = Channel(id=world.ids.next(), name=name, guild_id=guild.id, **fields)
    return _open(world, channel, "CHANNEL_CREATE")


def _open(world: State, channel: Channel, event: str, **extra: Any) -> Channel:
    world.channels[channel.id] = channel
    guild = world.guild_of(channel)
    if guild is not None:
        guild.channel_ids.append(channel.id)
        data = payloads.channel(world, channel) | extra
        world.emit(Event(event, data, guild.id, channel.id))
    return channel


@dataclass(frozen=True, slots=True)
class NewThread:
    """What a thread shall be."""

    name: str
    owner_id: int
    kind: int = PUBLIC_THREAD
    message: Message | None = None
    auto_archive_minutes: int = 1440


def add_thread(world: State, parent: Channel, new: NewThread) -> Channel:
    """Open a thread, from a message (then it has the message's id) or without one."""
    message = new.message
    thread = Channel(
        message.id if message else world.ids.next(),
        new.kind,
        conversation.tidied(new.name),
        parent.guild_id,
        parent.id,
        owner_id=new.owner_id,
        auto_archive_minutes=new.auto_archive_minutes,
        created=world.clock.wall(),
    )
    _open(world, thread, "THREAD_CREATE", newly_created=True)
    join_thread(world, thread, new.owner_id)
    origin = {"type": 0, "channel_id": str(parent.id), "guild_id": str(parent.guild_id)}
    if message is not None:
        conversation.update(world, message, thread_id=thread.id, flags=message.flags | HAS_THREAD)
        origin["message_id"] = str(message.id)
        conversation.post(world, thread, message.author_id, "", type=THREAD_STARTER, reference=origin)
    elif new.kind != PRIVATE_THREAD:
        origin["channel_id"] = str(thread.id)
        conversation.post(world, parent, new.owner_id, new.name, type=THREAD_CREATED, reference=origin)
    return thread


def add_post(world: State, forum: Channel, post: Channel, text: str) -> Channel:
    """Open a post in a forum: a thread, and its first message, which has its id."""
    post.guild_id, post.parent_id = forum.guild_id, forum.id
    _open(world, post, "THREAD_CREATE", newly_created=True)
    conversation.post(world, post, post.owner_id or 0, text, id=post.id)
    return post


def update_channel(world: State, channel: Channel, **fields: Any) -> None:
    """Change fields of a channel or thread."""
    for name, value in fields.items():
        setattr(channel, name, value)
    event = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
    world.emit(Event(event, payloads.channel(world, channel), channel.guild_id, channel.id))


def update_member(world: State, guild: Guild, member: Member, **fields: Any) -> None:
    """Change fields of a member."""
    for name, value in fields.items():
        setattr(member, name, value)
    if member.user_id == world.bot.id:  # of others, a bot without the intent for members is not told
        data = payloads.member(world, member) | {"guild_id": str(guild.id)}
        world.emit(Event("GUILD_MEMBER_UPDATE", data, guild.id))


def overwrite(world: State, channel: Channel, made: Overwrite) -> None:
    """Allow and deny something in a channel to a role or to a user."""
    update_channel(world, channel, overwrites=channel.overwrites | {made.id: made})


def delete_channel(world: State, channel: Channel) -> None:
    """Delete a channel with its threads, or a thread."""
    for thread in [one for one in world.channels.values() if one.is_thread and one.parent_id == channel.id]:
        delete_channel(world, thread)
    gone = payloads.channel(world, channel)
    if channel.is_thread:
        fields = ("id", "guild_id", "parent_id", "type")
        event = Event("THREAD_DELETE", {name: gone[name] for name in fields}, channel.guild_id, channel.id)
    else:
        event = Event("CHANNEL_DELETE", gone, channel.guild_id, channel.id)
    world.emit(event)
    _forget(world, channel)


def _forget(world: State, channel: Channel) -> None:
    del world.channels[channel.id]
    guild = world.guild_of(channel)
    if guild is not None:
        guild.channel_ids.remove(channel.id)
    for message in channel.messages.values():
        message.deleted = True


def remove_bot(world: State, guild: Guild) -> None:
    """Take the bot out of a guild, its role with it."""
    if guild.members.pop(world.bot.id, None) is not None:
        guild.roles = {one.id: one for one in guild.roles.values() if one.bot_id != world.bot.id}
        world.emit(Event("GUILD_DELETE", {"id": str(guild.id)}, guild.id))


def direct_messages(world: State, user_id: int) -> Channel:
    """Return the DM between the bot and someone, opened when there is none."""
    known = next((one for one in world.channels.values() if one.recipient_id == user_id), None)
    if known is not None:
        return known
    channel = Channel(world.ids.next(), DM, world.users[user_id].name, recipient_id=user_id)
    return _open(world, channel, "CHANNEL_CREATE")


def conversation_of(world: State, name: str, user_ids: list[int]) -> Channel:
    """Open a conversation of people among themselves: a DM of two, else a group's."""
    kind = DM if len(user_ids) == 2 else GROUP_DM
    return _open(world, Channel(world.ids.next(), kind, name, member_ids=user_ids), "CHANNEL_CREATE")
