"""The splicer undone: the pictures of a finished stream without those that are proven to repeat the one before them.

A repetition is known by every one of its bytes. The first of a run stays in the stream, so that a decoder tells what it
shows; whatever follows those left out is numbered as if they had never been there.
"""

from __future__ import annotations

from clipmill.errors import MediaError
from clipmill.media.write.h264.bits import escaped, unescaped, with_length
from clipmill.media.write.h264.parameters import read_widened
from clipmill.media.write.h264.skip import SkipSlices
from clipmill.media.write.h264.slices import IDR_SLICE, SLICE, SliceHead, SliceNumbers, moved_slice, read_head

_LENGTH_BYTES = 4
#: By how much the numbers in a header can lengthen it: each may need bytes that keep start codes from occurring.
_MOST_ESCAPES = 8
#: More repetitions between two IDR pictures are none of ours; whoever takes them out has to remember them.
_MOST_REMOVED = 1000


class Unsplicer:
    """Takes the pictures of one stream in coded order, beginning with an IDR picture.

    `configuration` are its headers as MP4 stores them (`avcC`). Raises MediaError for a stream that no Splicer makes.
    """

    def __init__(self, configuration: bytes) -> None:
        parameters = read_widened(configuration)
        self._parameters = parameters.wide
        self._skips = SkipSlices(parameters)
        self._longest = len(self._skips.slice(0, 0)) + _MOST_ESCAPES
        self._begun = False
        #: Of the last reference: its frame number and order count, from the last IDR picture on; and the order count of
        #: the reference before it.
        self._frame_number, self._order, self._order_before = 0, 0, 0
        #: How often the last reference was repeated; pictures left out since the last IDR picture.
        self._run, self._removed = 0, 0

    def picture(self, sample: bytes) -> bytes | None:
        """The next picture as a decoder must be given it, None where it only repeats the one before it.

        Raises MediaError for a picture that follows the others in a way no Splicer makes them.
        """
        nal = _only_nal(sample)
        if self._repeats(nal):
            return self._repetition()
        self._run = 0
        if not nal[0] >> 5 and not self._removed:  # nothing refers to it, and it stays as it is
            return sample
        head = read_head(nal, self._parameters)
        self._follow(head)
        if not self._removed:
            return sample
        if escaped(unescaped(nal)) != nal:
            raise MediaError("a picture of the video stream is damaged")
        numbers = SliceNumbers(head.frame_number - self._removed, head.order - 2 * self._removed)
        return with_length(moved_slice(nal, head, self._parameters, numbers, wider=0))

    def _repeats(self, nal: bytes) -> bool:
        """Whether every byte is that of a repetition of the last reference."""
        if not self._begun or len(nal) > self._longest:
            return False
        return nal == self._skips.slice(self._frame_number + 1, self._order + 2)

    def _repetition(self) -> bytes | None:
        """The first of a run, None for any other."""
        self._refer(self._order + 2)
        self._run += 1
        if self._run > 1:
            _require(self._removed < _MOST_REMOVED)
            self._removed += 1
            return None
        return with_length(self._skips.slice(self._frame_number - self._removed, self._order - 2 * self._removed))

    def _refer(self, order: int) -> None:
        self._frame_number += 1
        self._order_before, self._order = self._order, order

    def _follow(self, head: SliceHead) -> None:
        """Check that a picture follows: references one after the other, a B picture between the last two."""
        if head.is_idr:
            self._begun = True
            self._frame_number, self._order, self._order_before, self._removed = 0, 0, 0, 0
            _require(head.frame_number == head.order == 0)
            return
        sequence = self._parameters.sequence
        half = 1 << (sequence.order_bits - 1)
        order = self._order + (head.order - self._order + half) % (2 * half) - half
        _require(self._begun and head.frame_number == (self._frame_number + 1) % (1 << sequence.frame_bits))
        if head.is_reference:
            _require(order > self._order)
            self._refer(order)
        else:
            _require(self._order_before < order < self._order)


def _only_nal(sample: bytes) -> bytes:
    """The one slice a sample consists of."""
    nal = sample[_LENGTH_BYTES:]
    _require(len(nal) > 1 and int.from_bytes(sample[:_LENGTH_BYTES], "big") == len(nal))
    _require(nal[0] & 31 in (SLICE, IDR_SLICE))
    return nal


def _require(holds: bool) -> None:
    if not holds:
        raise MediaError("the pictures of the video stream follow each other in no order of ours")
