"""Whole pictures from fields: an interlaced picture shows two moments, a line each; what is drawn shows the first."""

from __future__ import annotations

from typing import Any

import av
import av.filter
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as AllDone

#: One whole picture for each interlaced one; others pass through untouched. Which field is the first, a picture says.
_FILTER = "mode=send_frame:parity=auto:deint=interlaced"
#: Smaller pictures have too few lines in a field.
_SMALLEST = 16
#: What a picture with brightness and colours says that claims to be red, green and blue: nothing.
_RGB, _UNSPECIFIED = 0, 2


class Fields:
    """Makes interlaced pictures whole (bwdif) with the help of their neighbours; nothing is done to others."""

    def __init__(self) -> None:
        self._graph: av.filter.Graph | None = None
        self._kind: object = None
        #: The picture that was given last: the filter waits for the one after it.
        self._last: av.VideoFrame | None = None

    def whole(self, frame: av.VideoFrame, before: av.VideoFrame | None, after: av.VideoFrame | None) -> av.VideoFrame:
        """The picture as it is to be shown, the same however it was come to. Raises FFmpegError.

        `before`, `after`: its neighbours in the file, None where it has none.
        """
        if not frame.interlaced_frame or min(frame.width, frame.height) < _SMALLEST:
            return frame
        kind = _kind(frame)
        if self._graph is None or self._last is not frame or self._kind != kind:
            self._graph, self._kind = _graph(frame), kind
            if before is not None and _kind(before) == kind:
                self._give(before)
            self._give(frame)
        # The first and the last one are made of themselves alone.
        made = self._give(after if after is not None and _kind(after) == kind else None)
        self._last = after
        return frame if made is None else made

    def _give(self, frame: av.VideoFrame | None) -> av.VideoFrame | None:
        """Give the filter a picture, or the end; the one before it, made whole."""
        assert self._graph is not None
        self._graph.vpush(frame)
        try:
            return self._graph.vpull()
        except (NothingYet, AllDone):
            return None


def _kind(frame: av.VideoFrame) -> tuple[Any, ...]:
    return frame.width, frame.height, frame.format.name, int(frame.colorspace), int(frame.color_range)


def _graph(frame: av.VideoFrame) -> av.filter.Graph:
    width, height, name, space, span = _kind(frame)
    if space == _RGB and not frame.format.is_rgb:
        space = _UNSPECIFIED
    graph = av.filter.Graph()
    graph.threads = 1
    source = graph.add("buffer", f"video_size={width}x{height}:pix_fmt={name}:time_base=1/1000"
                                 f":colorspace={space}:range={span}")  # fmt: skip
    graph.link_nodes(source, graph.add("bwdif", _FILTER), graph.add("buffersink")).configure()
    return graph
