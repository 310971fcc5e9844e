"""Values seen before."""

from clipmill.templates.kinds.seen_values import SeenValues


def test_the_first_row_is_remembered_over_many() -> None:
    seen = SeenValues()
    assert [seen.first(f"SKU-{number}", number) for number in range(1, 20_001)] == list(range(1, 20_001))
    assert [seen.first(f"SKU-{number}", 99_999) for number in range(1, 20_001)] == list(range(1, 20_001))
    assert seen.first("other", 99_999) == 99_999


def test_a_row_may_come_again() -> None:
    seen = SeenValues()
    assert [seen.first("a", 5), seen.first("a", 5), seen.first("a", 6)] == [5, 5, 5]


def test_values_that_meet_in_the_table_are_told_apart(monkeypatch: object) -> None:
    seen = SeenValues()
    values = [str(number) for number in range(600)]
    slots = {hash(value) & 1023 for value in values}
    assert len(slots) < 600
    assert [seen.first(value, number) for number, value in enumerate(values, 1)] == list(range(1, 601))
