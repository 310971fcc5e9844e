"""The bits of H.264 headers: NAL units, their escapes, and the codes of their fields (ITU-T H.264 §7.2 and §9.1)."""

from __future__ import annotations

import re
import struct

from clipmill.errors import MediaError

#: What begins a NAL unit in a byte stream, and what must not occur inside one.
_START = re.compile(rb"\x00\x00\x01")
_ESCAPED = re.compile(rb"\x00\x00\x03")
_TO_ESCAPE = re.compile(rb"\x00\x00(?=[\x00-\x03])")
#: A number of this many leading zeros is no number of a header.
_MOST_ZEROS = 32


def nal_units(stream: bytes) -> list[bytes]:
    """The NAL units of a byte stream (Annex B), each from its header byte on, still escaped."""
    begins = [match.end() for match in _START.finditer(stream)]
    ends = [begin - 3 for begin in begins[1:]] + [len(stream)]
    return [stream[begin:end].rstrip(b"\x00") for begin, end in zip(begins, ends, strict=True)]


def unescaped(data: bytes) -> bytes:
    """Without the bytes that keep start codes from occurring."""
    return _ESCAPED.sub(b"\x00\x00", data)


def escaped(data: bytes) -> bytes:
    """With them. The inverse of `unescaped`."""
    return _TO_ESCAPE.sub(b"\x00\x00\x03", data)


def with_length(nal: bytes) -> bytes:
    """A NAL unit as MP4 stores it: after its length, four bytes."""
    return struct.pack(">I", len(nal)) + nal


class BitReader:
    """Reads unescaped bytes from the front, the highest bit first. Raises MediaError behind their end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._length = 8 * len(data)
        #: Bits read so far.
        self.position = 0

    def take(self, bits: int) -> int:
        """An unsigned number of this many bits."""
        self.position += bits
        if self.position > self._length:
            raise MediaError("a header of the video stream ends too early")
        return self._value >> (self._length - self.position) & ((1 << bits) - 1)

    def flag(self) -> bool:
        """One bit."""
        return bool(self.take(1))

    def unsigned(self) -> int:
        """ue(v): an Exp-Golomb code."""
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > _MOST_ZEROS:
                raise MediaError("a header of the video stream holds no number where one belongs")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        """se(v): the same for numbers of both signs."""
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)


class BitWriter:
    """Collects bits, the highest first."""

    def __init__(self) -> None:
        #: Bits written so far, as a number, and how many of them there are.
        self.value, self.length = 0, 0

    def put(self, bits: int, value: int) -> None:
        """The lowest `bits` bits of a number."""
        self.value = self.value << bits | value & ((1 << bits) - 1)
        self.length += bits

    def unsigned(self, value: int) -> None:
        """ue(v)."""
        self.put(2 * (value + 1).bit_length() - 1, value + 1)

    def signed(self, value: int) -> None:
        """se(v)."""
        self.unsigned(2 * value - 1 if value > 0 else -2 * value)

    def to_bytes(self) -> bytes:
        """All of it, zeros up to a whole byte."""
        missing = -self.length % 8
        return (self.value << missing).to_bytes((self.length + missing) // 8, "big")
