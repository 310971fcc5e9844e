"""Characters that are no text, and cells that are too large."""

from __future__ import annotations

import pytest

from clipmill.errors import SourceError
from clipmill.intake.cells import check_sizes, is_plain, storable, text_problems
from clipmill.settings import Limits


@pytest.mark.parametrize("text", ["", "abc", "é\t👗\r\n", "zero\u200dwidth", "\u00a0", "\ue000", "\u2028"])
def test_text_is_plain(text: str) -> None:
    assert is_plain(text)
    assert text_problems({"a": text}) == ()


@pytest.mark.parametrize("text", ["\0", "x\x1b", "\x7f", "\x85", "\x0b", "\udcff", "\ud83d"])
def test_what_is_no_text_is_a_problem(text: str) -> None:
    assert not is_plain(text)
    (problem,) = text_problems({"a": "fine", "b": text})
    assert problem.column == "b"
    assert "column 2 (“b”)" in problem.reason.lower()


def test_stored_text_can_be_encoded() -> None:
    assert storable("a\udcff\ud83dé\0").encode() == "a\ufffd\ufffdé\0".encode()


def test_cell_size_counts_bytes_not_characters() -> None:
    check_sizes({"a": "x" * 10}, "t, line 2", Limits(cell_bytes=10))
    check_sizes({"a": "é" * 5}, "t, line 2", Limits(cell_bytes=10))
    with pytest.raises(SourceError, match=r"t, line 2, column 1 \(“a”\).*10 bytes \(limit cell_bytes\)"):
        check_sizes({"a": "é" * 6}, "t, line 2", Limits(cell_bytes=10))
