"""Why a model stopped, in the many names that servers have for it. The name itself is stored as it came."""

from enum import Enum, auto


class Finish(Enum):
    """Why a model stopped."""

    DONE = auto()
    LENGTH = auto()
    FILTERED = auto()
    FAILED = auto()


# Beside OpenAI's own those of Gemini, Anthropic, Bedrock, Cohere, Mistral, TGI, DeepSeek and Zhipu.
_NAMES = {
    Finish.LENGTH: (
        "length",
        "max_tokens",
        "max_length",
        "max_output_tokens",
        "max_completion_tokens",
        "max_new_tokens",
        "model_length",
        "model_context_window_exceeded",
        "context_length",
        "token_limit",
        "incomplete",
    ),
    Finish.FILTERED: (
        "content_filter",
        "content_filtered",
        "safety",
        "image_safety",
        "recitation",
        "blocklist",
        "prohibited_content",
        "spii",
        "refusal",
        "sensitive",
        "guardrail_intervened",
        "error_toxic",
    ),
    Finish.FAILED: (
        "error",
        "network_error",
        "server_error",
        "abort",
        "aborted",
        "cancelled",
        "insufficient_system_resource",
        "engine_overloaded",
    ),
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names}


def finish_of(reason: str | None) -> Finish:
    """Return what a finish reason means; one that nobody knows is an end like any other."""
    name = (reason or "").strip().lower().replace("-", "_").replace(" ", "_")
    return _KINDS.get(name.removeprefix("finish_reason_"), Finish.DONE)
