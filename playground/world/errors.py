"""Discord's error answers as one exception, with the codes that the playground knows by name."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
UNKNOWN_USER = (404, 10013, "Unknown User")
UNKNOWN_EMOJI = (400, 10014, "Unknown Emoji")
UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
UNKNOWN_COMMAND = (404, 10063, "Unknown application command")
TOO_MANY_REACTIONS = (400, 30010, "Maximum number of reactions reached (20)")
TOO_MANY_ATTACHMENTS = (400, 30015, "Maximum number of attachments in a message reached (10)")
SLOWED = (429, 20016, "This action cannot be performed due to slowmode rate limit")
UNAUTHORIZED = (401, 0, "401: Unauthorized")
REQUEST_TOO_LARGE = (413, 40005, "Request entity too large")
TOO_MANY_FOLLOWUPS = (400, 40094, "This interaction has reached the maximum number of follow-up messages")
ALREADY_ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
MISSING_ACCESS = (403, 50001, "Missing Access")
NOT_IN_A_DM = (403, 50003, "Cannot execute action on a DM channel")
NOT_THE_AUTHOR = (403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE = (400, 50006, "Cannot send an empty message")
CANNOT_WRITE_TO_USER = (403, 50007, "Cannot send messages to this user")
MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
BULK_DELETE_COUNT = (400, 50016, "Provided too few or too many messages to delete. 2 to 100 are allowed.")
SYSTEM_MESSAGE = (403, 50021, "Cannot execute action on a system message")
NO_SUCH_CHANNEL_TYPE = (400, 50024, "Cannot execute action on this channel type")
INVALID_TOKEN = (401, 50027, "Invalid Webhook Token")
BULK_DELETE_TOO_OLD = (400, 50034, "You can only bulk delete messages that are under 14 days old.")
INVALID_FORM_BODY = (400, 50035, "Invalid Form Body")
INVALID_JSON = (400, 50109, "The request body contains invalid JSON.")
THREAD_ARCHIVED = (400, 50083, "Thread is archived")
REPLY_NEEDS_HISTORY = (403, 160002, "Cannot reply without permission to read message history")
THREAD_EXISTS = (400, 160004, "A thread has already been created for this message")
THREAD_LOCKED = (403, 160005, "Thread is locked")
TOO_MANY_THREADS = (400, 160006, "Maximum number of active threads reached")

Kind = tuple[int, int, str]


class ApiError(Exception):
    """An answer with a status, Discord's own code and message, and for a bad form where it is bad."""

    def __init__(
        self, kind: Kind, errors: dict[str, Any] | None = None, *, retry_after: float | None = None
    ) -> None:
        self.status, self.code, self.message = kind
        self.errors = errors
        self.retry_after = retry_after
        super().__init__(f"{self.status} {HTTPStatus(self.status).phrase} ({self.code}): {self.message}")

    @property
    def sentence(self) -> str:
        """Return what a person is told: of a bad form, what is bad about it."""
        inner: Any = self.errors or {}
        while inner and "_errors" not in inner:
            inner = next(iter(inner.values()))
        return str(inner["_errors"][0]["message"]) if inner else self.message

    def body(self) -> dict[str, Any]:
        """Return the JSON that Discord would answer."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        if self.retry_after is not None:
            body |= {"retry_after": round(self.retry_after, 3), "global": False}
        return body


def bad_form(path: str, code: str, message: str) -> ApiError:
    """Return Discord's 50035 for one field, given as a dotted path such as `embeds.0.title`."""
    errors: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(path.split(".")):
        errors = {part: errors}
    return ApiError(INVALID_FORM_BODY, errors)
