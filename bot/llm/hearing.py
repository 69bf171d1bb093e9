"""One answer as it is heard: its chunks put together, thoughts left out, its length by our own count."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat.completions import Delta, Retraction, Thought
from bot.llm.completion import Assembly
from bot.llm.counter import TiktokenCounter
from bot.rules.completions.finishes import Finish, TemplateEnds, finish_of, mentions_ends
from bot.rules.completions.tags import mentions_tags
from bot.rules.completions.thoughts import Thoughts
from bot.rules.graphemes import is_blank
from bot.rules.spending.entries import Sending

Heard = Delta | Thought | Retraction
MOST_BLANKS = 4_000  # characters in a row: two messages of nothing; a model that goes on so says no more
MOST_AT_ONCE = 50_000  # characters of one chunk that are read before others get their turn
LOOK_ON = 4  # times what was said, for a closing tag that shows that it was thought
UNOPENED, OPENED = "unopened", "opened"  # whether a tag, or a field, says where thoughts begin
NEWEST_MESSAGES = 12  # of a request: what came before is not what is spoken of


@dataclass(frozen=True, slots=True)
class Ear:
    """What is needed to hear an answer: see `Thoughts` and `ReplyMeter`."""

    counter: TiktokenCounter
    model: str
    most_tokens: int
    tags_spoken_of: bool = False
    begins_in_thoughts: bool = False
    may_begin_so: bool = False  # a closing tag may still show that all before it was thought


class ReplyMeter:
    """Lets through as much of one answer as has at most so many tokens.

    Counting at each chunk would cost more than all the rest of reading a stream. A token holds at least one
    byte, so that nothing needs to be counted before as many bytes have come as tokens were left.
    """

    def __init__(self, counter: TiktokenCounter, model: str, most: int) -> None:
        self._counter = counter
        self._model = model
        self._most = self._left = most
        self.taken = 0  # characters
        self._text: list[str] = []
        self._uncounted = 0  # bytes
        self._blanks = 0  # characters, since the last word
        self.full = False

    async def take(self, text: str) -> str:
        """Return what of the next text is within the limit; `full` says that no more will be."""
        self._blanks = self._blanks + len(text) if is_blank(text) else 0
        if self._blanks > MOST_BLANKS:
            self.full = True
            return ""
        self._text.append(text)
        self._uncounted += len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        if self._uncounted <= self._left:
            self.taken += len(text)
            return text
        whole = "".join(self._text)
        within, tokens = await self._counter.fit(whole, self._model, self._most)
        self.full = len(within) < len(whole)
        self._text, self._uncounted, self._left = [within], 0, self._most - tokens
        before, self.taken = self.taken, len(within)
        return within[before:]


class Hearing:
    """Takes the chunks of one answer."""

    def __init__(self, ear: Ear) -> None:
        self.assembly = Assembly()
        self.thoughts = Thoughts(spoken_of=ear.tags_spoken_of, begun=ear.begins_in_thoughts)
        self._ear = ear
        self._ends = TemplateEnds()
        self._meter = self._new_meter()
        self._retractions = 0
        self._told = False
        self._beyond = 0  # characters, since no more may be said
        self._held = ""  # of the words, until it was certain that they are new

    @property
    def thinking(self) -> bool:
        """Say whether the model has thought, as far as that can be seen."""
        return self.assembly.thinking or self.thoughts.heard

    @property
    def manner(self) -> str:
        """Return how the thoughts began, nothing where there were none."""
        if not self.thinking:
            return ""
        return UNOPENED if self.thoughts.began_unopened else OPENED

    @property
    def alive(self) -> bool:
        """Say whether there was a word or a thought yet."""
        return self.assembly.begun or self.thinking

    @property
    def is_over(self) -> bool:
        """Say whether the answer is complete, or as long as it may be; what goes wrong then costs nothing."""
        reason = self.assembly.finish_reason
        ended = reason is not None and finish_of(reason) is not Finish.FAILED
        return self.assembly.done or ended or self._meter.full

    @property
    def full(self) -> bool:
        """Say whether no more may be said, nor can still come that takes back what was."""
        looks_on = self._ear.may_begin_so and not self.thinking
        return self._meter.full and not (looks_on and self._beyond < LOOK_ON * self._meter.taken)

    async def take(self, chunk: Mapping[str, Any]) -> Sequence[Heard]:
        """Take in a chunk, or a whole completion, and return what is new."""
        text = self.assembly.take(chunk)
        if self.assembly.thinking:
            self.thoughts.come_elsewhere()
        events = list(await self._new(self.thoughts.take(text[:MOST_AT_ONCE]) if text else ""))
        for start in range(MOST_AT_ONCE, len(text), MOST_AT_ONCE):
            if self.full:
                break
            await asyncio.sleep(0)
            events += await self._new(self.thoughts.take(text[start : start + MOST_AT_ONCE]))
        return events

    def settle(self) -> None:
        """Look at the answer's end as a whole, once no more chunks come."""
        self._held = self.assembly.end()

    async def end(self, *, cut: bool) -> Sequence[Heard]:
        """Return what was held back; `cut` is an answer that ended at a limit."""
        held = self.thoughts.take(self._held) if self._held else ""
        events = await self._new(held + self.thoughts.end(cut=cut), last=True)
        if self._meter.full:
            self.assembly.finish_reason = "length"
        return events

    def note(self, sending: Sending) -> None:
        """Note on a request what came of it."""
        sending.usage, sending.characters = self.assembly.usage, self.assembly.characters

    async def _new(self, said: str, *, last: bool = False) -> Sequence[Heard]:
        events: list[Heard] = []
        if self.thoughts.retractions != self._retractions:
            self._retractions = self.thoughts.retractions
            if self.assembly.begun:
                events.append(Retraction())
            self.assembly.forget()
            self._ends = TemplateEnds()
            self._meter = self._new_meter()
        if self.thinking and not self._told:
            self._told = True
            events.append(Thought())
        if not self._ear.tags_spoken_of:
            said = self._ends.take(said) + (self._ends.end() if last else "")
        if self._meter.full:
            self._beyond += len(said)
        elif said and (text := self.assembly.show(await self._meter.take(said))):
            events.append(Delta(text))
        if self.full:
            self.assembly.finish_reason = "length"
        return events

    def _new_meter(self) -> ReplyMeter:
        return ReplyMeter(self._ear.counter, self._ear.model, self._ear.most_tokens)


def speaks_of_tags(messages: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether it is the tags of thoughts, or the marks of a template, that a request speaks of."""
    for message in messages[-NEWEST_MESSAGES:]:
        content = message["content"]
        parts = [{"text": content}] if isinstance(content, str) else content
        texts = [part.get("text", "") for part in parts]
        if any(mentions_tags(text) or mentions_ends(text) for text in texts):
            return True
    return False
