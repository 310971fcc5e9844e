"""Where quoting goes wrong."""

from __future__ import annotations

import pytest

from clipmill.intake.quotes import Opening, find_trouble


@pytest.mark.parametrize(
    "lines, expected",
    [
        (['1,"x\n', "2,3\n"], Opening(0, 2, is_closed=False, row_ends=False)),
        (['"x\n', 'y","z\n', "w\n"], Opening(1, 2, is_closed=False, row_ends=False)),
        (['"a","b" c,d\n'], Opening(0, 2, is_closed=True, row_ends=False)),
        (['"He said "hi" to me",2\n'], Opening(0, 1, is_closed=True, row_ends=True)),
        (['1,"x "y\n'], Opening(0, 2, is_closed=True, row_ends=False)),
        (['1,"x "y", z\n'], Opening(0, 2, is_closed=True, row_ends=False)),
        (['1,"a""b",5" pipe,"x"y"z"\n'], Opening(0, 4, is_closed=True, row_ends=False)),
        (["a,b\n"], Opening(0, 1, is_closed=True, row_ends=False)),
        ([], Opening(0, 1, is_closed=True, row_ends=False)),
    ],
)
def test_trouble_is_found_where_it_begins(lines: list[str], expected: Opening) -> None:
    assert find_trouble(lines, ",") == expected


def test_long_record_is_searched_in_one_pass() -> None:
    lines = ['"x",' * 250_000 + '"open']
    assert find_trouble(lines, ",").column == 250_001
