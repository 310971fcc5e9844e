"""Curves of a drawing as chains of points: how long they are, and where one is after so much of it."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from clipmill.media.draw.vector.browsers import local

_TOKEN = re.compile(r"[MmZzLlHhVvCcSsQqTtAa]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEP = re.compile(r"([a-zA-Z]+)\s*\(([^()]*)\)")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
#: Pieces a curve is taken apart into, and the points of one path.
_PIECES, _MOST_POINTS = 24, 100_000

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """A chain of points, with how far each is from the first along it."""

    points: tuple[Point, ...]
    distances: tuple[float, ...]

    @classmethod
    def through(cls, points: Sequence[Point]) -> Curve:
        """The chain through these points."""
        far, distances = 0.0, [0.0]
        for before, after in pairwise(points):
            far += math.dist(before, after)
            distances.append(far)
        return cls(tuple(points), tuple(distances))

    @property
    def length(self) -> float:
        """From the first point to the last."""
        return self.distances[-1]

    def at(self, distance: float) -> tuple[float, float, float]:
        """The place at a distance, and the way it goes there (degrees)."""
        place = min(max(bisect_left(self.distances, distance), 1), len(self.points) - 1)
        (x, y), (to_x, to_y) = self.points[place - 1], self.points[place]
        step = self.distances[place] - self.distances[place - 1]
        share = (distance - self.distances[place - 1]) / step if step else 0.0
        angle = math.degrees(math.atan2(to_y - y, to_x - x))
        return x + (to_x - x) * share, y + (to_y - y) * share, angle


def curve_of(element: Element) -> Curve | None:
    """The curve of a path or a basic shape; None for one without a length, or what is no shape."""
    try:
        points = list(points_of(element))
    except (ValueError, IndexError):
        return None
    if len(points) < 2 or len(points) > _MOST_POINTS:
        return None
    curve = Curve.through(moved(points, element.get("transform", "")))
    return curve if 0 < curve.length < math.inf else None


def moved(points: list[Point], transform: str) -> list[Point]:
    """The points under a transform attribute; its steps hold from the last to the first."""
    for name, inside in reversed(_STEP.findall(transform[:2000])):
        numbers = [float(found) for found in _TOKEN.findall(inside)]
        a, b, c, d, e, f = _matrix(name, numbers)
        points = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
    return points


def _matrix(name: str, numbers: Sequence[float]) -> tuple[float, ...]:
    if name == "matrix" and len(numbers) == 6:
        return tuple(numbers)
    if name == "translate" and numbers:
        return 1, 0, 0, 1, numbers[0], numbers[1] if len(numbers) > 1 else 0
    if name == "scale" and numbers:
        return numbers[0], 0, 0, numbers[-1], 0, 0
    if name == "rotate" and numbers:
        cos, sin = math.cos(math.radians(numbers[0])), math.sin(math.radians(numbers[0]))
        x, y = numbers[1:3] if len(numbers) == 3 else (0.0, 0.0)
        return cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y
    return 1, 0, 0, 1, 0, 0


def points_of(element: Element, *, roughly: bool = False) -> Iterator[Point]:
    """The points of a path or a basic shape; `roughly` those it is written with, between which its curves lie."""
    name = local(element)
    numbers = {key: _number(element.get(key, "0")) for key in ("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry",
                                                               "x1", "y1", "x2", "y2")}  # fmt: skip
    if name in ("path", "textPath"):
        yield from _path(element.get("d") or element.get("path") or "", roughly=roughly)
    elif name == "line":
        yield from ((numbers["x1"], numbers["y1"]), (numbers["x2"], numbers["y2"]))
    elif name in ("polyline", "polygon"):
        listed = [float(found) for found in _TOKEN.findall(element.get("points", ""))]
        points = list(zip(listed[::2], listed[1::2], strict=False))
        yield from points if name == "polyline" else [*points, *points[:1]]
    elif name == "rect":
        x, y, right, low = numbers["x"], numbers["y"], numbers["width"], numbers["height"]
        yield from ((x, y), (x + right, y), (x + right, y + low), (x, y + low), (x, y))
    elif name in ("circle", "ellipse"):
        across, down = numbers["r"] or numbers["rx"], numbers["r"] or numbers["ry"]
        pieces = 8 if roughly else 4 * _PIECES
        for step in range(pieces + 1):
            turn = math.tau * step / pieces
            yield numbers["cx"] + across * math.cos(turn), numbers["cy"] + down * math.sin(turn)


def _number(text: str) -> float:
    found = _TOKEN.match(text.strip())
    return float(found[0]) if found and not found[0].isalpha() else 0.0


def _path(data: str, *, roughly: bool = False) -> Iterator[Point]:
    """The points of path data (SVG 2, 9.3); a second subpath goes on where the first ended, as text on it does."""
    x = y = start_x = start_y = 0.0
    control: Point | None = None
    command, last = "", ""
    tokens = _TOKEN.findall(data)
    place = 0
    while place < len(tokens):
        if tokens[place].isalpha():
            command = tokens[place]
            place += 1
            if command in "Zz":
                x, y = start_x, start_y
                yield x, y
                last = "Z"
                continue
        kind = command.upper()
        count = _ARGUMENTS.get(kind, 0)
        numbers = [float(token) for token in tokens[place : place + count]]
        if not count or len(numbers) < count:
            return
        place += count
        points = _absolute(kind, numbers, (x, y), relative=command.islower())
        end = points[-1]
        if kind == "M":
            (start_x, start_y), command = end, "l" if command == "m" else "L"
            yield end
        elif kind == "A":
            yield from (_bulging if roughly else _arc)((x, y), numbers, end)
        elif kind in "CSQT":
            smooth = (2 * x - control[0], 2 * y - control[1]) if control and last in _SMOOTH[kind] else (x, y)
            inner = [smooth, *points[:-1]] if kind in "ST" else points[:-1]
            yield from [*inner, end] if roughly else _bezier([(x, y), *inner, end])
            control = inner[-1]
        else:
            yield end
        (x, y), last = end, kind


_SMOOTH = {"C": "", "Q": "", "S": "CS", "T": "QT"}


def _absolute(kind: str, numbers: Sequence[float], at: Point, *, relative: bool) -> list[Point]:
    """The points in the numbers of a command, the last of them its end."""
    x, y = at if relative else (0.0, 0.0)
    if kind == "H":
        return [(x + numbers[0], at[1])]
    if kind == "V":
        return [(at[0], y + numbers[0])]
    pairs = numbers[5:] if kind == "A" else numbers
    return [(x + across, y + down) for across, down in zip(pairs[::2], pairs[1::2], strict=True)]


def _bezier(points: Sequence[Point]) -> Iterator[Point]:
    """Points along a Bézier curve of any order, its first one left out."""
    for step in range(1, _PIECES + 1):
        share, row = step / _PIECES, list(points)
        while len(row) > 1:
            row = [(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in pairwise(row)]
        yield row[0]


def _bulging(start: Point, numbers: Sequence[float], end: Point) -> Iterator[Point]:
    """Around an arc: it bulges by no more than it is wide, nor than what is seen of a large one."""
    far = min(2 * max(abs(numbers[0]), abs(numbers[1])), 4 * math.dist(start, end) + 1)
    yield from ((start[0] - far, start[1] - far), (start[0] + far, start[1] + far), end)


def _arc(start: Point, numbers: Sequence[float], end: Point) -> Iterator[Point]:
    """Points along an elliptical arc (SVG 2, B.2.4), its first one left out."""
    rx, ry, turn, large, sweep = abs(numbers[0]), abs(numbers[1]), math.radians(numbers[2]), numbers[3], numbers[4]
    if not rx or not ry or start == end:
        yield end
        return
    cos, sin = math.cos(turn), math.sin(turn)
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos * half_x + sin * half_y, cos * half_y - sin * half_x
    grown = max(1.0, math.sqrt((x / rx) ** 2 + (y / ry) ** 2))
    rx, ry = rx * grown, ry * grown
    below = (rx * y) ** 2 + (ry * x) ** 2
    off = math.sqrt(max(0.0, (rx * ry) ** 2 - below) / below) * (-1 if bool(large) == bool(sweep) else 1)
    cx, cy = off * rx * y / ry, -off * ry * x / rx
    begin = math.atan2((y - cy) / ry, (x - cx) / rx)
    around = math.atan2((-y - cy) / ry, (-x - cx) / rx) - begin
    around += math.tau if sweep and around < 0 else -math.tau if not sweep and around > 0 else 0
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    for step in range(1, 2 * _PIECES + 1):
        angle = begin + around * step / (2 * _PIECES)
        at_x, at_y = cx + rx * math.cos(angle), cy + ry * math.sin(angle)
        yield middle[0] + cos * at_x - sin * at_y, middle[1] + sin * at_x + cos * at_y
