"""What an answer of the REST API says of limits, and whether it is Discord's at all; nothing here waits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import discord

from bot.client.retry import TooManyRequests
from bot.rules.figures import MOST_TIME, figure, seconds

# Bytes of what is not Discord's own, such as a proxy's page: it goes to the log with each try.
MOST_SAID = 200


@dataclass(frozen=True)
class Answer:
    """A status, headers and a body, as they came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def told(self) -> dict[str, Any] | None:
        """The JSON object that Discord answers a refusal with; None from whatever stands before Discord."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return None
        return told if isinstance(told, dict) else None

    @property
    def is_page(self) -> bool:
        """Say whether a page says that all is well, in the place of Discord, who then did nothing."""
        return self.status < 300 and self.body.lstrip()[:1] not in (b"", b"{", b"[")

    @property
    def is_ban(self) -> bool:
        """Say whether not Discord refuses a request, but Cloudflare every request from our address."""
        return self.status == 429 and self.told is None

    @property
    def is_global(self) -> bool:
        """Say whether a 429 is about all routes."""
        return bool((self.told or {}).get("global")) or self.headers.get("X-RateLimit-Scope") == "global"

    @property
    def retry_after(self) -> float:
        """Return the seconds that a 429 asks to wait."""
        said = seconds((self.told or {}).get("retry_after", self.headers.get("Retry-After")))
        return 1.0 if said is None else said

    @property
    def bucket(self) -> tuple[int, int, float] | None:
        """Return a bucket's limit, what remains of it, and when it resets."""
        said = [self.headers.get(f"X-RateLimit-{name}") for name in ("Limit", "Remaining", "Reset-After")]
        limit, remaining, reset_after = map(seconds, said)
        if not limit or remaining is None or reset_after is None:
            return None
        return int(limit), int(remaining), reset_after

    @property
    def counted_at(self) -> float | None:
        """Return when Discord counted the request, by its own clock."""
        resets_at, reset_after = (
            figure(self.headers.get(f"X-RateLimit-{name}"), MOST_TIME) for name in ("Reset", "Reset-After")
        )
        return None if resets_at is None or reset_after is None else resets_at - reset_after

    def error(self, response: Any) -> discord.HTTPException | None:
        """Return what to raise where discord.py would sleep and try again: how to go on is ours to say."""
        if self.status != 429 and self.status < 500 and not self.is_page:
            return None
        told = self.told or self.body[:MOST_SAID].decode("utf-8", "replace")
        if self.status == 429:
            return TooManyRequests(response, told, self.retry_after)
        return discord.DiscordServerError(response, told)
