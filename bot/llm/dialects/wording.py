"""How a request is put for servers that know only a part of Chat Completions.

Everything is sent until a server refuses it; what it refuses is left out from then on, or said otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from bot.chat.completions import Request
from bot.rules.prompting.prompt import SILENCE

Message = dict[str, Any]

# What may be left out or put otherwise; any other parameter goes by its own name.
STREAM = "stream"
STREAM_OPTIONS = "stream_options"
MAX_COMPLETION_TOKENS = "max_completion_tokens"
MAX_TOKENS = "max_tokens"
CACHE_KEY = "prompt_cache_key"
EFFORT = "reasoning_effort"
ASKER = "safety_identifier"
SYSTEM = "system"
SYSTEMS = "system messages"  # more than one of them is refused
ALTERNATION = "alternation"  # neighbouring messages of one role are refused
PICTURES = "pictures"

LIMITS = (MAX_COMPLETION_TOKENS, MAX_TOKENS)
NEVER_LEFT_OUT = frozenset({"model", "messages"})


def body(request: Request, extra: Mapping[str, Any], learned: Mapping[str, str]) -> dict[str, Any]:
    """Put a request in words that a server accepts which has taught this.

    `extra` are further parameters; `learned` are those that were refused, with what is said in their place,
    nothing where they are left out.
    """
    wanted: dict[str, Any] = {
        **extra,
        "model": request.model,
        "messages": messages(request.messages, learned),
        MAX_COMPLETION_TOKENS: request.max_reply_tokens,
        MAX_TOKENS: request.max_reply_tokens,
    }
    if request.cache_key:
        wanted[CACHE_KEY] = request.cache_key
    if STREAM not in learned:
        wanted |= {STREAM: True, STREAM_OPTIONS: {"include_usage": True}}
    said = {name: _said(name, value, learned) for name, value in wanted.items()}
    return {name: value for name, value in said.items() if value is not None}


def _said(name: str, value: Any, learned: Mapping[str, str]) -> Any:
    """Return what is said for a parameter, or None to leave it out."""
    if name not in learned or name in NEVER_LEFT_OUT:
        return value
    instead = learned[name]
    return min(value, int(instead)) if instead and name in LIMITS else instead or None


def messages(said: Sequence[Message], learned: Mapping[str, str]) -> list[Message]:
    """Put messages as a server wants them that has taught this."""
    put = list(said)
    if PICTURES in learned:
        put = [_without_pictures(message) for message in put]
    if SYSTEMS in learned:
        put = with_one_system(put)
    if SYSTEM in learned:
        put = without_system(put)
    return merged(put) if ALTERNATION in learned else put


def has_pictures(said: Sequence[Message]) -> bool:
    """Say whether any message carries a picture."""
    return any(isinstance(message["content"], list) for message in said)


def texts(sent: Mapping[str, Any]) -> Iterator[str]:
    """Yield all that a request says in words."""
    for message in sent["messages"]:
        yield from (part["text"] for part in _parts(message["content"]) if part["type"] == "text")


def alternates(said: Sequence[Message]) -> bool:
    """Say whether user and assistant speak in turn, the user first, whatever a system message says before."""
    roles = [message["role"] for message in said]
    if roles[:1] == [SYSTEM]:
        del roles[0]
    return all(role == ("user", "assistant")[index % 2] for index, role in enumerate(roles))


def merged(said: Sequence[Message]) -> list[Message]:
    """Merge neighbouring messages of one role; the first after a system message is the user's."""
    put: list[Message] = []
    for message in said:
        if put and put[-1]["role"] == message["role"]:
            put[-1] = {**put[-1], "content": _joined(put[-1]["content"], message["content"])}
        elif message["role"] == "assistant" and (not put or put[-1]["role"] == SYSTEM):
            put += [{"role": "user", "content": SILENCE}, message]
        else:
            put.append(message)
    return put


def has_systems(said: Sequence[Message]) -> bool:
    """Say whether more than one system message leads."""
    return [message["role"] for message in said[:2]] == [SYSTEM, SYSTEM]


def with_one_system(said: Sequence[Message]) -> list[Message]:
    """Merge the leading system messages."""
    leading = list(takewhile(lambda message: message["role"] == SYSTEM, said))
    told = {"role": SYSTEM, "content": "\n\n".join(message["content"] for message in leading)}
    return [*([told] if leading else []), *said[len(leading) :]]


def without_system(said: Sequence[Message]) -> list[Message]:
    """Move the leading system messages to the beginning of what the user says first."""
    leading = list(takewhile(lambda message: message["role"] == SYSTEM, said))
    rest = list(said[len(leading) :])
    told = "\n\n".join(message["content"] for message in leading)
    if not told:
        return rest
    if not rest or rest[0]["role"] != "user":
        return [{"role": "user", "content": told}, *rest]
    return [{**rest[0], "content": _joined(told, rest[0]["content"])}, *rest[1:]]


def _joined(before: Any, after: Any) -> Any:
    """Put one message's content behind another's; with pictures it is a list of parts."""
    if isinstance(before, str) and isinstance(after, str):
        return f"{before}\n\n{after}"
    return [*_parts(before), *_parts(after)]


def _parts(content: Any) -> list[Message]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _without_pictures(message: Message) -> Message:
    if isinstance(message["content"], str):
        return message
    texts = [part["text"] for part in message["content"] if part["type"] == "text"]
    return {**message, "content": "\n\n".join(texts)}
