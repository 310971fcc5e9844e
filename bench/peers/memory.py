"""The most memory that the processes under this one held together, looked at twenty times a second."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

_EVERY_SECONDS = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Peak:
    """The most there was so far, megabytes; 0 where there is no `/proc`."""

    def __init__(self) -> None:
        self.mb = 0.0
        self._done = Event()

    def look(self) -> None:
        """Look until told to stop."""
        while not self._done.wait(_EVERY_SECONDS):
            self.mb = max(self.mb, sum(_resident_mb(process) for process in _below(os.getpid())))

    def stop(self) -> None:
        """Look no more."""
        self._done.set()


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Look while the body runs; the main thread waits for its processes meanwhile."""
    peak = Peak()
    thread = Thread(target=peak.look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        peak.stop()
        thread.join()


def _below(root: int) -> set[int]:
    """Every process that descends from this one."""
    parents = _parents()
    found = {root}
    while more := {process for process, parent in parents.items() if parent in found and process not in found}:
        found |= more
    return found - {root}


def _parents() -> Mapping[int, int]:
    """Process → parent."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        parents[int(folder.name)] = int(told.rpartition(")")[2].split()[1])
    return parents


def _resident_mb(process: int) -> float:
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1024**2
    except (OSError, IndexError):
        return 0.0
