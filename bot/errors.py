"""What can go wrong, as a tree; any other exception is a bug of ours and rises to `bot.client.report`.

ParleyError
├── SettingsError · StartError · TokenRefused · GatewayLost · SchemaOutdated · PassingError     end the start
└── UserFacingError          its text is a full, kind sentence that is shown as it is
    ├── NotAllowed · AttachmentError · Outdated     lacks a permission; a file could not be read; too late
    └── NamedError           the class and its details are stored, not the sentence
        ├── MemoryRefused · MemoryLocked · LeaseOver · MemoryFull · MemoryReadOnly · MemoryMoved
        ├── MemoryFailing · MemoryDamaged · MemoryAway     the store took or gave nothing; nothing was changed
        └── AnswerError      no (whole) answer
            ├── AskedTooSoon · LimitReached     too often for the person; more than may be spent
            ├── QuestionTooLong · QuestionFlagged · AnswerFlagged · ModerationDown · PictureUnjudged
            └── ModelError       from the model, or from its server
                ├── KeyRefused · QuotaUsedUp · ModelNotFound · ModelTimeout · ContextTooLong · RequestRefused
                ├── RateLimited · RateLimitedUntil · ModelDown · ModelDownUntil · ConnectionCut
                └── EmptyAnswer · NothingToSoMuch · ContentFiltered · ReplyUsedUp
"""

from collections.abc import Mapping
from typing import ClassVar

from bot.texts import bounds, members
from bot.texts.languages.catalogue import Message
from bot.texts.languages.figures import number
from bot.texts.languages.limits import limit_in_words


class ParleyError(Exception):
    """An error that we foresaw."""


class SettingsError(ParleyError):
    """Settings that are missing or wrong, all of them in one message."""


class StartError(ParleyError):
    """The bot can't start; the message says what to do."""


class TokenRefused(StartError):
    """Discord refuses the token."""


class GatewayLost(StartError):
    """There was no session at Discord's gateway for too long."""


class SchemaOutdated(StartError):
    """The database was written by an older version, and only the bot's start brings it up to date."""


class PassingError(StartError):
    """The bot can't start now, but may later without anybody's doing."""


class UserFacingError(ParleyError):
    """A sentence for the person who asked."""


class NotAllowed(UserFacingError):
    """The person may not do this."""


class AttachmentError(UserFacingError):
    """A file that could not be read."""


class Outdated(UserFacingError):
    """What was pressed can do nothing any more, so that it need not be shown."""


class NamedError(UserFacingError):
    """Its sentence is made from its class and details; the class's name is stored, and must not change."""

    sentence: ClassVar[Message] = members.MODEL_FAILED

    def __init__(self, **details: object) -> None:
        self.details = {name: str(value).replace("`", "'") for name, value in details.items()}
        super().__init__(self.sentence.source)  # as a log has it

    def __str__(self) -> str:
        return self.words(self.details)

    @classmethod
    def words(cls, details: Mapping[str, str]) -> str:
        """Return its sentence, in the language that is spoken."""
        return cls.sentence.format(**details)


class MemoryRefused(NamedError):
    """The store refused, and went on refusing for as long as one can wait; nothing was changed in it."""


class MemoryLocked(MemoryRefused):
    """Another program holds the file."""

    sentence = members.MEMORY_LOCKED


class LeaseOver(MemoryLocked):
    """This process gave no sign of life for as long as its lease was."""


class MemoryFull(MemoryRefused):
    """The disk is full."""

    sentence = members.MEMORY_FULL


class MemoryReadOnly(MemoryRefused):
    """The file may not be written."""

    sentence = members.MEMORY_READ_ONLY


class MemoryMoved(MemoryRefused):
    """The file is no longer where it was opened."""

    sentence = members.MEMORY_MOVED


class MemoryFailing(MemoryRefused):
    """The disk answers with errors."""

    sentence = members.MEMORY_FAILING


class MemoryDamaged(MemoryRefused):
    """The file is no sound database."""

    sentence = members.MEMORY_DAMAGED


class MemoryAway(MemoryRefused):
    """The database's server gives no answers, or can't do more just now."""

    sentence = members.MEMORY_AWAY


class AnswerError(NamedError):
    """There is no whole answer."""


class QuestionTooLong(AnswerError):
    """The question alone is more than a request may carry; give `tokens`, `budget`, whether `estimated`."""

    sentence = members.QUESTION_TOO_LONG

    @classmethod
    def words(cls, details: Mapping[str, str]) -> str:
        """Return the sentence with its figures; an old record has words among them."""
        digits = ["".join(filter(str.isdecimal, details[name])) for name in ("tokens", "budget")]
        tokens, budget = map(number, map(int, digits))
        about = members.ESTIMATED.format(amount=tokens) if details.get("estimated") else tokens
        return cls.sentence.format(tokens=about, budget=budget)


class LimitReached(AnswerError):
    """Of what may be spent too little is left; give the details of a `Bound`."""

    sentence = bounds.LIMIT_ENDS

    @classmethod
    def words(cls, details: Mapping[str, str]) -> str:
        """Return the sentence for whose limit it is and who set it; an old record names neither by a code."""
        if (sentence := bounds.LIMIT_REACHED.get((details["whose"], details["setter"]))) is None:
            return cls.sentence.format(**details)
        limit = limit_in_words(int(details["amount"]), details["unit"], details["per"])
        return sentence.format(limit=limit, ends=details["ends"])


class AskedTooSoon(AnswerError):
    """One person may ask only so often; give `times`, in how many `seconds`, and the time `at` which."""

    sentence = bounds.COOLDOWN_ENDS

    @classmethod
    def words(cls, details: Mapping[str, str]) -> str:
        """Return the sentence for the period; an old record names it in words."""
        if "seconds" not in details:
            return cls.sentence.format(**details)
        return bounds.COOLDOWN[int(details["seconds"])].format(int(details["times"]), at=details["at"])


class QuestionFlagged(AnswerError):
    """What was asked is held back by moderation; give `categories`."""

    sentence = bounds.QUESTION_FLAGGED


class AnswerFlagged(AnswerError):
    """What the model said is held back by moderation; give `categories`."""

    sentence = bounds.ANSWER_FLAGGED


class ModerationDown(AnswerError):
    """Nobody can tell whether something may pass, and so it may not."""

    sentence = bounds.MODERATION_DOWN


class PictureUnjudged(AnswerError):
    """Moderation takes no such picture, and what it can't judge is held back."""

    sentence = bounds.PICTURE_UNJUDGED


class ModelError(AnswerError):
    """The model gave no whole answer."""


class KeyRefused(ModelError):
    """401 or 403."""

    sentence = members.KEY_REFUSED


class QuotaUsedUp(ModelError):
    """429 with insufficient_quota."""

    sentence = members.QUOTA_USED_UP


class ModelNotFound(ModelError):
    """404, or model_not_found; give `model`."""

    sentence = members.MODEL_NOT_FOUND


class RateLimited(ModelError):
    """429: too many requests just now."""

    sentence = members.RATE_LIMITED


class RateLimitedUntil(RateLimited):
    """429 with a long wait; give the time `at` which it is over, in seconds since 1970."""

    sentence = members.RATE_LIMITED_UNTIL


class ModelDown(ModelError):
    """No connection, or 5xx."""

    sentence = members.MODEL_DOWN


class ModelDownUntil(ModelDown):
    """5xx with a long wait; give the time `at` which it is over, in seconds since 1970."""

    sentence = members.MODEL_DOWN_UNTIL


class ModelTimeout(ModelError):
    """Nothing came in time."""

    sentence = members.MODEL_TIMEOUT


class ContextTooLong(ModelError):
    """The request carries more tokens than the model takes."""

    sentence = members.CONTEXT_TOO_LONG


class RequestRefused(ModelError):
    """400 or 422: the server does not accept the request."""

    sentence = members.REQUEST_REFUSED


class ContentFiltered(ModelError):
    """The provider's filter, or the model's own refusal with no text."""

    sentence = members.CONTENT_FILTERED


class EmptyAnswer(ModelError):
    """A well-formed answer with nothing in it, or a body that is no stream."""

    sentence = members.EMPTY_ANSWER


class NothingToSoMuch(EmptyAnswer):
    """Nothing came back to a long request, nor to half of it."""

    sentence = members.NOTHING_TO_SO_MUCH


class ReplyUsedUp(ModelError):
    """The reply's token limit was reached before the first word, as reasoning counts too."""

    sentence = members.REPLY_USED_UP


class ConnectionCut(ModelError):
    """The stream ended in mid-answer: cut, stalled, malformed, or without a finish reason."""

    sentence = members.CONNECTION_CUT
