"""CSV files as sources: streaming, and what no file of the corpus shows."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipmill.errors import SourceError
from clipmill.intake.csv_file import is_blank
from clipmill.intake.source import open_source
from clipmill.settings import Limits
from tests.unit.intake.conftest import WriteFile


def table(path: Path, rows: int) -> Path:
    path.write_text("a,b,c\n" + "".join(f'{n},"two\nlines",x{n}\n' for n in range(rows)))
    return path


def peak_bytes(path: Path) -> int:
    source = open_source(path, Limits())
    tracemalloc.start()
    try:
        assert sum(1 for _ in source.rows()) > 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    small, large = table(tmp_path / "small.csv", 1_000), table(tmp_path / "large.csv", 20_000)
    assert peak_bytes(large) < peak_bytes(small) + 100_000


def test_rows_come_before_the_file_is_read_to_its_end(write: WriteFile, limits: Limits) -> None:
    rows = open_source(write("a,b\n" + "1,2\n" * 100_000 + "3," + "x" * 70_000), limits).rows()
    assert isinstance(rows, Iterator)
    assert next(rows).number == 1
    with pytest.raises(SourceError, match="line 100,002"):
        list(rows)


def test_quotes_that_open_on_every_line_are_read_in_linear_time(write: WriteFile, limits: Limits) -> None:
    """Each of these lines opens a cell that the next ones go on with, for a megabyte: read one by one, 10^11 steps."""
    rows = list(open_source(write("a,b\n" + '1,a","\n' * 300_000), limits).rows())
    assert len(rows) == 300_000
    assert all(row.problems for row in rows)
    assert [row.line for row in rows[::100_000]] == [2, 100_002, 200_002]


def test_file_is_closed_when_the_reader_stops_early(write: WriteFile, limits: Limits) -> None:
    path = write("a,b\n" + "1,2\n" * 100)
    rows = open_source(path, limits).rows()
    next(rows)
    rows.close()  # type: ignore[attr-defined]  # an open file would fail the test: warnings are errors
    path.unlink()


def test_describe_reads_only_the_beginning(write: WriteFile, limits: Limits) -> None:
    path = write("a,b\n" + "1,2\n" * 100_000 + '3,"open')
    assert open_source(path, limits).describe() == {
        "format": "CSV", "encoding": "UTF-8", "delimiter": "comma", "columns": ["a", "b"], "size_bytes": 400_011,
        "is_fed_back": False,
        "notes": [],
    }  # fmt: skip


def test_damage_after_the_sample_blocks_its_row_only(write: WriteFile, limits: Limits) -> None:
    content = b"a,b\n" + b"1,2\n" * 20_000 + b"3,caf\xe9\n4,5\n"
    *_, bad, good = open_source(write(content), limits).rows()
    assert [problem.code for problem in bad.problems] == ["text.encoding"]
    assert bad.fields["b"] == "caf\ufffd"
    assert (good.number, good.problems) == (20_002, ())


def test_wrongly_named_wide_encoding_is_a_source_error(write: WriteFile, limits: Limits) -> None:
    with pytest.raises(SourceError, match="encoding"):
        list(open_source(write(b"a,b\n1,2\n3"), limits, encoding="utf-16").rows())


def test_row_that_is_ragged_in_two_ways_says_both(write: WriteFile, limits: Limits) -> None:
    (row,) = open_source(write('a,b,c\n"x "y" z",\x00\n'), limits).rows()
    assert [problem.code for problem in row.problems] == ["row.quotes", "row.short", "text.control_character"]
    assert row.problems[0].column == "a"
    assert row.problems[0].value == '"x "y" z",\x00'


def test_left_over_cells_are_kept_in_the_problem(write: WriteFile, limits: Limits) -> None:
    (row,) = open_source(write("a;b\n1;2;x;y\n"), limits).rows()
    assert row.problems[0].value == "x;y"


@pytest.mark.parametrize(
    "cells, width, expected",
    [([], 1, True), ([" "], 2, True), ([" "], 1, False), ([""], 1, False), (["", ""], 2, True), (["x"], 2, False)],
)
def test_blank_line_has_nothing_a_row_could_have(cells: list[str], width: int, expected: bool) -> None:
    assert is_blank(cells, width) is expected
