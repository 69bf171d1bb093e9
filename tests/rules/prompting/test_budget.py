"""A request and its answer share the model's window."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.prompting.budget import LEAST_BUDGET, REPLY_SHARE, prompt_budget, reply_limit

TOKENS = st.integers(100, 100_000)
RATIOS = st.floats(0.25, 4)


@given(TOKENS, TOKENS, TOKENS, RATIOS)
def test_a_request_leaves_room_for_its_answer(window: int, prompt: int, reply: int, ratio: float) -> None:
    budget = prompt_budget(window, prompt, reply, ratio)
    billed = budget * max(1.0, ratio)

    assert budget <= max(LEAST_BUDGET, prompt)
    assert budget == LEAST_BUDGET or billed + min(reply, int(window * REPLY_SHARE)) <= window + 1


@given(TOKENS, TOKENS, RATIOS)
def test_without_a_window_the_self_hosters_limit_holds(prompt: int, reply: int, ratio: float) -> None:
    budget = prompt_budget(None, prompt, reply, ratio)

    assert budget <= prompt
    assert budget * max(1.0, ratio) <= max(prompt, LEAST_BUDGET * ratio)
    assert reply_limit(None, reply, budget, ratio) == reply


@given(TOKENS, TOKENS, TOKENS, RATIOS)
def test_an_answer_takes_what_its_request_leaves(window: int, prompt: int, reply: int, ratio: float) -> None:
    limit = reply_limit(window, reply, prompt, ratio)

    assert 1 <= limit <= reply
    assert limit == 1 or prompt * max(1.0, ratio) + limit <= window
