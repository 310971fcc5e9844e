"""JSONL files as sources."""

from __future__ import annotations

import pytest

from clipmill.errors import SourceError
from clipmill.intake.source import open_source
from clipmill.settings import Limits
from tests.unit.intake.conftest import WriteFile


def test_rows_keep_their_own_names_and_lines(write: WriteFile, limits: Limits) -> None:
    source = open_source(write('{"a": "1"}\n\n{"b": 2, "a": null}\r\n', "t.jsonl"), limits)
    assert [(row.number, row.line, dict(row.fields)) for row in source.rows()] == [
        (1, 1, {"a": "1"}),
        (2, 3, {"b": "2", "a": ""}),
    ]
    assert source.describe() == {
        "format": "JSONL", "encoding": "UTF-8", "delimiter": "", "columns": ["a", "b"], "size_bytes": 33, "notes": [],
    }  # fmt: skip


def test_bad_lines_block_their_rows_only(write: WriteFile, limits: Limits) -> None:
    lines = [
        '{"a": 1',
        '{"a": "x\\u0000"}',
        '{"a": "\\ud83d"}',
        '{"": 1}',
        '{"a": 1, " a": 2}',
        '{"_row": 1}',
        "{}",
        '{"a": 1}',
    ]
    *bad, good = open_source(write("\n".join(lines), "t.jsonl"), limits).rows()
    assert [row.problems[0].code for row in bad] == [
        "json.syntax", "text.control_character", "text.encoding", "json.name", "json.duplicate_name", "json.name",
        "row.empty",
    ]  # fmt: skip
    assert "Line 1 is no usable JSON object: expecting ',' delimiter at character" in bad[0].problems[0].reason
    assert bad[2].fields["a"] == "\ufffd"
    assert (good.number, good.problems) == (8, ())


def test_names_are_cleaned_as_column_names_are(write: WriteFile, limits: Limits) -> None:
    (row,) = open_source(write('{" image\\u00a0path\\u200b": 1}', "t.jsonl"), limits).rows()
    assert dict(row.fields) == {"image path": "1"}


def test_bom_and_utf16_are_read(write: WriteFile, limits: Limits) -> None:
    source = open_source(write('\ufeff{"a": "é"}\n'.encode("utf-16-le"), "t.jsonl"), limits)
    assert source.describe()["encoding"] == "UTF-16 little-endian with BOM"
    assert [dict(row.fields) for row in source.rows()] == [{"a": "é"}]


def test_columns_of_later_rows_are_said_to_be_unknown(write: WriteFile, limits: Limits) -> None:
    source = open_source(write('{"a": 1}\n' * 100 + '{"b": 1}\n', "t.jsonl"), limits)
    assert source.describe()["columns"] == ["a"]
    assert "first 100 rows" in source.describe()["notes"][0]
    assert [dict(row.fields) for row in source.rows()][-1] == {"b": "1"}


@pytest.mark.parametrize("content", ["\n", " \r\n\n", "\ufeff"])
def test_file_without_a_row_is_refused(content: str, write: WriteFile, limits: Limits) -> None:
    with pytest.raises(SourceError, match="is empty"):
        list(open_source(write(content, "t.jsonl"), limits).rows())
