"""Where quoting goes wrong."""

from __future__ import annotations

import pytest

from clipmill.intake.quotes import OpeningQuote, find_trouble


@pytest.mark.parametrize(
    "lines, expected",
    [
        (['1,"x\n', "2,3\n"], OpeningQuote(0, 2, is_closed=False, row_ends=False)),
        (['"x\n', 'y","z\n', "w\n"], OpeningQuote(1, 2, is_closed=False, row_ends=False)),
        (['"a","b" c,d\n'], OpeningQuote(0, 2, is_closed=True, row_ends=False)),
        (['"He said "hi" to me",2\n'], OpeningQuote(0, 1, is_closed=True, row_ends=True)),
        (['1,"x "y\n'], OpeningQuote(0, 2, is_closed=True, row_ends=False)),
        (['1,"x "y", z\n'], OpeningQuote(0, 2, is_closed=True, row_ends=False)),
        (['1,"a""b",5" pipe,"x"y"z"\n'], OpeningQuote(0, 4, is_closed=True, row_ends=False)),
        (["a,b\n"], OpeningQuote(0, 1, is_closed=True, row_ends=False)),
        ([], OpeningQuote(0, 1, is_closed=True, row_ends=False)),
    ],
)
def test_trouble_is_found_where_it_begins(lines: list[str], expected: OpeningQuote) -> None:
    assert find_trouble(lines, ",") == expected


def test_long_record_is_searched_in_one_pass() -> None:
    lines = ['"x",' * 250_000 + '"open']
    assert find_trouble(lines, ",").column == 250_001
