"""Locks on open files, against files opened twice: each opening is a holder of its own."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from clipmill import locks

with_locks = pytest.mark.skipif(not locks.can_lock(), reason="this system has no locks on files")


@with_locks
def test_what_somebody_holds_cannot_be_taken_until_they_close_it(tmp_path: Path) -> None:
    with (tmp_path / "a").open("w") as first, (tmp_path / "a").open("w") as second:
        assert locks.take(first)
        assert not locks.take(second)
        first.close()
        assert locks.take(second)


@with_locks
def test_who_waits_gets_it_next(tmp_path: Path) -> None:
    with (tmp_path / "a").open("w") as first, (tmp_path / "a").open("w") as second:
        assert locks.take(first)
        waiting = threading.Thread(target=locks.wait_for, args=(second,))
        waiting.start()
        waiting.join(0.05)
        assert waiting.is_alive()
        first.close()
        waiting.join(30)
        assert not waiting.is_alive()


def test_without_locks_everybody_may_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "fcntl", None)
    assert not locks.can_lock()
    with (tmp_path / "a").open("w") as first, (tmp_path / "a").open("w") as second:
        assert locks.take(first) and locks.take(second)
        locks.wait_for(second)
