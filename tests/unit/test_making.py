"""Files in the making."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from clipmill import making
from clipmill.making import becoming, name_in_the_making, open_part, own_name, sweep


def _told(queue: multiprocessing.Queue[list[str]]) -> None:
    queue.put([own_name() for _ in range(100)])


def test_nobody_else_has_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    queue: multiprocessing.Queue[list[str]] = multiprocessing.get_context("spawn").Queue()
    processes = [multiprocessing.get_context("spawn").Process(target=_told, args=(queue,)) for _ in range(2)]
    for process in processes:
        process.start()
    names = [*queue.get(), *queue.get(), *(own_name() for _ in range(100))]
    for process in processes:
        process.join()
    assert len(set(names)) == 300
    # Two containers on one disk, in each of which the process has the number 7.
    monkeypatch.setattr(os, "getpid", lambda: 7)
    monkeypatch.setattr(making, "_COUNTER", iter((1, 1)))
    mine = own_name()
    monkeypatch.setattr(making, "_PROCESS", "0" * 8)
    assert own_name() != mine


@pytest.mark.parametrize("name", ["a.txt", "☃" * 80, "x" * 255])
def test_longest_name_has_room_for_what_is_added(tmp_path: Path, name: str) -> None:
    assert name_in_the_making(name).startswith(".")
    with becoming(tmp_path / name) as part:
        part.write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_nothing_is_left_of_what_went_wrong(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), becoming(tmp_path / "a") as part:
        part.write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_sweeping_takes_what_the_dead_left_and_leaves_what_the_living_make(tmp_path: Path) -> None:
    left = tmp_path / name_in_the_making("left")
    left.write_text("half")
    os.mkfifo(tmp_path / name_in_the_making("pipe"))
    (tmp_path / ".mine.part").write_text("somebody's own")
    with open_part(tmp_path / "a") as (part, file):
        file.write(b"new")
        sweep(tmp_path)
        assert part.exists()
    assert not left.exists()
    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / ".mine.part").exists()


def test_part_that_was_swept_before_it_was_locked_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, swept = making.locks.take, []

    def too_late(file: int) -> bool:
        if not swept:
            swept.extend(tmp_path.iterdir())
            swept[0].unlink()
        return take(file)

    monkeypatch.setattr(making.locks, "take", too_late)
    with becoming(tmp_path / "a") as part:
        part.write_text("new")
    assert (tmp_path / "a").read_text() == "new"
