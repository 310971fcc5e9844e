"""Zips of delivered files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from clipmill.deliver.archive import write_zip
from clipmill.errors import StoreError


@pytest.fixture
def entries(tmp_path: Path) -> list[tuple[str, Path]]:
    names = ["b.mp4", "größe.mp4", "a.mp4"]
    for number, name in enumerate(names):
        (tmp_path / f"media{number}").write_bytes(name.encode() * 5000)
    return [(name, tmp_path / f"media{number}") for number, name in enumerate(names)]


def test_the_archive_opens_and_holds_every_file_in_order(tmp_path: Path, entries: list[tuple[str, Path]]) -> None:
    write_zip(tmp_path / "week.zip", entries)
    with ZipFile(tmp_path / "week.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [name for name, _ in entries]
        assert all(archive.read(name) == source.read_bytes() for name, source in entries)
        assert {entry.compress_type for entry in archive.infolist()} == {ZIP_STORED}


def test_the_receipt_tells_files_bytes_and_hash(tmp_path: Path, entries: list[tuple[str, Path]]) -> None:
    files, size_bytes, sha256 = write_zip(tmp_path / "week.zip", entries)
    content = (tmp_path / "week.zip").read_bytes()
    assert (files, size_bytes, sha256) == (3, len(content), hashlib.sha256(content).hexdigest())


def test_the_same_files_give_the_same_bytes(tmp_path: Path, entries: list[tuple[str, Path]]) -> None:
    first = write_zip(tmp_path / "one.zip", entries)
    for _, source in entries:
        os.utime(source, (1, 1))
        source.chmod(0o600)
    assert write_zip(tmp_path / "two.zip", iter(entries)) == first


def test_a_batch_without_files_gives_an_empty_archive(tmp_path: Path) -> None:
    assert write_zip(tmp_path / "none.zip", []).files == 0
    assert ZipFile(tmp_path / "none.zip").namelist() == []


def test_a_missing_file_leaves_no_archive(tmp_path: Path, entries: list[tuple[str, Path]]) -> None:
    with pytest.raises(StoreError, match=r"gone\.mp4 could not be read"):
        write_zip(tmp_path / "week.zip", [*entries, ("gone.mp4", tmp_path / "gone.mp4")])
    assert not list(tmp_path.glob("*week.zip*"))


def test_what_is_no_file_is_packed_under_its_name_too(tmp_path: Path, entries: list[tuple[str, Path]]) -> None:
    both: list[tuple[str, Path | bytes]] = [entries[0], ("b.srt", "1\nGröße\n".encode())]
    first = write_zip(tmp_path / "one.zip", both)
    assert first.files == 2
    with ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert archive.read("b.srt") == "1\nGröße\n".encode()
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}
    assert write_zip(tmp_path / "two.zip", both) == first
