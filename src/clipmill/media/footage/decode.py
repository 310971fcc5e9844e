"""The decoder of a video file: its pictures one after the other, each with its time, from any moment on."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from av.stream import Disposition

from clipmill.errors import MediaError
from clipmill.media.facts.probe import DEMUXERS, VIDEO_CODECS, options_of, picture_origin
from clipmill.media.facts.sniff import recognise

_LONGEST_SIDE = 8192
#: A key frame nearer ahead than this is reached by decoding, seconds.
_WORTH_JUMPING = 1.0
#: An index that ends so much before a moment is not taken to be all of it, seconds.
_FAR = 5.0
_USUAL_RATE = 30
#: Decoders for pictures with opacity beside the usual ones, which leave it out.
_OPACITY_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
#: So many packets without a picture, and the file is taken to be damaged.
_MOST_BARREN = 2000
#: What the libraries raise over a broken file.
BROKEN = (FFmpegError, ValueError, ArithmeticError, OSError)


def _says_alpha(metadata: Mapping[str, str]) -> bool:
    """Whether a WebM has opacity beside its pictures: its header says so, or a tag, spelt as writers like."""
    return any(name.lower() == "alpha_mode" and said.strip() == "1" for name, said in metadata.items())


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One picture and when it begins, seconds from the beginning of the file."""

    frame: av.VideoFrame
    seconds: float


class Decoder:
    """The first moving track of a file, in one thread: its pictures in order of time, damaged ones left out."""

    def __init__(self, path: str, where: str) -> None:
        self._path = path
        self._where = where
        self._open()

    def _open(self) -> None:
        suffix = recognise(Path(self._path), self._where)[1]
        if suffix not in DEMUXERS:
            raise MediaError(f"{self._where}: the file is a picture, not a video", hint="Use an IMAGE or GIF element.")
        try:
            self._container = av.open(str(Path(self._path).absolute()), options=options_of(suffix),
                                      metadata_errors="ignore")  # fmt: skip
        except BROKEN as error:
            raise self.broken("the video cannot be opened") from error
        try:
            self._stream = self._track()
            self._codec = self._decoder()
            self._packets = self._container.demux(self._stream)
        except BaseException:
            self._container.close()
            raise
        self._restart(at_beginning=True)
        #: Whether the file broke off before its end.
        self.cut_short = False

    def _track(self) -> av.VideoStream:
        moving = (one for one in self._container.streams.video if not one.disposition & Disposition.attached_pic)
        stream = next(moving, None)
        if stream is None:
            raise MediaError(f"{self._where}: the file has no moving pictures", hint="Use a file with a video in it.")
        codec = stream.codec_context.codec.canonical_name if stream.codec_context is not None else "something unknown"
        if codec not in VIDEO_CODECS:
            raise MediaError(f"{self._where}: the video is coded as {codec}, which is not read",
                             hint="Save it as MP4 with H.264.")  # fmt: skip
        self._check_sides(stream.codec_context)
        return stream

    def _decoder(self) -> Any:
        usual: Any = self._stream.codec_context
        name = _OPACITY_DECODERS.get(usual.codec.canonical_name)
        if name is not None and _says_alpha(self._stream.metadata):
            extradata = usual.extradata
            usual = av.CodecContext.create(name, "r")
            usual.extradata = extradata
        usual.thread_count = 1
        return usual

    def _check_sides(self, sized: Any) -> None:
        if sized.width > _LONGEST_SIDE or sized.height > _LONGEST_SIDE:
            raise MediaError(f"{self._where}: the video is {sized.width} × {sized.height} pixels; "
                             f"at most {_LONGEST_SIDE} a side are read", hint="Scale it down.")  # fmt: skip

    def _restart(self, *, at_beginning: bool) -> None:
        self._frames = self._decoded(at_beginning)
        #: When the last picture began, None before the first.
        self._last: float | None = None

    @property
    def origin(self) -> float:
        """What the file's own clock shows at its beginning, seconds."""
        return picture_origin(self._container, self._stream)

    def next(self) -> Moment | None:
        """The next picture, None after the last. Raises MediaError when it is too large."""
        frame = next(self._frames, None)
        if frame is None:
            return None
        self._check_sides(frame)
        base = self._stream.time_base
        earliest = 0.0 if self._last is None else self._last
        if frame.pts is not None and base is not None:
            self._last = max(earliest, float(frame.pts * base) - self.origin)
        else:
            self._last = 0.0 if self._last is None else earliest + 1 / (self._stream.guessed_rate or _USUAL_RATE)
        return Moment(frame, self._last)

    def _decoded(self, at_beginning: bool) -> Generator[av.VideoFrame, None, None]:
        """Every picture that is whole, and a damaged one where a file begins with it."""
        barren, seen = 0, not at_beginning
        for packet in self._demuxed():
            frames: list[av.VideoFrame] = []
            with suppress(*BROKEN):
                frames = self._codec.decode(packet)
            barren = 0 if frames else barren + 1
            if barren > _MOST_BARREN:
                return
            for frame in frames:
                if not (frame.is_corrupt and seen):
                    seen = True
                    yield frame

    def _demuxed(self) -> Iterator[Any]:
        """Every packet, and None for the end, which makes the decoder give what it holds back."""
        try:
            for packet in self._packets:
                if packet.size:
                    self.cut_short = packet.is_corrupt
                    yield packet
        except BROKEN:
            self.cut_short = True
        yield None

    def is_worth_jumping(self, seconds: float) -> bool:
        """Whether a key frame lies well ahead of the last picture and not after this moment."""
        base = self._stream.time_base
        worth = (self._last or 0.0) + _WORTH_JUMPING
        if base is None or seconds < worth:
            return False
        index = self._stream.index_entries
        if not len(index) or float(index[-1].timestamp * base) - self.origin < seconds - _FAR:
            return seconds > worth + _FAR  # an index that is not read before the first jump
        place = index.search_timestamp(round(Fraction(seconds + self.origin) / base))
        return place >= 0 and float(index[place].timestamp * base) - self.origin > worth

    def jump(self, seconds: float) -> bool:
        """Go on from the key frame before a moment, or from the beginning; whether it is the beginning.

        Times are those of decoding: the next picture may still be later than asked for.
        """
        if seconds > 0 and self._sought(seconds):
            self._restart(at_beginning=False)
            return False
        self.close()
        self._open()
        return True

    def _sought(self, seconds: float) -> bool:
        """Whether the file could be wound to the key frame before a moment."""
        if self._stream.time_base is None:
            return False
        try:
            self._container.seek(round(Fraction(seconds + self.origin) / self._stream.time_base), stream=self._stream)
            self._codec.flush_buffers()
            self._packets = self._container.demux(self._stream)
        except BROKEN:
            return False
        return True

    @property
    def declared_end(self) -> float | None:
        """When the track says it ends, seconds; None where it does not say."""
        duration, base = self._stream.duration, self._stream.time_base
        return None if duration is None or base is None else float(duration * base)

    def broken(self, what: str) -> MediaError:
        """What is told when something is wrong with the file."""
        return MediaError(f"{self._where}: {what}; it is damaged", hint="Save the video anew, or use another one.")

    def close(self) -> None:
        """Close the file and let go of its pictures, which are too many megabytes to wait for the garbage collector."""
        self._frames.close()  # it and the decoder hold each other
        self._container.close()
