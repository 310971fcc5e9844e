"""The apostrophe before formulas, on the way out and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipmill.domain.files.exchange import armour, disarm, read_back, written


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-5",
        "@x",
        "\tx",
        "\rx",
        "-",
        "\nx",
        "\n=1",
        "＝1+1",
        "＋1",
        "－5",
        "＠x",
        "\t ＝x",
        "\ufeff=x",
        "\u3000=x",
        "\xa0=x",
        "\u200b＝x",
        "\x00=x",
        "\u202e-x",
    ],
)
def test_formula_cell_gets_an_apostrophe(cell: str) -> None:
    assert armour(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "'", "'tis", "1-2", " =x", "x=1", "''"])
def test_harmless_cell_is_left_alone(cell: str) -> None:
    assert armour(cell) == cell == disarm(cell)


@given(st.text(alphabet="'=+-@\t\rx", max_size=6) | st.text(max_size=10))
def test_every_text_comes_back_as_it_was(cell: str) -> None:
    assert disarm(armour(cell)) == cell
    assert not armour(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("cell", "there"),
    [
        ("a\x1b[2J", r"a\x1b[2J"),
        (r"a\x1b", r"a\\x1b"),
        ("\\\x1b", r"\\\x1b"),
        ("C:\\new\\temp", "C:\\new\\temp"),
        ("two\r\nlines\tand\rmore", "two\r\nlines\tand\\x0dmore"),
        ("שלום\u200f!", "שלום\\u200f!"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_steers_a_screen_is_written_out_and_read_back(cell: str, there: str) -> None:
    assert written(cell) == there
    assert read_back(there) == cell


@given(st.text(alphabet="\\\x1b\r\n\u202exu012e'=", max_size=12) | st.text(max_size=10))
def test_every_text_of_the_table_comes_back_as_it_was(cell: str) -> None:
    assert read_back(written(cell)) == cell
