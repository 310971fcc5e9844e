"""Delivery into a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.deliver.folder import FolderDeliverer
from clipmill.errors import InputError, StoreError


@pytest.fixture
def media(tmp_path: Path) -> Path:
    path = tmp_path / "stored"
    path.write_bytes(b"a video" * 1000)
    return path


@pytest.mark.parametrize("name", ["../a.mp4", "/tmp/a.mp4", "a/b.mp4", "..", "", ".a.mp4", "a\0.mp4", "con.mp4"])
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path: Path, media: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name of a file"):
        FolderDeliverer().place(media, str(tmp_path / "out"), name)
    assert not (tmp_path / "out").exists()


def test_a_link_in_the_place_of_the_file_is_replaced_and_not_written_through(tmp_path: Path, media: Path) -> None:
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.write_bytes(b"precious")
    out.mkdir()
    (out / "a.mp4").symlink_to(victim)
    placed = FolderDeliverer().place(media, str(out), "a.mp4")
    assert victim.read_bytes() == b"precious"
    assert placed.read_bytes() == media.read_bytes()
    assert not placed.is_symlink()


def test_a_link_to_the_very_content_is_replaced_too(tmp_path: Path, media: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.mp4").symlink_to(media)
    assert not FolderDeliverer().place(media, str(out), "a.mp4").is_symlink()


def test_a_full_copy_is_not_written_again(tmp_path: Path, media: Path) -> None:
    placed = FolderDeliverer().place(media, str(tmp_path / "out"), "a.mp4")
    before = placed.stat()
    FolderDeliverer().place(media, str(tmp_path / "out"), "a.mp4")
    assert (placed.stat().st_ino, placed.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_media_file_that_is_gone_is_the_stores_failure(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="could not be read"):
        FolderDeliverer().place(tmp_path / "gone", str(tmp_path / "out"), "a.mp4")
