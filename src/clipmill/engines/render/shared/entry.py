"""An entry: arrays and a few facts in one file, which several processes can look at in the same memory.

A mark, a check sum of all that follows, the length of the head; the head (JSON: facts, and kind, shape and place of
each array); the arrays, each on a place that is a multiple of 64. Reading runs nobody's code, whoever wrote the file.
"""

from __future__ import annotations

import json
import math
import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MARK = b"CMSHELF1"
#: Mark, check sum; then the length of the head, the first of what is summed.
_PREFIX = struct.Struct("<8sI")
_LENGTH = struct.Struct("<I")
_HEAD = _PREFIX.size + _LENGTH.size
#: Arrays begin on multiples of this, which is as wide as any vector instruction reads.
_STEP = 64
#: Smaller files are read rather than looked at where they lie: each that is looked at keeps a file open.
_LOOKED_AT = 1024**2
_KINDS = frozenset({"uint8", "int64", "float32"})


@dataclass(frozen=True, slots=True)
class Parts:
    """What an entry holds."""

    #: Of bytes, of 64-bit whole numbers or of 32-bit floating-point numbers.
    arrays: tuple[NDArray[Any], ...]
    #: Whatever JSON can hold.
    facts: Any = None


def write_entry(path: Path, parts: Parts) -> None:
    """Write a file. Raises OSError."""
    chunks = list(_chunks(parts))
    check = 0
    for chunk in chunks:
        check = zlib.crc32(chunk, check)
    with path.open("wb") as file:
        file.write(_PREFIX.pack(_MARK, check))
        file.writelines(chunks)


def read_entry(path: Path) -> Parts:
    """The arrays of a file, not to be written to. Raises OSError; and ValueError, LookupError, TypeError for damage."""
    with path.open("rb") as file:
        small = os.fstat(file.fileno()).st_size < _LOOKED_AT
        whole = file.read() if small else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    view = memoryview(whole)
    if len(view) < _HEAD or view[: _PREFIX.size] != _PREFIX.pack(_MARK, zlib.crc32(view[_PREFIX.size :])):
        raise ValueError("the file is damaged")
    begin = _HEAD + _LENGTH.unpack(view[_PREFIX.size : _HEAD])[0]
    head = json.loads(bytes(view[_HEAD:begin]))
    return Parts(tuple(_array(view[begin:], *told) for told in head["arrays"]), head["facts"])


def _array(data: memoryview, kind: str, shape: Sequence[int], place: int) -> NDArray[Any]:
    """One array where it lies. (A slice never leaves its data, while `np.ndarray` believes any place it is told.)"""
    if kind not in _KINDS:
        raise ValueError(f"no array is made of {kind!r}")
    size = math.prod(shape) * np.dtype(kind).itemsize
    return np.frombuffer(data[place : place + size], kind).reshape(shape)


def _chunks(parts: Parts) -> Iterator[Any]:
    """The head, then each array and what fills the room up to the next."""
    arrays = [np.ascontiguousarray(array) for array in parts.arrays]
    places, end = [], 0
    for array in arrays:
        places.append(end)
        end += -(-array.nbytes // _STEP) * _STEP
    head = {"facts": parts.facts, "arrays": [[array.dtype.name, array.shape, place]
                                             for array, place in zip(arrays, places, strict=True)]}  # fmt: skip
    written = json.dumps(head).encode()
    written += b" " * (-(_HEAD + len(written)) % _STEP)
    yield _LENGTH.pack(len(written)) + written
    for array in arrays:
        yield array.reshape(-1).view(np.uint8).data
        yield bytes(-array.nbytes % _STEP)
