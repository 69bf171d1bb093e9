"""The tags between which models write their thoughts, where servers let them through."""

import re
from dataclasses import dataclass
from enum import Enum, auto

# From the chat templates of DeepSeek R1, Qwen 3, GLM, Magistral, Kimi, Command A, Seed-OSS, LongCat, MiniMax,
# Gemma, Sky-T1, Apertus, Solar, Apriel, gpt-oss (harmony), from the lists of Open WebUI and LiteLLM, and from
# what people tell models that have no thoughts of their own. What stands before such a word is anybody's.
_NAME = (
    r"(?:(?!(?:no|not|non|skip|enable|disable)[:_-])[a-z]{1,12}[:_-])?"
    r"(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratchpad|(?:inner|internal)_monologue"
    r"|chain[_-]of[_-]thought|antthinking|cot)(?:[_-](?:content|process|steps|trace|block|fast|faster))?"
)
_DETAILS = "</details>"
PAIRS = {
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
    "<|inner_prefix|>": "<|inner_suffix|>",
    "<|channel>thought": "<channel|>",
    "<unused94>": "<unused95>",
}
_CLOSING = frozenset((*PAIRS.values(), "[begin final response]"))  # Apriel's has nothing before it
_WRAPPING = frozenset(
    (
        *("<|start_response|>", "<|end_response|>", "<|start_text|>", "<|end_text|>"),
        *("<|begin_of_solution|>", "<|end_of_solution|>", "<answer>", "</answer>"),
        *("<response>", "</response>", "<|begin|>assistant<|content|>", "[end final response]"),
    )
)
_ENDS = frozenset(("<|end|>", "<|return|>", "<|call|>"))
_FIXED = (*PAIRS, *_CLOSING, *_WRAPPING, *_ENDS)
_MOST = max(map(len, _FIXED))
_LONGEST = 600  # characters of any tag with its attributes

_CASELESS = re.IGNORECASE | re.ASCII
_TAG = re.compile("|".join(map(re.escape, _FIXED)), _CASELESS)
_ATTRIBUTES = r"(?:\s[^<>]{0,120})?"
_NAMED = re.compile(rf"<(/?)({_NAME}){_ATTRIBUTES}>", _CASELESS)
_THINK = r"(think(?:ing)?|thoughts?|reason(?:ing)?)"
_PIPED_OPEN = re.compile(rf"<\|(?:(?:begin|start)_(?:of_)?)?{_THINK}(?:[_:](?:begin|start))?\|>", _CASELESS)
_PIPED_CLOSE = re.compile(rf"<\|(?:/|end_(?:of_)?)?{_THINK}(?:[_:]end)?\|>", _CASELESS)
_PIPED_BEGUN = re.compile(r"<\|[/a-z_:]{0,24}\|?", _CASELESS)
_NAMED_BEGUN = re.compile(rf"</?(?:[a-z:_-]{{0,36}}|{_NAME}{_ATTRIBUTES})", _CASELESS)
# A part of a page that can be folded, as Open WebUI and gateways put thoughts into one.
_DETAILS_OPEN = re.compile(
    r"<details\s[^<>]{0,200}=[\"']?(?:reasoning|thinking|thoughts?)\b[^<>]{0,200}>"
    rf"|<details{_ATTRIBUTES}>\s{{0,9}}<summary>[^<a-z]{{0,9}}(?:thought|thinking|reason)[^<]{{0,100}}</summary>",
    _CASELESS,
)
_DETAILS_BEGUN = re.compile(
    r"<details(?:\s[^<>]{0,420})?(?:>\s{0,9}(?:<[a-z]{0,7}(?:>[^<]{0,100}(?:</?[a-z]{0,7})?)?)?)?", _CASELESS
)
_BEGUN = (_NAMED_BEGUN, _PIPED_BEGUN, _DETAILS_BEGUN)
_START, _CHANNEL = "<|start|>", "<|channel|>"
_HEADER = re.compile(
    r"(?=<\|start\|>|<\|channel\|>)(?:<\|start\|>[a-z]{0,12})?(?:<\|channel\|>([^<]{0,80}))?"
    r"(?:<\|constrain\|>[^<]{0,40})?<\|message\|>"
    r"|(?:<\|start\|>assistant)?<\|channel\|>\s?(analysis|commentary|final|thoughts?|thinking)[ \t]*\n"
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
    """A tag as it was written; `closing` is the one that would close it, or for which it stands itself."""

    kind: Kind
    text: str
    closing: str = ""

    @property
    def is_closing(self) -> bool:
        """Say whether it alone shows that all before it was thought; much else is folded in pages."""
        return self.kind is Kind.FINAL or (self.kind is Kind.CLOSE and self.closing != _DETAILS)


def tag_at(text: str, at: int) -> Tag | None:
    """Return the whole tag that begins at a place."""
    if found := _NAMED.match(text, at):
        kind = Kind.CLOSE if found[1] else Kind.OPEN
        return Tag(kind, found[0], f"</{found[2].lower()}>")
    if found := _PIPED_OPEN.match(text, at):
        return Tag(Kind.OPEN, found[0], f"<|/{found[1].lower()}|>")
    if found := _PIPED_CLOSE.match(text, at):
        return Tag(Kind.CLOSE, found[0], f"<|/{found[1].lower()}|>")
    if found := _TAG.match(text, at):
        return _fixed(found[0])
    if found := _DETAILS_OPEN.match(text, at):
        return Tag(Kind.OPEN, found[0], _DETAILS)
    if text[at : at + len(_DETAILS)].lower() == _DETAILS:
        return Tag(Kind.CLOSE, text[at : at + len(_DETAILS)], _DETAILS)
    if found := _HEADER.match(text, at):
        channel = found[1] or found[2]
        for_reader = channel is None or channel.strip().lower().startswith("final")
        return Tag(Kind.FINAL if for_reader else Kind.CHANNEL, found[0])
    return None


def may_begin(text: str, at: int) -> bool:
    """Say whether what stands from a place on to the end of the text may become a tag."""
    length = len(text) - at
    if length < _LONGEST and any(begun.fullmatch(text, at) for begun in _BEGUN):
        return True
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
        return Tag(Kind.CLOSE, written, name)
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
    return any(tag_at(text, at) or text.startswith((_START, _CHANNEL), at) for at in places)


def opened_last(template: str) -> bool:
    """Say whether the end of a chat template opens thoughts, and never closes any."""
    tags = (tag_at(template, found.start()) for found in _FIRST.finditer(template))
    kinds = [tag.kind for tag in tags if tag is not None]
    return Kind.OPEN in kinds and Kind.CLOSE not in kinds
