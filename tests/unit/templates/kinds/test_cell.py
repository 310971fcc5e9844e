"""Cells in sentences."""

from clipmill.templates.kinds.cell import quoted, shortened


def test_long_cells_are_cut() -> None:
    assert shortened("a" * 60) == "a" * 60
    assert shortened("a" * 61) == "a" * 59 + "…"
    assert quoted("free") == '"free"'
