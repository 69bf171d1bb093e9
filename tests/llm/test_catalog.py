"""What is known of models by their names."""

from typing import get_args

import pytest
from openai.types.chat_model import ChatModel

from bot.llm import catalog
from bot.llm.catalog import facts
from bot.rules.model_facts import PatchRule, TileRule, nearest_effort


@pytest.mark.parametrize(
    ("model", "window"),
    [
        ("gpt-4", 8_192),
        ("gpt-4-0613", 8_192),
        ("gpt-4-32k", 32_000),
        ("gpt-4-turbo-2024-04-09", 128_000),
        ("gpt-4o-mini", 128_000),
        ("gpt-4.1-nano-2025-04-14", 1_000_000),
        ("gpt-5.1", 400_000),
        ("gpt-5.5-2026-04-23", 1_000_000),
        ("gpt-6-luna", 1_050_000),
        ("claude-opus-4-1", 200_000),
        ("gpt-5-chat-latest", 128_000),
        ("o3-mini", 200_000),
        ("llama3.1:8b", None),
    ],
)
def test_the_longest_known_beginning_of_a_name_decides(model: str, window: int | None) -> None:
    assert facts(model).context_window == window


@pytest.mark.parametrize(
    "name",
    ["openai/gpt-4.1-mini", "openai/gpt-4.1-mini:free", "ft:gpt-4.1-mini:acme::x1", " GPT-4.1-mini "],
)
def test_vendor_variant_and_tuning_do_not_hide_a_model(name: str) -> None:
    known = facts(name)

    assert known.name == name
    assert known.encoding == "o200k_base"
    assert known.encoding_known
    assert known.image_rule == PatchRule(factor=1.62)


@pytest.mark.parametrize(
    ("model", "rule"),
    [
        ("gpt-4o", TileRule(85, 170)),
        ("gpt-4o-mini-2024-07-18", TileRule(2833, 5667)),
        ("gpt-5-nano", PatchRule(1.5)),
        ("o4-mini", PatchRule(1.72)),
        ("anthropic/claude-sonnet-4.5", catalog.UNKNOWN_IMAGES),
        ("qwen2.5vl:7b", catalog.UNKNOWN_IMAGES),
        ("gpt-3.5-turbo", None),
        ("gpt-4", None),
        ("o3-mini", None),
        ("llama3", None),
    ],
)
def test_pictures_are_billed_by_the_models_own_rule(model: str, rule: TileRule | PatchRule | None) -> None:
    assert facts(model).image_rule == rule
    assert facts(model).sees == (rule is not None)


@pytest.mark.parametrize(
    ("model", "reasoning"),
    [
        ("o1", True),
        ("gpt-5-mini", True),
        ("gpt-5-chat-latest", False),
        ("gpt-6-sol", True),
        ("gpt-4.1", False),
    ],
)
def test_models_that_think_first_are_known(model: str, reasoning: bool) -> None:
    assert facts(model).reasoning == reasoning


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("gpt-6-luna", "none"),
        ("gpt-5.2", "none"),
        ("gpt-5-mini", "minimal"),
        ("o3", "low"),
        ("openai/gpt-oss-120b", "low"),
        ("gpt-4.1", None),
        ("o1-mini", None),
        ("qwen3:8b", None),
    ],
)
def test_who_has_set_nothing_has_each_model_think_as_little_as_it_can(model: str, asked: str | None) -> None:
    assert nearest_effort("none", facts(model).efforts) == asked


def test_the_first_reasoning_models_take_no_system_message() -> None:
    refusing = {name for name in get_args(ChatModel) if not facts(name).system_role}

    assert {name[:7] for name in refusing} == {"o1-mini", "o1-prev"}


@pytest.mark.parametrize("model", ["", "/", ":", "ft:", "text-davinci-003", "gpt-2"])
def test_a_name_nobody_knows_gets_careful_assumptions(model: str) -> None:
    known = facts(model)

    assert known.encoding == "o200k_base"
    assert not known.encoding_known
    assert known.context_window is None


def test_every_model_that_the_client_names_is_counted_in_a_shipped_encoding() -> None:
    assert {facts(name).encoding for name in get_args(ChatModel)} == set(catalog.SHIPPED_ENCODINGS)


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-4.1-mini", ("o200k_base", True)),
        ("gpt-5.4", ("o200k_base", True)),
        ("gpt-oss-120b", ("o200k_base", True)),
        ("gpt-4-turbo", ("cl100k_base", True)),
        ("gpt-6-sol", ("o200k_base", False)),
        ("llama3", ("o200k_base", False)),
    ],
)
def test_the_encoding_is_known_or_said_to_be_assumed(model: str, encoding: tuple[str, bool]) -> None:
    known = facts(model)

    assert (known.encoding, known.encoding_known) == encoding


@pytest.mark.parametrize(
    "model",
    [
        *("deepseek-r1:8b", "deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "qwq:32b", "deepseek-reasoner"),
        *("Qwen/Qwen3-30B-A3B-Thinking-2507", "qwen3:30b-a3b-thinking-2507", "THUDM/GLM-Z1-9B", "magistral"),
        *("http://10.0.0.2/v1|moonshotai/kimi-k2-thinking", "olmo-3-32b-think", "exaone-deep:7.8b"),
    ],
)
def test_open_models_that_think_each_time_are_known_by_their_names(model: str) -> None:
    assert catalog.thinks_first(model)
    assert facts(model).reasoning


@pytest.mark.parametrize(
    "model",
    [
        *("gpt-6-luna", "gpt-5-thinking", "gemini-2.0-flash-thinking-exp", "claude-3-7-sonnet:thinking"),
        *("grok-4-fast-reasoning", "phi-4-non-reasoning", "qwen3:8b", "llama3.1:8b", "router1", "thinker"),
    ],
)
def test_others_are_not_taken_to_begin_in_thoughts(model: str) -> None:
    assert not catalog.thinks_first(model)
