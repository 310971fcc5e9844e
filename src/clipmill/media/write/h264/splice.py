"""The splicer: x264's pictures in coded order, with those that are held repeated by skip pictures.

Skip pictures are references and carry their own frame numbers and order counts; what follows is moved by as many, up to
the next IDR picture. So every picture meets the references, at the distances, that it was encoded with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clipmill.errors import MediaError
from clipmill.media.write.h264.bits import nal_units, with_length
from clipmill.media.write.h264.parameters import Parameters
from clipmill.media.write.h264.skip import SkipSlices
from clipmill.media.write.h264.slices import IDR_SLICE, SLICE, B, SliceHead, SliceNumbers, moved_slice, read_head


@dataclass(frozen=True, slots=True)
class CodedPicture:
    """One picture as MP4 stores it."""

    data: bytes
    #: Its place among the pictures as they are shown.
    shown: int
    #: Whether players can start from it.
    key: bool


def slices_of(packet: bytes) -> list[bytes]:
    """The coded picture of a packet as NAL units; parameter sets and remarks of the encoder left out."""
    return [nal for nal in nal_units(packet) if nal[0] & 31 in (SLICE, IDR_SLICE)]


class Splicer:
    """Turns the pictures of one encoder into those of a longer stream.

    `odd` tells the second, fourth … encoder of a stream: each counts its IDR pictures from 0, and two that follow each
    other must not have the same number.
    """

    def __init__(self, parameters: Parameters, *, odd: bool = False) -> None:
        self._parameters, self._odd = parameters, odd
        self._skips = SkipSlices(parameters)
        #: Number of a picture given to the encoder → its place among those shown, and how often it is repeated.
        self._expected: dict[int, tuple[int, int]] = {}
        #: Where the last IDR picture was: the number given to the encoder, and the place among those shown.
        self._idr = (0, 0)
        #: By how many frame numbers pictures are moved, and the last one of a reference.
        self._moved = 0
        self._frame_number = 0

    def expect(self, number: int, shown: int, repeats: int = 0) -> None:
        """Announce a picture before it is encoded; a repeated one and the one before it must not become B pictures."""
        self._expected[number] = shown, repeats

    def pictures(self, number: int, packet: bytes) -> Iterator[CodedPicture]:
        """A picture and its repetitions. Raises MediaError where the encoder did not keep to what it announced."""
        slices, (shown, repeats) = slices_of(packet), self._expected.pop(number)
        if len(slices) != 1:
            raise MediaError(f"the encoder made {len(slices)} slices of a picture, where one is needed")
        head = read_head(slices[0], self._parameters)
        if head.is_idr:
            self._idr, self._moved = (number, shown), 0
        self._check(head, number, repeats)
        frame_number = head.frame_number + self._moved
        if head.is_reference:
            self._frame_number = frame_number
        numbers = SliceNumbers(frame_number, self._order(shown), self._odd)
        moved = moved_slice(slices[0], head, self._parameters, numbers)
        yield CodedPicture(with_length(moved), shown, head.is_idr)
        for place in range(shown + 1, shown + 1 + repeats):
            self._frame_number += 1
            again = self._skips.slice(self._frame_number, self._order(place))
            yield CodedPicture(with_length(again), place, False)
        self._moved += repeats

    def _order(self, shown: int) -> int:
        return 2 * (shown - self._idr[1])

    def _check(self, head: SliceHead, number: int, repeats: int) -> None:
        """That the encoder counts as we do, and did not make a B picture of what is repeated."""
        order = 2 * (number - self._idr[0]) % (1 << self._parameters.sequence.order_bits)
        if head.order != order or (repeats and head.kind == B):
            raise MediaError("the encoder left the order of pictures it was given")
