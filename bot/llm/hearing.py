"""One answer as it is heard: its chunks put together, thoughts left out, its length by our own count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat.ports import Delta, Retraction, Thought
from bot.llm.completion import Assembly
from bot.llm.counter import TiktokenCounter
from bot.llm.meter import ReplyMeter
from bot.rules.completions.finishes import Finish, finish_of
from bot.rules.completions.tags import mentions_tags
from bot.rules.completions.thoughts import Thoughts

Heard = Delta | Thought | Retraction
NEWEST_MESSAGES = 12  # of a request: what came before is not what is spoken of


@dataclass(frozen=True, slots=True)
class Ear:
    """What is needed to hear an answer: see `Thoughts` and `ReplyMeter`."""

    counter: TiktokenCounter
    model: str
    most_tokens: int
    tags_spoken_of: bool = False
    begins_in_thoughts: bool = False


class Hearing:
    """Takes the chunks of one answer."""

    def __init__(self, ear: Ear) -> None:
        self.assembly = Assembly()
        self.thoughts = Thoughts(spoken_of=ear.tags_spoken_of, begun=ear.begins_in_thoughts)
        self._ear = ear
        self._meter = self._new_meter()
        self._retractions = 0
        self._told = False

    @property
    def thinking(self) -> bool:
        """Say whether the model has thought, as far as that can be seen."""
        return self.assembly.thinking or self.thoughts.heard

    @property
    def alive(self) -> bool:
        """Say whether there was a word or a thought yet."""
        return self.assembly.begun or self.thinking

    @property
    def is_over(self) -> bool:
        """Say whether the server said that the answer is complete; what goes wrong then costs nothing."""
        reason = self.assembly.finish_reason
        return self.assembly.done or (reason is not None and finish_of(reason) is not Finish.FAILED)

    @property
    def full(self) -> bool:
        """Say whether no more may be said."""
        return self._meter.full

    async def take(self, chunk: Mapping[str, Any]) -> Sequence[Heard]:
        """Take in a chunk, or a whole completion, and return what is new."""
        return await self._new(self.thoughts.take(self.assembly.take(chunk)))

    async def end(self, *, cut: bool) -> Sequence[Heard]:
        """Return what was held back; `cut` is an answer that ended at a limit."""
        return await self._new(self.thoughts.end(cut=cut))

    async def _new(self, said: str) -> Sequence[Heard]:
        events: list[Heard] = []
        if self.thoughts.retractions != self._retractions:
            self._retractions = self.thoughts.retractions
            if self.assembly.begun:
                events.append(Retraction())
            self.assembly.forget()
            self._meter = self._new_meter()
        if self.thinking and not self._told:
            self._told = True
            events.append(Thought())
        if text := self.assembly.show(await self._meter.take(said)):
            events.append(Delta(text))
        if self.full:
            self.assembly.finish_reason = "length"
        return events

    def _new_meter(self) -> ReplyMeter:
        return ReplyMeter(self._ear.counter, self._ear.model, self._ear.most_tokens)


def speaks_of_tags(messages: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether it is the tags of thoughts that a request speaks of."""
    for message in messages[-NEWEST_MESSAGES:]:
        content = message["content"]
        parts = [{"text": content}] if isinstance(content, str) else content
        if any(mentions_tags(part.get("text", "")) for part in parts):
            return True
    return False
