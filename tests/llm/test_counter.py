"""Counts agree with what OpenAI bills, for any text, without a download."""

import asyncio
import shutil
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
import tiktoken
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import StartError
from bot.llm import counter as counting
from bot.llm.counter import RECIPES, SHIPPED, TiktokenCounter
from bot.rules.prompting.tokens import request_tokens
from tests.support.strategies import examples

MODEL = "gpt-4.1-mini"
OLD = "gpt-3.5-turbo"


# What the API billed for gpt-4.1-mini.
BILLED_TEXTS = [
    (
        "It’s easy to make something cool with LLMs, but very hard to make something production-ready with "
        "them.",
        23,
    ),
    ("LLM을 사용해서 멋져 보이는 것을 만들기는 쉽지만, 프로덕션 수준으로 만들어 내기는 매우 어렵다.", 28),
]
BILLED_REQUESTS = [
    ([("system", "You are a helpful assistant."), ("user", "Hello I'm John")], 20),
    (
        [
            ("system", "You are a helpful assistant"),
            ("user", "Hello! I'm John."),
            ("assistant", "Hello John! How can I assist you today?"),
            ("user", "Do you know my name?"),
        ],
        45,
    ),
    ([("user", "Hello! I'm John.")], 12),
    (
        [
            ("user", "Hello! I'm John."),
            ("assistant", "Nice to meet you, John!"),
            ("user", "Do you know my name?"),
        ],
        33,
    ),
]


@pytest.mark.parametrize(("text", "tokens"), BILLED_TEXTS)
def test_a_text_counts_as_the_api_counts_it(counter: TiktokenCounter, text: str, tokens: int) -> None:
    assert counter.count(text, MODEL) == tokens


@pytest.mark.parametrize(("messages", "tokens"), BILLED_REQUESTS)
def test_a_request_counts_as_the_api_bills_it(
    counter: TiktokenCounter, messages: list[tuple[str, str]], tokens: int
) -> None:
    assert request_tokens(counter.count(content, MODEL) for _, content in messages) == tokens


@pytest.mark.parametrize("role", ["system", "developer", "user", "assistant"])
def test_every_role_is_one_token(counter: TiktokenCounter, role: str) -> None:
    assert counter.count(role, MODEL) == 1
    assert counter.count(role, OLD) == 1


@pytest.mark.parametrize("name", RECIPES)
def test_the_encodings_are_tiktokens_own(
    counter: TiktokenCounter, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    recipe = import_module("tiktoken_ext.openai_public").ENCODING_CONSTRUCTORS[name]()
    theirs = tiktoken.Encoding(**recipe)

    assert RECIPES[name].pattern == recipe["pat_str"]
    for text in (*(text for text, _ in BILLED_TEXTS), "def f(x):\n\treturn x  # 12345\r\n\r\n  I'LL"):
        model = {"o200k_base": MODEL, "cl100k_base": OLD}[name]
        assert counter.count(text, model) == len(theirs.encode_ordinary(text))


def test_what_looks_like_a_special_token_is_ordinary_text(counter: TiktokenCounter) -> None:
    assert counter.count("<|endoftext|>", MODEL) == 7
    assert counter.count("<|im_start|>system", MODEL) > 3


@pytest.mark.parametrize("model", [MODEL, OLD])
@given(text=st.text(st.characters()))
@example(text="\ud800 lone \udfff")
def test_pieces_joined_are_the_text(counter: TiktokenCounter, model: str, text: str) -> None:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    pieces = counter.pieces(text, model)

    assert b"".join(pieces) == whole.encode()
    assert counter.count(text, model) == len(pieces)


def test_no_text_has_no_tokens(counter: TiktokenCounter) -> None:
    assert counter.count("", MODEL) == 0
    assert counter.pieces("", MODEL) == []


@pytest.mark.parametrize("model", [MODEL, OLD])
@examples(200)
@given(text=st.text(st.sampled_from("ab1 \t\n\r/.,'s쉬é\u0301!²"), min_size=20, max_size=200))
def test_slices_cut_after_a_line_change_no_count(counter: TiktokenCounter, model: str, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "SLICE", 16)
        patch.setattr(counting, "SEAM", 16)
        parts = list(counting._slices(text))

    seams = [left[-1] == "\n" and right[0].isalnum() for left, right in pairwise(parts)]

    assert "".join(parts) == text
    assert max(map(len, parts)) <= 16
    if all(seams):
        assert sum(counter.count(part, model) for part in parts) == counter.count(text, model)


@pytest.mark.parametrize("character", [" ", "a"])
async def test_megabytes_of_one_character_are_counted_while_the_loop_runs_on(
    counter: TiktokenCounter, character: str
) -> None:
    turns = 0
    counting_on = asyncio.create_task(counter.count_large(character * 1_200_000, MODEL))
    while not counting_on.done():
        await asyncio.sleep(0)
        turns += 1

    assert 0 < await counting_on < 1_200_000
    assert turns > 100


async def test_small_texts_are_counted_alike_both_ways(counter: TiktokenCounter) -> None:
    assert await counter.count_large("Hello I'm John", MODEL) == counter.count("Hello I'm John", MODEL)


async def test_a_table_is_read_when_a_model_first_needs_it(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    counter = await TiktokenCounter.load(tmp_path)
    (tmp_path / RECIPES["cl100k_base"].filename).unlink()

    await counter.ready(MODEL)

    assert counter.count("Hello", MODEL) == 1
    with pytest.raises(FileNotFoundError):
        await counter.ready(OLD)


@pytest.mark.parametrize("damage", ["missing", "damaged"])
async def test_a_damaged_installation_is_one_sentence_and_nothing_is_deleted(
    tmp_path: Path, damage: str
) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    table = tmp_path / RECIPES["cl100k_base"].filename
    if damage == "missing":
        table.unlink()
    else:
        table.write_bytes(b"IQ== 0\n")

    with pytest.raises(StartError, match=r"The token table cl100k_base .*installing Parley again"):
        await TiktokenCounter.load(tmp_path)

    assert table.exists() == (damage == "damaged")
