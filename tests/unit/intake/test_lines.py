"""Physical lines."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from clipmill.errors import SourceError
from clipmill.intake.encoding import Encoding
from clipmill.intake.lines import Lines, open_lines, reading
from clipmill.settings import Limits

UTF8 = Encoding("utf-8", "UTF-8")


def lines_of(text: str, line_bytes: int = 10) -> Lines:
    return Lines(io.StringIO(text, newline=""), "t", Limits(line_bytes=line_bytes))


def test_lines_end_at_lf_cr_and_both() -> None:
    lines = lines_of("a\nb\rc\r\nd\x0be", line_bytes=100)
    assert list(lines) == ["a\n", "b\r", "c\r\n", "d\x0be"]
    assert lines.number == 4


def test_start_is_the_first_line_held() -> None:
    lines = lines_of("a\nb\nc\n")
    iterator = iter(lines)
    next(iterator)
    lines.held.clear()
    next(iterator)
    next(iterator)
    assert (lines.start, lines.number, lines.held) == (2, 3, ["b\n", "c\n"])


def test_line_as_long_as_the_limit_is_read() -> None:
    assert list(lines_of("123456789\n")) == ["123456789\n"]
    assert list(lines_of("éééé1\n")) == ["éééé1\n"]


@pytest.mark.parametrize("text", ["1234567890\n", "ééééé\n", "x" * 1000])
def test_longer_line_is_refused_by_bytes(text: str) -> None:
    with pytest.raises(SourceError, match=r"t, line 1: the line is larger than 10 bytes \(limit line_bytes\)"):
        list(lines_of(text))


def test_lines_held_together_count_together_and_stop_at_the_limit() -> None:
    lines = lines_of("1234\n567\n890\n")
    assert list(lines) == ["1234\n", "567\n"]
    lines, read = lines_of("1234\n567\n890\n"), []
    for line in lines:
        read.append(line)
        lines.held.clear()
    assert len(read) == 3


def test_lines_put_back_are_read_again_under_their_numbers() -> None:
    lines = lines_of("a\nb\nc\nd\n", line_bytes=100)
    iterator = iter(lines)
    for _ in range(3):
        next(iterator)
    lines.put_back(1)
    assert (lines.number, lines.held) == (1, ["a\n"])
    lines.held.clear()
    assert list(lines) == ["b\n", "c\n", "d\n"]
    assert (lines.start, lines.number) == (2, 4)


def test_bytes_that_are_no_text_stop_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a\xff\nb\n")
    with open_lines(path, UTF8, Limits()) as lines:
        assert list(lines) == ["a\udcff\n", "b\n"]


@pytest.mark.parametrize(
    "error",
    [FileNotFoundError(2, "x"), PermissionError(13, "x"), OSError(5, "Input/output error"), IsADirectoryError(21, "x"),
     UnicodeDecodeError("utf-16", b"a", 0, 1, "truncated data"), UnicodeError("x")],
)  # fmt: skip
def test_foreign_error_becomes_a_source_error(error: Exception) -> None:
    with pytest.raises(SourceError) as caught, reading(Path("t.csv")):
        raise error
    assert "t.csv" in str(caught.value)
    assert caught.value.hint
