"""What stored files must do: named by content, whole or absent, moved or copied."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
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


def test_what_dead_processes_left_is_gone_at_the_next_start_and_what_live_ones_make_is_not(
    files: DiskFiles, tmp_path: Path
) -> None:
    killed = "import os, sys; from pathlib import Path; from clipmill.store.files import DiskFiles as D\n" \
             "f = D(*map(Path, sys.argv[1:])); f.scratch('film').touch(); os.kill(os.getpid(), 9)"  # fmt: skip
    for _ in range(2):
        subprocess.run([sys.executable, "-c", killed, files.root, tmp_path / "scratch"], check=False)
    assert len(list(tmp_path.glob("scratch/*/film"))) == 1
    files.scratch("film").touch()
    for name, age in (("left", 25 * 3600), ("fresh", 60), ("0123.lock", 25 * 3600)):
        (tmp_path / "scratch" / name).touch()
        os.utime(tmp_path / "scratch" / name, (time.time() - age,) * 2)
    DiskFiles(tmp_path / "files", tmp_path / "scratch").tidy()
    assert list(tmp_path.glob("scratch/*/film")) == [files.scratch("film")]
    assert {path.name for path in (tmp_path / "scratch").iterdir() if len(path.stem) < 16} == {"fresh"}


@pytest.mark.parametrize("digest", ["/etc/hostname", "../../secret", "", "0" * 63, "A" * 64, "0" * 64 + "\n"])
def test_what_is_no_digest_is_the_name_of_nothing(files: DiskFiles, digest: str) -> None:
    files.root.mkdir()
    (files.root.parent / "secret").touch()
    with pytest.raises(NotFoundError):
        files.path(digest)
