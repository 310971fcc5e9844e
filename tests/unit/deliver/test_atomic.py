"""Files written all at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clipmill.deliver.atomic import own_folder, put, reading, replacing
from clipmill.errors import StoreError
from clipmill.making import name_in_the_making


def test_the_new_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    for content in (b"one", b"two"):
        with replacing(path) as file:
            file.write(content)
        assert path.read_bytes() == content
    assert [entry.name for entry in path.parent.iterdir()] == ["a.txt"]


def test_nothing_is_seen_before_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_bytes() == b"old"


def test_a_link_in_its_place_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "a.txt").symlink_to(victim)
    with replacing(tmp_path / "a.txt") as file:
        file.write(b"new")
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "a.txt").is_symlink()


def test_a_folder_that_is_taken_away_meanwhile_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "media").write_bytes(b"new")
    copied, target = shutil.copyfileobj, tmp_path / "out" / "a.txt"
    taken = [target.parent]

    def copying(*arguments: object) -> None:
        copied(*arguments)  # type: ignore[arg-type]
        if taken:
            shutil.rmtree(taken.pop())

    monkeypatch.setattr("clipmill.deliver.atomic.shutil.copyfileobj", copying)
    put(tmp_path / "media", target)
    assert target.read_bytes() == b"new"
    with pytest.raises(StoreError, match="could not be read"):
        put(tmp_path / "nothing", target)


def test_what_a_killed_writer_left_goes(tmp_path: Path) -> None:
    (tmp_path / name_in_the_making("a.txt")).write_bytes(b"half of something long")
    with replacing(tmp_path / "b.txt") as file:
        file.write(b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("b.txt", b"new")]


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with replacing(path) as file:
        file.write(b"first")
        with replacing(path) as other:
            other.write(b"second")
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_what_the_disk_refuses_is_told_with_the_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with (
        pytest.raises(StoreError, match=r"file/a\.txt could not be written") as caught,
        replacing(tmp_path / "file/a.txt"),
    ):
        pass
    assert caught.value.hint


def test_a_file_that_is_gone_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gone\.mp4 could not be read: No such file"):
        reading(tmp_path / "gone.mp4")


def test_a_folder_of_ours_that_leads_elsewhere_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    assert own_folder(tmp_path / "out", "report/review") == tmp_path / "out" / "report" / "review"
    (tmp_path / "elsewhere" / "report").symlink_to(tmp_path)
    with pytest.raises(StoreError, match="report is a link"):
        own_folder(tmp_path / "out", "report/review")
