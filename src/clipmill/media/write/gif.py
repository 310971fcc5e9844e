"""Animated GIFs: one palette for the whole film, so that nothing flickers; the pictures wait on disk for it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as NothingMore
from av.filter import Graph
from av.filter.context import FilterContext

from clipmill.domain.files.formats import Shape
from clipmill.errors import MediaError
from clipmill.media.draw.planes import Planes
from clipmill.media.write.waiting import WaitingPictures
from clipmill.media.write.writer import Writer

#: A GIF counts hundredths of a second.
_TICK = Fraction(1, 100)
#: Steady dither: it stays where it is while things move over it, and unchanged parts of a picture cost nothing.
_DITHER = "dither=bayer:bayer_scale=3:diff_mode=rectangle"
_MATRIX = "in_color_matrix=bt709:in_range=limited"
_COLOURS_SIDE = 16


class GifWriter(Writer):
    """A GIF in the making that plays for ever; every n-th picture is in it.

    While it is made, `<name>.frames` lies beside it with the pictures in it, a few hundred kB for each of footage.
    """

    def __init__(self, path: Path, shape: Shape, every: int) -> None:
        super().__init__(path)
        self._shape, self._every = shape, every
        self._time_base = every / shape.fps
        self._count = 0
        self._waiting: WaitingPictures | None = None
        #: What counts the colours, made when the size of the planes is known.
        self._counting: _Filters | None = None

    def _take(self, planes: Planes, *, key: bool) -> None:
        self._count += 1
        if (self._count - 1) % self._every:
            return
        if self._waiting is None or self._counting is None:
            beside = self._path.with_name(f"{self._path.name}.frames")
            self._waiting = WaitingPictures(beside, planes.width, planes.height, self._time_base)
            self._counting = _Filters(planes, self._shape, self._time_base)
            self._counting.end_in("palettegen", "stats_mode=full")
        self._counting.source.push(self._waiting.add(planes))

    def _finish(self) -> None:
        if self._waiting is None or self._counting is None:
            raise MediaError("there is no picture to write")
        try:
            self._counting.source.push(None)
            self._paint(self._counting.pulled())
        finally:
            self._waiting.remove()

    def _give_up(self) -> None:
        if self._waiting is not None:
            self._waiting.remove()

    def _paint(self, palette: av.VideoFrame) -> None:
        """Every picture again, in the colours of the palette."""
        with av.open(str(self._path), "w", format="gif", options={"fflags": "+bitexact", "loop": "0"}) as container:
            stream = container.add_stream("gif", rate=1 / self._time_base)
            stream.width, stream.height, stream.pix_fmt = self._shape.width, self._shape.height, "pal8"
            stream.codec_context.time_base = _TICK
            stream.codec_context.options = {"flags": "+bitexact"}
            for number, frame in enumerate(self._painted(palette)):
                begin, end = (round(each * self._time_base / _TICK) for each in (number, number + 1))
                frame.pts, frame.time_base, frame.duration = begin, _TICK, end - begin
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))

    def _painted(self, palette: av.VideoFrame) -> Iterator[av.VideoFrame]:
        assert self._waiting is not None and self._counting is not None
        filters = _Filters(self._counting.planes, self._shape, self._time_base)
        filters.end_in("paletteuse", _DITHER, palette)
        for frame in self._waiting.read():
            filters.source.push(frame)
            yield from filters.ready()
        filters.source.push(None)
        yield from filters.ready()


class _Filters:
    """Pictures as RGB of the file's size, given to one filter; `source` takes them."""

    def __init__(self, planes: Planes, shape: Shape, time_base: Fraction) -> None:
        self.planes = planes
        self._time_base = time_base
        self._graph = Graph()
        self._graph.threads = 1
        self.source = self._buffer("yuv420p", planes.width, planes.height)
        steps = (("scale", _MATRIX), ("format", "rgb32"), ("crop", f"{shape.width}:{shape.height}:0:0:exact=1"))
        self._end = self.source
        for name, options in steps:
            self._link(self._graph.add(name, options))

    def end_in(self, name: str, options: str, palette: av.VideoFrame | None = None) -> None:
        """Make this filter the last; with a palette, one that takes it at its second entrance."""
        self._link(self._graph.add(name, options))
        colours = self._buffer(palette.format.name, _COLOURS_SIDE, _COLOURS_SIDE) if palette is not None else None
        if colours is not None:
            colours.link_to(self._end, 0, 1)
        self._link(self._graph.add("buffersink"))
        self._graph.configure()
        if colours is not None:
            colours.push(palette)
            colours.push(None)

    def pulled(self) -> av.VideoFrame:
        """The next picture that comes out."""
        frame = self._end.pull()
        assert isinstance(frame, av.VideoFrame)
        return frame

    def ready(self) -> Iterator[av.VideoFrame]:
        """Every picture that can come out now."""
        while True:
            try:
                yield self.pulled()
            except (NothingYet, NothingMore):
                return

    def _buffer(self, pixels: str, width: int, height: int) -> FilterContext:
        pixel_format = av.VideoFormat(pixels, width, height)
        return self._graph.add_buffer(width=width, height=height, format=pixel_format, time_base=self._time_base)

    def _link(self, following: FilterContext) -> None:
        self._end.link_to(following)
        self._end = following
