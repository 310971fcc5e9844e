"""Credits: what a render costs, how thousandths are written and read, and what a budget allows."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipmill.domain.credits import (
    LARGEST,
    Balance,
    RenderPrice,
    as_number,
    as_text,
    as_typed,
    divided,
    from_typed,
    with_unit,
)

AMOUNTS = st.integers(0, LARGEST) | st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("seconds", "width", "height", "credits"),
    [(1.0, 1280, 720, 1), (1.001, 1280, 720, 2), (9.0, 1920, 1080, 9), (9.0, 1921, 1080, 36), (0.1, 16, 16, 1),
     (3.0000000001, 16, 16, 3)],
)  # fmt: skip
def test_price_is_per_started_second_and_size(seconds: float, width: int, height: int, credits: int) -> None:
    assert RenderPrice().quote(seconds, width, height) == 1000 * credits


@pytest.mark.parametrize(("amount", "budget", "allowed"), [(3, 10, True), (4, 10, False), (99, None, True)])
def test_budget_counts_what_is_reserved_too(amount: int, budget: int | None, allowed: bool) -> None:
    assert Balance(reserved=2, spent=5).allows(amount, budget) is allowed


@pytest.mark.parametrize(
    ("amount", "text", "typed", "number"),
    [(0, "0", "0", "0"), (1, "0.001", "0.001", "0.001"), (2_400, "2.4", "2.4", "2.4"), (2_000, "2", "2", "2"),
     (1_000_000, "1,000", "1000", "1000"), (1_234_567_890, "1,234,567.89", "1234567.89", "1234567.89"),
     (-12_500, "-12.5", "-12.5", "-12.5"), (-500, "-0.5", "-0.5", "-0.5")],
)  # fmt: skip
def test_thousandths_are_written_as_credits(amount: int, text: str, typed: str, number: str) -> None:
    assert (as_text(amount), as_typed(amount), json.dumps(as_number(amount))) == (text, typed, number)


def test_one_credit_is_one() -> None:
    assert [with_unit(amount) for amount in (0, 1_000, 1_001, 2_400)] == [
        "0 credits", "1 credit", "1.001 credits", "2.4 credits",
    ]  # fmt: skip
    assert as_number(None) is None


@given(amount=AMOUNTS)
def test_what_is_written_is_read_as_the_same_amount(amount: int) -> None:
    assert from_typed(as_typed(amount)) == from_typed(as_text(amount).replace(",", "")) == amount


@given(amount=AMOUNTS)
def test_numbers_of_json_lose_no_thousandth(amount: int) -> None:
    printed = json.dumps(as_number(amount))
    assert Decimal(printed) * 1_000 == amount
    assert from_typed(printed) == amount, "as YAML and TOML read it back"
    assert isinstance(as_number(amount), int) is (amount % 1_000 == 0)


@given(amounts=st.lists(st.integers(0, 10**9)))
def test_sums_are_what_they_are_on_paper(amounts: list[int]) -> None:
    on_paper = sum((Decimal(as_typed(amount)) for amount in amounts), Decimal(0))
    assert Decimal(as_typed(sum(amounts))) == on_paper


@pytest.mark.parametrize(
    ("text", "amount"),
    [("10", 10_000), ("2.4", 2_400), (" 0.001 ", 1), ("2.400", 2_400), ("2.40000", 2_400), ("007", 7_000),
     ("1000000000000", LARGEST), ("0" * 5_000 + "1", 1_000)],
)  # fmt: skip
def test_what_people_type_is_read(text: str, amount: int) -> None:
    assert from_typed(text) == amount


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "no number of credits"), ("ten", "'ten' is no number of credits"), ("-1", "0 or more"), ("2,4", "no number"),
     ("1,000", "no number"), ("1e3", "no number"), ("nan", "no number"), ("2.", "no number"), (".5", "no number"),
     ("٣", "no number"), ("2.4001", "2.4001 credits have more than three decimals"),
     ("1000000000000.001", "are more than 1,000,000,000,000"), ("9" * 5_000, "… credits are more than")],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_typed(text)


@pytest.mark.parametrize(("difference", "text"), [(0, ""), (-12_500, "12.5 less than reserved"),
                                                  (1_000, "1 more than reserved")])  # fmt: skip
def test_balance_says_what_was_charged_beside_what_was_reserved(difference: int, text: str) -> None:
    assert Balance(difference=difference).differs == text


@pytest.mark.parametrize(
    ("amount", "shares", "expected"),
    [(10, 3, [4, 3, 3]), (9, 3, [3, 3, 3]), (0, 4, [0, 0, 0, 0]), (2, 4, [1, 1, 0, 0]), (7, 1, [7]),
     (1000, 7, [143] * 6 + [142])],
)  # fmt: skip
def test_amount_is_divided_to_its_last_part_and_the_first_get_what_is_over(
    amount: int, shares: int, expected: list[int]
) -> None:
    assert list(divided(amount, shares)) == expected
    assert sum(expected) == amount
