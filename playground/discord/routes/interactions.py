"""Routes that answer interactions: the first response, then edits and follow-ups by its token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.discord.calls import Call, Reply, Route
from playground.discord.content import read_content
from playground.discord.routes.messages import apply_edit
from playground.world import conversation, payloads
from playground.world.entities import (
    CHAT_INPUT_COMMAND,
    CONTEXT_MENU_COMMAND,
    EPHEMERAL,
    LOADING,
    REPLY,
    Message,
)
from playground.world.errors import (
    ALREADY_ACKNOWLEDGED,
    INVALID_TOKEN,
    TOO_MANY_FOLLOWUPS,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    ApiError,
    bad_form,
)
from playground.world.interacting.checks import text_field
from playground.world.interacting.interactions import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFERRED,
    DEFERRED_UPDATE,
    MESSAGE,
    MODAL,
    SUBMIT,
    TOKEN_SECONDS,
    UPDATE,
    Interaction,
)
from playground.world.interacting.modals import Modal, check_modal
from playground.world.people import reference_to

Json = dict[str, Any]
MOST_CHOICES = 25


def respond(call: Call) -> Reply:
    """POST /interactions/{interaction_id}/{interaction_token}/callback."""
    interaction = call.world.interactions.get(call.params["interaction_token"])
    if interaction is None or interaction.id != call.number("interaction_id"):
        raise ApiError(UNKNOWN_INTERACTION)
    if interaction.acknowledged_at is not None:
        raise ApiError(ALREADY_ACKNOWLEDGED)
    if interaction.age() >= call.world.first_answer_seconds:
        raise ApiError(UNKNOWN_INTERACTION)
    kind = call.form.get("type")
    if kind not in _possible(interaction):
        raise bad_form("type", "BASE_TYPE_CHOICES", f"Value must be one of {sorted(_possible(interaction))}.")
    _RESPONSES[kind](call, interaction, call.form.get("data") or {})
    interaction.acknowledge(kind)
    if call.query.get("with_response", "").lower() not in ("1", "true"):
        return Reply(204)
    return Reply(200, _response(call, interaction, kind))


def _possible(interaction: Interaction) -> set[int]:
    """Return the kinds of response that an interaction of this kind allows."""
    updates = {DEFERRED_UPDATE, UPDATE} if interaction.source is not None else set()
    return {
        COMMAND: {MESSAGE, DEFERRED, MODAL},
        COMPONENT: {MESSAGE, DEFERRED, MODAL} | updates,
        AUTOCOMPLETE: {CHOICES},
        SUBMIT: {MESSAGE, DEFERRED} | updates,
    }[interaction.kind]


def _response(call: Call, interaction: Interaction, kind: int) -> Json:
    about: Json = {"id": str(interaction.id), "type": interaction.kind}
    resource: Json = {"type": kind}
    message = interaction.original
    if message is not None:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = message.loading
        about["response_message_ephemeral"] = message.ephemeral_for is not None
        resource["message"] = payloads.message(call.world, message)
    return {"interaction": about, "resource": resource}


def _send(call: Call, interaction: Interaction, data: Json) -> None:
    interaction.original = _post(call, interaction, data)


def _defer(call: Call, interaction: Interaction, data: Json) -> None:
    flags = LOADING | interaction.flags(int(data.get("flags") or 0))
    interaction.original = _insert(call, interaction, "", flags=flags)


def _defer_update(_: Call, interaction: Interaction, data: Json) -> None:
    interaction.original = interaction.source


def _update(call: Call, interaction: Interaction, data: Json) -> None:
    if interaction.source is None or interaction.source.deleted:
        raise ApiError(UNKNOWN_MESSAGE)
    apply_edit(call, interaction.source, data)
    interaction.original = interaction.source


def _offer(_: Call, interaction: Interaction, data: Json) -> None:
    choices = data.get("choices") or []
    if len(choices) > MOST_CHOICES:
        raise bad_form("data.choices", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_CHOICES} or fewer in length.")
    for index, choice in enumerate(choices):
        text_field(choice.get("name"), f"data.choices.{index}.name", 100)
        text_field(str(choice.get("value")), f"data.choices.{index}.value", 100)
    interaction.choices = choices


def _ask(_: Call, interaction: Interaction, data: Json) -> None:
    interaction.modal = Modal(interaction.channel, interaction.source, check_modal(data))


_RESPONSES: dict[int, Callable[[Call, Interaction, Json], None]] = {
    MESSAGE: _send,
    DEFERRED: _defer,
    DEFERRED_UPDATE: _defer_update,
    UPDATE: _update,
    CHOICES: _offer,
    MODAL: _ask,
}


def _post(call: Call, interaction: Interaction, data: Json) -> Message:
    """Post a message in answer to an interaction; it needs no permission in the channel."""
    content = read_content(call, data)
    content.must_say_something()
    ephemeral = interaction.flags(int(data.get("flags") or 0))
    for attachment in content.attachments:
        attachment.ephemeral = bool(ephemeral)
    fields = content.fields() | {"flags": content.flags | ephemeral}
    return _insert(call, interaction, content.text, allowed=content.allowed, **fields)


def _insert(call: Call, interaction: Interaction, text: str, *, flags: int, **fields: Any) -> Message:
    world = call.world
    fields["type"] = CONTEXT_MENU_COMMAND if interaction.menu else CHAT_INPUT_COMMAND
    about = interaction.source or interaction.original  # which a follow-up is shown as a reply to
    if about is not None:
        fields |= {"type": REPLY, "reference": reference_to(world, about, 0)}
    message = conversation.post(
        world,
        interaction.channel,
        world.bot.id,
        text,
        flags=flags,
        ephemeral_for=interaction.user.id if flags & EPHEMERAL else None,
        webhook_id=world.application_id,
        application_id=world.application_id,
        interaction=_metadata(call, interaction),
        **fields,
    )
    interaction.responses.append(message)
    return message


def _metadata(call: Call, interaction: Interaction) -> Json:
    """Return what a message tells about the interaction that it answers."""
    return {
        "id": str(interaction.id),
        "type": interaction.kind,
        "user": payloads.user(interaction.user),
        "authorizing_integration_owners": interaction.owners,
    }


def _by_token(call: Call) -> Interaction:
    """Return the interaction whose token stands in the path, if it may still be used."""
    world = call.world
    interaction = world.interactions.get(call.params["webhook_token"])
    known = interaction is not None and call.number("webhook_id") == world.application_id
    if interaction is None or not known or interaction.acknowledged_at is None:
        raise ApiError(UNKNOWN_WEBHOOK)
    if interaction.age() >= TOKEN_SECONDS:
        raise ApiError(INVALID_TOKEN)
    return interaction


def follow_up(call: Call) -> Reply:
    """POST /webhooks/{webhook_id}/{webhook_token}; right after a deferral it replaces the loading line."""
    interaction = _by_token(call)
    loading = interaction.original
    if loading is not None and loading.loading:
        apply_edit(call, loading, call.form)
        return Reply(200, payloads.message(call.world, loading))
    if not interaction.followups_left:
        raise ApiError(TOO_MANY_FOLLOWUPS)
    message = _post(call, interaction, call.form)
    interaction.followups += 1
    if interaction.original is None:
        interaction.original = message
    return Reply(200, payloads.message(call.world, message))


def _message(call: Call) -> Message:
    interaction = _by_token(call)
    if "message_id" not in call.params:
        message = interaction.original
    else:
        wanted = call.number("message_id")
        mine = [*interaction.responses, *([interaction.source] if interaction.source else [])]
        message = next((one for one in mine if one.id == wanted), None)
    if message is None or message.deleted:
        raise ApiError(UNKNOWN_MESSAGE)
    return message


def read(call: Call) -> Reply:
    """GET .../messages/@original, or /{message_id}."""
    return Reply(200, payloads.message(call.world, _message(call)))


def edit(call: Call) -> Reply:
    """PATCH .../messages/@original, or /{message_id}."""
    message = _message(call)
    apply_edit(call, message, call.form)
    return Reply(200, payloads.message(call.world, message))


def delete(call: Call) -> Reply:
    """DELETE .../messages/@original, or /{message_id}."""
    conversation.delete(call.world, _message(call))
    return Reply(204)


def _by_webhook(method: str, path: str, answer: Callable[[Call], Reply]) -> Route:
    base = "/webhooks/{webhook_id}/{webhook_token}"
    return Route(
        method, base + path, answer, "webhook", "webhook_token", authorised=False, counts_overall=False
    )


ROUTES = [
    Route(
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        respond,
        authorised=False,
        counts_overall=False,
    ),
    _by_webhook("POST", "", follow_up),
    *(
        _by_webhook(method, path, answer)
        for path in ("/messages/@original", "/messages/{message_id}")
        for method, answer in (("GET", read), ("PATCH", edit), ("DELETE", delete))
    ),
]
