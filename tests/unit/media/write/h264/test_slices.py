"""Slice headers: read to their end, and the same slices under other numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clipmill.errors import MediaError
from clipmill.media.write.h264.bits import nal_units
from clipmill.media.write.h264.parameters import Parameters, read_parameters
from clipmill.media.write.h264.slices import B, I, P, SliceHead, SliceNumbers, moved_slice, read_head
from clipmill.media.write.h264.splice import slices_of

Encoded = Callable[..., tuple[bytes, list[tuple[int, bytes]]]]


def _read(encoded: Encoded, *arguments: object, **named: object) -> tuple[Parameters, list[tuple[bytes, SliceHead]]]:
    extradata, packets = encoded(*arguments, **named)
    parameters = read_parameters(extradata)
    slices = [slices_of(data)[0] for _, data in packets]
    return parameters, [(nal, read_head(nal, parameters)) for nal in slices]


def test_every_header_says_what_x264_did(encoded: Encoded) -> None:
    extradata, packets = encoded(9, more="bframes=2:b-adapt=0")
    parameters = read_parameters(extradata)
    heads = [(number, read_head(slices_of(data)[0], parameters)) for number, data in packets]
    assert [number for number, _ in heads] == [0, 3, 1, 2, 6, 4, 5, 8, 7]
    assert [head.kind for _, head in heads] == [I, P, B, B, P, B, B, P, B]
    assert [head.is_reference for _, head in heads] == [head.kind != B for _, head in heads]
    assert all(head.order == 2 * number for number, head in heads)
    assert [head.frame_number for _, head in heads] == [0, 1, 2, 2, 2, 3, 3, 3, 4]
    assert [head.is_idr for _, head in heads] == [True] + [False] * 8


def test_idr_pictures_are_told_apart(encoded: Encoded) -> None:
    _, slices = _read(encoded, 6, keys="IIIIII")
    assert [head.idr_number for _, head in slices] == [0, 1, 0, 1, 0, 1]


@pytest.mark.parametrize("odd", [False, True])
def test_a_moved_slice_has_its_new_numbers_and_its_old_picture(encoded: Encoded, odd: bool) -> None:
    parameters, slices = _read(encoded, 30, keys="....I", more="bframes=3")
    wide = parameters.wide
    for nal, head in slices:
        number = 0 if head.is_idr else 9
        moved = moved_slice(nal, head, parameters, SliceNumbers(number, 0 if head.is_idr else 4321, odd))
        seen = read_head(moved, wide)
        assert (seen.kind, seen.is_idr, seen.is_reference) == (head.kind, head.is_idr, head.is_reference)
        assert (seen.frame_number, seen.order) == (number, 0 if head.is_idr else 4321)
        assert moved[-20:] == nal[-20:]
        if head.is_idr:
            assert seen.idr_number == (16 * (head.idr_number + 1) - 1 if odd else head.idr_number)


def test_a_slice_can_be_moved_within_its_own_stream_and_back(encoded: Encoded) -> None:
    parameters, slices = _read(encoded, 12, more="bframes=3")
    for nal, head in slices[1:]:
        there = moved_slice(nal, head, parameters, SliceNumbers(head.frame_number + 3, head.order + 6), wider=0)
        seen = read_head(there, parameters)
        numbers = (head.frame_number + 3) % 16, (head.order + 6) % (1 << parameters.sequence.order_bits)
        assert (seen.frame_number, seen.order) == numbers
        assert moved_slice(there, seen, parameters, SliceNumbers(head.frame_number, head.order), wider=0) == nal


def test_a_picture_of_two_slices_is_noticed(encoded: Encoded) -> None:
    extradata, packets = encoded(2, more="slices=2")
    parameters = read_parameters(extradata)
    first, second = slices_of(packets[0][1])
    assert read_head(first, parameters).is_idr
    with pytest.raises(MediaError, match="one slice a picture"):
        read_head(second, parameters)


def test_a_b_picture_that_is_a_reference_is_noticed(encoded: Encoded) -> None:
    extradata, packets = encoded(9, more="bframes=2")
    parameters = read_parameters(extradata)
    pictures = [slices_of(data)[0] for _, data in packets]
    b_picture = next(nal for nal in pictures if read_head(nal, parameters).kind == B)
    with pytest.raises(MediaError, match="as references, and no others"):
        read_head(bytes([b_picture[0] | 0x20]) + b_picture[1:], parameters)


def test_remarks_of_the_encoder_are_no_slices(encoded: Encoded) -> None:
    _, packets = encoded(1, more="aud=1")
    assert len(nal_units(packets[0][1])) > 1
    assert [nal[0] & 31 for nal in slices_of(packets[0][1])] == [5]
