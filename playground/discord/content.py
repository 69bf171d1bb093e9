"""The content that a request gives a message: read, checked, and merged with what it held before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.discord.calls import Call
from playground.world.conversation import Allowed
from playground.world.entities import (
    COMPONENTS_V2,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Attachment,
    Message,
)
from playground.world.errors import (
    EMPTY_MESSAGE,
    REQUEST_TOO_LARGE,
    TOO_MANY_ATTACHMENTS,
    ApiError,
    bad_form,
)
from playground.world.interacting.checks import check_components, check_content, check_embeds

Json = dict[str, Any]
MOST_ATTACHMENTS, MOST_BYTES = 10, 10 * 2**20
SETTABLE = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2


@dataclass(frozen=True, slots=True)
class Content:
    """A message's text, embeds, components and attachments, and whom it may mention."""

    text: str
    embeds: list[Json]
    components: list[Json]
    attachments: list[Attachment]
    flags: int
    allowed: Allowed

    def must_say_something(self) -> None:
        """Refuse a message of nothing at all."""
        if not (self.text.strip() or self.embeds or self.components or self.attachments):
            raise ApiError(EMPTY_MESSAGE)

    def fields(self) -> Json:
        """Return all but the text, as fields of the record."""
        return {
            "embeds": self.embeds,
            "components": self.components,
            "attachments": self.attachments,
            "flags": self.flags,
        }


def read_content(call: Call, form: Json, before: Message | None = None) -> Content:
    """Read the form of a new message, or of an edit of the message `before`."""
    flags = _flags(form, before)
    text = check_content(form["content"]) if "content" in form else before.content if before else ""
    embeds = check_embeds(form["embeds"]) if "embeds" in form else before.embeds if before else []
    components = before.components if before and "components" not in form else form.get("components")
    if flags & COMPONENTS_V2 and (text or embeds):
        said = "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        raise bad_form("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", said)
    checked = check_components(components, flags)
    attachments = _attachments(call, form, before)
    return Content(text, embeds, checked, attachments, flags, Allowed.parse(form.get("allowed_mentions")))


def _flags(form: Json, before: Message | None) -> int:
    """Return the flags that a form asks for; an edit can hide previews, and turn to components for good."""
    wanted = int(form.get("flags") or 0)
    if before is None:
        return wanted & SETTABLE
    if "flags" not in form:
        return before.flags
    return before.flags & ~SUPPRESS_EMBEDS | wanted & (SUPPRESS_EMBEDS | COMPONENTS_V2)


def _attachments(call: Call, form: Json, before: Message | None) -> list[Attachment]:
    """Return the attachments that stay, as the form lists them, and the uploaded ones."""
    held = {str(one.id): one for one in before.attachments} if before else {}
    listed = form.get("attachments")
    if listed is None:
        kept = list(held.values())
        listed = []
    else:
        kept = [held[str(one["id"])] for one in listed if str(one.get("id")) in held]
    described = {str(one.get("id")): one for one in listed}
    for number, uploaded in call.files.items():
        if len(uploaded.data) > MOST_BYTES:
            raise ApiError(REQUEST_TOO_LARGE)
        about = described.get(number, {})
        uploaded.description = about.get("description")
        uploaded.filename = about.get("filename") or uploaded.filename
        kept.append(uploaded)
    if len(kept) > MOST_ATTACHMENTS:
        raise ApiError(TOO_MANY_ATTACHMENTS)
    return kept
