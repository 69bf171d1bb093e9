"""The link that adds the bot to a server, what it asks for there, and what an older one did not."""

import base64
import binascii
from collections.abc import Sequence

import discord

from bot.errors import StartError
from bot.texts import listed, startup

# View channels, send messages (in threads too), embed links, attach files, read history, add reactions,
# use application commands, create public threads; see https://docs.discord.com/developers/topics/permissions
PERMISSIONS = 311385246784
ADMINISTRATOR = discord.Permissions(administrator=True).value
_FOR_PEOPLE = discord.Permissions(use_application_commands=True).value  # which the bot itself does not use


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


def lacking(granted: int, *, thread: bool | None = None) -> Sequence[str]:
    """Name what the bot needs and was not granted: in a server, or in a channel that is a thread or none."""
    needed = discord.Permissions(PERMISSIONS & ~_FOR_PEOPLE)
    if thread is not None:
        needed.update(send_messages=not thread, create_public_threads=not thread)
    missing = discord.Permissions(0 if granted & ADMINISTRATOR else needed.value & ~granted)
    return [str(listed.PERMISSIONS[name]) for name, is_missing in missing if is_missing]
