"""Sample tables: sizes, chunks, and places beyond four gigabytes."""

from __future__ import annotations

import struct

import pytest

from clipmill.media.write.mp4.boxes import box, words
from clipmill.media.write.mp4.table import SampleTable, counted
from tests.boxes import boxes, words_in


def _table(samples: list[tuple[int, int]], base: int = 0) -> dict[str, bytes]:
    table = SampleTable()
    for at, size in samples:
        table.add(at, size)
    assert len(table) == len(samples)
    found = dict(boxes(table.to_box(box(b"none"), base, [box(b"more")])))
    assert list(found)[:4] == ["stbl", "stbl/stsd", "stbl/stsd/none", "stbl/more"]
    return found


def test_what_adjoins_is_one_chunk() -> None:
    found = _table([(0, 10), (10, 5), (40, 1), (41, 2), (60, 7), (80, 1), (81, 1), (82, 1)], base=1000)
    assert words_in(found["stbl/stsz"]) == [0, 8, 10, 5, 1, 2, 7, 1, 1, 1]
    assert words_in(found["stbl/stco"]) == [4, 1000, 1040, 1060, 1080]
    # first chunk, samples in each from there on, description
    assert words_in(found["stbl/stsc"]) == [3, 1, 2, 1, 3, 1, 1, 4, 3, 1]


@pytest.mark.parametrize(("base", "wide"), [((1 << 32) - 1 - 500, False), ((1 << 32) - 500, True), (1 << 40, True)])
def test_places_beyond_four_gigabytes_are_written_in_eight_bytes(base: int, wide: bool) -> None:
    found = _table([(0, 10), (500, 5)], base)
    assert ("stbl/co64" in found, "stbl/stco" in found) == (wide, not wide)
    if wide:
        assert struct.unpack(">QQ", found["stbl/co64"][8:]) == (base, base + 500)
    else:
        assert words_in(found["stbl/stco"]) == [2, base, base + 500]


def test_a_table_without_samples_is_one_too() -> None:
    found = _table([])
    assert words_in(found["stbl/stsz"]) == [0, 0]
    assert words_in(found["stbl/stco"]) == words_in(found["stbl/stsc"]) == [0]


def test_equal_numbers_are_counted() -> None:
    assert counted([5, 5, 5, 2, 5]) == words(3, 3, 5, 1, 2, 1, 5)
    assert counted([]) == words(0)
