"""Videos as libav's encoders and containers write them, whose bytes depend on nothing but what went in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Colorspace

from clipmill.domain.files.formats import Shape
from clipmill.media.draw.planes import Planes, to_rgba
from clipmill.media.sound.decode import Samples
from clipmill.media.write.frame import BoundFrame
from clipmill.media.write.rhythm import Rhythm
from clipmill.media.write.sound import EncodedSound, SoundCoding
from clipmill.media.write.track import SoundStream
from clipmill.media.write.writer import MotionHint, Writer

#: No dates and no names of versions in the container.
_REPEATABLE = {"fflags": "+bitexact"}
#: ITU-T H.273: BT.709 primaries, transfer and matrix, and limited range.
_BT709, _LIMITED = 1, 1
#: x264's AVX-512 code for the macroblock tree reads memory it never wrote: the same pictures give other bytes from run
#: to run at some sizes (96 × 64, 130 × 66 …). Held to AVX2, it gives the bytes of every processor without AVX-512, for
#: a twenty-fifth more of its time.
_UP_TO_AVX2 = "asm=MMX2,SSE2Fast,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"
#: OpenCV's number for it; its Python module has no name for it.
_AVX_512F = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How a video is encoded and packed."""

    container: str
    encoder: str
    sound: SoundCoding
    #: What the encoder is given; `transparent` in the place of `pixels` for pictures with opacity.
    pixels: str = "yuv420p"
    transparent: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    transparent_options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)
    #: The four characters players know the codec by, where the usual ones will not do.
    tag: str = ""


class StreamWriter(Writer):
    """A video in the making."""

    def __init__(
        self, path: Path, coding: Coding, shape: Shape, sound: EncodedSound | Iterable[Samples] | None
    ) -> None:
        super().__init__(path)
        self._count = 0
        self._time_base = 1 / shape.fps
        self._pixels = coding.transparent if shape.transparent else coding.pixels
        options = {**_REPEATABLE, **coding.container_options}
        self._container = av.open(str(path), "w", format=coding.container, options=options)
        self._stream = self._picture_stream(coding, shape)
        self._bound = BoundFrame()
        #: Of x264, which is told what to do; other encoders know best.
        self._rhythm = Rhythm() if coding.encoder == "libx264" else None
        self._hint = MotionHint.USUAL
        self._track = SoundStream(self._container, coding.sound, sound) if sound is not None else None

    def _picture_stream(self, coding: Coding, shape: Shape) -> av.VideoStream:
        stream = self._container.add_stream(coding.encoder, rate=shape.fps)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = shape.width, shape.height, self._pixels
        encoder = stream.codec_context
        encoder.thread_count = 1
        encoder.time_base = self._time_base
        say_bt709(encoder)
        if coding.tag:
            encoder.codec_tag = coding.tag
        encoder.options = repeatable(coding.transparent_options if shape.transparent else coding.options, encoder.name)
        return stream

    def _hold(self, planes: Planes, count: int, *, key: bool, hint: MotionHint) -> None:
        self._hint = hint
        super()._hold(planes, count, key=key, hint=hint)

    def _take(self, planes: Planes, *, key: bool) -> None:
        frame = self._seen(planes)
        frame.pts, frame.time_base = self._count, self._time_base
        frame.pict_type = PictureType.I if key else PictureType.NONE
        if self._rhythm is not None:
            frame.pict_type = self._rhythm.kind(self._hint, key=key)
        self._count += 1
        self._container.mux(self._stream.encode(frame))
        if self._track is not None:
            self._track.write_until(self._count * self._time_base)

    def _seen(self, planes: Planes) -> av.VideoFrame:
        """The planes as the encoder takes them: their own buffer where it takes those; it copies what it keeps."""
        if "a" in self._pixels:
            frame = av.VideoFrame.from_ndarray(to_rgba(planes.parts), "rgba")
            return _told(frame.reformat(format=self._pixels, dst_colorspace=Colorspace.ITU709,
                                        dst_color_range=ColorRange.MPEG, threads=1))  # fmt: skip
        frame = self._bound.of(planes)
        return frame if self._pixels == "yuv420p" else _told(frame.reformat(format=self._pixels, threads=1))

    def _finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        if self._track is not None:
            self._track.write_rest()
        self._container.close()

    def _give_up(self) -> None:
        self._container.close()


def _told(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame, saying what its colours mean: some encoders read it there and nowhere else."""
    say_bt709(frame)
    return frame


def say_bt709(target: av.VideoFrame | av.VideoCodecContext) -> None:
    """Tell a frame or an encoder what our colours mean."""
    target.color_range, target.colorspace = _LIMITED, _BT709
    target.color_primaries, target.color_trc = _BT709, _BT709


def repeatable(options: Mapping[str, str], encoder: str) -> dict[str, str]:
    """An encoder's options, kept from what makes its output differ between runs."""
    kept = {"flags": "+bitexact", **options}
    if encoder == "libx264" and cv2.checkHardwareSupport(_AVX_512F):
        kept["x264-params"] = ":".join(filter(None, (options.get("x264-params", ""), _UP_TO_AVX2)))
    return kept
