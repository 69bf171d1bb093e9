"""Token arithmetic: requests, pictures, and what bills teach."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.rules.model_facts import ImageRule, PatchRule, TileRule
from bot.rules.prompting.tokens import (
    CUT_SHARE,
    HIGHEST_RATIO,
    LEAST_BILLS,
    LOWEST_RATIO,
    NEAR_LIMIT,
    NEWEST_BILLS,
    Calibration,
    disagree,
    image_tokens,
    request_tokens,
    silent_cut,
)

OMNI = TileRule(base=85, tile=170)
SMALL = PatchRule(factor=1.2)

rules = st.sampled_from([OMNI, SMALL, TileRule(2833, 5667), PatchRule(2.46), PatchRule(1.2, 2500)])
sides = st.integers(1, 20_000)
counts = st.integers(50, 200_000)


def test_a_request_of_nothing_still_primes_the_answer() -> None:
    assert request_tokens([]) == 3


@given(contents=st.lists(st.integers(0, 10_000)))
def test_each_message_costs_four_tokens_beside_its_content(contents: list[int]) -> None:
    assert request_tokens(contents) == 3 + sum(contents) + 4 * len(contents)


@pytest.mark.parametrize(
    ("rule", "width", "height", "tokens"),
    [
        (OMNI, 1024, 1024, 765),
        (OMNI, 2048, 4096, 1105),
        (OMNI, 512, 512, 255),
        (OMNI, 1, 1, 255),
        (OMNI, 768, 2048, 1445),
        (TileRule(70, 140), 1024, 1024, 630),
        (TileRule(2833, 5667), 1024, 1024, 25_501),
        (PatchRule(1.0), 1024, 1024, 1024),
        (PatchRule(1.0), 1800, 2400, 1452),
        (PatchRule(1.62), 1024, 1024, 1659),
        (SMALL, 1, 1, 2),
        (SMALL, 100_000, 20, 1844),
    ],
)
def test_a_picture_costs_what_its_rule_says(rule: ImageRule, width: int, height: int, tokens: int) -> None:
    assert image_tokens(rule, width, height) == tokens


@pytest.mark.parametrize(("rule", "tokens"), [(OMNI, 1445), (SMALL, 1844), (TileRule(2833, 5667), 48_169)])
@pytest.mark.parametrize(("width", "height"), [(None, None), (100, None), (0, 0)])
def test_a_picture_of_unknown_size_costs_the_most(
    rule: ImageRule, tokens: int, width: int | None, height: int | None
) -> None:
    assert image_tokens(rule, width, height) == tokens


@given(rule=rules, width=sides, height=sides)
def test_no_picture_costs_more_than_one_of_unknown_size(rule: ImageRule, width: int, height: int) -> None:
    assert 0 < image_tokens(rule, width, height) <= image_tokens(rule, None, None)


@given(rule=rules, width=sides, height=sides)
def test_a_picture_turned_on_its_side_costs_the_same(rule: ImageRule, width: int, height: int) -> None:
    assert image_tokens(rule, width, height) == image_tokens(rule, height, width)


def test_without_bills_our_own_count_stands() -> None:
    assert Calibration().ratio == 1.0


@given(ratio=st.floats(0.55, 1.9), counted=st.lists(counts, min_size=3, max_size=20))
def test_bills_that_agree_are_believed_from_the_third_on(ratio: float, counted: list[int]) -> None:
    learned = Calibration()
    for count in counted:
        learned = learned.learn(count, round(count * ratio))

    assert learned.ratio == pytest.approx(ratio, abs=0.011)


@given(strange=st.integers(1, 10**9), ratio=st.floats(0.5, 2.0), place=st.integers(0, 4))
def test_one_strange_bill_among_others_changes_little(strange: int, ratio: float, place: int) -> None:
    bills = [round(1000 * ratio)] * 4
    bills.insert(place, strange)
    learned = Calibration()
    for bill in bills:
        learned = learned.learn(1000, bill)

    assert learned.ratio == pytest.approx(ratio, abs=0.001)


@given(bills=st.lists(st.tuples(st.integers(0, 10**6), st.integers(-5, 10**9))))
def test_the_ratio_is_bounded_whatever_comes(bills: list[tuple[int, int]]) -> None:
    learned = Calibration()
    for counted, billed in bills:
        learned = learned.learn(counted, billed)

    assert LOWEST_RATIO <= learned.ratio <= HIGHEST_RATIO
    assert len(learned.ratios) <= NEWEST_BILLS


@given(old=st.floats(0.5, 2.0), new=st.floats(0.5, 2.0))
def test_a_model_that_changes_its_tokenizer_is_learned_anew(old: float, new: float) -> None:
    learned = Calibration()
    for ratio in [old] * NEWEST_BILLS + [new] * NEWEST_BILLS:
        learned = learned.learn(1000, round(1000 * ratio))

    assert learned.ratio == pytest.approx(new, abs=0.001)


def test_small_requests_teach_nothing() -> None:
    assert Calibration().learn(49, 90) == Calibration()


@given(ratios=st.lists(st.floats(LOWEST_RATIO, HIGHEST_RATIO), max_size=NEWEST_BILLS))
def test_what_was_learned_survives_being_stored(ratios: list[float]) -> None:
    learned = Calibration(tuple(ratios))

    assert Calibration.load(learned.dump()) == learned


@pytest.mark.parametrize("text", ["", "{}", "[0]", "[9]", '["1"]', "[NaN]", "nope"])
def test_what_was_never_learned_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Calibration.load(text)


@given(counted=st.integers(0, 100_000))
def test_equal_counts_agree(counted: int) -> None:
    assert not disagree(counted, counted)


@given(counted=st.integers(0, 100_000), billed=st.integers(0, 100_000))
def test_far_counts_disagree(counted: int, billed: int) -> None:
    assume(abs(counted - billed) > max(counted, billed, 400) / 90)

    assert disagree(counted, billed)


@pytest.mark.parametrize(("counted", "billed"), [(20, 23), (20, 16), (8000, 8080)])
def test_small_constants_are_no_disagreement(counted: int, billed: int) -> None:
    assert not disagree(counted, billed)


@pytest.mark.parametrize(
    ("bills", "limit"),
    [
        ([(9_000, 4_050), (9_500, 4_096), (10_000, 4_020)], 4_096),
        ([(9_000, 2_990), (9_500, 2_900), (10_000, 3_000)], 3_000),
        ([(9_000, 4_050), (9_500, 4_096)], None),  # too few
        ([(9_000, 4_050), (9_500, 4_096), (9_400, 4_020)], None),  # too much alike
        ([(5_000, 3_700), (5_250, 3_885), (5_500, 4_070)], None),  # which grow as prompts do
        ([(9_000, 4_050), (9_500, 1_000), (10_000, 4_020)], None),  # as without the cached tokens
        ([(4_500, 4_050), (4_600, 4_096), (4_400, 4_020)], None),  # a tokenizer that differs
        ([(9_000, 8_900), (9_500, 4_096), (9_500, 4_096), (10_000, 4_020)], None),
    ],
)
def test_a_silent_cut_shows_in_bills_just_below_one_limit(
    bills: list[tuple[int, int]], limit: int | None
) -> None:
    assert silent_cut(bills) == limit


@given(
    ratio=st.floats(LOWEST_RATIO, CUT_SHARE),
    counted=st.lists(st.integers(400, 100_000), min_size=LEAST_BILLS, max_size=LEAST_BILLS),
    noise=st.lists(st.floats(0.99, 1.01), min_size=LEAST_BILLS, max_size=LEAST_BILLS),
)
def test_a_tokenizer_with_fewer_tokens_is_not_taken_for_a_cut(
    ratio: float, counted: list[int], noise: list[float]
) -> None:
    bills = [(count, round(count * ratio * some)) for count, some in zip(counted, noise, strict=True)]

    assert silent_cut(bills) is None


@given(
    limit=st.sampled_from([1_000, 2_048, 4_096, 30_000]), shares=st.lists(st.floats(0.95, 1.0), min_size=3)
)
def test_a_cut_is_seen_once_prompts_differ(limit: int, shares: list[float]) -> None:
    bills = [(round(limit * (1.5 + 0.3 * at)), round(limit * share)) for at, share in enumerate(shares)]

    assert silent_cut(bills) is not None


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=5))
def test_a_cut_is_never_seen_below_what_was_billed(bills: list[tuple[int, int]]) -> None:
    limit = silent_cut(bills)

    assert limit is None or all(NEAR_LIMIT * limit <= billed <= limit for _, billed in bills)


def test_bills_that_no_tokenizer_explains_teach_nothing() -> None:
    learned = Calibration().learn(1_000, 400).learn(1_000, 2_500)

    assert learned == Calibration()


def test_bills_that_differ_are_not_believed() -> None:
    learned = Calibration((0.5, 0.9, 1.4, 2.0))

    assert learned.ratio == 1.0
