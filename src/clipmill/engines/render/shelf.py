"""A shelf: what a worker process keeps from one video of a batch for the next, the oldest thrown out first.

It keeps what went into frames (rasters, decoded sound, encoded sound), never encoded pictures. What is dear to make is
looked for in the folder it shares with the other processes, too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, cast

from clipmill.engines.render.shared.folder import SharedFolder
from clipmill.engines.render.shared.forms import Form, Kept


class Shelf:
    """Values by key, at most `budget` bytes of them."""

    def __init__(self, budget: int = 4 * 1024**2, shared: SharedFolder | None = None) -> None:
        self._budget = budget
        self._shared = shared
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Kept], form: Form[Kept] | None = None) -> Kept:
        """The value under this key, made and kept if it is not there. The key must name everything it depends on.

        `form`: how it is shared with other processes; None for what is made sooner than it is written.
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return cast(Kept, self._kept[key])
        value = make() if form is None or self._shared is None else self._shared.get(key, make, form)
        if value.nbytes <= self._budget // 2:
            self._kept[key] = value
            self._bytes += value.nbytes
        while self._bytes > self._budget:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return value
