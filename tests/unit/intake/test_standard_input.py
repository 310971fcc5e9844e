"""Standard input kept as a file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from clipmill.errors import SourceError
from clipmill.intake.source import open_source
from clipmill.intake.standard_input import spool_standard_input
from clipmill.settings import Limits


def test_piped_table_is_opened_like_a_file(tmp_path: Path, limits: Limits) -> None:
    path = spool_standard_input(tmp_path / "input", limits, io.BytesIO(b"a;b\n1;2\n"))
    assert path.read_bytes() == b"a;b\n1;2\n"
    assert [dict(row.fields) for row in open_source(path, limits).rows()] == [{"a": "1", "b": "2"}]


def test_standard_input_is_the_stream_by_default(
    tmp_path: Path, limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"a": 1}\n')))
    path = spool_standard_input(tmp_path / "input", limits)
    assert [dict(row.fields) for row in open_source(path, limits).rows()] == [{"a": "1"}]


@pytest.mark.parametrize(
    "content, limits, said",
    [(b"", Limits(), "Standard input is empty"), (b"a,b\n1,2\n", Limits(table_bytes=7), "limit table_bytes")],
)
def test_refused_input_leaves_no_file(content: bytes, limits: Limits, said: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=said):
        spool_standard_input(tmp_path / "input", limits, io.BytesIO(content))
    assert list(tmp_path.iterdir()) == []


def test_terminal_is_not_waited_for(tmp_path: Path, limits: Limits) -> None:
    class Terminal(io.BytesIO):
        def isatty(self) -> bool:
            return True

    with pytest.raises(SourceError, match="No table was piped in"):
        spool_standard_input(tmp_path / "input", limits, Terminal())


def test_folder_that_is_missing_is_a_source_error(tmp_path: Path, limits: Limits) -> None:
    with pytest.raises(SourceError, match="no file"):
        spool_standard_input(tmp_path / "none" / "input", limits, io.BytesIO(b"a"))
