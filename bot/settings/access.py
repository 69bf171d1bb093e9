"""Who runs the bot, who may use it where, and what it may read, as the self-hoster sets it."""

from dataclasses import dataclass

from bot.settings import forms
from bot.settings.reader import Reader

NAMES = (
    "OWNERS",
    "ALLOWED_SERVERS",
    "ALLOWED_USERS",
    "ALLOWED_ROLES",
    "ALLOWED_CHANNELS",
    "DENIED_USERS",
    "DENIED_ROLES",
    "DENIED_CHANNELS",
    "DIRECT_MESSAGES",
    "USER_INSTALLS",
    "REFUSED_MENTIONS",
    "MESSAGE_CONTENT",
)
REACTION, NOTHING = "reaction", "nothing"
INSTALLS = ("off", "owners", "everyone")


@dataclass(frozen=True, slots=True)
class Access:
    """Ids of Discord's; no `owners` are those whom Discord names, nothing allowed is everything."""

    owners: frozenset[int] = frozenset()
    allowed_servers: frozenset[int] = frozenset()
    allowed_users: frozenset[int] = frozenset()
    allowed_roles: frozenset[int] = frozenset()
    allowed_channels: frozenset[int] = frozenset()
    denied_users: frozenset[int] = frozenset()
    denied_roles: frozenset[int] = frozenset()
    denied_channels: frozenset[int] = frozenset()
    direct_messages: bool = True
    user_installs: str = "off"
    refused_mentions: str = REACTION
    message_content: bool = True


def read(reader: Reader) -> Access:
    """Read the group."""
    usual = Access()

    def ids(name: str) -> frozenset[int]:
        return reader.take(name, frozenset(), forms.ids)

    return Access(
        owners=ids("OWNERS"),
        allowed_servers=ids("ALLOWED_SERVERS"),
        allowed_users=ids("ALLOWED_USERS"),
        allowed_roles=ids("ALLOWED_ROLES"),
        allowed_channels=ids("ALLOWED_CHANNELS"),
        denied_users=ids("DENIED_USERS"),
        denied_roles=ids("DENIED_ROLES"),
        denied_channels=ids("DENIED_CHANNELS"),
        direct_messages=reader.take("DIRECT_MESSAGES", usual.direct_messages, forms.switch),
        user_installs=reader.take("USER_INSTALLS", usual.user_installs, forms.one_of(*INSTALLS)),
        refused_mentions=reader.take(
            "REFUSED_MENTIONS", usual.refused_mentions, forms.one_of(REACTION, NOTHING)
        ),
        message_content=reader.take("MESSAGE_CONTENT", usual.message_content, forms.switch),
    )
