"""Laws of tables: what was written is read, and nothing but SourceError comes out of any bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clipmill.deliver.blocked import write_blocked
from clipmill.domain.files.exchange import OUR_COLUMNS
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.errors import SourceError
from clipmill.intake.columns import clean_name
from clipmill.intake.source import open_source
from clipmill.settings import Limits

LIMITS = Limits()
SMALL = Limits(cell_bytes=200, line_bytes=400, columns=8, rows=20)
CELLS = st.text(
    alphabet=st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\r\t"), max_size=20
) | st.text(alphabet="=+-@\t\r\n'\",; a", max_size=6)
NAMES = (
    st.text(
        alphabet=st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("=@'\",;|ab"), min_size=1, max_size=8
    )
    .map(clean_name)
    .filter(lambda name: name and name not in OUR_COLUMNS)
)
PIECES = st.sampled_from(
    [b"a", b"1", b",", b";", b'"', b'""', b"\n", b"\r", b"\r\n", b"\t", b"\0", b"\xff", b"\xc3", b"\xc3\xa9", b"{",
     b"}", b":", b"[", b"]", b"_row", b"sep=", b"\xef\xbb\xbf", b"\xff\xfe", b"'", b"=", b" ", b"x" * 150,
     b'{"a": 1}', b"\\ud83d", b"<html"]
)  # fmt: skip


@pytest.fixture(scope="module")
def path() -> Iterator[Path]:
    """One file that every example writes anew."""
    with TemporaryDirectory() as folder:
        yield Path(folder) / "table"


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Column names and rows of any text."""
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    row = st.lists(CELLS, min_size=len(names), max_size=len(names)).filter(any)
    return names, draw(st.lists(row, min_size=1, max_size=6))


@given(table=tables(), delimiter=st.sampled_from([",", ";", "\t", "|"]), end=st.sampled_from(["\n", "\r\n", "\r"]),
       codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))  # fmt: skip
@settings(deadline=None)
def test_csv_that_was_written_is_read_as_it_was(
    table: tuple[list[str], list[list[str]]], delimiter: str, end: str, codec: str, path: Path
) -> None:
    names, rows = table
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([names, *rows])
    path.write_bytes(stream.getvalue().encode(codec))
    read = list(open_source(path, LIMITS, encoding=codec, delimiter=delimiter).rows())
    assert [list(row.fields.values()) for row in read] == rows
    assert [list(row.fields) for row in read] == [names] * len(rows)
    assert [row.number for row in read] == list(range(1, len(rows) + 1))
    assert not any(row.problems for row in read)


@given(table=tables())
@settings(deadline=None)
def test_jsonl_that_was_written_is_read_as_it_was(table: tuple[list[str], list[list[str]]], path: Path) -> None:
    names, rows = table
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    path.write_text("".join(json.dumps(value) + "\n" for value in objects))
    read = list(open_source(path, LIMITS).rows())
    assert [dict(row.fields) for row in read] == objects
    assert [(row.number, row.line) for row in read] == [(n, n) for n in range(1, len(rows) + 1)]


@given(table=tables(), numbers=st.lists(st.integers(1, 10**6), min_size=6, max_size=6, unique=True))
@settings(deadline=None)
def test_blocked_rows_come_back_with_their_numbers_and_values(
    table: tuple[list[str], list[list[str]]], numbers: list[int], path: Path
) -> None:
    names, rows = table
    records = [
        RowRecord(row_id=n, number=n, line=n, state=RowState.BLOCKED, fields=dict(zip(names, row, strict=True)))
        for n, row in zip(numbers, rows, strict=False)
    ]
    assert write_blocked(path, names, records) == len(records)
    source = open_source(path, LIMITS)
    assert [(row.number, dict(row.fields)) for row in source.rows()] == [(r.number, dict(r.fields)) for r in records]
    assert source.describe()["columns"] == names


@given(
    st.binary(max_size=300) | st.lists(PIECES, max_size=40).map(b"".join),
    st.sampled_from(["", "utf-8", "utf-16", "cp1252"]),
)
@example(b'a,b\n"x"y",', "")
@example(b'"\n"\x00""', "")
@example(b'"a\r\nb"c",d\n1,2', "")
@settings(deadline=None, max_examples=400)
def test_any_bytes_are_rows_or_a_source_error(path: Path, content: bytes, encoding: str) -> None:
    path.write_bytes(content)
    try:
        source = open_source(path, SMALL, encoding=encoding)
        rows = list(source.rows())
    except SourceError as error:
        assert str(error) and error.hint
        return
    described = source.describe()
    if "_row" not in str(content):
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert "\0" not in "".join(row.fields.values()) or row.problems
        assert set(row.fields) <= set(described["columns"])
        "".join([*row.fields, *row.fields.values(), *(problem.value for problem in row.problems)]).encode()
