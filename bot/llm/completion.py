"""An answer put together from what the model sends, and its Chat Completions object from what was stored.

Chunks are plain dicts here, read with distrust: any field may be missing, null or of a strange type.
"""

import json
from collections.abc import Mapping
from typing import Any

from openai import BaseModel
from openai.types.chat import ChatCompletion, ChatCompletionMessage
from openai.types.chat.chat_completion import Choice

from bot.rules.completions.repetition import Pieces
from bot.rules.figures import MOST_TIME, MOST_TOKENS, whole
from bot.rules.graphemes import is_blank
from bot.rules.model import Completion
from bot.rules.spending.usage import Usage

_OWN_FIELDS = frozenset({"id", "choices", "created", "model", "object", "usage", "obfuscation"})
_CHOICE_FIELDS = frozenset({"index", "delta", "message", "text", "finish_reason", "error"})
_MESSAGE_FIELDS = frozenset({"content", "refusal", "role"})
_THOUGHTS = ("reasoning", "thinking", "thought")  # in the names that servers have for it
_NO_REASONS = ("null", "none", "finish_reason_unspecified")
_REASONS = ("finish_reason", "finishReason", "stop_reason")  # beside where it belongs
_MOST_KEPT = 16_384  # characters, or parts, of any other field that grows with each chunk


class Assembly:
    """Collect one answer: `take` each chunk, `show` its text, then read the `completion`."""

    def __init__(self) -> None:
        self.finish_reason: str | None = None
        self.done = False  # whether the server said that this is all
        self.goes_on = False  # whether words came behind a finish reason, which then means nothing
        self.begun = False  # whether there was a word yet
        self.thinking = False  # whether there were thoughts in a field of their own
        self.characters = 0  # of words and thoughts, as they came
        self._in_pieces = False
        self._pieces = Pieces()
        self._held: list[str] = []  # blanks before the first word
        self._half = ""  # of a character whose other half comes with the next chunk
        self._top: dict[str, Any] = {}
        self._choice: dict[str, Any] = {}
        self._message: dict[str, Any] = {}
        self._usage: dict[str, Any] | None = None

    @property
    def received(self) -> bool:
        """Say whether any chunk of an answer came."""
        return bool(self._top)

    @property
    def usage(self) -> Usage | None:
        """Return the bill, as far as one came."""
        return _usage(self._usage)

    @property
    def refusal(self) -> str | None:
        """Return the model's own words for not answering."""
        return _text_or_none(self._message.get("refusal"))

    def take(self, chunk: Mapping[str, Any]) -> str:
        """Take in a chunk, or a whole completion, and return the text that it adds."""
        if usage := _bill(chunk):
            self._usage = usage
        for name, value in chunk.items():
            if value or name not in self._top:
                self._top[name] = value
        choices = chunk.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            return ""
        choice, ended = choices[0], self.finish_reason is not None
        if (reason := choice.get("finish_reason")) and _is_reason(reason):
            self.finish_reason = str(reason)
        for name, value in choice.items():
            if name not in _CHOICE_FIELDS:
                _merge(self._choice, name, value)
        text = self._pieces.take(self._said_in(choice), last=bool(reason))
        self.characters += len(text)
        self.goes_on = self.goes_on or (self._in_pieces and ended and bool(text))
        return text

    def _said_in(self, choice: Mapping[str, Any]) -> str:
        """Return the text of a choice, whichever form its server gives to it."""
        if isinstance(choice.get("delta"), dict | str):
            text = self._take_message(choice["delta"])
            self._in_pieces = self._in_pieces or bool(text) or "message" not in choice
            if self._in_pieces:
                return text
        # Some servers send all of it once more behind its pieces; some speak as the older Completions do.
        whole = choice.get("message", {"content": choice.get("text")})
        return "" if self._in_pieces else self._take_message(whole)

    def end(self) -> str:
        """Return what was held back; look for the reason of the end where it does not belong."""
        places = (self._choice, self._message, self._top)
        reasons = (place.get(name) for place in places for name in _REASONS)
        if self.finish_reason is None and (reason := next(filter(_is_reason, reasons), None)):
            self.finish_reason = str(reason)
        return self._pieces.end()

    def show(self, text: str) -> str:
        """Hold back what can't be shown yet of a text, and let go what was held before."""
        if not text:
            return ""
        text = self._half + text
        self._half = text[-1] if "\ud800" <= text[-1] <= "\udbff" else ""
        text = _sound(text.removesuffix(self._half))
        if not self.begun and is_blank(text):
            self._held.append(text)
            return ""
        text, self._held, self.begun = "".join((*self._held, text)), [], True
        return text

    def forget(self) -> None:
        """Forget the text so far, which was none."""
        self._held, self._half, self.begun = [], "", False

    def _take_message(self, message: object) -> str:
        if not isinstance(message, dict):
            return message if isinstance(message, str) else ""
        text = ""
        for name, value in message.items():
            if name == "content":
                text = self._text_of(value)
            elif name != "role":
                self.thinking = self.thinking or (_is_thought(name) and bool(value))
                self.characters += len(value) if isinstance(value, str) else 0
                _merge(self._message, name, value)
        return text

    def _text_of(self, content: object) -> str:
        """Return the text of a content, or of its parts that are text; those that are thoughts are noted."""
        if isinstance(content, str):
            return content
        parts = content if isinstance(content, list) else [content]
        texts: list[object] = []
        for part in parts:
            if isinstance(part, str):
                texts.append(part)
            elif not isinstance(part, dict):
                continue
            elif _is_thought(part.get("type")) or part.get("thought") is True:
                self.thinking = True
            else:
                text = part.get("text")
                texts.append(text.get("value") if isinstance(text, dict) else text)
        return "".join(text for text in texts if isinstance(text, str))

    def completion(self) -> Completion:
        """Return what the model said of the answer."""
        further = {
            "top": _slim(self._top, _OWN_FIELDS, ChatCompletion),
            "choice": _slim(self._choice, _CHOICE_FIELDS, Choice),
            "message": _slim(self._message, _MESSAGE_FIELDS, ChatCompletionMessage),
        }
        further = _without_thoughts(further) | {"usage": self._usage}
        return Completion(
            id=_text_or_none(self._top.get("id")) or "",
            model=_text_or_none(self._top.get("model")) or "",
            created=whole(self._top.get("created"), MOST_TIME) or 0,
            finish_reason=self.finish_reason,
            usage=self.usage,
            refusal=self.refusal,
            extra=json.dumps({name: part for name, part in further.items() if part}, separators=(",", ":")),
        )


def _is_reason(reason: object) -> bool:
    return bool(reason) and str(reason).lower() not in _NO_REASONS


def chat_completion_json(completion: Completion, text: str) -> str:
    """Return the answer as `ChatCompletion.model_dump_json(indent=2)` prints it."""
    further = json.loads(completion.extra)
    message = {"content": text or None, "refusal": completion.refusal, "role": "assistant"}
    choice = {"finish_reason": completion.finish_reason, "index": 0, **further.get("choice", {})}
    whole = ChatCompletion.construct(
        id=completion.id,
        choices=[{**choice, "message": {**message, **further.get("message", {})}}],
        created=completion.created,
        model=completion.model,
        object="chat.completion",
        usage=further.get("usage"),
        **further.get("top", {}),
    )
    return whole.model_dump_json(indent=2, warnings=False)


def _bill(chunk: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the bill that comes with a chunk, wherever its server puts it; one of nothing is none."""
    choices = chunk.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    for place in (chunk, choice, chunk.get("x_groq")):
        usage = place.get("usage") if isinstance(place, Mapping) else None
        if isinstance(usage, dict) and (_prompt(usage) or _said(usage)):
            return usage
    return None


def _prompt(usage: object) -> int:
    return _tokens(usage, "prompt_tokens") or _tokens(usage, "input_tokens")


def _said(usage: object) -> int:
    return _tokens(usage, "completion_tokens") or _tokens(usage, "output_tokens")


def _usage(usage: object) -> Usage | None:
    if not isinstance(usage, dict):
        return None
    prompt, said = _prompt(usage), _said(usage)
    reasoning = _tokens(usage.get("completion_tokens_details"), "reasoning_tokens")
    beside = _tokens(usage, "total_tokens") - prompt - said  # Gemini and Grok don't count thoughts as said
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=said + max(0, beside),
        cached_tokens=_tokens(usage.get("prompt_tokens_details"), "cached_tokens"),
        reasoning_tokens=max(reasoning, beside),
    )


def _tokens(figures: object, name: str) -> int:
    """Return a figure of a bill, 0 where it has none."""
    return (whole(figures.get(name), MOST_TOKENS) if isinstance(figures, dict) else None) or 0


def _merge(into: dict[str, Any], name: str, value: Any) -> None:
    """Put a field's next part behind the parts before it."""
    before: Any = into.get(name)
    match before, value:
        case (str(), str()) | (list(), list()):
            if len(before) < _MOST_KEPT:
                into[name] = before + value
        case dict(), dict():
            for inner, part in value.items():
                _merge(before, inner, part)
        case _ if value is not None or name not in into:
            into[name] = value


def _slim(fields: Mapping[str, Any], known: frozenset[str], shape: type[BaseModel]) -> dict[str, Any]:
    """Leave out what is kept elsewhere, and the nulls that the printed form has anyway."""
    return {
        name: value
        for name, value in fields.items()
        if name not in known and (value is not None or name not in shape.model_fields)
    }


def _without_thoughts(fields: Any) -> Any:
    """Leave out what a model thought before it answered, wherever a server puts it."""
    if isinstance(fields, dict):
        kept = {name: part for name, part in fields.items() if part is None or not _is_thought(name)}
        return {name: _without_thoughts(part) for name, part in kept.items()}
    if isinstance(fields, list):
        return [_without_thoughts(part) for part in fields if not _is_thought(_kind_of(part))]
    return fields


def _kind_of(part: Any) -> object:
    return part.get("type") if isinstance(part, dict) else None


def _is_thought(name: object) -> bool:
    return isinstance(name, str) and any(word in name.lower() for word in _THOUGHTS)


def _text_or_none(value: object) -> str | None:
    return _sound(value) if isinstance(value, str) and value else None


def _sound(text: str) -> str:
    """Join halves of characters to whole ones, and replace those that stay alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
