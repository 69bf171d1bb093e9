"""What a refusal teaches of a server: which part of a request it does not take.

Servers say it under all sorts of statuses, so it is their words that count. A refusal of this one request,
such as of a picture that is broken, teaches nothing.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from bot.llm.dialects.dialect import or_refused
from bot.llm.dialects.overflows import number, plain_numbers
from bot.llm.dialects.wording import (
    ALTERNATION,
    EFFORT,
    LIMITS,
    NEVER_LEFT_OUT,
    PICTURES,
    STREAM,
    STREAM_OPTIONS,
    SYSTEM,
    SYSTEMS,
    alternates,
    has_pictures,
    has_systems,
)
from bot.rules.model_facts import nearest_effort

_REFUSING = frozenset({400, 404, 415, 422, 500, 501, None})
_PLAIN = frozenset({400, 422, 501})  # statuses under which a parameter is refused by naming it


class Finding(NamedTuple):
    """What is not taken, and what is said in its place, if anything is."""

    about: str
    instead: str = ""


def _words(pattern: str, about: str = "") -> Callable[[str], re.Match[str] | None]:
    return re.compile(or_refused(pattern, about), re.DOTALL).search


_USER_FIRST = (
    r"(?:start|begin) with an? user"
    r"|first message (?:must|should|has to) be (?:from )?(?:an? |the )?['\"`]?user"
)
_alternation = _words(
    r"\balternat(?:e|es|ing|ion)\b|\bconsecutive\b.{0,40}\b(?:user|assistant|roles?|messages?)\b"
    r"|\broles?\b.{0,60}\b(?:in a row|sequence)|\bmessages? can(?:not|'t) follow"
    r"|user'? after (?:role )?'?user"
    r"|must be followed by an? (?:user|assistant)|number of messages must be odd"
    r"|in the order of user, assistant|" + _USER_FIRST,
    ALTERNATION,
)
_system = _words(
    r"\bsystem\b.{0,40}(?:role|message|prompt|instruction)|role.{0,60}\bsystem\b"
    r"|developer (?:instruction|message|role).{0,40}not (?:enabled|supported)"
    r"|only user(?:,| and).{0,40}\broles?\b.{0,20}(?:supported|allowed)"
    r"|input should be 'user' or 'assistant'|(?:invalid|unsupported|unexpected) value: 'system'|"
    + _USER_FIRST,
    SYSTEM,
)
_one_system = _words(
    r"\bsystem\b.{0,40}\b(?:beginning|start|first|once)\b|\bfirst message\b.{0,40}\bsystem\b"
    r"|\b(?:one|single|multiple)\b.{0,20}\bsystem\b",
    SYSTEMS,
)
_complaint = _words(
    r"not (?:be )?(?:supported|allowed|permitted|recogni[sz]ed|implemented|accepted|enabled|available)"
    r"|unsupported|unknown|unrecogni[sz]ed|unexpected|(?:does|do)(?:n't| not) (?:support|accept|allow)"
    r"|extra (?:inputs|fields)|invalid|no longer|deprecated|\bremove\b|only.{0,60}support|may only be"
)
_no_pictures = _words(
    r"(?:image|picture|vision|multi-?modal|mmproj).{0,80}"
    r"(?:not (?:be )?(?:supported|allowed|enabled|available|implemented)|unsupported|disabled"
    r"|only supported by)"
    r"|(?:not|n't) (?:support|accept|allow|handle|process|have).{0,60}(?:image|picture|vision|multi-?modal)"
    r"|not a (?:multi-?modal|vision) model"
    r"|unknown (?:content )?(?:part )?type.{0,20}image_url|unsupported content.{0,30}image"
    r"|text-only|content.{0,80}(?:must be|should be|expected|expecting|input should be) an? (?:valid )?str"
    r"|\bcontent'? is not a string"
    r"|no vision capabilit|content.{0,20}: expected string|expected a string"
    r"|image_url.{0,40}(?:unknown|unexpected|invalid) variant|unknown variant.{0,4}image"
    r"|not a vlm|no image processor|unmarshal array.{0,80}\bcontent\b|unsupported content\[\]\.type"
    r"|only text (?:content|input)s? (?:is|are) supported|only accepts text|不支持图",
    PICTURES,
)
_plainly_blind = _words(r"model (?:does not|doesn't) support (?:image|picture|vision|multi-?modal)")
_one_picture = _words(
    r"\b(?:image|picture|media|mime)(?: (?:file|data))?[ _](?:format|type)\b|(?:unsupported|invalid) image\b"
    r"|\bdecod|corrupt|too (?:large|big|many|small)|exceed|\bdownload|\bfetch|could not (?:load|process|read)"
    r"|failed to (?:load|process|read)|unable to process"
)
_no_stream = _words(
    r"\bstream(?:ing)?\b.{0,30}(?:not (?:be )?(?:supported|allowed|implemented|available|enabled)|unsupported"
    r"|does not support|disabled|unknown|unrecogni[sz]ed|extra)"
    r"|(?:unsupported|unknown|unrecogni[sz]ed|does(?:n't| not) support|invalid).{0,30}\bstream(?:ing)?\b"
    r"|must be verified to stream"
)
# What a refusal may say of a parameter in place of its name alone; some call the effort thinking.
_OTHER_NAMES = {
    STREAM_OPTIONS: r"\bstream_options\b|\binclude_usage\b",
    EFFORT: r"\breasoning_?effort\b|\breasoning value\b|\bthink(?:ing)?\b",
}
_bad_value = _words(
    r"too (?:large|high|big|small|low)|at (?:most|least)|exceed|\brange\b|(?:less|greater) than|maximum"
    r"|must be"
)
_bound = _words(
    r"(?:at most|up to|less than or equal to|maximum(?: (?:value|allowed))?(?: is| of|:)?"
    r"|limit(?: is| of|:)|<=)[^0-9a-z]{0,4}(\d{1,7})\b|\[\s*\d+\s*,\s*(\d{1,7})\s*\]"
)


def finding(status: int | None, words: str, sent: Mapping[str, Any]) -> Finding | None:
    """Return what of a request a server refused, by the words of its error, if it can go without it."""
    if status not in _REFUSING:
        return None
    words = words.lower()
    said = sent["messages"]
    if has_pictures(said) and _no_pictures(words) and (_plainly_blind(words) or not _one_picture(words)):
        return Finding(PICTURES)
    if _alternation(words) and not alternates(said):
        return Finding(ALTERNATION)
    plain = status in _PLAIN
    found = {about: place for about in sent if (place := _named(about, words, plain=plain)) is not None}
    if said and said[0]["role"] == SYSTEM and (system := _system(words)) and (plain or _complaint(words)):
        found[SYSTEMS if has_systems(said) else SYSTEM] = system.start()
    elif has_systems(said) and (system := _one_system(words)):
        found[SYSTEMS] = system.start()
    about = min(found, key=found.__getitem__, default=None)
    return _instead(about, words, sent) if about else None


def _named(about: str, words: str, *, plain: bool) -> int | None:
    """Return where words refuse a parameter; what is named first counts.

    "Unsupported 'max_tokens', use 'max_completion_tokens'" refuses the former.
    """
    if about in NEVER_LEFT_OUT:
        return None
    if found := _own_words(about).search(words):
        return found.start()
    if about == STREAM:
        found = _no_stream(words)
    else:
        pattern = _OTHER_NAMES.get(about, rf"\b{re.escape(about)}\b")
        found = re.search(pattern, words)
        if not (_complaint(words) or (plain and ("_" in about or _bad_value(words)))):
            return None
    return found.start() if found else None


@cache
def _own_words(about: str) -> re.Pattern[str]:
    """Return a pattern of how single servers refuse a parameter."""
    return re.compile(or_refused(r"(?!)", about), re.DOTALL)


def _instead(about: str, words: str, sent: Mapping[str, Any]) -> Finding | None:
    """Return what to say in the place of a refused parameter, nothing where it is left out."""
    if about == EFFORT:
        return Finding(about, _effort_offered(words, sent[about]))
    if about not in LIMITS or not _bad_value(words) or "context" in words:
        return Finding(about)
    bound = number(_bound(plain_numbers(words)))
    return Finding(about, str(bound)) if bound and bound < sent[about] else None


def _effort_offered(words: str, refused: str) -> str:
    """Return the effort most like the refused one that the words offer, or nothing."""
    offered = set(re.findall(r"['\"`](\w+)['\"`]", words)) - {refused}
    return nearest_effort(refused, offered) or ""


def concerns_pictures(words: str) -> bool:
    """Say whether a refusal is about pictures, be it these or all."""
    words = words.lower()
    return bool(_no_pictures(words)) or ("image" in words and bool(_one_picture(words)))


def is_narrow(words: str) -> bool:
    """Tell a key that was limited to some uses from one that is wrong; OpenAI says 401 to both."""
    return "missing scopes" in words.lower() or "insufficient permissions" in words.lower()
