"""Answers to interactions: each is sent until Discord has taken it, or never will.

They bypass the request budget, since Discord does not count them. Where nothing comes back it is unknown
whether one arrived, so it is sent again: a first response that did arrive is refused the second time as
acknowledged already, and an edit may be made twice.
"""

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord

from bot.chat.commands.files import File
from bot.client.retry import FAILURES, persist

log = logging.getLogger(__name__)

ACKNOWLEDGED_ALREADY = 40060
FIRST_RESPONSE_SECONDS = 2.7  # of the three that Discord gives
TRY_SECONDS = 1.0  # one of several within them
REPLY_SECONDS = 120.0
THINKING = "thinking"  # in an interaction's extras: how it was acknowledged where discord.py does not know


class Unacknowledged(Exception):
    """Discord did not take the first response in time, so that nothing was done."""


async def acknowledge(interaction: discord.Interaction[Any], *, thinking: bool) -> None:
    """Tell Discord that an answer will come: `thinking` is a message to the one who asked alone.

    Raises:
        Unacknowledged: it did not take that.
    """
    interaction.extras[THINKING] = thinking
    await respond(interaction, lambda: interaction.response.defer(ephemeral=thinking, thinking=thinking))


async def respond(interaction: discord.Interaction[Any], first: Callable[[], Awaitable[object]]) -> None:
    """Send the first response.

    Raises:
        Unacknowledged: Discord did not take it.
    """

    async def soon() -> None:
        async with asyncio.timeout(TRY_SECONDS):
            await first()

    try:
        await persist(f"interaction {interaction.id}", soon, FIRST_RESPONSE_SECONDS)
    except (*FAILURES, RuntimeError) as error:  # the session is closed at the end
        if getattr(error, "code", 0) != ACKNOWLEDGED_ALREADY:
            raise Unacknowledged from error


async def reply(interaction: discord.Interaction[Any], files: Sequence[File] = (), **shown: Any) -> bool:
    """Fill in the answer, or change the message with the pressed button; say whether Discord took it."""

    async def tell() -> None:
        if files:
            shown["attachments"] = _attached(files)
        await interaction.edit_original_response(**shown)

    return await _told(interaction, tell)


async def follow_up(interaction: discord.Interaction[Any], files: Sequence[File] = (), **shown: Any) -> bool:
    """Send a further message; say whether Discord took it."""

    async def tell() -> None:
        if files:
            shown["files"] = _attached(files)
        await interaction.followup.send(suppress_embeds=True, **shown)

    return await _told(interaction, tell)


def _attached(files: Sequence[File]) -> list[discord.File]:
    """Return files as discord.py takes them; one request uses them up."""
    return [discord.File(io.BytesIO(file.data), file.name) for file in files]


async def _told(interaction: discord.Interaction[Any], tell: Callable[[], Awaitable[object]]) -> bool:
    try:
        await persist(f"interaction {interaction.id}", tell, REPLY_SECONDS)
    except (*FAILURES, RuntimeError) as error:
        log.warning("interaction %s could not be answered: %r", interaction.id, error)
        return False
    return True


async def tell_alone(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Tell the one who used a command or button a sentence, whatever was answered before."""
    if interaction.response.is_done() or THINKING in interaction.extras:
        if interaction.extras.get(THINKING):
            await reply(interaction, content=sentence)
        else:
            await follow_up(interaction, content=sentence, ephemeral=True)
        return
    try:
        await respond(interaction, lambda: interaction.response.send_message(sentence, ephemeral=True))
    except Unacknowledged as error:
        log.warning("interaction %s could not be answered: %r", interaction.id, error.__cause__)
