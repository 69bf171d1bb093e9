"""Permissions for the lack of which Discord refused something: told once an hour in each channel."""

import asyncio

from bot.chat.rights import Permission

TOLD_SECONDS = 3600.0


class Lacks:
    """Knows what was told where; a restart forgets it."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, Permission], float] = {}

    def are_news(self, channel_id: int, lacked: Permission) -> bool:
        """Say whether a lack is to be told in a channel now, and take it as told."""
        now, one = asyncio.get_running_loop().time(), (channel_id, lacked)
        self._told = {told: at for told, at in self._told.items() if now - at < TOLD_SECONDS}
        if one in self._told:
            return False
        self._told[one] = now
        return True
