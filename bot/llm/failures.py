"""What went wrong with a model, told from openai's exceptions and servers' own words, in our errors.

A server's words are shown and logged as one short line without anything that looks like a key, and what it
repeats of the request is left out.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

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
from bot.llm.dialects import complaints
from bot.llm.dialects.echoes import without_echo
from bot.llm.dialects.overflows import says_too_long
from bot.llm.dialects.waits import retry_after, told_within
from bot.network import reason

REASON_LENGTH = 200
NOTHING_THERE = "there may be nothing at this address; OPENAI_BASE_URL ends in /v1 at most servers"
A_MINUTE = 90.0  # seconds; of more a member is told when they are over
A_YEAR = 366 * 86_400.0
SHORTEST_KEY = 8  # a local server's "none" is no secret, and no word to blot out

_SECRET = re.compile(
    r"\b(?:sk|gsk|csk|hf|xai|pplx|nvapi|tgp|fw|r8|gh[opsu]|github_pat|org|proj)[-_][\w*.-]{4,}"
    r"|\bAIza[\w-]+"
    r"|\bBearer\s+\S+"
    r"|\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{24,}"
)
_STATUS_OF_CODE = {
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "resource_exhausted": 429,
    "timeout": 408,
    "invalid_request_error": 400,
    "badrequesterror": 400,
    "authentication_error": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "notfounderror": 404,
}
# How an error begins that stands bare where an answer should.
_COMPLAINING = ("message", "detail", "msg", "error_message", "error_msg", "errors")
_TELLING = (
    *("message", "error", "msg", "detail", "loc", "error_message", "error_msg", "status_msg", "errors"),
    *("code", "type", "param", "metadata", "raw", "base_resp"),
)
_STATUSES = ("code", "type", "status", "status_code", "error_code")
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
A_PAGE = f"{complaints.A_PAGE}: {{title}}"
_PASSING = (409, 421, 424, 425, 498, 499)  # of the statuses that blame the request


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
        return self.status == 503 and bool(complaints.loads(self.words))

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
        return _awaited(failure, retry_after(error.response.headers, now), error.body, now)
    return from_body(error.body or error.message, model, now)


def why(error: ModelError, key: str) -> str:
    """Return what is behind an error that was raised from a failure, for the self-hoster."""
    failure = error.__cause__
    words = mask(failure.words, key) if isinstance(failure, Failure) else ""
    status = failure.status if isinstance(failure, Failure) else None
    return words or (f"status {status}" if status else type(error).__name__)


def from_body(body: object, model: str, now: datetime) -> Failure:
    """Say what an error means that came without a status: within a stream, or in place of an answer."""
    return _awaited(_failure(_status_within(body), body, model), None, body, now)


def error_within(chunk: Mapping[str, object]) -> object | None:
    """Return the error that stands where a chunk or an answer should."""
    if chunk.get("error"):
        return chunk["error"]
    choices = chunk.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        error: object = choices[0].get("error")
        return error or None
    own = chunk.get("base_resp")  # MiniMax's, whose code is 0 where all is well
    told = (isinstance(own, dict) and own.get("status_code")) or any(map(chunk.get, _COMPLAINING))
    return chunk if told and not choices else None


def mask(words: str, key: str, said: Iterable[str] = ()) -> str:
    """Shorten a server's words to what may be shown and logged, without what they repeat of what was said."""
    line = " ".join(words.split())
    if len(key) >= SHORTEST_KEY:
        line = line.replace(key, "***")
    line = without_echo(_SECRET.sub("***", line), said).replace("`", "'").rstrip(".")
    return line if len(line) <= REASON_LENGTH else line[: REASON_LENGTH - 1] + "…"


def _awaited(failure: Failure, after: float | None, body: object, now: datetime) -> Failure:
    """Say of a failure when the server is to be asked again, where it or its error says so."""
    passes = isinstance(failure.error, RateLimited | ModelDown)
    after = told_within(body, failure.words, now) if after is None and passes else after
    failure.retry_after = after
    if after is not None and A_MINUTE < after < A_YEAR:
        failure.error = _until(failure.error, int(now.timestamp() + after))
    return failure


def _until(error: ModelError, at: int) -> ModelError:
    """Say of an error that passes when it will have."""
    if isinstance(error, RateLimited):
        return RateLimitedUntil(at=at)
    return ModelDownUntil(at=at) if isinstance(error, ModelDown) else error


def _failure(status: int, body: object, model: str) -> Failure:
    words = " ".join(_said(body))
    error = _by_words(status, words, model) or _by_status(status, words, model)
    if isinstance(error, RequestRefused) and (status in (404, 405) or complaints.no_such_path(words)):
        words = f"{words} ({NOTHING_THERE})".lstrip()
    retry = isinstance(error, RateLimited | ModelDown) or status == 408
    return Failure(error, retry=retry, status=status, words=words)


def _by_words(status: int, words: str, model: str) -> ModelError | None:
    """Recognise what servers say under all sorts of statuses."""
    if status == 402 or complaints.no_quota(words):
        return QuotaUsedUp()
    if status == 413 or (complaints.too_large if status == 429 else says_too_long)(words):
        return ContextTooLong()
    if status in (400, 403, 500) and complaints.bad_key(words):
        return KeyRefused()
    if status in (400, 401, 403, 404, 410) and complaints.no_model(words):
        return ModelNotFound(model=model)
    if status in (400, 403, 404, 410, 422, 500, 501, 502) and complaints.plainly_no_model(words):
        return ModelNotFound(model=model)
    if status == 500 and complaints.no_such_path(words):
        return RequestRefused()
    if status == 503 and complaints.nobody_has_it(words):
        return ModelNotFound(model=model)
    if status in (400, 403, 422, 451) and complaints.filtered(words):
        return ContentFiltered()
    if status in (400, 403, 500, 503) and complaints.too_often(words):
        return RateLimited()
    return ModelDown() if status in (400, 404) and complaints.failed(words) else None


def _by_status(status: int, words: str, model: str) -> ModelError:
    match status:
        case 403 if complaints.guarded(words):
            return ModelDown()
        case 401 | 403:
            return KeyRefused()
        case 404 if "model" in words.lower():
            return ModelNotFound(model=model)
        case 408:
            return ModelTimeout()
        case 429:
            return RateLimited()
        case _ if status in _PASSING or status >= 500:
            return ModelDown()
        case _:
            return RequestRefused()


def _said(body: object) -> Iterator[str]:
    """Yield what an error says, its message first; never what it repeats of the request."""
    if isinstance(body, str):
        nested = _json_in(body)
        if nested is not None:
            yield from _said(nested)
        elif body.lstrip().startswith("<"):  # of a proxy's page its title is all that counts
            title = _TITLE.search(body)
            yield A_PAGE.format(title=title[1] if title else "")
        else:
            yield body
    elif isinstance(body, list):
        for item in body:
            yield from _said(item)
    elif isinstance(body, dict):
        for name in _TELLING:
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
    for name in _STATUSES:
        text = str(body.get(name)).lower()
        if text.isdecimal() and 400 <= int(text[:4]) <= 599:
            return int(text[:4])
        if text in _STATUS_OF_CODE:
            return _STATUS_OF_CODE[text]
    nested = body.get("error") or body.get("base_resp")
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
