"""What the data owner gets back: the table of blocked rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from clipmill.deliver.blocked import write_blocked
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem
from clipmill.errors import StoreError

#: What is written of a row that nobody gave a reason for.
_UNTOLD = ("No reason was recorded.", "Look at the row's events.")


def record(number: int, fields: Mapping[str, str], *problems: Problem) -> RowRecord:
    return RowRecord(
        row_id=number, number=number, line=number + 1, state=RowState.BLOCKED, fields=fields, problems=problems
    )


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_our_columns_follow_the_original_ones(tmp_path: Path) -> None:
    path = tmp_path / "blocked.csv"
    problems = (
        Problem("text.empty", "title is empty", "Give a title."),
        Problem("x", "price is free", "Give a price."),
    )
    assert write_blocked(path, ["title", "price"], [record(7, {"price": "free", "title": ""}, *problems)]) == 1
    assert read(path) == [
        ["title", "price", "_row", "_state", "_reason", "_fix"],
        ["", "free", "7", "blocked", "title is empty; price is free", "Give a title.; Give a price."],
    ]


def test_failed_rows_say_that_they_failed_and_why(tmp_path: Path) -> None:
    path = tmp_path / "blocked.csv"
    failed = replace(
        record(3, {"a": "x"}, Problem("failed.media", "k.jpg is cut off", "Replace it.")), state=RowState.FAILED
    )
    write_blocked(path, ["a"], [failed])
    assert read(path)[1] == ["x", "3", "failed", "k.jpg is cut off", "Replace it."]


def test_file_is_utf8_with_bom_and_every_cell_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "blocked.csv"
    write_blocked(path, ["a"], [record(1, {"a": "é"}, Problem("c", "r", "f"))])
    assert (
        path.read_bytes() == b'\xef\xbb\xbf"a","_row","_state","_reason","_fix"\r\n"\xc3\xa9","1","blocked","r","f"\r\n'
    )


def test_no_cell_starts_a_formula_not_even_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "blocked.csv"
    write_blocked(path, ["=a"], [record(1, {"=a": '=HYPERLINK("x")'}, Problem("c", "=1 is wrong", "-"))])
    assert read(path) == [
        ["'=a", "_row", "_state", "_reason", "_fix"],
        ['\'=HYPERLINK("x")', "1", "blocked", "'=1 is wrong", "'-"],
    ]


def test_fields_that_only_later_records_have_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "blocked.csv"
    assert write_blocked(path, ["a"], [record(1, {"a": "1"}), record(2, {"b": "2"}), record(3, {"a": "3"})]) == 3
    assert read(path) == [
        ["a", "b", "_row", "_state", "_reason", "_fix"],
        ["1", "", "1", "blocked", *_UNTOLD],
        ["", "2", "2", "blocked", *_UNTOLD],
        ["3", "", "3", "blocked", *_UNTOLD],
    ]


def test_without_records_there_is_only_the_header(tmp_path: Path) -> None:
    path = tmp_path / "blocked.csv"
    assert write_blocked(path, ["a"], []) == 0
    assert read(path) == [["a", "_row", "_state", "_reason", "_fix"]]


def test_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "blocked.csv"
    path.write_text("old")

    def failing() -> Iterator[RowRecord]:
        yield record(1, {"a": "1"})
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left on device"):
        write_blocked(path, ["a"], failing())
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("blocked.csv", "old")]


def test_reason_without_its_column_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "blocked.csv"
    problems = (
        Problem("c", "“free” is no amount", "Give one.", "price"),
        Problem("c", "title is empty", "Give one.", "title"),
    )
    write_blocked(path, ["title"], [record(1, {"title": ""}, *problems)])
    assert read(path)[1] == ["", "1", "blocked", "price: “free” is no amount; title is empty", "Give one."]


def test_folder_that_cannot_be_is_a_store_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as caught:
        write_blocked(tmp_path / "file" / "blocked.csv", ["a"], [])
    assert "folder" in caught.value.hint
