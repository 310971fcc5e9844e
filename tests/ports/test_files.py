"""What stored files must do: named by content, whole or absent, moved or copied."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from clipmill.errors import NotFoundError, StoreError
from clipmill.store.files import DiskFiles


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    """A store of files."""
    return DiskFiles(tmp_path / "files", tmp_path / "scratch")


def test_file_is_named_by_its_content(files: DiskFiles) -> None:
    path = files.scratch("a")
    path.write_bytes(b"content")
    digest = files.put(path)
    assert digest == hashlib.sha256(b"content").hexdigest()
    assert files.path(digest).read_bytes() == b"content"
    assert not path.exists()


def test_kept_file_stays_where_it_was(files: DiskFiles, tmp_path: Path) -> None:
    path = tmp_path / "mine.jpg"
    path.write_bytes(b"picture")
    digest = files.put(path, keep=True)
    path.write_bytes(b"edited")
    assert files.path(digest).read_bytes() == b"picture"


def test_same_content_twice_is_one_file(files: DiskFiles) -> None:
    for name in "ab":
        files.scratch(name).write_bytes(b"same")
    assert files.put(files.scratch("a")) == files.put(files.scratch("b"))
    assert not files.scratch("b").exists()
    assert len([path for path in files.root.rglob("*") if path.is_file()]) == 1


def test_missing_file_is_an_error_that_says_what_to_do(files: DiskFiles) -> None:
    with pytest.raises(NotFoundError) as caught:
        files.path("0" * 64)
    assert "retry" in caught.value.hint
    with pytest.raises(StoreError):
        files.put(files.scratch("never-written"))


def test_discarded_file_is_gone_with_what_lies_beside_it(files: DiskFiles) -> None:
    for name in ("render.12", "render.12.frames", "render.123"):
        files.scratch(name).write_bytes(b"half a film")
    files.discard("render.12")
    files.discard("never.written")
    assert [path.name for path in files.scratch("").iterdir()] == ["render.123"]


def test_what_was_left_a_day_ago_is_gone_when_somebody_makes_something(files: DiskFiles, tmp_path: Path) -> None:
    now = time.time()
    for name, age in (("left", 25 * 3600), ("in the making", 60)):
        path = files.scratch(name)
        path.write_bytes(b"half a film")
        os.utime(path, (now - age, now - age))
    later = DiskFiles(tmp_path / "files", tmp_path / "scratch")
    assert [path.name for path in later.scratch("").iterdir()] == ["in the making"]
