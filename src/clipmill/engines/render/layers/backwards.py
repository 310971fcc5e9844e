"""Footage on its way back: pictures in falling order, decoded forwards a piece at a time."""

from __future__ import annotations

from clipmill.engines.render.layers.moving import Footage
from clipmill.media.draw.level import Level


class BackwardFootage:
    """Pictures of a source that is fastest in rising order, asked for in rising and in falling order.

    A picture before the last one has those before it decoded first, as many as fit into a number of bytes, and all of
    them are kept until they were passed: to go back over a whole clip needs no more memory, and each of its key
    frames is decoded from as often as its pictures fill these bytes.
    """

    def __init__(self, source: Footage, first: int, budget: int) -> None:
        self._source = source
        #: No picture before this one is asked for.
        self._first = first
        self._budget = budget
        self._last = -1
        #: Number → picture, of one size.
        self._kept: dict[int, Level] = {}
        self._size = (0, 0)

    def picture(self, number: int, size: tuple[int, int]) -> Level:
        """The picture of the source."""
        if size != self._size:
            self._kept, self._size = {}, size
        falls, self._last = number < self._last, number
        if number in self._kept:
            return self._kept[number]
        if not falls:
            self._kept.clear()
            return self._source.picture(number, size)
        return self._before(number, size)

    def _before(self, number: int, size: tuple[int, int]) -> Level:
        """A picture, once those before it are kept."""
        self._kept.clear()
        width, height = size
        room = max(1, self._budget // (width * height * 3 // 2))
        for place in range(max(self._first, number - room + 1), number + 1):
            level = _copied(self._source.picture(place, size))
            self._kept[place] = level
            while len(self._kept) > 1 and level.nbytes * len(self._kept) > self._budget:  # with opacity they are larger
                del self._kept[min(self._kept)]
        return self._kept[number]

    def close(self) -> None:
        """Close the source and let go of the pictures."""
        self._source.close()
        self._kept.clear()


def _copied(level: Level) -> Level:
    """A picture in memory of its own: that of the decoder is wider, and wanted again."""
    y, u, v = (part.copy() for part in level.planes)
    if level.alpha is None:
        return Level((y, u, v), None)
    full, half = (part.copy() for part in level.alpha)
    return Level((y, u, v), (full, half))
