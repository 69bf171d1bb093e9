"""The characters of servers that people run themselves, each as reports or the server itself show it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.model.characters.character import DEFAULT, Character, Thinking, Window
from playground.model.characters.refusals import (
    Overflow,
    alternating,
    blind,
    one_system,
    too_long,
    without_system,
)
from playground.model.scripts import Failure

Json = dict[str, Any]
SOME_WORDS = {DEFAULT: 24}


def _of_ollama(status: int, message: str) -> Failure:
    return Failure(status, {"error": {"message": message, "type": "api_error", "param": None, "code": None}})


_STOPPED = (
    "model runner has unexpectedly stopped, this may be due to resource limitations or an internal error"
)

# The prompt cut at num_ctx, and billed cut: NousResearch/hermes-agent#43900, ralphgrewe/TradingAgents#168,
# ollama/ollama#5902. Loading, cancelled by whoever gives up: cline/cline#12839.
OLLAMA = Character(
    "ollama",
    "Loads its model for 20 s at first, and reads 4,096 tokens of a prompt without a word about it.",
    unknown_model=lambda model: _of_ollama(404, f'model "{model}" not found, try pulling it first'),
    fails=lambda script: script.refuse(_of_ollama(500, _STOPPED)),
    window=Window(4096),
    loads=20.0,
    limits=("max_tokens",),
)


def _of_llama_cpp(status: int, message: str, kind: str = "server_error", **figures: int) -> Failure:
    return Failure(status, {"error": {"code": status, "message": message, "type": kind} | figures})


def _template(status: int, line: str, said: str) -> Failure:
    """Return the page of template that llama.cpp sends when a template raises."""
    shown = f"\n------------\nWhile executing CallExpression at line 19, column 27 in source:\n...{line}\n"
    return _of_llama_cpp(status, f"{shown}{' ' * 43}^\nError: Jinja Exception: {said}")


def _overflow_of_llama_cpp(over: Overflow) -> Failure:
    said = (
        f"request ({over.prompt} tokens) exceeds the available context size ({over.window} tokens), "
        "try increasing it"
    )
    figures = {"n_prompt_tokens": over.prompt, "n_ctx": over.window}
    return _of_llama_cpp(400, said, "exceed_context_size_error", **figures)


_ALTERNATE = "Conversation roles must alternate user/assistant/user/assistant/..."
_RAISED = "% 2 == 0) -%}↵        {{ raise_exception('Conversation roles must alternate user..."
_NO_MMPROJ = "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"

# A strict template's page as 500: ggml-org/llama.cpp#19851, sipeed/picoclaw#207, idiap/sdialog#122.
# Pictures: ggml-org/llama.cpp#13566. The overflow's wording, /props and n_ctx: from running 2026.10.
LLAMA_CPP = Character(
    "llama.cpp",
    "A strict template: roles must alternate, else 500. No pictures; reads 2,048 tokens.",
    checks=(
        alternating(_template(500, _RAISED, _ALTERNATE)),
        blind(_of_llama_cpp(500, _NO_MMPROJ)),
    ),
    wrong_key=_of_llama_cpp(401, "Invalid API Key", "authentication_error"),
    fails=lambda script: script.refuse(_of_llama_cpp(503, "Loading model", "unavailable_error")),
    window=Window(2048, _overflow_of_llama_cpp),
    listed=lambda window: {"meta": {"n_ctx": window, "n_ctx_train": 8192, "n_vocab": 49152}},
    props=lambda window: {
        "default_generation_settings": {"n_ctx": window},
        "total_slots": 1,
        "modalities": {"vision": False, "audio": False},
    },
)

# The same without a place for a system message, and with 400: vllm-project/vllm#6862 has Gemma's words.
GEMMA = replace(
    LLAMA_CPP,
    name="llama.cpp-gemma",
    does="A template without a system role, which wants roles to alternate, else 400.",
    checks=(
        without_system(
            _template(400, "{{ raise_exception('System role not supported') }}", "System role not supported")
        ),
        alternating(_template(400, _RAISED, _ALTERNATE)),
        blind(_of_llama_cpp(500, _NO_MMPROJ)),
    ),
)


# Qwen's newer templates take one system message: their chat_template.jinja raises these words.
QWEN = replace(
    LLAMA_CPP,
    name="llama.cpp-qwen",
    does="A template that takes a system message at the very beginning only, else 500.",
    checks=(
        one_system(
            _template(
                500,
                "{{- raise_exception('System message must be at the beginning.') }}",
                "System message must be at the beginning.",
            )
        ),
        blind(_of_llama_cpp(500, _NO_MMPROJ)),
    ),
)


def _of_vllm(status: int, message: str, kind: str) -> Failure:
    """Return vLLM's error, which stands on the top level."""
    error = {"object": "error", "message": message, "type": kind, "param": None, "code": status}
    return Failure(status, error)


def _overflow_of_vllm(over: Overflow) -> Failure:
    said = (
        f"This model's maximum context length is {over.window} tokens. However, you requested "
        f"{over.prompt + over.reply} tokens ({over.prompt} in the messages, {over.reply} in the completion). "
        "Please reduce the length of the messages or completion."
    )
    return _of_vllm(400, said, "BadRequestError")


# Roles: vllm-project/vllm#6862. Errors on the top level: vllm-project/vllm#4667. Thoughts in
# `reasoning_content` with --reasoning-parser; the reply must fit the window, too.
VLLM = Character(
    "vllm",
    "Roles must alternate, else 400; thinks in reasoning_content; the reply must fit its 4,096 tokens.",
    checks=(
        alternating(_of_vllm(400, _ALTERNATE, "BadRequestError")),
        blind(_of_vllm(400, "At most 0 image(s) may be provided in one request.", "BadRequestError")),
    ),
    unknown_model=lambda model: _of_vllm(404, f"The model `{model}` does not exist.", "NotFoundError"),
    wrong_key=Failure(401, {"error": "Unauthorized"}),
    window=Window(4096, _overflow_of_vllm, with_reply=True),
    thinking=Thinking(SOME_WORDS, lambda word: {"reasoning_content": word}),
    listed=lambda window: {"max_model_len": window},
)

# Markers in the content: ml-explore/mlx-lm#1867, raullenchai/Rapid-MLX#480, odysseus-dev/odysseus#4522.
HARMONY = Character(
    "harmony",
    "gpt-oss on a server that leaves its channel markers in the text.",
    window=Window(131_072, too_long),
    thinking=Thinking(
        SOME_WORDS,
        marks=(
            "<|channel|>analysis<|message|>",
            "<|end|><|start|>assistant<|channel|>final<|message|>",
            "<|return|>",
        ),
    ),
    limits=("max_tokens",),
    bills=False,
)

# Tags in the content: kevinthedang/discord-ollama#188, acon96/home-llm#247.
THINK_TAGS = Character(
    "think-tags",
    "A thinking model on a server that leaves <think> tags in the text.",
    window=Window(131_072, too_long),
    thinking=Thinking(SOME_WORDS, marks=("<think>\n", "\n</think>\n\n", "")),
)

# An empty 200 to a long prompt, limits unheeded, no bill, one request at a time: abetlen/llama-cpp-python,
# seen with 0.3.16.
LLAMA_CPP_PYTHON = Character(
    "llama-cpp-python",
    "Answers a long prompt with nothing, and breaks off one answer when the next question comes.",
    window=Window(2048, lambda _: Failure(200, "", content_type="text/event-stream")),
    limits=("max_tokens",),
    bills=False,
    interrupts=True,
)
