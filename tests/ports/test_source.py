"""What every source promises, on every source there is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from clipmill.domain.row import Row
from clipmill.errors import SourceError
from clipmill.intake.source import open_source
from clipmill.ports import Source
from clipmill.settings import Limits

Table = Sequence[dict[str, str]]
ROWS: Table = [
    {"sku": "007", "title": "Café, crème\nfraîche", "price": "1.10"},
    {"sku": "=1+1", "title": 'say "hi" 👗', "price": ""},
    {"sku": "'x", "title": " outer spaces ", "price": "NaN"},
]


def as_csv(rows: Table) -> bytes:
    """The rows as CSV."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fieldnames=["sku", "title", "price"])
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def as_jsonl(rows: Table) -> bytes:
    """The rows as JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.fixture(params=[as_csv, as_jsonl], ids=["csv", "jsonl"])
def content(request: pytest.FixtureRequest) -> Callable[[Table], bytes]:
    """How the source under test is written."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def opened(content: Callable[[Table], bytes], tmp_path: Path) -> Callable[..., Source]:
    """Open a table as the source under test."""

    def opened(rows: Table, limits: Limits | None = None) -> Source:
        path = tmp_path / "table"
        path.write_bytes(content(rows))
        return open_source(path, limits or Limits())

    return opened


def test_values_are_text_exactly_as_written(opened: Callable[..., Source]) -> None:
    assert [dict(row.fields) for row in opened(ROWS).rows()] == ROWS


def test_rows_are_numbered_from_one_and_know_their_line(opened: Callable[..., Source]) -> None:
    rows = list(opened(ROWS).rows())
    assert [row.number for row in rows] == [1, 2, 3]
    assert all(earlier.line < later.line for earlier, later in pairwise(rows))
    assert all(isinstance(row, Row) and row.line >= 1 for row in rows)


def test_columns_are_those_of_the_fields(opened: Callable[..., Source]) -> None:
    described = opened(ROWS).describe()
    assert described["columns"] == list(ROWS[0])
    assert described["encoding"] == "UTF-8"
    assert described["size_bytes"] > 0
    assert described["notes"] == []
    assert isinstance(described["delimiter"], str)


def test_rows_can_be_read_again_from_the_top(opened: Callable[..., Source]) -> None:
    source = opened(ROWS)
    half = source.rows()
    next(half)
    assert list(source.rows()) == list(source.rows())
    assert next(half).number == 2


def test_rows_are_a_stream(opened: Callable[..., Source]) -> None:
    rows = opened(ROWS).rows()
    assert iter(rows) is rows


def test_control_character_blocks_its_row_only(opened: Callable[..., Source]) -> None:
    rows = list(opened([{**ROWS[0], "title": "x\x00"}, ROWS[1]]).rows())
    assert [problem.code for problem in rows[0].problems] == ["text.control_character"]
    assert [problem.column for problem in rows[0].problems] == ["title"]
    assert rows[1].problems == ()


def test_row_without_content_is_blocked_or_left_out_and_told(opened: Callable[..., Source]) -> None:
    source = opened([{"sku": "", "title": "", "price": ""}, ROWS[0]])
    *empty, row = source.rows()
    assert row.fields["sku"] == "007"
    if empty:
        assert [problem.code for problem in empty[0].problems] == ["row.empty"]
    else:
        assert "1 line of nothing but delimiters was left out." in source.describe()["notes"]


def test_table_without_rows_is_refused(opened: Callable[..., Source]) -> None:
    with pytest.raises(SourceError) as caught:
        list(opened([]).rows())
    assert caught.value.hint


def test_rows_above_the_limit_are_refused_and_those_below_come_first(opened: Callable[..., Source]) -> None:
    rows = opened(ROWS, Limits(rows=2)).rows()
    assert [next(rows).number, next(rows).number] == [1, 2]
    with pytest.raises(SourceError, match="limit rows"):
        next(rows)
