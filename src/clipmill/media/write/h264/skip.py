"""Skip pictures: P slices that say of every macroblock that it is as in the picture before, some forty bytes each.

The slice data is what a CABAC encoder writes when every bin is the most probable symbol (ITU-T H.264 §9.3.4).
"""

from __future__ import annotations

from functools import lru_cache

from clipmill.media.write.h264.bits import BitWriter, escaped
from clipmill.media.write.h264.parameters import ORDER_BITS_MORE, Parameters, PictureParameters
from clipmill.media.write.h264.slices import SLICE

#: A reference picture's slice.
_HEADER = bytes([2 << 5 | SLICE])
#: slice_type: every slice of the picture is P.
_ALL_P = 5
#: The quantiser of the slice, which shows nowhere.
_QP = 26
#: m and n of context 11, mb_skip_flag of P slices, for cabac_init_idc 0 (Table 9-13).
_SLOPE, _OFFSET = 23, 33
_STATES = 64
#: rangeTabLPS (Table 9-44): range of the least probable symbol by state and quarter of the range.
_LPS_RANGES = (
    (128, 176, 208, 240), (128, 167, 197, 227), (128, 158, 187, 216), (123, 150, 178, 205), (116, 142, 169, 195),
    (111, 135, 160, 185), (105, 128, 152, 175), (100, 122, 144, 166), (95, 116, 137, 158), (90, 110, 130, 150),
    (85, 104, 123, 142), (81, 99, 117, 135), (77, 94, 111, 128), (73, 89, 105, 122), (69, 85, 100, 116),
    (66, 80, 95, 110), (62, 76, 90, 104), (59, 72, 86, 99), (56, 69, 81, 94), (53, 65, 77, 89), (51, 62, 73, 85),
    (48, 59, 69, 80), (46, 56, 66, 76), (43, 53, 63, 72), (41, 50, 59, 69), (39, 48, 56, 65), (37, 45, 54, 62),
    (35, 43, 51, 59), (33, 41, 48, 56), (32, 39, 46, 53), (30, 37, 43, 50), (29, 35, 41, 48), (27, 33, 39, 45),
    (26, 31, 37, 43), (24, 30, 35, 41), (23, 28, 33, 39), (22, 27, 32, 37), (21, 26, 30, 35), (20, 24, 29, 33),
    (19, 23, 27, 31), (18, 22, 26, 30), (17, 21, 25, 28), (16, 20, 23, 27), (15, 19, 22, 25), (14, 18, 21, 24),
    (14, 17, 20, 23), (13, 16, 19, 22), (12, 15, 18, 21), (12, 14, 17, 20), (11, 14, 16, 19), (11, 13, 15, 18),
    (10, 12, 15, 17), (10, 12, 14, 16), (9, 11, 13, 15), (9, 11, 12, 14), (8, 10, 12, 14), (8, 9, 11, 13),
    (7, 9, 11, 12), (7, 9, 10, 12), (7, 8, 10, 11), (6, 8, 9, 11), (6, 7, 9, 10), (6, 7, 8, 9), (2, 2, 2, 2),
)  # fmt: skip


class SkipSlices:
    """Makes the pictures of a widened stream that repeat the one before them: all alike but for two numbers."""

    def __init__(self, parameters: Parameters) -> None:
        self._frame_bits = parameters.sequence.frame_bits
        self._order_bits = parameters.sequence.order_bits + ORDER_BITS_MORE
        self._before, self._behind = _before_numbers(), _behind_numbers(parameters.picture)
        length = self._before.length + self._frame_bits + self._order_bits + self._behind.length
        #: Ones up to a whole byte: slice data begins there.
        self._aligned = -length % 8
        self._bytes = (length + self._aligned) // 8
        self._data = _skipped(parameters.sequence.macroblocks)

    def slice(self, frame_number: int, order: int) -> bytes:
        """The NAL unit of such a picture."""
        value = self._before.value << self._frame_bits | frame_number & ((1 << self._frame_bits) - 1)
        value = value << self._order_bits | order & ((1 << self._order_bits) - 1)
        value = value << self._behind.length | self._behind.value
        value = value + 1 << self._aligned
        return _HEADER + escaped((value - 1).to_bytes(self._bytes, "big") + self._data)


def _before_numbers() -> BitWriter:
    """The header up to the frame number."""
    head = BitWriter()
    for field in (0, _ALL_P, 0):  # first macroblock, kind of slice, picture parameter set
        head.unsigned(field)
    return head


def _behind_numbers(picture: PictureParameters) -> BitWriter:
    """The header behind the order count."""
    head = BitWriter()
    head.put(2, 0)  # as many references as always, in their natural order
    if picture.weighted:
        head.unsigned(0)
        head.unsigned(0)
        head.put(2, 0)  # no weights
    head.put(1, 0)  # the oldest reference makes room
    head.unsigned(0)  # cabac_init_idc
    head.signed(_QP - picture.qp)
    if picture.deblocking:
        head.unsigned(1)  # not deblocked
    return head


@lru_cache(maxsize=16)
def _skipped(macroblocks: int) -> bytes:
    """Slice data of so many skipped macroblocks."""
    coder = _MostProbable((_SLOPE * _QP >> 4) + _OFFSET - _STATES)
    for _ in range(macroblocks - 1):
        coder.skip()
        coder.go_on()
    coder.skip()
    return coder.end()


class _MostProbable:
    """A CABAC encoder that only ever meets the most probable symbol."""

    def __init__(self, state: int) -> None:
        self._state = state
        self._low, self._range = 0, 510
        self._bits = BitWriter()
        #: Bits that wait for a carry; the very first one is no bit.
        self._outstanding = 0
        self._begun = False

    def skip(self) -> None:
        """mb_skip_flag."""
        self._range -= _LPS_RANGES[self._state][self._range >> 6 & 3]
        self._state = min(self._state + 1, _STATES - 2)
        self._renormalise()

    def go_on(self) -> None:
        """end_of_slice_flag 0."""
        self._range -= 2
        self._renormalise()

    def end(self) -> bytes:
        """end_of_slice_flag 1, and with it the stop bit; all that was written."""
        self._range -= 2
        self._low += self._range
        self._range = 2
        self._renormalise()
        self._put(self._low >> 9 & 1)
        self._bits.put(2, self._low >> 7 & 3 | 1)
        return self._bits.to_bytes()

    def _renormalise(self) -> None:
        while self._range < 256:
            if self._low < 256:
                self._put(0)
            elif self._low >= 512:
                self._low -= 512
                self._put(1)
            else:
                self._low -= 256
                self._outstanding += 1
            self._range <<= 1
            self._low <<= 1

    def _put(self, bit: int) -> None:
        if self._begun:
            self._bits.put(1, bit)
        self._begun = True
        for _ in range(self._outstanding):
            self._bits.put(1, 1 - bit)
        self._outstanding = 0
