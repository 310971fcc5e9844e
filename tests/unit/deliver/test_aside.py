"""Files that lie aside: those that wait, and those that were rejected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clipmill.deliver.aside import REJECTED, WAITING, aside_of, keep, withdraw
from clipmill.deliver.folder import FolderDeliverer
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem

Build = Callable[..., RowRecord]
PLACE = FolderDeliverer().place


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """A stored file."""
    path = tmp_path / "stored"
    path.write_bytes(b"a video")
    return path


def test_only_waiting_and_rejected_rows_lie_aside(record: Build) -> None:
    rejection = Problem("rejected", "a person rejected it", "Correct it.")
    failed = Problem("quality", "it is too short", "Nothing.")
    assert aside_of(record(1)) == ""
    assert aside_of(record(1, RowState.REVIEW)) == WAITING
    assert aside_of(record(1, RowState.FAILED, problems=(failed,))) == ""
    assert aside_of(record(1, RowState.FAILED, problems=(rejection,))) == REJECTED


def test_exactly_what_waits_is_kept(tmp_path: Path, media: Path) -> None:
    folder = tmp_path / "report" / "review"
    keep(folder, {"a.mp4": media, "b.mp4": media}, PLACE)
    assert sorted(path.name for path in folder.iterdir()) == ["a.mp4", "b.mp4"]
    for name in ("a.srt", "b.srt"):
        (folder / name).write_text("1")
    keep(folder, {"b.mp4": media}, PLACE)
    assert sorted(path.name for path in folder.iterdir()) == ["b.mp4", "b.srt"], "captions stay with their file"
    (folder / "b.srt").unlink()
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("b.mp4", b"a video")]
    keep(folder, {}, PLACE)
    assert not folder.exists()
    keep(folder, {}, PLACE)


def test_a_folder_that_leads_elsewhere_is_not_tidied_up(tmp_path: Path, media: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine.txt").write_text("mine")
    (tmp_path / "review").symlink_to(elsewhere)
    keep(tmp_path / "review", {"a.mp4": media}, PLACE)
    assert [path.name for path in elsewhere.iterdir()] == ["mine.txt"]
    assert (tmp_path / "review" / "a.mp4").is_file()


def test_a_rejected_file_leaves_the_folder_with_its_captions(tmp_path: Path, media: Path) -> None:
    PLACE(media, str(tmp_path), "a.mp4")
    (tmp_path / "a.srt").write_text("1")
    assert withdraw(tmp_path, "a.mp4", media)
    assert sorted(path.name for path in (tmp_path / REJECTED).iterdir()) == ["a.mp4", "a.srt"]
    assert not (tmp_path / "a.mp4").exists()
    assert not withdraw(tmp_path, "a.mp4", media)


def test_a_file_that_somebody_put_there_stays(tmp_path: Path, media: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"another")
    assert not withdraw(tmp_path, "a.mp4", media)
    assert (tmp_path / "a.mp4").read_bytes() == b"another"
