"""Skip pictures: small, decodable, and the picture before them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import av
import numpy as np
import pytest

from clipmill.media.write.h264.bits import nal_units
from clipmill.media.write.h264.parameters import ORDER_BITS_MORE, read_parameters
from clipmill.media.write.h264.skip import SkipSlices
from clipmill.media.write.h264.slices import P, SliceNumbers, moved_slice, read_head
from clipmill.media.write.h264.splice import slices_of

Encoded = Callable[..., tuple[bytes, list[tuple[int, bytes]]]]


def test_a_skip_picture_says_what_it_is(encoded: Encoded) -> None:
    parameters = read_parameters(encoded(1)[0])
    bits = parameters.sequence.order_bits + ORDER_BITS_MORE
    wide = replace(parameters, sequence=replace(parameters.sequence, order_bits=bits))
    skips = SkipSlices(parameters)
    for frame_number, order in ((1, 2), (15, 1000), (16, 1 << bits), (3, (1 << bits) + 6)):
        head = read_head(skips.slice(frame_number, order), wide)
        assert (head.kind, head.is_reference, head.is_idr) == (P, True, False)
        assert head.frame_number == frame_number % (1 << parameters.sequence.frame_bits)
        assert head.order == order % (1 << bits)


@pytest.mark.parametrize("macroblocks", [1, 2, 3, 9, 100, 3600, 8160, 32_400])
def test_even_of_a_large_picture_it_is_small(encoded: Encoded, macroblocks: int) -> None:
    parameters = read_parameters(encoded(1)[0])
    large = replace(parameters, sequence=replace(parameters.sequence, macroblocks=macroblocks))
    assert len(SkipSlices(large).slice(1, 2)) < 20 + macroblocks // 130


@pytest.mark.parametrize("more", ["", "weightp=0", "no-deblock=1", "stitchable=0:qp=40", "weightb=0:8x8dct=0"])
def test_it_shows_the_picture_before_it_again(encoded: Encoded, more: str) -> None:
    extradata, packets = encoded(1, more=more)
    parameters = read_parameters(extradata)
    first = slices_of(packets[0][1])[0]
    picture = moved_slice(first, read_head(first, parameters), parameters, SliceNumbers(0, 0))
    skips = [SkipSlices(parameters).slice(number, 2 * number) for number in range(1, 40)]
    decoder = av.CodecContext.create("h264", "r")
    decoder.options, decoder.thread_count = {"err_detect": "explode"}, 1
    stream = b"".join(b"\0\0\0\1" + nal for nal in (parameters.sps, parameters.pps, picture, *skips))
    frames = [frame for packet in decoder.parse(stream) + decoder.parse(None) for frame in decoder.decode(packet)]
    frames += decoder.decode(None)
    assert len(frames) == 40
    assert all(np.array_equal(frame.to_ndarray(), frames[0].to_ndarray()) for frame in frames)
    assert len(nal_units(stream)) == 42
