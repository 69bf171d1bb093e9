"""The characters of hosted APIs and gateways, each as public reports describe it."""

from __future__ import annotations

import json
from typing import Any

from playground.model.characters.character import DEFAULT, Character, Thinking, Window
from playground.model.characters.refusals import (
    Overflow,
    blind,
    only_values,
    refuses,
    too_long,
    unsupported,
)
from playground.model.scripts import Failure, Script

Json = dict[str, Any]
SOME_WORDS = {DEFAULT: 24}

OPENAI = Character("openai", "Answers as the API's reference says.", window=Window(1_047_576, too_long))

# Thinks at `medium` unless told otherwise, sends nothing meanwhile, and what it thinks counts against
# max_completion_tokens (platform.openai.com/docs/guides/reasoning). Parameters that it fixes:
# ItzCrazyKns/Vane#1173, livekit/agents#7169, egoist/chatwise-releases#1257, fish2018/YPrompt#26.
GPT_6 = Character(
    "gpt-6",
    "Thinks first, in silence; its thoughts use up max_completion_tokens.",
    checks=(
        refuses("max_tokens", by=lambda name: unsupported(name, " Use 'max_completion_tokens' instead.")),
        only_values("temperature", 1),
        only_values("top_p", 1),
        only_values("reasoning_effort", "none", "low", "medium", "high", "xhigh", "max"),
    ),
    window=Window(1_050_000, too_long),
    thinking=Thinking(
        {DEFAULT: 200, "none": 0, "low": 60, "medium": 200, "high": 600, "xhigh": 1200, "max": 2400}
    ),
    limits=("max_completion_tokens",),
)


def _provider(status: int, said: str) -> Failure:
    """Return OpenRouter's error, with the provider's words in `metadata.raw` (open-webui/computer#293)."""
    raw = json.dumps({"error": {"message": said, "type": "invalid_request_error", "code": None}})
    metadata = {"raw": raw, "provider_name": "Playground", "is_byok": False}
    error = {"message": "Provider returned error", "code": status, "metadata": metadata}
    return Failure(status, {"error": error, "user_id": "user_playground"})


def _breaks_off(script: Script) -> Script:
    """End in mid-answer with `choices[0].error` (gethouston/houston#1211, razzant/claudexor#144)."""
    error = {"code": 502, "message": "Provider disconnected unexpectedly"}
    choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error", "error": error}
    gone = {"id": "gen-1", "provider": "Playground", "object": "chat.completion.chunk", "choices": [choice]}
    return script.text("This answer begins ", "well, and then ").event(gone).end(done=True)


# Comments while a provider is sought: openai/openai-go#227. Errors in `metadata.raw`:
# diegosouzapw/OmniRoute#3044, reVrost/go-openrouter#21. Pictures: NousResearch/hermes-agent#53901.
OPENROUTER = Character(
    "openrouter",
    "Sends comments first, hides errors inside 200 and its providers' words in metadata.raw.",
    checks=(
        blind(
            Failure(404, {"error": {"message": "No endpoints found that support image input", "code": 404}})
        ),
    ),
    unknown_model=lambda model: Failure(
        400, {"error": {"message": f"{model} is not a valid model ID", "code": 400}}
    ),
    wrong_key=Failure(401, {"error": {"message": "No auth credentials found", "code": 401}}),
    fails=_breaks_off,
    window=Window(
        4096,
        lambda over: _provider(
            400, f"This model's maximum context length is {over.window} tokens, but {over.prompt} were sent."
        ),
    ),
    thinking=Thinking(
        SOME_WORDS | {"none": 0},
        lambda word: {
            "content": "",
            "reasoning": word,
            "reasoning_details": [{"type": "reasoning.text", "text": word, "format": "unknown", "index": 0}],
        },
    ),
    bills_unasked=True,
    opening=(b": OPENROUTER PROCESSING\n\n",) * 3,
    chunk={"provider": "Playground"},
    choice={"native_finish_reason": None},
    listed=lambda window: {"context_length": window, "architecture": {"input_modalities": ["text"]}},
)


def _forbidden(name: str) -> Failure:
    detail = {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"}
    return Failure(422, {"detail": [detail]})


def _mistral_error(status: int, message: str, code: str) -> Failure:
    kind = "invalid_request_error"
    error = {"object": "error", "message": message, "type": kind, "param": None, "code": code}
    return Failure(status, error)


# Lists of parts, thinking among them: BerriAI/litellm#16272, simonw/llm-mistral#39,
# Arize-ai/openinference#3761. Strict about parameters and about who speaks last.
MISTRAL = Character(
    "mistral",
    "Sends content as lists of parts, thoughts among them, and refuses parameters that it doesn't know.",
    checks=(
        refuses("prompt_cache_key", "max_completion_tokens", "stream_options", by=_forbidden),
        blind(_mistral_error(400, "Image input is not enabled for this model", "3051")),
    ),
    unknown_model=lambda model: _mistral_error(400, f"Invalid model: {model}", "1500"),
    wrong_key=Failure(401, {"detail": "Unauthorized"}),
    fails=lambda script: script.refuse(
        _mistral_error(429, "Service tier capacity exceeded for this model.", "3505")
    ),
    window=Window(
        131_072,
        lambda over: _mistral_error(
            400,
            f"Prompt contains {over.prompt} tokens and 0 draft tokens, too large for model with "
            f"{over.window} maximum context length",
            "3051",
        ),
    ),
    thinking=Thinking(
        SOME_WORDS,
        lambda word: {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": word}]}]},
    ),
    bills_unasked=True,
    content=lambda word: [{"type": "text", "text": word}],
    listed=lambda window: {"max_context_length": window, "capabilities": {"vision": False}},
)


def _google(status: int, message: str, kind: str) -> Failure:
    """Return Google's error, which comes in a list."""
    return Failure(status, [{"error": {"code": status, "message": message, "status": kind}}])


# Upper case reasons: QwenLM/qwen-code#9884, langgenius/dify#8550, Portkey-AI/gateway#1200; no delta at
# MAX_TOKENS: envoyproxy/ai-gateway#2107. It thinks unseen, on the account of the limit.
GEMINI = Character(
    "gemini",
    "Ends with STOP or MAX_TOKENS, puts errors into a list, thinks on the account of the limit.",
    checks=(
        refuses(
            "prompt_cache_key",
            by=lambda name: _google(
                400,
                f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.',
                "INVALID_ARGUMENT",
            ),
        ),
    ),
    unknown_model=lambda model: _google(
        404, f"models/{model} is not found for API version v1main.", "NOT_FOUND"
    ),
    wrong_key=_google(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT"),
    fails=lambda script: script.refuse(
        _google(503, "The model is overloaded. Please try again later.", "UNAVAILABLE")
    ),
    window=Window(
        1_048_576,
        lambda over: _google(
            400,
            f"The input token count ({over.prompt}) exceeds the maximum number of tokens allowed "
            f"({over.window}).",
            "INVALID_ARGUMENT",
        ),
    ),
    thinking=Thinking(SOME_WORDS | {"none": 0}),
    reasons={"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"},
)

_SAFE = {"hate": {"filtered": False, "severity": "safe"}, "violence": {"filtered": False, "severity": "safe"}}


def _event(payload: Json) -> bytes:
    return b"data: " + json.dumps(payload).encode() + b"\n\n"


# Choices that are empty first: AbanteAI/archive-old-cli-mentat#429, Azure/azure-sdk-for-go#21086; a late one
# without `delta`: microsoft/autogen#6465.
AZURE = Character(
    "azure",
    "Begins with empty choices, ends with one that has no delta, notes what its filter thinks.",
    unknown_model=lambda model: Failure(
        404,
        {
            "error": {
                "code": "DeploymentNotFound",
                "message": "The API deployment for this resource does not exist.",
            }
        },
    ),
    wrong_key=Failure(
        401,
        {
            "error": {
                "code": "401",
                "message": "Access denied due to invalid subscription key or wrong API endpoint.",
            }
        },
    ),
    fails=lambda script: script.fail(
        400,
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        code="content_filter",
        param="prompt",
    ),
    window=Window(128_000, too_long),
    opening=(
        _event(
            {
                "id": "",
                "object": "",
                "created": 0,
                "model": "",
                "choices": [],
                "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": _SAFE}],
            }
        ),
    ),
    closing=(
        _event(
            {
                "id": "",
                "object": "",
                "created": 0,
                "model": "",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": None,
                        "content_filter_results": _SAFE,
                        "content_filter_offsets": {"check_offset": 44, "start_offset": 44, "end_offset": 198},
                    }
                ],
            }
        ),
    ),
    choice={"content_filter_results": {}},
)


def _proxied(status: int, message: str, headers: dict[str, str] | None = None) -> Failure:
    error = {"message": message, "type": None, "param": None, "code": str(status)}
    return Failure(status, {"error": error}, headers or {})


def _window_of_litellm(over: Overflow) -> Failure:
    said = too_long(over).body["error"]["message"]
    return _proxied(
        400, f"litellm.ContextWindowExceededError: litellm.BadRequestError: OpenAIException - {said}"
    )


def _limited(script: Script) -> Script:
    """Tell when to come again under the provider's own name for it alone."""
    said = "litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit reached"
    return script.refuse(_proxied(429, said, {"llm_provider-retry-after": "1"}))


# BerriAI/litellm#3142 and #13593 for the model's name; the rest from running 1.108.7.
LITELLM = Character(
    "litellm",
    "A proxy that wraps the errors of what stands behind it, and their headers.",
    checks=(blind(_proxied(400, "litellm.BadRequestError: OpenAIException - image input is not supported")),),
    unknown_model=lambda model: _proxied(
        400,
        f"{{'error': '/chat/completions: Invalid model name passed in model={model}. "
        "Call `/v1/models` to view available models for your key.'}",
    ),
    wrong_key=Failure(
        400,
        {"error": {"message": "No connected db.", "type": "no_db_connection", "param": None, "code": "400"}},
    ),
    fails=_limited,
    window=Window(4096, _window_of_litellm),
)
