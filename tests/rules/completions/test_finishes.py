"""Finish reasons of all servers, and the marks of templates that some let through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.completions.finishes import Finish, TemplateEnds, finish_of, mentions_ends

MARKS = ["<|im_end|>", "<|eot_id|>", "</s>", "<end_of_turn>", "[/INST]", "<|im_start|>", "<start_of_turn>"]
PIECES = st.lists(
    st.sampled_from([*MARKS, "<", "<|", "|>", "[", "\n", " ", "if a < b", "<b>", "Hi"]), max_size=8
)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("stop", Finish.DONE),
        ("STOP", Finish.DONE),
        ("eos", Finish.DONE),
        ("end_turn", Finish.DONE),
        ("tool_calls", Finish.DONE),
        (None, Finish.DONE),
        ("", Finish.DONE),
        ("length", Finish.LENGTH),
        ("MAX_TOKENS", Finish.LENGTH),
        ("FINISH_REASON_MAX_TOKENS", Finish.LENGTH),
        ("max tokens", Finish.LENGTH),
        ("model_length", Finish.LENGTH),
        ("content_filter", Finish.FILTERED),
        ("content-filter", Finish.FILTERED),
        ("SAFETY", Finish.FILTERED),
        ("error", Finish.FAILED),
        ("Network_Error", Finish.FAILED),
    ],
)
def test_a_finish_reason_is_understood_in_any_case_and_by_its_other_names(
    reason: str | None, expected: Finish
) -> None:
    assert finish_of(reason) is expected


def without_ends(*pieces: str) -> str:
    ends = TemplateEnds()
    return "".join(map(ends.take, pieces)) + ends.end()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi.<|im_end|>", "Hi."),
        ("Hi.</s>", "Hi."),
        ("Hi.<end_of_turn>\n", "Hi."),
        ("Hi.[/INST] </s>", "Hi."),
        ("Hi.<|im_end|>\n<|im_start|>user\nAnd you?<|im_end|>", "Hi."),
        ("Hi.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnd you?", "Hi."),
        ("`<|im_end|>` ends it.", "`<|im_end|>` ends it."),
        ("<s>old</s> new", "<s>old</s> new"),
        ("a < b", "a < b"),
        ("a <", "a <"),
        ("Hi.<|im_e", "Hi.<|im_e"),
        ("[1] and [2]", "[1] and [2]"),
        ("<|im_start|>assistant\nHi.<|im_end|>", "Hi."),
        (" <|start_header_id|>assistant<|end_header_id|>\n\nHi.", "\n\nHi."),
        ("<|assistant|>Hi.", "Hi."),
        ("[/INST] Hi.", " Hi."),
        ("assistant\n\nHi.", "Hi."),
        ("assistants help", "assistants help"),
        ("Hi.<|EOT|>\n<|EOT|>", "Hi."),
        ("Hi.<|END_OF_TURN_TOKEN|>", "Hi."),
        ("Hi.<end_of_utterance>", "Hi."),
        ("Hi.<|im_assistant|>", "Hi."),
        ("Hi.<|endofturn|>", "Hi."),
        ("Hi.[EOS]", "Hi."),
        ("<bos>Hi. [EOS] ends it.<eos>", "Hi. [EOS] ends it."),
        ("<|begin_of_text|>Hi.", "Hi."),
        ("assist", "assist"),
        ("Hi <|assistant|>.", "Hi <|assistant|>."),
    ],
)
def test_the_marks_at_an_answers_end_are_left_out_and_no_others(text: str, left: str) -> None:
    assert without_ends(text) == left
    assert without_ends(*text) == left


@given(pieces=PIECES)
def test_marks_are_found_however_a_text_is_cut(pieces: list[str]) -> None:
    text = "".join(pieces)

    left = without_ends(*pieces)

    assert left == without_ends(text) == without_ends(*text)
    begun = text.lstrip()
    said = begun.removeprefix("[/INST]") if begun.startswith("[/INST]") else text
    assert said.startswith(left)
    assert left == said or mentions_ends(said[len(left) :])


def test_a_beginning_of_nothing_but_blanks_is_not_held_for_ever() -> None:
    ends = TemplateEnds()

    assert "".join(ends.take(" ") for _ in range(20)) == " " * 20
