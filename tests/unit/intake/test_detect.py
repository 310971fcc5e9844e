"""What a file is, from its first bytes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clipmill.errors import SourceError
from clipmill.intake.detect import is_jsonl, read_head, refuse_markup
from clipmill.settings import Limits
from tests.unit.intake.conftest import WriteFile


def test_head_is_no_more_than_the_sample(write: WriteFile, limits: Limits) -> None:
    head = read_head(write("x" * 100_000), limits)
    assert (len(head.data), head.size_bytes, head.is_whole) == (65_536, 100_000, False)
    assert read_head(write("x"), limits).is_whole


def test_missing_file_is_named(tmp_path: Path, limits: Limits) -> None:
    with pytest.raises(SourceError, match=r"There is no file .*none\.csv"):
        read_head(tmp_path / "none.csv", limits)


def test_folder_is_refused(tmp_path: Path, limits: Limits) -> None:
    with pytest.raises(SourceError, match="is a folder"):
        read_head(tmp_path, limits)


def test_pipe_is_refused_without_waiting_for_it(tmp_path: Path, limits: Limits) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="is a named pipe, not a table"):
        read_head(tmp_path / "pipe", limits)


def test_impossible_path_is_refused(limits: Limits) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_head(Path("x" * 5000), limits)


@pytest.mark.parametrize(
    "magic, said",
    [(b"BZh9", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
     (b"SQLite format 3\x00", "SQLite"), (b"PAR1", "Parquet"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff\xe0", "JPEG")],
)  # fmt: skip
def test_foreign_file_is_refused_with_the_way_out(magic: bytes, said: str, write: WriteFile, limits: Limits) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        read_head(write(magic + b"\x01\x02"), limits)
    assert caught.value.hint


@pytest.mark.parametrize(
    "name, text, expected",
    [("t.jsonl", "a,b", True), ("t.NDJSON", "", True), ("t.json", '{"a": 1}', True), ("t.csv", '{"a": 1}', True),
     ("stdin", ' \n{ "a": 1}', True), ("t.csv", "{}\n", True), ("t.csv", "a,b", False), ("t.csv", "{a},b", False),
     ("t.csv", "[a],b", False)],
)  # fmt: skip
def test_jsonl_is_told_by_suffix_or_by_its_first_text(name: str, text: str, expected: bool) -> None:
    assert is_jsonl(Path(name), text) is expected


@pytest.mark.parametrize("text", ['[{"a": 1}]', "[\n\n  {", "[", '{\n "a": 1\n}'])
def test_json_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="one object per line") as caught:
        is_jsonl(Path("t.csv"), text)
    assert "jq" in caught.value.hint


def test_header_with_angle_brackets_is_no_markup() -> None:
    refuse_markup(Path("t.csv"), "<title>,<price>\n")
    with pytest.raises(SourceError, match="web page"):
        refuse_markup(Path("t.csv"), "\n<table border=1>")
