"""Rows that keep their numbers."""

from __future__ import annotations

import pytest

from clipmill.domain.row import Row
from clipmill.errors import SourceError
from clipmill.intake.fed_back import renumbered


def test_row_takes_its_number_from_our_column() -> None:
    rows = [Row(1, {"a": "'=x", "_row": "12", "_reason": "r", "_fix": "f", "_own": "y"}, 2), Row(2, {"_row": " 3 "}, 3)]
    assert list(renumbered(rows, "blocked.csv")) == [Row(12, {"a": "=x", "_own": "y"}, 2), Row(3, {}, 3)]


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "1.0", "²", "９", "1" * 30])
def test_number_that_is_none_names_the_line(text: str) -> None:
    with pytest.raises(SourceError, match=r"blocked\.csv, line 2: .*_row"):
        list(renumbered([Row(1, {"_row": text}, 2)], "blocked.csv"))


def test_repeated_number_names_the_second_line() -> None:
    with pytest.raises(SourceError, match="line 3: row 7 is in the file twice"):
        list(renumbered([Row(1, {"_row": "7"}, 2), Row(2, {"_row": "07"}, 3)], "blocked.csv"))
