"""Credits: what a render costs, and what a budget allows."""

from __future__ import annotations

import pytest

from clipmill.domain.credits import Balance, RenderPrice, divided


@pytest.mark.parametrize(
    ("seconds", "width", "height", "credits"),
    [(1.0, 1280, 720, 1), (1.001, 1280, 720, 2), (9.0, 1920, 1080, 9), (9.0, 1921, 1080, 36), (0.1, 16, 16, 1),
     (3.0000000001, 16, 16, 3)],
)  # fmt: skip
def test_price_is_per_started_second_and_size(seconds: float, width: int, height: int, credits: int) -> None:
    assert RenderPrice().quote(seconds, width, height) == credits


@pytest.mark.parametrize(("amount", "budget", "allowed"), [(3, 10, True), (4, 10, False), (99, None, True)])
def test_budget_counts_what_is_reserved_too(amount: int, budget: int | None, allowed: bool) -> None:
    assert Balance(reserved=2, spent=5).allows(amount, budget) is allowed


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
