"""Answers of other APIs than Chat Completions, known by their form: some set the address of such a one."""

from collections.abc import Mapping
from typing import Any

NO_SUCH = "what came is no Chat Completions, but of {api}; OPENAI_BASE_URL ends in /v1 at most servers"
_ANTHROPIC = ("message", "message_start", "content_block_start", "content_block_delta", "message_delta")
_COHERE = ("message-start", "content-start", "content-delta")


def api_of(answer: Mapping[str, Any]) -> str:
    """Return which API an answer without choices is of, nothing where that is not certain."""
    kind = answer.get("type")
    if kind in _ANTHROPIC:
        return "Anthropic's Messages"
    if answer.get("object") == "response" or (isinstance(kind, str) and kind.startswith("response.")):
        return "OpenAI's Responses"
    if "done" in answer and ("message" in answer or "response" in answer):
        return "Ollama's own"
    if "candidates" in answer:
        return "Gemini's own"
    if kind in _COHERE or isinstance(answer.get("message"), dict):
        return "Cohere's own"
    if "generated_text" in answer or ("token" in answer and "details" in answer):
        return "Text Generation Inference's own"
    if "content" in answer and "stop" in answer:
        return "llama.cpp's own"
    return "KoboldCpp's own" if isinstance(answer.get("results"), list) else ""
