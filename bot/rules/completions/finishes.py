"""How servers tell an answer's end: why the model stopped, and the marks of templates that they let through.

Why it stopped has many names; the name itself is stored as it came.
"""

import re
from enum import Enum, auto


class Finish(Enum):
    """Why a model stopped."""

    DONE = auto()
    LENGTH = auto()
    FILTERED = auto()
    FAILED = auto()


# Beside OpenAI's own those of Gemini, Anthropic, Bedrock, Cohere, Mistral, TGI, DeepSeek and Zhipu.
_NAMES = {
    Finish.LENGTH: (
        "length",
        "max_tokens",
        "max_length",
        "max_output_tokens",
        "max_completion_tokens",
        "max_new_tokens",
        "model_length",
        "model_context_window_exceeded",
        "context_length",
        "token_limit",
        "incomplete",
    ),
    Finish.FILTERED: (
        "content_filter",
        "content_filtered",
        "safety",
        "image_safety",
        "recitation",
        "blocklist",
        "prohibited_content",
        "spii",
        "refusal",
        "sensitive",
        "guardrail_intervened",
        "error_toxic",
    ),
    Finish.FAILED: (
        "error",
        "network_error",
        "server_error",
        "abort",
        "aborted",
        "cancelled",
        "insufficient_system_resource",
        "engine_overloaded",
    ),
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names}


def finish_of(reason: str | None) -> Finish:
    """Return what a finish reason means; one that nobody knows is an end like any other."""
    name = (reason or "").strip().lower().replace("-", "_").replace(" ", "_")
    return _KINDS.get(name.removeprefix("finish_reason_"), Finish.DONE)


_ENDS = (
    "<|im_end|>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end|>",
    "<|return|>",
    "<|eos|>",
    "<|end_of_turn|>",
    "<end_of_turn>",
    "<turn|>",
    "<eos>",
    "</s>",
    "[/inst]",
    "<｜end▁of▁sentence｜>",
    "<|eot|>",
    "<|endofturn|>",
    "<|end_of_turn_token|>",
    "<end_of_utterance>",
    "<|im_assistant|>",
    "[eos]",
)
_STARTS = (
    "<|im_start|>",
    "<|start_header_id|>",
    "<|begin_of_text|>",
    "<start_of_turn>",
    "<|turn>",
    "<|user|>",
)
# With what a template has the model begin, and which some models or servers then send as well.
_OPENINGS = (
    "<|im_start|>assistant\n",
    "<|start_header_id|>assistant<|end_header_id|>",
    "<|start_of_role|>assistant<|end_of_role|>",
    "<start_of_turn>model\n",
    "<|turn>model\n",
    "<｜Assistant｜>",
    "<|begin_of_text|>",
    "<bos>",
    "<|assistant|>",
    "[/INST]",
    "assistant\n\n",
)
_MOST_BLANKS = 8  # before what an answer begins with
_FIRST = re.compile(r"[<\[]")
_RUN = re.compile(rf"(?:(?:{'|'.join(map(re.escape, _ENDS))})\s*)+", re.IGNORECASE)


class TemplateEnds:
    """Told an answer in any pieces, it leaves out such marks at its end, with turns that follow on them.

    So it does with what a template has an answer begin with. Anywhere else they are text, which models also
    write.
    """

    def __init__(self) -> None:
        self._held = ""  # what may be the end
        self._over = False
        self._opening: str | None = ""  # what may be the beginning's mark; None once it is over

    def take(self, text: str) -> str:
        """Return what is surely the answer's of the next piece."""
        if self._opening is not None:
            text = self._without_opening(self._opening + text)
        return self._without_end(text)

    def _without_opening(self, text: str) -> str:
        begun = text.lstrip()
        if len(text) - len(begun) > _MOST_BLANKS:  # a model that sends nothing else isn't heard for ever
            self._opening = None
            return text
        if any(mark != begun and mark.startswith(begun) for mark in _OPENINGS):
            self._opening = text
            return ""
        self._opening = None
        mark = next((mark for mark in _OPENINGS if begun.startswith(mark)), "")
        return begun[len(mark) :] if mark else text

    def _without_end(self, text: str) -> str:
        if self._over or (not self._held and not _FIRST.search(text)):
            return "" if self._over else text
        text, self._held = self._held + text, ""
        at = 0
        while found := _FIRST.search(text, at):
            at = found.start()
            run = _RUN.match(text, at)
            end = run.end() if run else at
            rest = text[end:].lower()
            self._over = run is not None and rest.startswith(_STARTS)
            if self._over:
                return text[:at]
            if any(mark.startswith(rest) for mark in (*_ENDS, *(_STARTS if run else ()))):
                self._held = text[at:]
                return text[:at]
            at = max(end, at + 1)
        return text

    def end(self) -> str:
        """Return what was held back and is not the end after all."""
        begun = self._without_end(self._opening or "")
        held, self._held = self._held, ""
        return begun + ("" if _RUN.fullmatch(held) else held)


def mentions_ends(text: str) -> bool:
    """Say whether a text speaks of such marks."""
    return any(_RUN.match(text, found.start()) for found in _FIRST.finditer(text))
