import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from clipmill.engines.render.shared.entry import Parts, read_entry, write_entry

DAMAGE = (OSError, ValueError, LookupError, TypeError)
SMALL = Parts((np.arange(30, dtype=np.uint8).reshape(5, 6), np.array([[1.5, -2], [0, 7]], np.float32)), {"a": [1, "ü"]})


@pytest.mark.parametrize(
    "parts",
    [
        SMALL,
        Parts((), None),
        Parts((np.zeros((0, 0), np.uint8), np.zeros((0, 5), np.int64)), True),
        Parts((np.array([-(2**62)], np.int64), np.full((1200, 1300), 7, np.uint8)), 128_000),
        Parts((np.arange(80, dtype=np.uint8).reshape(8, 10)[::2, 1::3],), [1, 2]),
    ],
    ids=["two arrays", "facts alone", "empty arrays", "a large one", "one with gaps"],
)
def test_what_is_written_is_read_again_and_cannot_be_written_to(parts: Parts, tmp_path: Path) -> None:
    write_entry(tmp_path / "entry", parts)
    again = read_entry(tmp_path / "entry")
    assert again.facts == parts.facts
    for array, expected in zip(again.arrays, parts.arrays, strict=True):
        assert (array.dtype, array.shape) == (expected.dtype, expected.shape)
        assert np.array_equal(array, expected)
        assert array.ctypes.data % 16 == 0
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_the_same_parts_are_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_entry(tmp_path / name, SMALL)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_large_array_stays_readable_when_its_file_is_gone(tmp_path: Path) -> None:
    write_entry(tmp_path / "entry", Parts((np.full((2000, 1000), 9, np.uint8),)))
    (array,) = read_entry(tmp_path / "entry").arrays
    (tmp_path / "entry").unlink()
    assert array.min() == array.max() == 9


def test_a_file_cut_short_anywhere_is_damaged(tmp_path: Path) -> None:
    write_entry(tmp_path / "entry", SMALL)
    whole = (tmp_path / "entry").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "entry").write_bytes(whole[:length])
        with pytest.raises(DAMAGE):
            read_entry(tmp_path / "entry")


def test_a_file_with_any_other_byte_is_damaged(tmp_path: Path) -> None:
    write_entry(tmp_path / "entry", SMALL)
    whole = bytearray((tmp_path / "entry").read_bytes())
    for place in range(len(whole)):
        other = bytes([*whole[:place], whole[place] ^ 0x10, *whole[place + 1 :]])
        (tmp_path / "entry").write_bytes(other)
        with pytest.raises(DAMAGE):
            read_entry(tmp_path / "entry")


@pytest.mark.parametrize(
    "arrays",
    [[["object", [1], 0]], [["uint8", [65], 0]], [["uint8", [4], 61]], [["uint8", [4], -900]],
     [["uint8", [2**70], 0]], [["uint8", ["a"], 0]], [["float32", [1]]], [["float32", [1], 62]], 7, [None]],
)  # fmt: skip
def test_a_file_that_was_made_to_be_wrong_is_damaged_too(arrays: object, tmp_path: Path) -> None:
    head = json.dumps({"facts": None, "arrays": arrays}).encode()
    rest = struct.pack("<I", len(head)) + head + bytes(64)
    (tmp_path / "entry").write_bytes(struct.pack("<8sI", b"CMSHELF1", zlib.crc32(rest)) + rest)
    with pytest.raises(DAMAGE):
        read_entry(tmp_path / "entry")


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_entry(tmp_path / "entry")
