"""Messages through an interaction's webhook: while it is open, else by the channel where that is ours."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any

import discord

from bot.chat.asides.hooks import MOST_MESSAGES, Hook
from bot.rules.model import ChannelKey
from bot.ui.answers.posting import Channel, Post, file_of
from bot.ui.requests.calls import Kind, Lane, current_call

BY_CHANNEL = (Kind.TYPING, Kind.REACTION)
OF_APPLICATION = 3  # the type of an interaction's webhook
NOBODY = discord.AllowedMentions.none()
Way = Callable[[], Coroutine[Any, Any, object]]
OVER = (50027, 10015)  # the token has expired, or was never good


class Hooked(Channel):
    """A channel as one interaction may write in it; what follows the first answer is a reply to that.

    Discord takes no nonce there, so that a message of which nothing was heard may be posted twice.
    """

    def __init__(
        self, client: discord.Client, key: ChannelKey, hook: Hook, is_open: Callable[[], bool]
    ) -> None:
        super().__init__(client, key)
        self._hook = hook
        self._is_open = is_open
        data: Any = {"id": client.application_id, "type": OF_APPLICATION, "token": hook.token}
        self._webhook = discord.Webhook.from_state(data, client._connection)

    @property
    def is_alone(self) -> bool:
        """Say whether nothing but the webhook leads to its messages."""
        return self._hook.alone

    def takes_more(self, now: datetime) -> bool:
        """Say whether an answer here can still be redone."""
        return self._hook.takes_more(now)

    @property
    def most_messages(self) -> int | None:
        """Return how many messages an answer may have here."""
        return MOST_MESSAGES if self._hook.few else None

    def lane(self, kind: str) -> Lane:
        """Return the lane that a request is asked for with, by which it then goes."""
        if kind in BY_CHANNEL or not (self._hook.alone or self._is_open()):
            return super().lane(kind)
        return Lane(self._hook.id, Kind.WEBHOOK)

    async def create(self, post: Post, nonce: str, reply_to: int | None) -> None:
        """Send a message."""
        options: dict[str, Any] = {"ephemeral": self._hook.hidden, "suppress_embeds": True}
        if post.view is not None:
            options["view"] = post.view
        if post.attached:
            options["files"] = [*map(file_of, post.attached)]
        send = partial(self._webhook.send, post.content, allowed_mentions=NOBODY, **options)
        await self._either(send, partial(super().create, post, nonce, reply_to))

    async def edit(self, message_id: int, post: Post, *, buttons: bool, files: bool) -> None:
        """Change a message."""
        options: dict[str, Any] = {"view": post.view} if buttons else {}
        if files:
            options["attachments"] = [*map(file_of, post.attached)]
        change = partial(
            self._webhook.edit_message, message_id, content=post.content, allowed_mentions=NOBODY, **options
        )
        await self._either(change, partial(super().edit, message_id, post, buttons=buttons, files=files))

    async def take_buttons(self, message_id: int) -> None:
        """Take a message's buttons off it."""
        take = partial(self._webhook.edit_message, message_id, view=None)
        await self._either(take, partial(super().take_buttons, message_id))

    async def delete(self, message_id: int) -> None:
        """Delete a message."""
        await self._either(
            partial(self._webhook.delete_message, message_id), partial(super().delete, message_id)
        )

    async def type(self) -> None:
        """Show that the bot is typing, unless only one person would see what it types."""
        if not self._hook.alone:
            await super().type()

    async def react(self, message_id: int, emoji: str, me: discord.abc.Snowflake | None) -> None:
        """Put a reaction under a message, where it can have any."""
        if not self._hook.alone:
            await super().react(message_id, emoji, me)

    async def _either(self, by_webhook: Way, by_channel: Way) -> None:
        """Make a request the way that it was asked for; where the webhook is over, the channel is left."""
        call = current_call.get()
        if call is not None and call.lane.is_counted:
            await by_channel()
            return
        try:
            await by_webhook()
        except discord.HTTPException as error:
            if error.code not in OVER or self._hook.alone:
                raise
            await by_channel()
