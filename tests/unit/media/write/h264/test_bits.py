"""Bits of headers: codes, escapes and NAL units."""

from __future__ import annotations

import random

import pytest

from clipmill.errors import MediaError
from clipmill.media.write.h264.bits import BitReader, BitWriter, escaped, nal_units, unescaped, with_length


def test_what_is_written_is_read_again() -> None:
    chance = random.Random(3)
    numbers = [chance.choice((0, 1, 2, 254, 255, 256, 65_535, chance.randrange(1 << 31))) for _ in range(200)]
    writer = BitWriter()
    for number in numbers:
        writer.put(32, number)
        writer.unsigned(number)
        writer.signed(-number)
        writer.signed(number)
        writer.put(1, 1)
    reader = BitReader(writer.to_bytes())
    for number in numbers:
        assert reader.take(32) == number
        assert (reader.unsigned(), reader.signed(), reader.signed(), reader.flag()) == (number, -number, number, True)
    assert reader.position == writer.length


@pytest.mark.parametrize(
    ("value", "bits"), [(0, "1"), (1, "010"), (2, "011"), (3, "00100"), (6, "00111"), (7, "0001000")]
)
def test_codes_are_those_of_the_standard(value: int, bits: str) -> None:
    writer = BitWriter()
    writer.unsigned(value)
    assert f"{writer.value:0{writer.length}b}" == bits


def test_a_header_that_ends_too_early_is_told() -> None:
    with pytest.raises(MediaError, match="too early"):
        BitReader(b"\x80").take(9)
    with pytest.raises(MediaError, match="no number"):
        BitReader(bytes(20)).unsigned()


@pytest.mark.parametrize(
    ("plain", "safe"),
    [
        (b"\x00\x00\x01", b"\x00\x00\x03\x01"),
        (b"\x00\x00\x00\x00\x00\x01", b"\x00\x00\x03\x00\x00\x03\x00\x01"),
        (b"\x00\x00\x03", b"\x00\x00\x03\x03"),
        (b"\x00\x00\x04\x00\x01", b"\x00\x00\x04\x00\x01"),
    ],
)
def test_start_codes_are_kept_out(plain: bytes, safe: bytes) -> None:
    assert (escaped(plain), unescaped(safe)) == (safe, plain)


def test_escapes_are_undone() -> None:
    chance = random.Random(4)
    for _ in range(300):
        plain = bytes(chance.choice((0, 0, 0, 1, 2, 3, 9)) for _ in range(chance.randrange(1, 60))) + b"\x80"
        assert unescaped(escaped(plain)) == plain
        assert b"\x00\x00\x01" not in escaped(plain)
        assert b"\x00\x00\x00" not in escaped(plain)


def test_a_stream_falls_into_its_units() -> None:
    stream = b"\x00\x00\x00\x01\x67\x64\x00\x00\x00\x01\x68\xee\x00\x00\x01\x65\x88"
    assert nal_units(stream) == [b"\x67\x64", b"\x68\xee", b"\x65\x88"]
    assert with_length(b"\x65\x88") == b"\x00\x00\x00\x02\x65\x88"
