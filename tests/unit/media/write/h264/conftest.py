"""Small streams as x264 writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import av
import numpy as np
import pytest
from av.codec.context import Flags
from av.video.frame import PictureType

from clipmill.engines.render.profile import GRAPHICS

#: Extradata, and each packet with the number of the picture in it.
Stream = tuple[bytes, list[tuple[int, bytes]]]


def _encode(count: int = 12, options: Mapping[str, str] | None = None, more: str = "", keys: str = "") -> Stream:
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.thread_count = 64, 48, "yuv420p", 1
    encoder.time_base, encoder.framerate = Fraction(1, 25), Fraction(25)
    encoder.options = dict(GRAPHICS if options is None else options)
    if more:
        encoder.options = {
            **encoder.options,
            "x264-params": f"{encoder.options.get('x264-params', '')}:{more}".lstrip(":"),
        }
    encoder.flags |= Flags.global_header
    packets = []
    random = np.random.default_rng(7)
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(random.integers(16, 236, (72, 64), np.uint8), "yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, 25)
        frame.pict_type = PictureType[keys[number]] if number < len(keys) and keys[number] != "." else PictureType.NONE
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    return bytes(encoder.extradata or b""), [(packet.pts or 0, bytes(packet)) for packet in packets]


@pytest.fixture
def encoded() -> Callable[..., Stream]:
    """Pictures of noise, 64 × 48: how many, with which options, what else for x264, and their kinds as letters."""
    return _encode
