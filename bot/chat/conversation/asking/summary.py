"""Asks the model for the summary that stands for turns which are cut; nothing here writes to memory."""

import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from bot.chat.bounds.ledger import Charge, Metered
from bot.chat.completions import Delta, Request, Retraction
from bot.chat.conversation.asking.request import Ask, Requests
from bot.chat.ports import TokenCounter
from bot.errors import LimitReached, ModelError
from bot.rules.model import Turn
from bot.rules.prompting import prompt
from bot.rules.prompting.tokens import MESSAGE_TOKENS
from bot.rules.spending.entries import Purpose

log = logging.getLogger(__name__)

SUMMARY_TOKENS = 400
SUMMARY_SHARE = 0.2  # of a request, at most
SUMMARY_WORDS = 200


class Summaries:
    """Makes summaries, where the self-hoster wants them."""

    def __init__(self, metered: Metered, counter: TokenCounter, requests: Requests, *, wanted: bool) -> None:
        self._metered = metered
        self._counter = counter
        self._requests = requests
        self._wanted = wanted

    async def of(self, ask: Ask, before: str, dropped: Sequence[Turn]) -> str:
        """Return what shall stand for turns that are cut; without a summary they are just left out."""
        told = self._tellable(ask, before, dropped)
        if not self._wanted or not told:
            return before
        key, most = ask.chosen.key, min(SUMMARY_TOKENS, int(self._requests.budget(ask) * SUMMARY_SHARE))
        messages = prompt.to_summarize(before, told, SUMMARY_WORDS)
        cache_key = f"parley-summary-{key.channel_id}"
        request = Request(ask.chosen.facts.name, messages, most, cache_key, asker=ask.account.asker)
        summary, charge = "", await self._charge(ask, told, request)
        try:
            async with aclosing(self._metered.stream(request, charge)) as events:
                async for event in events:
                    if isinstance(event, Delta):
                        summary += event.text
                    elif isinstance(event, Retraction):
                        summary = ""
                    else:
                        ask.hear(event)
        except (ModelError, LimitReached) as error:
            log.warning("no summary for channel %s: %s", key.channel_id, type(error).__name__)
            return before
        return summary.strip() or before

    async def _charge(self, ask: Ask, told: Sequence[Turn], request: Request) -> Charge:
        sent = sum(MESSAGE_TOKENS + turn.tokens for turn in told)
        frame = await self._counter.count_large(str(request.messages[0]["content"]), request.model)
        return Charge(ask.account, Purpose.SUMMARY, self._requests.billed(ask.chosen.facts, sent + frame))

    def _tellable(self, ask: Ask, before: str, dropped: Sequence[Turn]) -> Sequence[Turn]:
        """Return the newest of the turns that are cut, as many as one request may carry."""
        asked = replace(ask.chosen, persona="", situation="")
        room = self._requests.budget(ask) - self._requests.fixed(asked, before) - MESSAGE_TOKENS
        room -= self._counter.count(prompt.SUMMARIZE, asked.facts.name)
        for at, turn in reversed(list(enumerate(dropped))):
            room -= MESSAGE_TOKENS + turn.tokens
            if room < 0:
                return dropped[at + 1 :]
        return dropped
