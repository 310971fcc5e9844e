"""Samples."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked
from clipmill.domain.row import Row
from clipmill.domain.template import FieldKind, FieldRule
from clipmill.templates.sample import choose_sample

CONTRACT = (
    FieldRule(name="title"), FieldRule(name="price", kind=FieldKind.MONEY),
    FieldRule(name="image", kind=FieldKind.IMAGE),
    FieldRule(name="badge", kind=FieldKind.ENUM, choices=("new", "sale")), FieldRule(name="on", kind=FieldKind.BOOLEAN),
    FieldRule(name="cta", fallback="Shop"),
)  # fmt: skip
PLAIN = {"title": "middle", "price": "20.00", "badge": "new", "on": True, "cta": "Shop"}


def row(number: int, *, size: tuple[int, int] = (30, 20), blocked: bool = False, fallbacks: tuple[str, ...] = (),
        **values: Any) -> Checked:  # fmt: skip
    payload = None if blocked else Payload("v", {})
    media = {"image": {"width": size[0], "height": size[1]}}
    return Checked(Row(number, {}), {**PLAIN, **values}, fallbacks=fallbacks, payload=payload, media=media)


def many() -> list[Checked]:
    rows = [row(number) for number in range(1, 1001)]
    special = {
        100: row(100, title="the very longest title"), 200: row(200, title="ab"), 300: row(300, price="999.00"),
        400: row(400, price="5.50"), 500: row(500, size=(90, 10)), 600: row(600, size=(10, 90)),
        650: row(650, size=(20, 20)),
        700: row(700, badge="sale"), 800: row(800, on=False), 900: row(900, fallbacks=("cta",)),
        950: row(950, title="the blocked one has the longest title", blocked=True),
    }  # fmt: skip
    return [special.get(one.row.number, one) for one in rows]


def test_the_extremes_come_first() -> None:
    chosen = choose_sample(many(), 13, CONTRACT)
    assert {100, 200, 300, 400, 500, 600, 650, 700, 800, 900} <= chosen
    assert 950 not in chosen
    assert len(chosen) == 13


def test_a_small_sample_has_the_most_telling_rows() -> None:
    contract = CONTRACT[:3]
    assert choose_sample(many(), 3, contract) == {100, 500, 600}


def test_the_rest_is_spread_evenly() -> None:
    chosen = sorted(choose_sample([row(number) for number in range(1, 1001)], 10, ()))
    assert len(chosen) == 10
    gaps = [after - before for before, after in pairwise(chosen)]
    assert max(gaps) - min(gaps) <= 60
    assert chosen[0] < 100
    assert chosen[-1] > 900


def test_a_batch_smaller_than_the_sample_is_taken_whole() -> None:
    rows = [row(1), row(2, blocked=True), row(3)]
    assert choose_sample(rows, 10, CONTRACT) == {1, 3}
    assert choose_sample(rows, 0, CONTRACT) == frozenset()
    assert choose_sample([], 10, CONTRACT) == frozenset()


def test_the_same_rows_give_the_same_sample_in_one_pass() -> None:
    def stream() -> Iterator[Checked]:
        yield from many()

    assert choose_sample(stream(), 12, CONTRACT) == choose_sample(many(), 12, CONTRACT)


def test_rows_without_a_value_or_a_picture_are_no_extremes() -> None:
    rows = [row(1, price=None, title=""), Checked(Row(2, {}), {"title": "a"}, payload=Payload("v", {})), row(3)]
    assert choose_sample(rows, 3, CONTRACT) == {1, 2, 3}
