"""All characters by their names, in the order in which they are offered."""

from __future__ import annotations

from playground.model.characters import hosted, local
from playground.model.characters.character import Character

CAST: dict[str, Character] = {
    one.name: one
    for one in (
        hosted.OPENAI,
        hosted.GPT_6,
        hosted.AZURE,
        hosted.OPENROUTER,
        hosted.MISTRAL,
        hosted.GEMINI,
        hosted.LITELLM,
        local.OLLAMA,
        local.LLAMA_CPP,
        local.GEMMA,
        local.QWEN,
        local.LLAMA_CPP_PYTHON,
        local.VLLM,
        local.HARMONY,
        local.THINK_TAGS,
    )
}
