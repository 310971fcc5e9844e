"""The apostrophe before formulas, on the way out and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipmill.domain.exchange import armour, disarm


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-5", "@x", "\tx", "\rx", "-"])
def test_formula_cell_gets_an_apostrophe(cell: str) -> None:
    assert armour(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "'", "'tis", "1-2", " =x", "x=1", "''"])
def test_harmless_cell_is_left_alone(cell: str) -> None:
    assert armour(cell) == cell == disarm(cell)


@given(st.text(alphabet="'=+-@\t\rx", max_size=6) | st.text(max_size=10))
def test_every_text_comes_back_as_it_was(cell: str) -> None:
    assert disarm(armour(cell)) == cell
    assert not armour(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
