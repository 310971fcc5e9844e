"""A process knows its own memory, where the system tells."""

from __future__ import annotations

import mmap
import sys
from pathlib import Path

import pytest

from clipmill.media.workers import memory
from clipmill.media.workers.memory import resident_bytes


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_memory_grows_with_what_is_held_and_the_peak_stays() -> None:
    before = resident_bytes()["now"]
    with mmap.mmap(-1, 200 * 1024**2) as held:  # fresh from the system, and not out of what was freed before
        held.write(b"h" * len(held))
        during = resident_bytes()
    assert during["now"] - before > 150 * 1024**2
    assert resident_bytes()["peak"] - before > 150 * 1024**2


def test_system_that_does_not_tell_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "_STATUS", tmp_path / "none")
    assert resident_bytes() == {}
