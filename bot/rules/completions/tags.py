"""The tags between which models write their thoughts, where servers let them through."""

import re
from dataclasses import dataclass
from enum import Enum, auto

# From the chat templates of DeepSeek R1, Qwen 3, GLM, Magistral, Kimi, Command A, Seed-OSS, LongCat, MiniMax,
# Gemma, Sky-T1, gpt-oss (harmony), and from what people tell models that have no thoughts of their own.
_NAMES = (
    "think",
    "thinking",
    "thought",
    "thoughts",
    "reasoning",
    "reflection",
    "scratchpad",
    "inner_monologue",
    "seed:think",
    "mm:think",
    "ant:thinking",
    "antml:thinking",
    "longcat_think",
)
PAIRS = {f"<{name}>": f"</{name}>" for name in _NAMES} | {
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
    "<|start_thinking|>": "<|end_thinking|>",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|channel>thought": "<channel|>",
    "<unused94>": "<unused95>",
}
_CLOSING = frozenset(PAIRS.values())
_WRAPPERS = {
    "<|start_response|>": "<|end_response|>",
    "<|begin_of_solution|>": "<|end_of_solution|>",
    "<answer>": "</answer>",
}
_WRAPPING = frozenset((*_WRAPPERS, *_WRAPPERS.values()))
_ENDS = frozenset(("<|end|>", "<|return|>", "<|call|>"))
_FIXED = (*PAIRS, *_CLOSING, *_WRAPPING, *_ENDS)
_MOST = max(map(len, _FIXED))

_CASELESS = re.IGNORECASE | re.ASCII
_TAG = re.compile("|".join(map(re.escape, _FIXED)), _CASELESS)
_START, _CHANNEL = "<|start|>", "<|channel|>"
_HEADER = re.compile(
    r"(?=<\|start\|>|<\|channel\|>)(?:<\|start\|>[a-z]{0,12})?(?:<\|channel\|>([^<]{0,80}))?"
    r"(?:<\|constrain\|>[^<]{0,40})?<\|message\|>"
)
_HEADER_BEGUN = re.compile(
    r"(?=<\|start\|>|<\|channel\|>)(?:<\|start\|>[a-z]{0,12})?(?:<\|channel\|>[^<]{0,80})?"
    r"(?:<\|constrain\|>[^<]{0,40})?(?:<[|a-z]{0,12})?"
)
# Harmony whose markers a server has left out: its channels' names stand right before and after the thoughts.
BARE_FINAL = "assistantfinal"
_BARE_ANALYSIS = re.compile(r"(?:assistant)?analysis(?=[A-Z\"'“‘])")
_BARE_NAMES = ("analysis", "assistantanalysis")
FIRST_CHARACTERS = "<[◁"
_FIRST = re.compile(f"[{re.escape(FIRST_CHARACTERS)}]")


class Kind(Enum):
    """What a tag does."""

    OPEN = auto()
    CLOSE = auto()
    WRAP = auto()  # stands around the answer proper
    CHANNEL = auto()  # harmony: a message begins that is not for the reader
    FINAL = auto()  # harmony: the message for the reader begins
    END = auto()  # harmony: a message ends


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it was written, and the one that would close it."""

    kind: Kind
    text: str
    closing: str = ""


def tag_at(text: str, at: int) -> Tag | None:
    """Return the whole tag that begins at a place."""
    if found := _TAG.match(text, at):
        return _fixed(found[0])
    if found := _HEADER.match(text, at):
        channel = found[1]
        for_reader = channel is None or channel.strip().lower().startswith("final")
        return Tag(Kind.FINAL if for_reader else Kind.CHANNEL, found[0])
    return None


def may_begin(text: str, at: int) -> bool:
    """Say whether what stands from a place on to the end of the text may become a tag."""
    length = len(text) - at
    if length < _MOST:
        rest = text[at:].lower()
        if any(tag.startswith(rest) for tag in (*_FIXED, _START, _CHANNEL)):
            return True
    return text.startswith((_START, _CHANNEL), at) and bool(_HEADER_BEGUN.fullmatch(text, at))


def _fixed(written: str) -> Tag:
    name = written.lower()
    if name in PAIRS:
        return Tag(Kind.OPEN, written, PAIRS[name])
    if name in _CLOSING:
        return Tag(Kind.CLOSE, written)
    return Tag(Kind.WRAP if name in _WRAPPING else Kind.END, written)


def opens_bare(text: str) -> bool | None:
    """Say whether an answer begins with harmony's thoughts without a marker; None is to wait for more."""
    if _BARE_ANALYSIS.match(text):
        return True
    return None if any(name.startswith(text) for name in _BARE_NAMES) else False


def next_place(text: str, at: int) -> int:
    """Return where the next character stands with which a tag may begin, or the text's end."""
    found = _FIRST.search(text, at)
    return found.start() if found else len(text)


def mentions_tags(text: str) -> bool:
    """Say whether a text speaks of any such tag."""
    places = (found.start() for found in _FIRST.finditer(text))
    return any(_TAG.match(text, at) or text.startswith((_START, _CHANNEL), at) for at in places)
