"""A message of Discord's as a value of ours: the one place that says what it holds, whichever way it came."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import discord

from bot.chat.rights import Permission
from bot.client.bot import ParleyBot
from bot.client.standing import standing_in
from bot.reading import words
from bot.reading.channels import is_seen_by, parent_of, permissions_in
from bot.reading.snapshots import forwarded_in
from bot.rules.figures import MOST_BYTES, MOST_PIXELS, figure, whole
from bot.rules.model import AttachmentRef, ChannelKey, Incoming, Reference, Speaker
from bot.rules.notes import NoteCode
from bot.rules.prompting.mentions import Names, readable
from bot.texts import members

CHANNEL_MARK = re.compile(r"(?:<#|/channels/(?:\d{1,20}|@me)/)(\d{1,20})")
REPLY, STARTER = discord.MessageType.reply, discord.MessageType.thread_starter_message
PLURALKIT, TUPPERBOX = 466378653216014359, 431544605209788416
PROXIES = frozenset({PLURALKIT, TUPPERBOX})  # which post people's messages again under names of their own
READ_TYPES = frozenset({discord.MessageType.default, REPLY})


def is_from_person(message: discord.Message, bots: Collection[int] = ()) -> bool:
    """Say whether a message is a person's words, rather than a bot's, a webhook's or the system's.

    Those of these `bots` count as a person's, and what a proxy posts is one's own words.
    """
    is_persons = not message.author.bot or message.author.id in bots
    return is_proxy(message) or (is_persons and message.webhook_id is None and message.type in READ_TYPES)


def is_proxy(message: discord.Message) -> bool:
    """Say whether a message is a person's own, posted again through a webhook by a bot that does that."""
    return message.webhook_id is not None and message.application_id in PROXIES


def is_withheld(message: discord.Message, client: discord.Client) -> bool:
    """Say whether Discord may have kept back what a message says: a bot may run without that intent.

    It keeps nothing back of direct messages, our own, and those that mention us, which is how replies ping.
    """
    if client.intents.message_content or message.guild is None or _is_from_us(message, client):
        return False
    shown = (message.content, message.attachments, message.embeds, message.components, message.poll)
    return not any(shown) and client.user not in message.mentions


def key_of(message: discord.Message) -> ChannelKey:
    """Return where a message was said."""
    guild_id = message.guild.id if message.guild else None
    return ChannelKey(message.channel.id, guild_id, parent_of(message.channel))


def incoming(message: discord.Message, client: discord.Client) -> Incoming:
    """Read a message."""
    ours, granted, withheld = _our_ids(message, client), _granted(message), is_withheld(message, client)
    is_owner = isinstance(client, ParleyBot) and message.author.id in client.owners
    read = Incoming(
        message_id=message.id,
        key=key_of(message),
        speaker=speaker_of(message.author),
        text=_words(message, message, client),
        created_at=message.created_at,
        mentions_us=any(one.id in ours for one in (*message.mentions, *message.role_mentions)),
        speaks_to_others=_speaks_to_others(message, ours),
        reply_to=_reply(message, client),
        forwards=_forwards(message, client),
        attachments=attachments_of(message.attachments),
        edited_at=None if withheld else message.edited_at,
        is_withheld=withheld,
        from_bot=message.author.bot and not is_proxy(message),
        is_proxy=is_proxy(message),
        standing=standing_in(message, is_proxy=is_proxy(message), is_owner=is_owner),
        may_read_back=Permission.READ_MESSAGE_HISTORY in granted,
        may_go_on=Permission.SEND_MESSAGES_IN_THREADS in granted,
        locale=str(message.guild.preferred_locale) if message.guild else "",
        mentioned=tuple(speaker_of(user) for user in message.mentions if user.id not in ours),
        our_names=our_names(message.guild, client),
        previews=_text(words.embeds(message.embeds), message, client) if _has_previews(message) else "",
    )
    if _is_from_us(message, client):
        return replace(read, text=_own_words(message, client), attachments=())
    if not (message.content or read.words or read.files) and words.shows_more(message):
        return replace(read, text=words.UNREADABLE)
    return read


def _granted(message: discord.Message) -> frozenset[Permission]:
    """Return what the author of a message may do there, as far as that is known."""
    author, channel = message.author, message.channel
    if not isinstance(author, discord.Member) or isinstance(channel, discord.PartialMessageable):
        return frozenset()
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return frozenset()  # nothing to compute it from
    return permissions_in(channel.permissions_for(author))


def _is_from_us(message: discord.Message, client: discord.Client) -> bool:
    return client.user is not None and message.author.id == client.user.id


def _own_words(message: discord.Message, client: discord.Client) -> str:
    """Read what we said: an answer, which may not be whole yet, or what a command showed."""
    said = message.content.removesuffix(members.CURSOR)
    return _text(said, message, client) or words.embeds(message.embeds)


def _words(shown: words.Shown, message: discord.Message, client: discord.Client) -> str:
    """Read all that a message, or one that it forwards, shows in words."""
    if isinstance(shown, discord.Message) and words.is_told_by_discord(shown):
        return words.system(shown)
    beside = (
        words.used(shown) if isinstance(shown, discord.Message) else "",
        words.beside(shown),
        "" if _has_previews(shown) else words.embeds(shown.embeds),
    )
    found = [_text(piece, message, client) for piece in (beside[0], shown.content, *beside[1:])]
    return "\n".join(piece for piece in found if piece)


def _has_previews(shown: words.Shown) -> bool:
    """Say whether embeds are previews of links, and not what a bot or a webhook made."""
    if not isinstance(shown, discord.Message) or words.is_told_by_discord(shown):
        return False
    return not shown.author.bot and shown.webhook_id is None


def _speaks_to_others(message: discord.Message, ours: frozenset[int]) -> bool:
    """Say whether a message is for somebody else: it mentions them, or everybody, or replies to them."""
    if message.mention_everyone:
        return True
    spoken_to = {one.id for one in (*message.mentions, *message.role_mentions)}
    quoted = message.reference.resolved if message.reference and message.type is REPLY else None
    if isinstance(quoted, discord.Message):
        spoken_to.add(quoted.author.id)
    return bool(spoken_to - ours - {message.author.id})


def _our_ids(message: discord.Message, client: discord.Client) -> frozenset[int]:
    """Return our user id and that of the role that came with us, which people pick by mistake."""
    ids = {client.user.id} if client.user else set()
    role = message.guild.self_role if message.guild else None
    return frozenset(ids | ({role.id} if role else set()))


def our_names(guild: discord.Guild | None, client: discord.Client) -> tuple[str, ...]:
    """Return what we are called there."""
    member = guild.me if guild else None
    return tuple({user.display_name for user in (client.user, member) if user})


def speaker_of(user: discord.abc.User) -> Speaker:
    """Return who says something."""
    return Speaker(user.id, user.display_name, user.name)


def _text(content: str, message: discord.Message, client: discord.Client) -> str:
    """Read the content of a message, or of what it forwards; ids get the names that its author may know."""
    guild = message.guild
    names = Names(
        users={user.id: user.display_name for user in _mentioned(message)},
        roles={role.id: role.name for role in guild.roles} if guild else {},
        channels=_channels(content, message),
        us=client.user.display_name if client.user else "",
        our_ids=_our_ids(message, client),
    )
    return readable(content, names)


def _mentioned(message: discord.Message) -> Iterator[discord.abc.User]:
    yield from message.mentions
    for forward in forwarded_in(message):
        yield from forward.mentions


def _channels(content: str, message: discord.Message) -> dict[int, str]:
    """Return the names of channels that the author may see; of one with no known roles, what all may see."""
    guild = message.guild
    if guild is None:
        return {}
    viewer = message.author if isinstance(message.author, discord.Member) else guild.default_role
    found = (guild.get_channel_or_thread(int(id_)) for id_ in CHANNEL_MARK.findall(content))
    return {place.id: place.name for place in found if place is not None and is_seen_by(viewer, place)}


def _reply(message: discord.Message, client: discord.Client) -> Reference | None:
    reference = message.reference
    if reference is None or message.type not in (REPLY, STARTER):
        return None
    quoted = reference.resolved
    if isinstance(quoted, discord.Message):
        return reference_to(quoted, client)
    is_gone = isinstance(quoted, discord.DeletedReferencedMessage)
    unread = NoteCode.QUOTE_DELETED if is_gone else NoteCode.QUOTE_UNREAD
    return Reference(reference.message_id, unread=unread) if reference.message_id else None


def reference_to(message: discord.Message, client: discord.Client) -> Reference:
    """Read a message that another one is about; that a thread began with one says what that one says."""
    said = incoming(message, client)
    if message.type is STARTER and said.reply_to is not None:
        return said.reply_to
    if said.is_withheld:
        return Reference(said.message_id, speaker=said.speaker, unread=NoteCode.QUOTE_UNREAD)
    ours = _is_from_us(message, client)
    return Reference(said.message_id, said.words, said.speaker, ours, said.files, said.reply_to)


def _forwards(message: discord.Message, client: discord.Client) -> tuple[Reference, ...]:
    origin = message.reference.message_id if message.reference else None
    return tuple(
        Reference(
            message_id=origin or message.id,
            text=_words(snapshot, message, client) or ("" if snapshot.attachments else words.UNREADABLE),
            attachments=attachments_of(snapshot.attachments),
        )
        for snapshot in forwarded_in(message)
    )


def attachments_of(attachments: Sequence[discord.Attachment]) -> tuple[AttachmentRef, ...]:
    """Read the files of a message, their figures with distrust."""
    return tuple(
        AttachmentRef(
            id=one.id,
            filename=one.filename,
            url=one.url,
            size=int(figure(one.size, MOST_BYTES) or 0),
            content_type=one.content_type,
            width=whole(one.width, MOST_PIXELS),
            height=whole(one.height, MOST_PIXELS),
            is_voice=one.is_voice_message(),
        )
        for one in attachments
    )
