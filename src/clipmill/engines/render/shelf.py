"""A shelf: what a worker process keeps from one video of a batch for the next, the oldest thrown out first.

It keeps what went into frames (rasters, decoded sound, encoded sound), never encoded pictures.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar, cast


class Sized(Protocol):
    """Something whose memory is known."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""


Kept = TypeVar("Kept", bound=Sized)


class Shelf:
    """Values by key, at most `budget` bytes of them."""

    def __init__(self, budget: int = 12 * 1024**2) -> None:
        self._budget = budget
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """The value under this key, made and kept if it is not there. The key must name everything it depends on."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return cast(Kept, self._kept[key])
        value = make()
        if value.nbytes <= self._budget // 2:
            self._kept[key] = value
            self._bytes += value.nbytes
        while self._bytes > self._budget:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return value
