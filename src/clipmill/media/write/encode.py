"""Encoding: AAC sound, and an MP4 file with H.264 pictures whose bytes depend on nothing but what went in."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import cv2
import numpy as np
from av.error import FFmpegError
from av.video.frame import PictureType

from clipmill.errors import MediaError, StoreError
from clipmill.media.draw.planes import Planes
from clipmill.media.sound.decode import SAMPLE_RATE, Samples

#: Samples of one AAC frame.
_AAC_FRAME = 1024
_SOUND_TIME = Fraction(1, SAMPLE_RATE)
#: Faststart: a player need not read to the end. Bitexact: no dates and no names of versions in the container.
_CONTAINER = {"movflags": "+faststart", "fflags": "+bitexact"}
#: ITU-T H.273: BT.709 primaries, transfer and matrix, and limited range.
_BT709, _LIMITED = 1, 1
#: x264's AVX-512 code for the macroblock tree reads memory it never wrote: the same pictures give other bytes from run
#: to run at some sizes (96 × 64, 130 × 66 …). Held to AVX2, it gives the bytes of every processor without AVX-512, at
#: no cost in time.
_UP_TO_AVX2 = "asm=MMX2,SSE2Fast,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"
#: OpenCV's number for it; its Python module has no name for it.
_AVX_512F = 13


@dataclass(frozen=True, slots=True)
class EncodedSound:
    """AAC packets of a whole sound track."""

    #: (bytes, first sample, number of samples)
    packets: tuple[tuple[bytes, int, int], ...]
    bit_rate: int

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(len(data) for data, _, _ in self.packets)


def encode_sound(blocks: Iterable[Samples], bit_rate: int = 128_000) -> EncodedSound:
    """AAC of blocks of 48 kHz stereo; every block but the last is a multiple of 1,024 samples long."""
    encoder = av.CodecContext.create("aac", "w")
    _configure_sound(encoder, bit_rate)
    packets: list[av.Packet[Any]] = []
    position = 0
    for block in blocks:
        for begin in range(0, block.shape[1], _AAC_FRAME):
            part = np.ascontiguousarray(block[:, begin : begin + _AAC_FRAME])
            frame = av.AudioFrame.from_ndarray(part, "fltp", "stereo")
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, position, _SOUND_TIME
            packets.extend(encoder.encode(frame))
            position += part.shape[1]
    packets.extend(encoder.encode(None))
    return EncodedSound(tuple((bytes(p), p.pts or 0, p.duration or _AAC_FRAME) for p in packets), bit_rate)


def _configure_sound(encoder: av.AudioCodecContext, bit_rate: int) -> None:
    encoder.sample_rate = SAMPLE_RATE
    encoder.layout = "stereo"
    encoder.format = "fltp"
    encoder.time_base = _SOUND_TIME
    encoder.bit_rate = bit_rate
    #: The quicker search for quantisers: at 64 kbit/s a channel and above it is also the better one.
    encoder.options = {"aac_coder": "fast"}


class Mp4Writer(AbstractContextManager["Mp4Writer"]):
    """An MP4 file in the making: pictures in order, and a sound track given at once.

    Raises StoreError when the disk is full, MediaError when the encoder refuses.
    """

    def __init__(self, path: Path, planes: Planes, fps: int, options: Mapping[str, str], sound: EncodedSound | None):
        self._path = path
        self._count = 0
        self._container = av.open(str(path), "w", format="mp4", options=_CONTAINER)
        stream = self._container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = planes.width, planes.height, "yuv420p"
        encoder = stream.codec_context
        encoder.thread_count = 1
        encoder.time_base = Fraction(1, fps)
        encoder.color_range, encoder.colorspace = _LIMITED, _BT709
        encoder.color_primaries, encoder.color_trc = _BT709, _BT709
        encoder.options = dict(options) | {"x264-params": _repeatable(options.get("x264-params", ""))}
        self._pictures = stream
        #: The encoder reads the planes' own buffer; it copies what it keeps.
        self._frame = av.VideoFrame.from_numpy_buffer(planes.buffer, "yuv420p")
        self._frame.time_base = Fraction(1, fps)
        if sound is not None:
            self._write_sound(sound)

    def _write_sound(self, sound: EncodedSound) -> None:
        stream = self._container.add_stream("aac", rate=SAMPLE_RATE)
        _configure_sound(stream.codec_context, sound.bit_rate)
        self._container.start_encoding()
        for data, first, count in sound.packets:
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, _SOUND_TIME
            packet.pts = packet.dts = first
            packet.duration = count
            self._container.mux(packet)

    def write(self, *, key: bool = False) -> None:
        """Encode the planes as the next picture; `key` makes it a picture to start from (IDR)."""
        self._frame.pts = self._count
        self._frame.pict_type = PictureType.I if key else PictureType.NONE
        self._count += 1
        try:
            self._container.mux(self._pictures.encode(self._frame))
        except FFmpegError as error:
            raise _translated(error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file; after an error remove it."""
        try:
            if kind is None:
                self._container.mux(self._pictures.encode(None))
            self._container.close()
        except FFmpegError as failure:
            self._path.unlink(missing_ok=True)
            raise _translated(failure) from failure
        if kind is not None:
            self._path.unlink(missing_ok=True)


def _repeatable(parameters: str) -> str:
    """x264's parameters, kept from what makes its output differ between runs."""
    kept = [parameters] if parameters else []
    return ":".join([*kept, _UP_TO_AVX2] if cv2.checkHardwareSupport(_AVX_512F) else kept)


def _translated(error: FFmpegError) -> MediaError | StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        return StoreError(f"the video cannot be written: {error.strerror}", hint="Free space on the disk, then resume.")
    return MediaError(f"the video cannot be encoded: {error.strerror}")
