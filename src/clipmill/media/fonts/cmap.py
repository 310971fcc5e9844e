"""A cmap: which characters a face has a glyph for, read from its table (OpenType 1.9, formats 4, 6, 10, 12 and 13)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

#: A range of code points, both ends included.
Range = tuple[int, int]
#: (platform, encoding) of the tables that speak Unicode, the full ones first.
_FULL = ((3, 10), (0, 6), (0, 4))
_BASIC = ((3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
_LAST = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Coverage:
    """A set of code points, kept as ranges."""

    #: In order, apart from each other.
    ranges: tuple[Range, ...] = ()

    def __contains__(self, code: int) -> bool:
        place = bisect_right(self.ranges, (code, _LAST)) - 1
        return place >= 0 and self.ranges[place][1] >= code

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)

    @classmethod
    def of(cls, ranges: Iterable[Range]) -> Coverage:
        """The set of all these ranges, in whatever order; what lies beyond Unicode is left out."""
        joined: list[Range] = []
        for first, last in sorted((first, min(last, _LAST)) for first, last in ranges if first <= min(last, _LAST)):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        return cls(tuple(joined))


def read_cmap(table: bytes) -> Coverage:
    """What the best Unicode subtable covers; nothing for a table without one, or a broken one."""
    try:
        places: dict[tuple[int, int], int] = {}
        for number in range(struct.unpack_from(">H", table, 2)[0]):
            platform, encoding, offset = struct.unpack_from(">HHI", table, 4 + 8 * number)
            places.setdefault((platform, encoding), offset)
        place = next((places[key] for key in (*_FULL, *_BASIC) if key in places), None)
        if place is None:
            return Coverage()
        kind = struct.unpack_from(">H", table, place)[0]
        return Coverage.of(_FORMATS[kind](table, place)) if kind in _FORMATS else Coverage()
    except struct.error:
        return Coverage()


def _segments(table: bytes, place: int) -> Iterator[Range]:
    """Format 4: segments of the first 65,536 characters, each with a shift or a list of its glyphs."""
    count = struct.unpack_from(">H", table, place + 6)[0] // 2
    layout, step = f">{count}H", 2 * count
    ends, starts, deltas, offsets = (
        struct.unpack_from(layout, table, place + begin) for begin in (14, 16 + step, 16 + 2 * step, 16 + 3 * step)
    )
    reached = -1
    for number in range(count):
        # Segments are in order and apart; where they are not, every character is looked at once all the same.
        first, last = max(starts[number], reached + 1), min(ends[number], 0xFFFE)
        reached = max(reached, last)
        if first > last:
            continue
        if offsets[number] == 0:
            yield from _without(first, last, -deltas[number] & 0xFFFF)
        else:
            glyphs = place + 16 + 3 * step + 2 * number + offsets[number] + 2 * (first - starts[number])
            yield from _listed(first, table[glyphs : glyphs + 2 * (last - first + 1)])


def _without(first: int, last: int, hole: int) -> Iterator[Range]:
    """A range but for the one character that has no glyph."""
    yield from (
        ((first, min(last, hole - 1)), (max(first, hole + 1), last)) if first <= hole <= last else ((first, last),)
    )


def _listed(first: int, glyphs: bytes) -> Iterator[Range]:
    """The characters from `first` on whose glyph in the list is not 0."""
    numbers = struct.unpack(f">{len(glyphs) // 2}H", glyphs[: len(glyphs) // 2 * 2])
    if all(numbers):
        return iter(((first, first + len(numbers) - 1),))
    return ((first + place, first + place) for place, glyph in enumerate(numbers) if glyph)


def _trimmed(table: bytes, place: int) -> Iterator[Range]:
    """Format 6: one list of glyphs."""
    first, count = struct.unpack_from(">HH", table, place + 6)
    return _listed(first, table[place + 10 : place + 10 + 2 * count])


def _trimmed_32(table: bytes, place: int) -> Iterator[Range]:
    """Format 10: one list of glyphs, anywhere."""
    first, count = struct.unpack_from(">II", table, place + 12)
    return _listed(first, table[place + 20 : place + 20 + 2 * count])


def _groups(table: bytes, place: int) -> Iterator[Range]:
    """Format 12: groups with running glyphs; the first of a group may be the one for nothing."""
    for first, last, glyph in _triples(table, place):
        yield (first if glyph else first + 1), last


def _many_to_one(table: bytes, place: int) -> Iterator[Range]:
    """Format 13: groups that share a glyph."""
    return ((first, last) for first, last, glyph in _triples(table, place) if glyph)


def _triples(table: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    count = struct.unpack_from(">I", table, place + 12)[0]
    groups = table[place + 16 : place + 16 + 12 * count]
    return struct.iter_unpack(">III", groups[: len(groups) // 12 * 12])


_FORMATS: dict[int, Callable[[bytes, int], Iterable[Range]]] = {
    4: _segments, 6: _trimmed, 10: _trimmed_32, 12: _groups, 13: _many_to_one,
}  # fmt: skip
