import fcntl
import os
import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipmill import locks
from clipmill.engines.render.shared import folder as shared
from clipmill.engines.render.shared.folder import SharedFolder
from clipmill.engines.render.shared.forms import DECODED_SOUND, DecodedSound
from clipmill.errors import MediaError

ROOM = 1024**2
Usage = namedtuple("Usage", ("total", "used", "free"))


class _Maker:
    """Makes sounds of a loudness, and counts them."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, level: float = 1.0, samples: int = 100) -> Callable[[], DecodedSound]:
        def make() -> DecodedSound:
            self.made += 1
            return DecodedSound((np.full((2, samples), level, np.float32),), complete=True)

        return make


@pytest.fixture
def maker() -> _Maker:
    return _Maker()


def _get(folder: Path, key: Any, make: Callable[[], DecodedSound], **options: Any) -> float:
    """What a process that begins now gets: the loudness."""
    budget = options.pop("budget", ROOM)
    return float(SharedFolder(folder, budget, **options).get(key, make, DECODED_SOUND).blocks[0][0, 0])


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.entry"))


def test_what_one_process_made_the_next_one_takes(tmp_path: Path, maker: _Maker) -> None:
    assert _get(tmp_path, "a", maker(1)) == 1
    assert _get(tmp_path, "a", maker(2)) == 1
    assert _get(tmp_path, "b", maker(3)) == 3
    assert maker.made == 2
    assert {path.suffix for path in tmp_path.iterdir()} == {".entry", ".lock"}


def test_another_version_takes_nothing(tmp_path: Path, maker: _Maker) -> None:
    assert _get(tmp_path, "a", maker(1), about=("one version", False)) == 1
    assert _get(tmp_path, "a", maker(2), about=("another", False)) == 2
    assert _get(tmp_path, "a", maker(3), about=("one version", True)) == 3
    assert _get(tmp_path, "a", maker(4), about=("one version", False)) == 1


def test_nobody_writes_into_what_is_shared_not_even_who_made_it(tmp_path: Path, maker: _Maker) -> None:
    for _ in range(2):
        sound = SharedFolder(tmp_path, ROOM).get("a", maker(), DECODED_SOUND)
        with pytest.raises(ValueError, match="read-only"):
            sound.blocks[0][0, 0] = 0


@pytest.mark.parametrize("damage", [b"", b"CMSHELF1", bytes(500), None], ids=["empty", "short", "zeros", "half"])
def test_a_damaged_entry_is_made_again_and_then_good(tmp_path: Path, maker: _Maker, damage: bytes | None) -> None:
    _get(tmp_path, "a", maker(1))
    (entry,) = _entries(tmp_path)
    whole = entry.read_bytes()
    entry.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert _get(tmp_path, "a", maker(2)) == 2
    assert _get(tmp_path, "a", maker(3)) == 2


def test_an_entry_of_another_kind_is_made_again(tmp_path: Path, maker: _Maker) -> None:
    for key in "ab":
        _get(tmp_path, key, maker(1))
    _entries(tmp_path)[0].write_bytes(_entries(tmp_path)[1].read_bytes()[:-1] + b"\1")
    assert {_get(tmp_path, key, maker(2)) for key in "ab"} == {1, 2}


def test_a_folder_that_is_gone_or_closed_keeps_nothing_and_is_no_error(tmp_path: Path, maker: _Maker) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "gone", tmp_path / "file"):
        assert _get(folder, "a", maker(1)) == 1
        assert _get(folder, "a", maker(2)) == 2


def test_a_full_disk_keeps_nothing_and_is_no_error(
    tmp_path: Path, maker: _Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, parts: object) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shared, "write_entry", full)
    assert _get(tmp_path, "a", maker(1)) == 1
    assert _get(tmp_path, "a", maker(2)) == 2
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def test_a_disk_that_is_nearly_full_is_left_alone(
    tmp_path: Path, maker: _Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(2 * ROOM, ROOM + 1, ROOM - 1))
    assert _get(tmp_path, "a", maker(1), patience=60) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_would_take_much_of_the_room_is_not_kept(tmp_path: Path, maker: _Maker) -> None:
    _get(tmp_path, "a", maker(1, samples=ROOM // 8 // 8 + 1))
    assert _entries(tmp_path) == []
    _get(tmp_path, "a", maker(1, samples=ROOM // 8 // 8))
    assert len(_entries(tmp_path)) == 1


def test_it_never_takes_more_than_its_room(tmp_path: Path, maker: _Maker) -> None:
    processes = [SharedFolder(tmp_path, ROOM, processes=3) for _ in range(3)]
    for number in range(60):
        processes[number % 3].get(number, maker(number, samples=4_000), DECODED_SOUND)
        assert sum(path.stat().st_size for path in _entries(tmp_path)) <= ROOM
    assert len(_entries(tmp_path)) > 20
    assert len(list(tmp_path.iterdir())) == 2 * len(_entries(tmp_path))


def test_what_was_used_longest_ago_goes_first(tmp_path: Path, maker: _Maker) -> None:
    for number in range(8):
        _get(tmp_path, number, maker(number, samples=12_000), budget=2**20)
        for path in tmp_path.glob("*.lock"):
            os.utime(path, (number - 10, number - 10) if path.stat().st_mtime > 100 else None)
    kept = {number for number in range(8) if _is_kept(tmp_path, number)}
    assert 7 in kept
    assert kept == set(range(min(kept), 8))


def _is_kept(folder: Path, number: int) -> bool:
    def fail() -> DecodedSound:
        raise LookupError

    try:
        return _get(folder, number, fail) == number
    except LookupError:
        return False


def test_using_an_entry_makes_it_young_again(tmp_path: Path, maker: _Maker) -> None:
    _get(tmp_path, "a", maker())
    (lock,) = tmp_path.glob("*.lock")
    os.utime(lock, (5, 5))
    _get(tmp_path, "a", maker())
    assert lock.stat().st_mtime > 5


def test_half_an_entry_of_a_killed_process_is_thrown_out_like_an_entry(tmp_path: Path, maker: _Maker) -> None:
    left = tmp_path / f"{'a' * 64}.1234.part"
    left.write_bytes(bytes(ROOM))
    os.utime(left, (5, 5))
    _get(tmp_path, "a", maker())
    assert not left.exists()
    assert len(_entries(tmp_path)) == 1


def test_a_process_that_takes_too_long_is_not_waited_for(tmp_path: Path, maker: _Maker) -> None:
    _get(tmp_path, "a", maker(1))
    _entries(tmp_path)[0].unlink()
    (lock,) = tmp_path.glob("*.lock")
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert _get(tmp_path, "a", maker(2), patience=0.02) == 2


def test_what_was_made_while_waiting_is_taken(tmp_path: Path, maker: _Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    _get(tmp_path, "a", maker(1))
    (entry,), (lock,) = _entries(tmp_path), tmp_path.glob("*.lock")
    entry.rename(tmp_path / "kept")
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        def wait(seconds: float) -> None:
            (tmp_path / "kept").rename(entry)
            held.close()

        monkeypatch.setattr(shared.time, "sleep", wait)
        assert _get(tmp_path, "a", maker(2), patience=60) == 1


def test_a_disk_without_locks_is_used_without_them(
    tmp_path: Path, maker: _Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(locks.fcntl, "flock", none)
    assert _get(tmp_path, "a", maker(1), patience=60) == 1
    monkeypatch.setattr(locks, "fcntl", None)
    assert _get(tmp_path, "a", maker(2)) == 1
    assert _get(tmp_path, "b", maker(3)) == 3


def test_what_cannot_be_made_fails_each_time_and_holds_nobody_up(tmp_path: Path, maker: _Maker) -> None:
    def fail() -> DecodedSound:
        raise MediaError("visuals[0]: no picture")

    for _ in range(2):
        with pytest.raises(MediaError, match="no picture"):
            _get(tmp_path, "a", fail, patience=60)
    assert _get(tmp_path, "a", maker(4), patience=60) == 4
