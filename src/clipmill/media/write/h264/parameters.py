"""Parameter sets: what the headers of an H.264 stream say, read from the stream itself (ITU-T H.264 §7.3.2, annex E).

Pictures can be repeated only in a stream that is simple enough; what is required is checked here, in what the encoder
wrote and not in what it was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from clipmill.errors import MediaError
from clipmill.media.write.h264.bits import BitReader, BitWriter, escaped, nal_units, unescaped

SPS, PPS = 7, 8
#: Added to the bits of picture order counts: one byte, so that slice data stays where bytes begin.
ORDER_BITS_MORE = 8
_LEAST_ORDER_BITS, _MOST_ORDER_BITS = 4, 16
#: Where `avcC` counts its parameter sets.
_COUNT_AT = 5
#: Profiles whose sequence parameter sets say more about colour.
_HIGH_PROFILES = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 138, 139, 144, 244})
_EXTENDED_SHAPE = 255
_NEUTRAL_QP = 26


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence parameter set, as far as it is needed."""

    #: Bits of `frame_num`, and of `pic_order_cnt_lsb`.
    frame_bits: int
    order_bits: int
    #: Where, after the header byte, the field with the number of the latter begins and ends, bits.
    order_from: int
    order_to: int
    #: Pictures a decoder keeps for reference.
    references: int
    macroblocks: int
    #: By how many pictures output may lag behind decoding; None where that is not said.
    reordered: int | None


@dataclass(frozen=True, slots=True)
class PictureParameters:
    """A picture parameter set, as far as it is needed."""

    #: P slices carry weights; B slices: 0 not, 1 they do, 2 they follow from distances in time.
    weighted: bool
    weighted_b: int
    #: The quantiser slices count from.
    qp: int
    #: Slices say how they are deblocked.
    deblocking: bool


@dataclass(frozen=True, slots=True)
class Parameters:
    """The headers of a stream in which pictures can be repeated."""

    #: As NAL units; the first with room for `ORDER_BITS_MORE`.
    sps: bytes
    pps: bytes
    sequence: Sequence
    picture: PictureParameters

    @property
    def wide(self) -> Parameters:
        """The same as the widened stream has them, for reading its slices."""
        order_bits = self.sequence.order_bits + ORDER_BITS_MORE
        return replace(self, sequence=replace(self.sequence, order_bits=order_bits))


def parameter_sets(extradata: bytes) -> tuple[list[bytes], list[bytes]]:
    """The sequence and the picture parameter sets of an encoder's headers, as NAL units."""
    found = nal_units(extradata)
    return [nal for nal in found if nal[0] & 31 == SPS], [nal for nal in found if nal[0] & 31 == PPS]


def read_parameters(extradata: bytes) -> Parameters:
    """The headers of a stream in which pictures can be repeated. Raises MediaError for any other stream."""
    sets, picture_sets = parameter_sets(extradata)
    _require(len(sets) == len(picture_sets) == 1, "one parameter set of each kind")
    sequence = _read_sequence(sets[0])
    _require(sequence.order_bits + ORDER_BITS_MORE <= _MOST_ORDER_BITS, "short picture order counts")
    return Parameters(_widened(sets[0], sequence), picture_sets[0], sequence, _read_picture(picture_sets[0]))


def read_widened(configuration: bytes) -> Parameters:
    """The same of a finished stream, out of the headers MP4 stores (`avcC`). Raises MediaError for any other stream."""
    sets, at = _counted(configuration, _COUNT_AT, 0x1F)
    picture_sets, _ = _counted(configuration, at, 0xFF)
    _require(configuration[:1] == b"\1" and configuration[_COUNT_AT - 1] & 3 == 3, "lengths of four bytes")
    _require(len(sets) == len(picture_sets) == 1, "one parameter set of each kind")
    sequence = _read_sequence(sets[0])
    order_bits = sequence.order_bits - ORDER_BITS_MORE
    _require(order_bits >= _LEAST_ORDER_BITS, "long picture order counts")
    picture = _read_picture(picture_sets[0])
    return Parameters(sets[0], picture_sets[0], replace(sequence, order_bits=order_bits), picture)


def _counted(configuration: bytes, at: int, mask: int) -> tuple[list[bytes], int]:
    """NAL units, each after its length, and their number before them all; and where they end."""
    _require(at < len(configuration), "one parameter set of each kind")
    nals, end = [], at + 1
    for _ in range(configuration[at] & mask):
        begin = end + 2
        end = begin + int.from_bytes(configuration[end:begin], "big")
        nals.append(configuration[begin:end])
    _require(end <= len(configuration) and all(nals), "whole parameter sets")
    return nals, end


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise MediaError(f"pictures can only be repeated in a stream with {what}")


def _read_sequence(nal: bytes) -> Sequence:
    bits = BitReader(unescaped(nal)[1:])
    profile = bits.take(8)
    bits.take(16)  # constraints and level
    bits.unsigned()
    if profile in _HIGH_PROFILES:
        _require((bits.unsigned(), bits.unsigned(), bits.unsigned()) == (1, 0, 0), "4:2:0 in 8 bits")
        _require(not bits.flag() and not bits.flag(), "no scaling lists")
    frame_bits = bits.unsigned() + 4
    _require(bits.unsigned() == 0, "picture order counts of type 0")
    order_from = bits.position
    order_bits = bits.unsigned() + 4
    order_to = bits.position
    references = bits.unsigned()
    _require(not bits.flag(), "no gaps in its frame numbers")
    macroblocks = (bits.unsigned() + 1) * (bits.unsigned() + 1)
    _require(bits.flag(), "whole frames")
    reordered = _read_reordered(bits)
    # x264 keeps one picture more than a P slice refers to when there are B slices.
    _require(references <= 2 and reordered is not None and reordered <= 1, "one reference and no B pyramid")
    return Sequence(frame_bits, order_bits, order_from, order_to, references, macroblocks, reordered)


def _read_reordered(bits: BitReader) -> int | None:
    """`max_num_reorder_frames`, from where direct_8x8_inference_flag is next."""
    bits.flag()
    if bits.flag():
        for _ in range(4):  # cropping
            bits.unsigned()
    if not bits.flag():
        return None
    _skip_appearance(bits)
    if bits.flag():  # timing
        bits.take(65)
    _require(not bits.flag() and not bits.flag(), "no buffer model")
    bits.flag()
    if not bits.flag():
        return None
    bits.flag()
    for _ in range(4):
        bits.unsigned()
    return bits.unsigned()


def _skip_appearance(bits: BitReader) -> None:
    """Shape of pixels, overscan, colours, place of chroma samples."""
    if bits.flag() and bits.take(8) == _EXTENDED_SHAPE:
        bits.take(32)
    if bits.flag():
        bits.flag()
    if bits.flag():
        bits.take(4)
        if bits.flag():
            bits.take(24)
    if bits.flag():
        bits.unsigned()
        bits.unsigned()


def _read_picture(nal: bytes) -> PictureParameters:
    bits = BitReader(unescaped(nal)[1:])
    bits.unsigned()
    bits.unsigned()
    _require(bits.flag(), "CABAC")
    _require(not bits.flag(), "short order counts only")
    _require(bits.unsigned() == 0, "one slice group")
    _require((bits.unsigned(), bits.unsigned()) == (0, 0), "one reference of each slice")
    weighted, weighted_b = bits.flag(), bits.take(2)
    qp = _NEUTRAL_QP + bits.signed()
    bits.signed()
    bits.signed()
    deblocking = bits.flag()
    bits.flag()
    _require(not bits.flag(), "no redundant pictures")
    return PictureParameters(weighted, weighted_b, qp, deblocking)


def _widened(nal: bytes, sequence: Sequence) -> bytes:
    """A sequence parameter set with `ORDER_BITS_MORE` for picture order counts."""
    payload = unescaped(nal)[1:]
    whole = int.from_bytes(payload, "big")
    stop = (whole & -whole).bit_length() - 1  # of the bit that ends it, from behind
    length, value = 8 * len(payload) - stop - 1, whole >> (stop + 1)
    wider = BitWriter()
    wider.put(sequence.order_from, value >> (length - sequence.order_from))
    wider.unsigned(sequence.order_bits + ORDER_BITS_MORE - 4)
    wider.put(length - sequence.order_to, value)
    wider.put(1, 1)
    return nal[:1] + escaped(wider.to_bytes())
