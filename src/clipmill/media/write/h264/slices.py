"""Slice headers: what one picture of a stream says of itself, and the same slice at another place of the stream.

Only headers change; the coded pictures are kept bit by bit, as whole bytes more leave them where bytes begin.
"""

from __future__ import annotations

from dataclasses import dataclass

from clipmill.errors import MediaError
from clipmill.media.write.h264.bits import BitReader, BitWriter, escaped, unescaped
from clipmill.media.write.h264.parameters import ORDER_BITS_MORE, Parameters

SLICE, IDR_SLICE = 1, 5
P, B, I = 0, 1, 2  # noqa: E741 - their names
#: No header is longer, bytes.
_LONGEST = 96


@dataclass(frozen=True, slots=True)
class SliceHead:
    """The header of a slice that is a whole picture."""

    is_idr: bool
    #: Whether later pictures may refer to it.
    is_reference: bool
    #: `P`, `B` or `I`.
    kind: int
    frame_number: int
    order: int
    #: Of an IDR picture: what tells it from the one before it; else 0.
    idr_number: int
    #: Where, after the header byte, the frame number, what follows it and the order count begin, bits.
    frame_from: int
    frame_to: int
    order_from: int


@dataclass(frozen=True, slots=True)
class SliceNumbers:
    """What a slice is called in another stream."""

    frame_number: int
    order: int
    #: Of an IDR picture: whether it tells its number in the way of odd encoders.
    odd: bool = False


def read_head(nal: bytes, parameters: Parameters) -> SliceHead:
    """The header of a slice, read to its end. Raises MediaError for what pictures cannot be repeated beside."""
    bits = BitReader(unescaped(nal[1 : 1 + _LONGEST]))
    is_idr, is_reference = nal[0] & 31 == IDR_SLICE, bool(nal[0] >> 5 & 3)
    _require(bits.unsigned() == 0, "one slice a picture")
    kind = bits.unsigned() % 5
    bits.unsigned()
    frame_from = bits.position
    frame_number = bits.take(parameters.sequence.frame_bits)
    frame_to = bits.position
    idr_number = bits.unsigned() if is_idr else 0
    order_from = bits.position
    order = bits.take(parameters.sequence.order_bits)
    _require(kind in (P, B, I) and is_reference == (kind != B), "P and I pictures as references, and no others")
    _check_references(bits, kind)
    if (kind == P and parameters.picture.weighted) or (kind == B and parameters.picture.weighted_b == 1):
        _skip_weights(bits, 1 if kind == P else 2)
    if is_reference:
        _require(not bits.flag() and not (is_idr and bits.flag()), "no marking of references")
    return SliceHead(is_idr, is_reference, kind, frame_number, order, idr_number, frame_from, frame_to, order_from)


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise MediaError(f"the encoder left the stream it announced: there is not {what}")


def _check_references(bits: BitReader, kind: int) -> None:
    """One picture before and one after at most, in their natural order."""
    if kind == I:
        return
    if kind == B:
        bits.flag()
    if bits.flag():
        counts = [bits.unsigned() for _ in range(1 + (kind == B))]
        _require(not any(counts), "one reference a direction")
    _require(not any(bits.flag() for _ in range(1 + (kind == B))), "a natural order of references")


def _skip_weights(bits: BitReader, directions: int) -> None:
    """The weights of one reference a direction."""
    bits.unsigned()
    bits.unsigned()
    for _ in range(directions):
        for numbers in (2, 4):
            if bits.flag():
                for _ in range(numbers):
                    bits.signed()


def moved_slice(
    nal: bytes, head: SliceHead, parameters: Parameters, numbers: SliceNumbers, wider: int = ORDER_BITS_MORE
) -> bytes:
    """The same picture under other numbers, for the widened stream; `wider`: by how many bits more it counts there."""
    payload = unescaped(nal[1:])
    order_to = head.order_from + parameters.sequence.order_bits
    size = -(-order_to // 8)
    value, rest = int.from_bytes(payload[:size], "big"), 8 * size - order_to
    changed = BitWriter()
    changed.put(head.frame_from, value >> (8 * size - head.frame_from))
    changed.put(head.frame_to - head.frame_from, numbers.frame_number)
    if head.is_idr:  # sixteen times as much takes a byte more
        changed.unsigned(16 * (head.idr_number + 1) - 1 if numbers.odd else head.idr_number)
    changed.put(parameters.sequence.order_bits + wider, numbers.order)
    changed.put(rest, value)
    return nal[:1] + escaped(changed.to_bytes() + payload[size:])
