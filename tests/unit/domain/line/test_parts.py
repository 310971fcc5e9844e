"""Parts: what makes two of them one."""

from __future__ import annotations

import pytest

from clipmill.domain.line.parts import Made, Order
from clipmill.domain.media import MediaSpec

ONE = Order("veo", {"text": "a mug", "size": {"width": 16, "height": 9}})


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (Order("veo", {"size": {"height": 9, "width": 16}, "text": "a mug"}), True),
        (Order("kling", ONE.payload), False),
        (Order("veo", {**ONE.payload, "text": "a cup"}), False),
        (Order("veo", {**ONE.payload, "seed": None}), False),
        (Order("", {"veo": ONE.payload}), False),
    ],
)
def test_orders_of_one_engine_and_payload_are_one_part_in_whatever_order_they_are_written(
    other: Order, is_same: bool
) -> None:
    assert (ONE.digest == other.digest) is is_same
    assert len(ONE.digest) == 64


def test_made_part_is_named_in_payloads_by_its_content() -> None:
    spec = MediaSpec(seconds=1, frames=10, fps=10, width=16, height=16)
    assert Made("ab" * 32, spec).reference == f"asset:{'ab' * 32}.mp4"
