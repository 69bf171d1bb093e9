"""The offline stand-in for a model: answers from the messages that it was sent, and from nothing else."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.model import samples
from playground.model.scripts import Script, cut_into_words

Json = dict[str, Any]

_SPEAKER = re.compile(r"([^\W\d_][^\n:]{0,39}): (.*)", re.DOTALL)
_MY_NAME = re.compile(
    r"\bmy name(?: is|'s|’s) ([^\W\d_][\w'’-]*)|\bcall me ([^\W\d_][\w'’-]*)", re.IGNORECASE
)
_I_AM = re.compile(r"\b(?:I am|I['’]m|Im) ([A-ZÀ-Þ][\w'’-]*)")
_ASKS_NAME = re.compile(r"\b(my name|who am i|who i am|remember me)\b", re.IGNORECASE)
_ASKS_HISTORY = re.compile(
    r"what (?:did|have) (?:i|we) (?:just )?(?:say|said|talk|ask|write|told|tell)|what (?:was|were) my",
    re.IGNORECASE,
)
_ASKS_SIZE = re.compile(r"how many (?:messages|tokens)|how much (?:do you|did you)", re.IGNORECASE)
_ASKS_ROLE = re.compile(r"who are you|your (?:instructions|persona|system prompt)", re.IGNORECASE)
_GO_ON = re.compile(r"\b(?:go on|continue)\b.*\bwhere you (?:stopped|left off)", re.IGNORECASE)
_SUM_UP = re.compile(r"^\W*(?:please )?(?:sum up|summari[sz]e) (?:this|our|the) conversation", re.IGNORECASE)
_COUNT = re.compile(r"\bcount (?:up )?to (\d{1,4})\b", re.IGNORECASE)
_GREETING = re.compile(r"^\W*(hello|hi|hey|good (?:morning|evening|day))\b", re.IGNORECASE)

INTRODUCTION = (
    "I am a stand-in for a language model: I answer only from the messages that I was sent. "
    "Tell me your name and ask for it later, or ask for a long answer, code, a table, or a count to 200."
)


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody said, and who, if the message tells."""

    speaker: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """The messages of a request, as the stand-in understands them."""

    system: str
    said: list[Line]
    answered: int
    messages: int
    tokens: int

    @property
    def now(self) -> Line:
        """Return what is to be answered."""
        return self.said[-1] if self.said else Line(None, "")


def answer(messages: list[Json], tokens: int) -> str:
    """Return what the stand-in says to a request of so many tokens."""
    talk = _understand(messages, tokens)
    if _GO_ON.search(talk.now.text):
        return _rest(messages, tokens)
    if _SUM_UP.search(talk.now.text):
        return _summary(talk)
    said = next((reply for rule in _RULES if (reply := rule(talk)) is not None), None) or _chat(talk)
    return said if talk.answered else f"{said}\n\n{INTRODUCTION}"


def spoken(text: str, most: int, count: Callable[[str], int]) -> Script:
    """Return how it says a text, word by word at its pace, within so many tokens."""
    words = cut_into_words(text)
    fitting = len(words)
    if count(text) > most:  # looked for by halves: to count a long text takes a while
        fitting = bisect_right(range(1, fitting + 1), most, key=lambda size: count("".join(words[:size])))
    script = Script()
    for word in words[:fitting]:
        script.text(word).pace()
    return script.finish("stop" if fitting == len(words) else "length")


def _understand(messages: list[Json], tokens: int) -> Conversation:
    system = "\n".join(text_of(one) for one in messages if one.get("role") in ("system", "developer"))
    users = [one for one in messages if one.get("role") == "user"]
    answered = sum(1 for one in messages if one.get("role") == "assistant")
    named = all(_SPEAKER.fullmatch(text_of(one)) for one in users[:-1] or users)
    said = [_line(one, named=named) for one in users]
    return Conversation(system, said, answered, len(messages), tokens)


def text_of(message: Json) -> str:
    """Return a message's text, of whatever parts it is made."""
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(part.get("text") or f"[{part.get('type')}]" for part in content)
    return content or ""


def _line(message: Json, *, named: bool) -> Line:
    text = text_of(message)
    if message.get("name"):
        return Line(message["name"], text)
    found = _SPEAKER.fullmatch(text) if named else None
    return Line(found[1], found[2].strip()) if found else Line(None, text)


def _rest(messages: list[Json], tokens: int) -> str:
    """Return what an answer still lacks; the last messages are what there is of it, and wishes to go on."""
    begun = ""
    while len(messages) > 2 and _GO_ON.search(text_of(messages[-1])):
        begun = text_of(messages[-2]) + begun
        messages = messages[:-2]
    whole = answer(messages, tokens) if begun else ""
    return whole.removeprefix(begun) or "There is nothing to add."


def _summary(talk: Conversation) -> str:
    said = [f"{line.speaker or 'They'} said: {line.text[:120]}" for line in talk.said[:-1]]
    return "\n".join(said) or "Nothing was said."


def _names(talk: Conversation) -> dict[str | None, str]:
    """Return who said to be called what; the latest word counts."""
    names: dict[str | None, str] = {}
    for line in talk.said:
        found = _MY_NAME.search(line.text) or _I_AM.search(line.text)
        if found:
            names[line.speaker] = next(one for one in found.groups() if one)
    return names


def _name(talk: Conversation) -> str | None:
    if not _ASKS_NAME.search(talk.now.text) or _MY_NAME.search(talk.now.text):
        return None
    name = _names(talk).get(talk.now.speaker)
    if name:
        return f"Yes, your name is {name}."
    if talk.now.speaker:
        return f"You haven't told me in the messages that I was sent, but here you go by {talk.now.speaker}."
    return "I don't know your name: it isn't in the messages that I was sent."


def _history(talk: Conversation) -> str | None:
    if not _ASKS_HISTORY.search(talk.now.text):
        return None
    earlier = talk.said[:-1][-5:]
    if not earlier:
        return "Nothing before this: your question is all that I was sent."
    lines = [f"- {line.speaker + ': ' if line.speaker else ''}{line.text[:200]}" for line in earlier]
    return "\n".join(["Before this I was sent:", *lines])


def _size(talk: Conversation) -> str | None:
    if not _ASKS_SIZE.search(talk.now.text):
        return None
    messages = "1 message" if talk.messages == 1 else f"{talk.messages} messages"
    return f"I was sent {messages} with {talk.tokens} tokens in all, this one included."


def _role(talk: Conversation) -> str | None:
    if not _ASKS_ROLE.search(talk.now.text):
        return None
    if not talk.system:
        return "I am the playground's stand-in, and I was given no instructions."
    return f"I am the playground's stand-in. My instructions are:\n> {talk.system[:500]}"


def _count(talk: Conversation) -> str | None:
    found = _COUNT.search(talk.now.text)
    return ", ".join(str(one) for one in range(1, int(found[1]) + 1)) if found else None


def _sample(talk: Conversation) -> str | None:
    return samples.asked_for(talk.now.text)


def _chat(talk: Conversation) -> str:
    name = _names(talk).get(talk.now.speaker) or talk.now.speaker
    if _MY_NAME.search(talk.now.text) or _I_AM.search(talk.now.text):
        return f"Nice to meet you, {name}."
    if _GREETING.search(talk.now.text):
        return f"Hello{', ' + name if name else ''}. What is on your mind?"
    heard = " ".join(talk.now.text.split())[:120]
    if not heard or (heard[0], heard[-1]) == ("[", "]"):  # what nobody said in these words
        return "I'm listening."
    if heard.endswith("?"):
        return f"You ask: “{heard}” A real model would know; I can only look back at what was said here."
    return f"I'll keep that in mind: “{heard}”"


_RULES: tuple[Callable[[Conversation], str | None], ...] = (_name, _history, _size, _role, _count, _sample)
