"""Asides: what a person asks for themselves in a channel, or where the bot is no member.

Each is a conversation of its own, like a thread of the channel that nobody else sees. Its id is made of the
person's and the channel's, so that no foreign channel has to be remembered for it. Discord's ids begin with
the time, and come that far in 2049.
"""

from hashlib import blake2b

from bot.rules.model import ChannelKey

FIRST_ASIDE = 2**62


def aside(person_id: int, place: ChannelKey, *, elsewhere: bool) -> ChannelKey:
    """Return the key of a person's aside; `elsewhere` the bot is no member, and nothing there holds."""
    digest = blake2b(f"{person_id} {place.channel_id}".encode(), digest_size=8).digest()
    own_id = FIRST_ASIDE | int.from_bytes(digest) >> 2
    if elsewhere:
        return ChannelKey(own_id)
    return ChannelKey(own_id, place.guild_id, place.channel_id)


def is_aside(key: ChannelKey) -> bool:
    """Say whether a place is an aside, of which nobody but its person is told anything."""
    return key.channel_id >= FIRST_ASIDE


def is_elsewhere(key: ChannelKey) -> bool:
    """Say whether an aside is where the bot is no member, so that deletions there are not heard of."""
    return is_aside(key) and key.parent_id is None


def linked(key: ChannelKey) -> int:
    """Return the id of the channel that a link to what was said in a place leads to."""
    return key.parent_id if is_aside(key) and key.parent_id is not None else key.channel_id
