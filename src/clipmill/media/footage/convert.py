"""From a decoded picture to a level: cut, upright, at the wanted size, in our colours, by FFmpeg's own filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import av.filter
import cv2
import numpy as np

from clipmill.media.draw.crop import Crop
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import Bytes, from_rgb
from clipmill.media.facts.shown import UPRIGHT, Turn, turn_of
from clipmill.media.footage.colours import Colours, Light, colours_of, to_bt709
from clipmill.media.footage.light import STEPS, to_ordinary

#: Width and height, even numbers of pixels.
EvenSize = tuple[int, int]

#: How pictures are scaled: bicubic, which also averages where they become smaller.
_SCALING = "bicubic+accurate_rnd+full_chroma_inp"
#: Quarter turns clockwise → filters.
_TURNS: dict[int, tuple[tuple[str, str], ...]] = {
    0: (), 1: (("transpose", "clock"),), 2: (("hflip", ""), ("vflip", "")), 3: (("transpose", "cclock"),),
}  # fmt: skip
_MIRROR = (("hflip", ""),)
#: Matrices by the names a source of filters takes.
_SPACES = {"bt709": "bt709", "bt601": "smpte170m", "bt2020": "bt2020nc", "rgb": "gbr"}


@dataclass(frozen=True, slots=True)
class _Route:
    """What decides which filters a picture goes through."""

    format: str
    width: int
    height: int
    colours: Colours
    turn: Turn
    size: EvenSize
    #: What comes out.
    into: str


class Converter:
    """Turns the pictures of one source into levels; what it takes for that is set up again when they change."""

    def __init__(self, part: Crop, where: str) -> None:
        self._part = part
        self._where = where
        self._route: _Route | None = None
        self._graph: av.filter.Graph | None = None
        #: Degrees a picture is turned by → how it is shown. Reading what lies beside a picture keeps it in memory.
        self._turns: dict[int, Turn] = {}

    def level(self, frame: av.VideoFrame, size: EvenSize) -> Level:
        """The part of a picture at this size. Its planes may belong to the decoder: they are not to be written to.

        Raises MediaError for colours that are not read, FFmpegError.
        """
        colours = colours_of(frame, self._where)
        turn = self._turned(frame)
        if colours.light is not Light.ORDINARY:
            return self._toned(frame, size, colours, turn)
        if _has_opacity(frame):
            return self._transparent(frame, size, colours, turn)
        if not self._as_it_is(frame, size, colours, turn):
            frame = self._through(frame, size, colours, turn, "yuv420p")
        y, u, v = planes_of(frame)
        return Level(to_bt709((y, u, v), _kept_matrix(colours)), None)

    def _turned(self, frame: av.VideoFrame) -> Turn:
        """How a picture is shown; looked up once for all that are turned alike."""
        if frame.rotation not in self._turns:
            self._turns[frame.rotation] = turn_of(frame)
        return self._turns[frame.rotation]

    def _as_it_is(self, frame: av.VideoFrame, size: EvenSize, colours: Colours, turn: Turn) -> bool:
        """Whether nothing is to be done to it."""
        same = (frame.width, frame.height) == size and frame.format.name == "yuv420p"
        return same and not colours.full and turn == UPRIGHT and self._part.is_whole

    def _transparent(self, frame: av.VideoFrame, size: EvenSize, colours: Colours, turn: Turn) -> Level:
        """A picture with opacity: multiplied by it before it is scaled, so that no colour of nothing bleeds in."""
        _, _, width, height = _coded(self._part, turn).pixels(frame.width, frame.height)
        own = (height, width) if turn.quarters % 2 else (width, height)
        y, u, v, alpha = planes_of(self._through(frame, own, colours, turn, "yuva444p"))
        small = (size[0] // 2, size[1] // 2)
        if alpha.min() == 255:
            return Level((resized(y, size), resized(u, small), resized(v, small)), None)
        y, u, v = (cv2.multiply(part, alpha, scale=1 / 255) for part in (y, u, v))
        planes = (resized(y, size), resized(u, small), resized(v, small))
        return Level(planes, (resized(alpha, size), resized(alpha, small)))

    def _toned(self, frame: av.VideoFrame, size: EvenSize, colours: Colours, turn: Turn) -> Level:
        """A picture in more light or colours than are shown; opacity there is not kept."""
        converted = self._through(frame, size, colours, turn, "gbrp12le")
        green, blue, red = (np.minimum(part, STEPS - 1) for part in planes_of(converted, np.uint16))
        return Level(from_rgb(to_ordinary(np.dstack((red, green, blue)), colours.light)), None)

    def _through(self, frame: av.VideoFrame, size: EvenSize, colours: Colours, turn: Turn, into: str) -> av.VideoFrame:
        route = _Route(frame.format.name, frame.width, frame.height, colours, turn, size, into)
        if self._graph is None or self._route != route:
            self._graph, self._route = _graph(route, self._part), route
        self._graph.vpush(frame)
        return self._graph.vpull()


def _graph(route: _Route, part: Crop) -> av.filter.Graph:
    """The filters of a route."""
    colours = route.colours
    span = "full" if colours.full else "limited"
    x, y, width, height = _coded(part, route.turn).pixels(route.width, route.height)
    wide, high = route.size[::-1] if route.turn.quarters % 2 else route.size
    matrices = f":out_color_matrix={_kept_matrix(colours) if route.into == 'yuv420p' else 'bt709'}"
    if colours.matrix != "rgb":
        matrices += f":in_color_matrix={colours.matrix}"
    graph = av.filter.Graph()
    graph.threads = 1
    nodes = [
        graph.add("buffer", f"video_size={route.width}x{route.height}:pix_fmt={route.format}:time_base=1/1000"
                            f":colorspace={_SPACES[colours.matrix]}:range={span}"),
        graph.add("crop", f"{width}:{height}:{x}:{y}:exact=1"),
        graph.add("scale", f"{wide}:{high}:flags={_SCALING}{matrices}:in_range={span}"
                           f":out_range={'full' if route.into.startswith('gbr') else 'limited'}"),
        graph.add("format", route.into),
        *(graph.add(name, arguments) for name, arguments in _filters(route.turn)),
        graph.add("buffersink"),
    ]  # fmt: skip
    graph.link_nodes(*nodes).configure()
    return graph


def _filters(turn: Turn) -> tuple[tuple[str, str], ...]:
    """What shows a coded picture as it is meant to be seen."""
    return (_MIRROR if turn.mirrored else ()) + _TURNS[turn.quarters]


def _coded(part: Crop, turn: Turn) -> Crop:
    """Where a part of the picture as it is shown lies in the picture as it is coded."""
    before = part.before_turn(turn.quarters)
    return before.mirrored() if turn.mirrored else before


def _kept_matrix(colours: Colours) -> str:
    """The matrix opaque pictures come out of the filters with: their own, as `to_bt709` is many times faster."""
    return "bt709" if colours.matrix == "rgb" else colours.matrix


def _has_opacity(frame: av.VideoFrame) -> bool:
    return frame.format.name == "pal8" or any(component.is_alpha for component in frame.format.components)


def planes_of(frame: av.VideoFrame, number: Any = np.uint8) -> tuple[Any, ...]:
    """The planes of a picture as they lie in memory, not copied, and not to be written to."""
    planes = []
    for plane in frame.planes:
        rows = np.frombuffer(memoryview(plane), number).reshape(plane.height, -1)[:, : plane.width]
        rows.flags.writeable = False
        planes.append(rows)
    return tuple(planes)


def resized(plane: Bytes, size: EvenSize) -> Bytes:
    """A plane, or a picture of several channels, at another size."""
    height, width = plane.shape[:2]
    smaller = size[0] <= width and size[1] <= height
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)  # type: ignore[no-any-return]
