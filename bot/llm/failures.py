"""What went wrong with a model, told from openai's exceptions and servers' own words, in our errors.

A server's words are shown and logged as one short line without anything that looks like a key, and what it
repeats of the request is left out.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import openai

from bot.errors import (
    ConnectionCut,
    ContentFiltered,
    ContextTooLong,
    EmptyAnswer,
    KeyRefused,
    ModelDown,
    ModelDownUntil,
    ModelError,
    ModelNotFound,
    ModelTimeout,
    QuotaUsedUp,
    RateLimited,
    RateLimitedUntil,
    RequestRefused,
)
from bot.llm.dialects.overflows import says_too_long
from bot.network import reason
from bot.rules.figures import seconds

REASON_LENGTH = 200
NOTHING_THERE = "there may be nothing at this address; see OPENAI_BASE_URL"
A_MINUTE = 90.0  # seconds; of more a member is told when they are over
A_YEAR = 366 * 86_400.0
SHORTEST_KEY = 8  # a local server's "none" is no secret, and no word to blot out

_SECRET = re.compile(
    r"\b(?:sk|gsk|hf|xai|org|proj)[-_][\w*.-]{4,}"
    r"|\bAIza[\w-]+"
    r"|\bBearer\s+\S+"
    r"|\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{24,}"
)


def _words(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern, re.IGNORECASE).search


_no_quota = _words(
    r"insufficient[ _](?:quota|balance|credits?|funds)|billing_(?:hard_limit|not_active)|credit balance"
    r"|balance (?:is )?(?:too low|insufficient|not enough)|余额不足"
    r"|(?:key|spend(?:ing)?|credit|budget) limit (?:exceeded|reached)|budget has been exceeded"
)
_too_large = _words(r"request too large")
_bad_key = _words(
    r"invalid_api_key|api[ _]key (?:is )?(?:not valid|not found|missing|expired|revoked)"
    r"|(?:incorrect|invalid) api key"
    r"|no connected db"  # LiteLLM's, to a key that it would look up
)
_no_model = _words(
    r"model_not_found|model.{0,160}(?:not exist|not found)|not a valid model|invalid model name"
    r"|no endpoints found|model.{0,160}(?:decommissioned|retired)|could not find model|deploymentnotfound"
    r"|(?:unknown|unsupported) model(?: name| id)? ?[:='\"`]"
)
# Under a status that says that the server failed it takes more than these words standing together.
_plainly_no_model = _words(
    r"model_not_found|could not find (?:the )?model|\bmodel (?:name |id )?['\"`]?[\w./:@-]*['\"`]? ?"
    r"(?:is |was |could )?(?:not (?:be )?(?:found|loaded|available|exist)|does(?: not|n't) exist)"
    r"|no models? (?:is |are |has been )?(?:currently )?loaded|(?:unknown|invalid) model(?: name)?\b"
)
_loads = _words(r"\bloading\b|\bwarming up\b|still (?:starting|initiali[sz]ing)")
_filtered = _words(
    r"content[ _](?:filter|policy|management)|invalid_prompt|moderation"
    r"|content exists risk|safety system|data_inspection_failed|inappropriate content"
)

_STATUS_OF_CODE = {
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "timeout": 408,
    "invalid_request_error": 400,
}


@dataclass(eq=False)
class Failure(Exception):
    """One failed attempt: what the person is told, whether to try again, and when the server said to.

    `words` is all that the server said of it, for finding refused parameters; mask it before it is logged.
    """

    error: ModelError
    _: KW_ONLY
    retry: bool = False
    retry_after: float | None = None
    status: int | None = None
    words: str = ""

    def __post_init__(self) -> None:
        super().__init__(type(self.error).__name__)

    @property
    def broke_off(self) -> bool:
        """Say whether the connection ended, with no word of the server's why."""
        return self.status is None and isinstance(self.error, ConnectionCut | EmptyAnswer | ModelDown)

    @property
    def took_nothing(self) -> bool:
        """Say whether the server did nothing for the request, be it that it was not reached."""
        return self.status is not None or isinstance(self.error, ModelDown)

    @property
    def loads(self) -> bool:
        """Say whether the server has still to load the model."""
        return self.status == 503 and bool(_loads(self.words))

    @property
    def names_the_window(self) -> bool:
        """Say whether a request was too long for the model itself, not for a proxy or a minute's quota."""
        return self.status not in (413, 429) and says_too_long(self.words)


def from_exception(error: openai.APIError, model: str, now: datetime) -> Failure:
    """Say what an exception of the client means; `now` is needed for a Retry-After that is a date."""
    if isinstance(error, openai.APIConnectionError):
        return Failure(ModelDown(), retry=True, words=f"{reason(error)}, {error.request.url}")
    if isinstance(error, openai.APIStatusError):
        failure = _failure(error.status_code, error.body, model)
        failure.retry_after = after = retry_after(error.response.headers, now)
        if after is not None and A_MINUTE < after < A_YEAR:
            failure.error = _until(failure.error, int(now.timestamp() + after))
        return failure
    return from_body(error.body or error.message, model)


def why(error: ModelError, key: str) -> str:
    """Return what is behind an error that was raised from a failure, for the self-hoster."""
    failure = error.__cause__
    words = mask(failure.words, key) if isinstance(failure, Failure) else ""
    status = failure.status if isinstance(failure, Failure) else None
    return words or (f"status {status}" if status else type(error).__name__)


def from_body(body: object, model: str) -> Failure:
    """Say what an error means that came without a status: within a stream, or in place of an answer."""
    return _failure(_status_within(body), body, model)


def error_within(chunk: Mapping[str, object]) -> object | None:
    """Return the error that stands where a chunk or an answer should."""
    if chunk.get("error"):
        return chunk["error"]
    choices = chunk.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        error: object = choices[0].get("error")
        if error:
            return error
    return chunk if "choices" not in chunk and ("message" in chunk or "detail" in chunk) else None


def mask(words: str, key: str) -> str:
    """Shorten a server's words to what may be shown and logged."""
    line = " ".join(words.split())
    if len(key) >= SHORTEST_KEY:
        line = line.replace(key, "***")
    line = _SECRET.sub("***", line).replace("`", "'").rstrip(".")
    return line if len(line) <= REASON_LENGTH else line[: REASON_LENGTH - 1] + "…"


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that a server asks to be left alone for, or a proxy's provider does."""
    try:
        if "retry-after-ms" in headers:
            return seconds(float(headers["retry-after-ms"]) / 1000)
        value = headers.get("retry-after") or headers["llm_provider-retry-after"]
        if (said := seconds(value)) is not None:
            return said
        return seconds((parsedate_to_datetime(value) - now).total_seconds())
    # Absent, or not understood; TypeError: a date without a zone; OverflowError: one past all calendars.
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _until(error: ModelError, at: int) -> ModelError:
    """Say of an error that passes when it will have."""
    if isinstance(error, RateLimited):
        return RateLimitedUntil(at=at)
    return ModelDownUntil(at=at) if isinstance(error, ModelDown) else error


def _failure(status: int, body: object, model: str) -> Failure:
    words = " ".join(_said(body))
    error = _by_words(status, words, model) or _by_status(status, words, model)
    if status == 404 and isinstance(error, RequestRefused):
        words = f"{words} ({NOTHING_THERE})".lstrip()
    retry = isinstance(error, RateLimited | ModelDown) or status == 408
    return Failure(error, retry=retry, status=status, words=words)


def _by_words(status: int, words: str, model: str) -> ModelError | None:
    """Recognise what servers say under all sorts of statuses."""
    if status == 402 or _no_quota(words):
        return QuotaUsedUp()
    if status == 413 or (_too_large if status == 429 else says_too_long)(words):
        return ContextTooLong()
    if status in (400, 403, 500) and _bad_key(words):
        return KeyRefused()
    if status in (400, 403, 404, 410) and _no_model(words):
        return ModelNotFound(model=model)
    if status in (400, 403, 404, 410, 422, 500, 501, 502) and _plainly_no_model(words):
        return ModelNotFound(model=model)
    if status in (400, 403, 422) and _filtered(words):
        return ContentFiltered()
    return None


def _by_status(status: int, words: str, model: str) -> ModelError:
    match status:
        case 401 | 403:
            return KeyRefused()
        case 404 if "model" in words.lower():
            return ModelNotFound(model=model)
        case 408:
            return ModelTimeout()
        case 429:
            return RateLimited()
        case _ if status == 409 or status >= 500:
            return ModelDown()
        case _:
            return RequestRefused()


def _said(body: object) -> Iterator[str]:
    """Yield what an error says, its message first; never what it repeats of the request."""
    if isinstance(body, str):
        nested = _json_in(body)
        if nested is not None:
            yield from _said(nested)
        elif not body.lstrip().startswith("<"):  # a proxy's HTML page says nothing
            yield body
    elif isinstance(body, list):
        for item in body:
            yield from _said(item)
    elif isinstance(body, dict):
        for name in ("message", "error", "msg", "detail", "loc", "code", "type", "param", "metadata", "raw"):
            yield from _said(body.get(name))
    elif isinstance(body, int):
        yield str(body)


def _json_in(text: str) -> object | None:
    """Return the error of a provider that a gateway passes on as text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    else:
        return found


def _status_within(body: object) -> int:
    """Return the status that an error names in its code or type, or 500."""
    if not isinstance(body, dict):
        return 500
    for value in (body.get("code"), body.get("type")):
        text = str(value)
        if text.isdecimal() and 400 <= int(text[:4]) <= 599:
            return int(text[:4])
        if text in _STATUS_OF_CODE:
            return _STATUS_OF_CODE[text]
    nested = body.get("error")
    return _status_within(nested) if nested else 500


OUT_OF_REACH = (ModelDown, ModelTimeout, KeyRefused, QuotaUsedUp)  # whatever one asks


class Reach:
    """Remembers `trouble`: what kept a server from giving answers, None where nothing did."""

    def __init__(self) -> None:
        self.trouble: ModelError | None = None

    def asked(self, error: ModelError | None) -> None:
        """Note how a request for an answer ended; what is wrong with the request alone is no trouble."""
        self.trouble = error if isinstance(error, OUT_OF_REACH) else None

    def looked_at(self, error: ModelError | None) -> None:
        """Note how a look at the models ended, which says nothing of what is left of a quota."""
        if not isinstance(self.trouble, QuotaUsedUp):
            self.asked(error)
