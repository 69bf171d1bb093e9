"""What can go wrong, drawn as a tree.

ParleyError
├── SettingsError            the self-hoster mends .env; ends the start with a sentence
├── StartError               token refused, intent missing, database unwritable: likewise
│   ├── TokenRefused         Discord knows no such bot, and takes nothing more from it
│   └── PassingError         the database is in use: starting again may help
└── UserFacingError          its text is a full, kind sentence that is shown as it is
    ├── NotAllowed           the person lacks a permission
    ├── AttachmentError      a file could not be read
    ├── MemoryRefused        the store took or gave nothing; what was to be stored was not
    └── AnswerError          no (whole) answer; the class and its details are stored, not the sentence
        ├── QuestionTooLong
        └── ModelError       `retryable` says whether trying again at once can help
            ├── KeyRefused · QuotaUsedUp · ModelNotFound · RateLimited · ModelDown · ModelTimeout
            ├── ContextTooLong · RequestRefused · ContentFiltered · EmptyAnswer · ReplyUsedUp
            └── ConnectionCut    the answer broke off in mid-stream

Any other exception is a bug of ours and rises to `bot.report`.
"""

from collections.abc import Mapping

from bot import console, texts


class ParleyError(Exception):
    """Something that we foresaw."""


class SettingsError(ParleyError):
    """Settings that are missing or wrong, all of them in one message."""


class StartError(ParleyError):
    """The bot can't start; the message says what to do."""


class TokenRefused(StartError):
    """Discord refuses the token."""

    def __init__(self) -> None:
        super().__init__(console.LOGIN_REFUSED)


class PassingError(StartError):
    """The bot can't start now, but may later without anybody's doing."""


class UserFacingError(ParleyError):
    """A sentence for the person who asked."""


class NotAllowed(UserFacingError):
    """The person may not do this."""


class AttachmentError(UserFacingError):
    """A file that could not be read."""


class MemoryRefused(UserFacingError):
    """The store refused, and went on refusing for as long as one can wait; nothing was changed in it."""


class AnswerError(UserFacingError):
    """There is no whole answer; the name of its class stands in memory, so that it must not change."""

    sentence = texts.MODEL_FAILED

    def __init__(self, **details: object) -> None:
        # Names stand in code spans.
        self.details = {name: str(value).replace("`", "'") for name, value in details.items()}
        super().__init__(self.sentence.format(**self.details))


class QuestionTooLong(AnswerError):
    """The question alone is more than a request may carry; give `tokens` and `budget`."""

    sentence = texts.QUESTION_TOO_LONG


class ModelError(AnswerError):
    """The model gave no whole answer."""

    retryable = False


class KeyRefused(ModelError):
    """401 or 403."""

    sentence = texts.KEY_REFUSED


class QuotaUsedUp(ModelError):
    """429 with insufficient_quota."""

    sentence = texts.QUOTA_USED_UP


class ModelNotFound(ModelError):
    """404, or model_not_found; give `model`."""

    sentence = texts.MODEL_NOT_FOUND


class RateLimited(ModelError):
    """429: too many requests just now."""

    sentence = texts.RATE_LIMITED
    retryable = True


class ModelDown(ModelError):
    """No connection, or 5xx."""

    sentence = texts.MODEL_DOWN
    retryable = True


class ModelTimeout(ModelError):
    """Nothing came in time."""

    sentence = texts.MODEL_TIMEOUT


class ContextTooLong(ModelError):
    """The request carries more tokens than the model takes."""

    sentence = texts.CONTEXT_TOO_LONG


class RequestRefused(ModelError):
    """400 or 422: the server does not accept the request; give `reason`."""

    sentence = texts.REQUEST_REFUSED


class ContentFiltered(ModelError):
    """The provider's filter, or the model's own refusal with no text."""

    sentence = texts.CONTENT_FILTERED


class EmptyAnswer(ModelError):
    """A well-formed answer with nothing in it, or a body that is no stream."""

    sentence = texts.EMPTY_ANSWER
    retryable = True


class ReplyUsedUp(ModelError):
    """The reply's token limit was reached before the first word, as reasoning counts too."""

    sentence = texts.REPLY_USED_UP


class ConnectionCut(ModelError):
    """The stream ended in mid-answer: cut, stalled, malformed, or without a finish reason."""

    sentence = texts.CONNECTION_CUT
    retryable = True


def sentence_of(name: str, details: Mapping[str, str]) -> str:
    """Return the sentence of an AnswerError by the name of its class; another error brings its own along."""
    known = [AnswerError]
    while known:
        error = known.pop()
        if error.__name__ == name:
            return error.sentence.format(**details)
        known += error.__subclasses__()
    return details.get("sentence", AnswerError.sentence)
