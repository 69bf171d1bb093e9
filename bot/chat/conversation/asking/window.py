"""Brings a channel's window of turns up to date for a question. Each of its steps writes to memory.

The cost depends on the budget of a request, never on how much a channel holds.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.conversation.asking.request import Ask, Requests
from bot.chat.conversation.asking.summary import Summaries
from bot.chat.conversation.reconciliation import Reconciliation
from bot.chat.home.chosen import Chosen
from bot.chat.memory import Windows
from bot.rules.model import Part, Role, Turn, Window
from bot.rules.prompting import prompt
from bot.rules.prompting.tokens import MESSAGE_TOKENS

RECOUNTED_AT_ONCE = 100  # turns


class QuestionGone(Exception):
    """The question was deleted before its turn came; there is nothing to answer and nobody to tell."""


class CurrentWindow:
    """What of a channel goes along with a question, as it is now: reconciled, counted anew, cut."""

    def __init__(
        self, windows: Windows, reconciliation: Reconciliation, requests: Requests, summaries: Summaries
    ) -> None:
        self._windows = windows
        self._reconciliation = reconciliation
        self._requests = requests
        self._summaries = summaries

    async def of(self, ask: Ask) -> Window:
        """Return the turns that may go along, up to date and counted for the model.

        Raises:
            QuestionGone: the question is not in memory any more.
        """
        window = await self._recounted(ask, await self._reconciled(ask))
        if not window.turns or window.turns[-1].position != ask.until:
            raise QuestionGone
        return await self.with_files(ask.chosen, window)

    async def with_files(self, chosen: Chosen, window: Window, *, asked: bool = True) -> Window:
        """Return a window whose question, and what was said right before it, have their files whole.

        Those of a turn before the question are whole where there is room for them beside it; without one that
        is `asked` yet, all turns are. An unanswered one that no request can carry was refused: its asker was
        told that it is kept out, beginning and all.
        """
        turns, room = list(window.turns), self._requests.room(chosen)
        answered = {turn.position for turn in turns if turn.role is Role.ASSISTANT}
        left = room
        for at in range(len(turns) - 1, -1, -1):
            turn = turns[at]
            if turn.position in answered:
                left = 0
            elif any(map(prompt.is_long, turn.parts)):
                whole = replace(turn, asked_tokens=0)
                tokens = (await self._requests.count_turns(chosen.facts, [whole]))[turn.id]
                if (asked and at == len(turns) - 1) or tokens + MESSAGE_TOKENS <= left or tokens > room:
                    turns[at] = replace(turn, asked_tokens=tokens)
            cost = prompt.tokens_of(turns[at])
            left -= cost + MESSAGE_TOKENS if cost <= room else 0
        return replace(window, turns=tuple(turns))

    async def _read(self, ask: Ask) -> Window:
        return await self._windows.window(
            ask.chosen.key.channel_id, ask.until, self._requests.room(ask.chosen)
        )

    async def _reconciled(self, ask: Ask) -> Window:
        """Hold the turns against Discord's copy; where some are gone, older ones may take their place."""
        key, window = ask.chosen.key, await self._read(ask)
        if await self._reconciliation.follow_polls(key, window.turns):
            window = await self._read(ask)
        while await self._reconciliation.check(key, window.turns[:-1], window.carried):
            window = await self._read(ask)
        return window

    async def _recounted(self, ask: Ask, window: Window) -> Window:
        """Count turns anew that were counted for another model, some at a time, so that nobody is held up."""
        facts = ask.chosen.facts
        while stale := [turn for turn in window.turns if turn.encoding != facts.encoding]:
            for start in range(0, len(stale), RECOUNTED_AT_ONCE):
                counts = await self._requests.count_turns(facts, stale[start : start + RECOUNTED_AT_ONCE])
                await self._windows.recount(counts, facts.encoding)
            window = await self._read(ask)
        return window

    async def cut(self, ask: Ask, window: Window) -> tuple[Ask, Window]:
        """Return what a request carries of a window; the rest is cut for good, a summary may stand for it.

        Where the prompt begins anew the model is told what its place is called now. Nothing is cut for a
        model that stands in for another: it may read less.
        """
        budget = self._requests.budget(ask)
        plan = self._requests.plan(ask.chosen, window, budget)
        if (plan.cut is not None or len(window.turns) == 1) and not ask.chosen.stands_in:
            ask = self._requests.situated_anew(ask, window.turns[-1])
            plan = self._requests.plan(ask.chosen, window, budget)
        if plan.cut is not None and not ask.chosen.stands_in:
            channel_id = ask.chosen.key.channel_id
            # What goes along is in no summary: that would outlive what is done to it in its channel.
            own = (turn for turn in plan.dropped if turn.position > window.carried)
            dropped = [replace(turn, asked_tokens=None) for turn in own]
            summary = await self._summaries.of(ask, window.summary, dropped)
            if summary != window.summary and await self._changed(channel_id, window):
                summary = ""  # what it tells of was deleted or edited while it was made
            await self._windows.cut(channel_id, plan.cut, summary)
            window = Window((), plan.cut, summary)
        window = replace(window, turns=plan.kept)
        if window.summary and self._requests.tokens(ask.chosen, window) > budget:
            window = replace(window, summary="")  # the question leaves no room for it
        return ask, window

    async def _changed(self, channel_id: int, before: Window) -> bool:
        tokens = sum(turn.tokens for turn in before.turns)
        now = await self._windows.window(channel_id, before.turns[-1].position, tokens)
        return _said(now.turns) != _said(before.turns)


def _said(turns: Sequence[Turn]) -> list[tuple[int, str, tuple[Part, ...]]]:
    return [(turn.id, turn.text, turn.parts) for turn in turns]
