"""How servers refuse a request: what each of them looks at, and in whose words and form it says no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.model.request import ModelRequest
from playground.model.scripts import Failure, error_body

Json = dict[str, Any]
Check = Callable[[ModelRequest], Failure | None]


@dataclass(frozen=True, slots=True)
class Overflow:
    """A prompt that is too long: its tokens, those wanted for the reply, and the window."""

    prompt: int
    reply: int
    window: int


def invalid(status: int, message: str, code: str | None = None, param: str | None = None) -> Failure:
    """Return an error as OpenAI writes it."""
    return Failure(status, error_body(message, code=code, kind="invalid_request_error", param=param))


INCORRECT_KEY = invalid(401, "Incorrect API key provided.", "invalid_api_key")


def model_not_found(model: str) -> Failure:
    """Return OpenAI's answer to a model that it doesn't have."""
    said = f"The model `{model}` does not exist or you do not have access to it."
    return invalid(404, said, "model_not_found")


def unsupported(name: str, hint: str = "") -> Failure:
    """Return OpenAI's answer to a parameter that a model doesn't take."""
    said = f"Unsupported parameter: '{name}' is not supported with this model.{hint}"
    return invalid(400, said, "unsupported_parameter", name)


def too_long(overflow: Overflow) -> Failure:
    """Return OpenAI's answer to a prompt beyond the context window."""
    said = (
        f"This model's maximum context length is {overflow.window} tokens. However, your messages "
        f"resulted in {overflow.prompt} tokens. Please reduce the length of the messages."
    )
    return invalid(400, said, "context_length_exceeded", "messages")


def refuses(*names: str, by: Callable[[str], Failure] = unsupported) -> Check:
    """Refuse requests that have one of these parameters."""

    def check(asked: ModelRequest) -> Failure | None:
        return next((by(name) for name in names if asked.body.get(name) is not None), None)

    return check


def only_values(name: str, *values: Any) -> Check:
    """Refuse other values of a parameter than these, as OpenAI's thinking models do."""

    def check(asked: ModelRequest) -> Failure | None:
        value = asked.body.get(name)
        if value is None or value in values:
            return None
        listed = ", ".join(f"'{one}'" for one in values)
        said = f"Unsupported value: '{name}' does not support '{value}' with this model."
        return invalid(400, f"{said} Supported values are: {listed}.", "unsupported_value", name)

    return check


def alternating(refusal: Failure) -> Check:
    """Demand that user and assistant take turns after the system messages, the user first."""

    def check(asked: ModelRequest) -> Failure | None:
        roles = [one.get("role") for one in asked.messages]
        while roles and roles[0] in ("system", "developer"):
            del roles[0]
        turns = ("user", "assistant")
        right = all(role == turns[index % 2] for index, role in enumerate(roles))
        return None if right else refusal

    return check


def without_system(refusal: Failure) -> Check:
    """Refuse system messages, as templates do that have no place for one."""

    def check(asked: ModelRequest) -> Failure | None:
        return refusal if any(one.get("role") == "system" for one in asked.messages) else None

    return check


def one_system(refusal: Failure) -> Check:
    """Refuse a system message that is not the very first one."""

    def check(asked: ModelRequest) -> Failure | None:
        return refusal if any(one.get("role") == "system" for one in asked.messages[1:]) else None

    return check


def blind(refusal: Failure) -> Check:
    """Refuse pictures."""

    def check(asked: ModelRequest) -> Failure | None:
        contents = [one.get("content") for one in asked.messages]
        parts = [part for content in contents if isinstance(content, list) for part in content]
        return refusal if any(part.get("type") == "image_url" for part in parts) else None

    return check
