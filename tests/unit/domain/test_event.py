"""Events: what people and JSON get to see of them."""

from __future__ import annotations

from clipmill.domain.event import Event


def test_amounts_are_told_in_credits_and_nothing_else_is() -> None:
    data = {"credits": 2_400, "budget": None, "reserved": 3_000, "charged": 0, "window": 4_000, "kind": "credits"}
    told = Event(
        1.0, "bat_1", "finished", data={"credits": {"spent": 2_400, "reserved": 0}, "rows": {"done": 2_000}}
    ).told
    assert told == {"credits": {"spent": 2.4, "reserved": 0}, "rows": {"done": 2_000}}
    assert Event(1.0, "bat_1", "made", data=data).told == {**data, "credits": 2.4, "reserved": 3, "charged": 0}
