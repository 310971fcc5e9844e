"""Boxes: lengths and names, of any size."""

from __future__ import annotations

import pytest

from clipmill.media.write.mp4.boxes import box, data_head, descriptor, full_box, longs, shorts, table, words


def test_a_box_begins_with_its_length_and_its_name() -> None:
    assert box(b"free", b"ab", b"c") == b"\0\0\0\x0bfreeabc"
    assert full_box(b"vmhd", b"x", version=1, flags=3) == b"\0\0\0\x0dvmhd\x01\0\0\x03x"


def test_numbers_are_written_with_the_highest_byte_first() -> None:
    assert (shorts(1, 258), words(1), longs(1 << 40)) == (b"\0\1\1\2", b"\0\0\0\1", b"\0\0\1\0\0\0\0\0")
    assert table([(1, 2), (3, 4)]) == words(2, 1, 2, 3, 4)
    assert table([]) == words(0)


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, b"\0\0\0\x08mdat"),
        ((1 << 32) - 9, b"\xff\xff\xff\xffmdat"),
        ((1 << 32) - 8, b"\0\0\0\1mdat\0\0\0\1\0\0\0\x08"),
        (1 << 40, b"\0\0\0\1mdat\0\0\1\0\0\0\0\x10"),
    ],
)
def test_samples_may_be_more_than_four_gigabytes(length: int, head: bytes) -> None:
    assert data_head(length) == head


def test_a_descriptor_says_its_length_in_four_bytes() -> None:
    assert descriptor(6, b"\2") == b"\x06\x80\x80\x80\x01\x02"
