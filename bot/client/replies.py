"""Answers to interactions: each is sent until Discord has taken it, or never will.

They bypass the request budget, since Discord does not count them. Where nothing comes back it is unknown
whether one arrived, so it is sent again: a first response that did arrive is refused the second time as
acknowledged already, and an edit may be made twice. Whoever presses a button has seen the message that it
stands in: what was said there last is then not sent again, lest it cover what the button says.
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
# In an interaction's extras:
THINKING = "thinking"  # how it was acknowledged where discord.py does not know
MESSAGE = "message"  # the id of the message that answers it
SEEN = "seen"  # whether a button of that message was pressed

_under_way: set[discord.Interaction[Any]] = set()  # whose answers are being filled in


class Unacknowledged(Exception):
    """Discord did not take the first response in time, so that nothing was done."""


async def acknowledge(interaction: discord.Interaction[Any], *, thinking: bool) -> None:
    """Tell Discord that an answer will come: `thinking` is a message to the one who asked alone.

    Raises:
        Unacknowledged: it did not take that.
    """
    interaction.extras[THINKING] = thinking
    _is_seen(interaction.message)

    async def defer() -> None:
        taken = await interaction.response.defer(ephemeral=thinking, thinking=thinking)
        interaction.extras[MESSAGE] = taken.message_id if taken else None

    await respond(interaction, defer)


def _is_seen(message: discord.Message | None) -> None:
    for shown in _under_way:
        if message is not None and shown.extras.get(MESSAGE) == message.id:
            shown.extras[SEEN] = True


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
        if interaction.extras.get(SEEN):
            return
        if files:
            shown["attachments"] = _attached(files)
        await interaction.edit_original_response(**shown)

    _under_way.add(interaction)
    try:
        return await _told(interaction, tell)
    finally:
        _under_way.discard(interaction)


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
