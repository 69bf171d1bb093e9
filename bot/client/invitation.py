"""The link that adds the bot to a server, and what it asks for there."""

import base64
import binascii

from bot.errors import StartError
from bot.texts import startup

# View channels, send messages (in threads too), embed links, attach files, read history, add reactions,
# use application commands; see https://docs.discord.com/developers/topics/permissions
PERMISSIONS = 277025508416


def link(application_id: str | int) -> str:
    """Return the link that adds the bot to a server."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot%20applications.commands&permissions={PERMISSIONS}"
    )


def application_of(token: str) -> int:
    """Return the id of the application that a token is of, which it begins with in base64."""
    head = token.partition(".")[0]
    try:
        return int(base64.b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError) as error:
        raise StartError(startup.NO_APPLICATION_ID) from error
