"""Clips for tests in which every picture carries its own number, and the way to read it back."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from clipmill.media.draw.level import Level
from clipmill.media.draw.vips import pyvips
from tests.sounds import RATE, Sound, mux_sound

Picture = NDArray[np.uint8]
_BITS = 10


def numbered(number: int, width: int = 160, height: int = 64) -> Picture:
    """An RGBA picture whose ten bars say a number in black and white, on a ground that drifts."""
    picture = np.full((height, width, 4), 255, np.uint8)
    picture[..., :3] = 90 + number % 60
    bar = width / _BITS
    for bit in range(_BITS):
        value = 235 if number >> bit & 1 else 20
        picture[height // 4 : -height // 4, round(bit * bar) : round((bit + 1) * bar), :3] = value
    return picture


def number_in(level: Level | NDArray[np.uint8]) -> int:
    """The number that a picture, at whatever size, says."""
    luma = level.planes[0] if isinstance(level, Level) else level
    height, width = luma.shape
    samples = [int(luma[height // 2, int((bit + 0.5) * width / _BITS)]) for bit in range(_BITS)]
    return sum(1 << bit for bit, value in enumerate(samples) if value > 128)


def write_clip(
    path: Path,
    pictures: Iterable[Picture],
    rate: Fraction | int = 30,
    *,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    times: Sequence[int] | None = None,
    options: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
    **fields: Any,
) -> Path:
    """Encode RGBA pictures at a rate, or at the milliseconds in `times`; `fields` are set on the codec's context."""
    rate = Fraction(rate)
    with av.open(str(path), "w") as container:
        stream: Any = None
        for index, picture in enumerate(pictures):
            if stream is None:
                stream = container.add_stream(codec, rate=rate)
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = pixel_format
                stream.codec_context.options = dict(options or {})
                stream.metadata.update(tags or {})
                stream.codec_context.thread_count = 1
                if times is not None:
                    stream.codec_context.time_base = Fraction(1, 1000)
                if rotation := fields.pop("rotation", 0):
                    stream.set_display_rotation(rotation)
                if pixel_format.startswith("yuv"):
                    stream.codec_context.colorspace = 1  # BT.709
                for name, value in fields.items():
                    setattr(stream.codec_context, name, value)
            frame = av.VideoFrame.from_ndarray(picture, "rgba").reformat(format=pixel_format, dst_colorspace="ITU709")
            frame.pts = index if times is None else times[index]
            frame.time_base = 1 / rate if times is None else Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def write_talkie(path: Path, pictures: Iterable[Picture], rate: Fraction | int, sound: Sound) -> Path:
    """Encode RGBA pictures at a rate with a sound beside them, as long or longer; as MP4."""
    rate = Fraction(rate)
    with av.open(str(path), "w", format="mp4") as container:
        stream: Any = container.add_stream("libx264", rate=rate)
        voice: Any = container.add_stream("aac", rate=RATE, layout="stereo")
        for index, picture in enumerate(pictures):
            if not index:
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt, stream.codec_context.thread_count = "yuv420p", 1
                stream.codec_context.options = {"preset": "ultrafast", "g": "12", "bf": "2"}
            frame = av.VideoFrame.from_ndarray(picture, "rgba").reformat(format="yuv420p", dst_colorspace="ITU709")
            frame.pts, frame.time_base = index, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        mux_sound(container, voice, sound)
    return path


def set_matrix(path: Path, a: int, b: int, c: int, d: int) -> Path:
    """Note in an MP4's first track how its pictures are to be shown: x' = ax + cy, y' = bx + dy."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44  # of version 0
    data[at : at + 36] = struct.pack(">9i", a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path


def write_gif(path: Path, pictures: Sequence[Picture], delays: Sequence[int]) -> Path:
    """RGBA pictures as an animated GIF or WebP, each with its delay in milliseconds."""
    height, width = pictures[0].shape[:2]
    strip = np.ascontiguousarray(np.concatenate(pictures))
    image = pyvips.Image.new_from_memory(strip.tobytes(), width, height * len(pictures), 4, "uchar")
    image = image.copy(interpretation="srgb")
    image.set_type(pyvips.GValue.gint_type, "page-height", height)
    image.set_type(pyvips.GValue.array_int_type, "delay", list(delays))
    if path.suffix == ".gif":
        image.gifsave(str(path), dither=0)
    else:
        image.webpsave(str(path), lossless=True)
    return path


def interlaced(first: Picture, second: Picture) -> Picture:
    """Two moments in one picture, the first in its even lines."""
    woven = first.copy()
    woven[1::2] = second[1::2]
    return woven
