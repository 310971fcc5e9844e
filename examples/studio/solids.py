"""Solids as signed distance functions: points in, distance to the surface out (negative inside).

A point is three float32 arrays x, y, z (y is up, z comes towards the camera); lengths are in scene units (about 10 cm).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from math import cos, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Point = tuple[Array, Array, Array]
Solid = Callable[[Point], Array]
#: A closed outline in a plane: distance from its edge for two coordinates.
Outline = Callable[[Array, Array], Array]
Vector = tuple[float, float, float]


def sphere(radius: float) -> Solid:
    """A ball about the origin."""
    return lambda p: np.sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]) - radius


def ellipsoid(rx: float, ry: float, rz: float) -> Solid:
    """An ellipsoid about the origin; its distance is a good bound, not exact."""

    def distance(p: Point) -> Array:
        x, y, z = p[0] / rx, p[1] / ry, p[2] / rz
        far = np.sqrt(x * x + y * y + z * z)
        x, y, z = x / rx, y / ry, z / rz
        slope = np.sqrt(x * x + y * y + z * z)
        return far * (far - 1) / np.maximum(slope, 1e-6)

    return distance


def box(width: float, height: float, depth: float, round_by: float = 0.02) -> Solid:
    """A box about the origin with rounded edges."""
    hx, hy, hz = width / 2 - round_by, height / 2 - round_by, depth / 2 - round_by

    def distance(p: Point) -> Array:
        x, y, z = np.abs(p[0]) - hx, np.abs(p[1]) - hy, np.abs(p[2]) - hz
        outside = np.sqrt(np.maximum(x, 0) ** 2 + np.maximum(y, 0) ** 2 + np.maximum(z, 0) ** 2)
        return outside + np.minimum(np.maximum(x, np.maximum(y, z)), 0) - round_by

    return distance


def cylinder(radius: float, height: float, round_by: float = 0.02) -> Solid:
    """An upright cylinder about the origin with rounded edges."""
    return turned(lambda r, y: _rectangle(r, y, radius, height / 2, round_by))


def ring(radius: float, thickness: float) -> Solid:
    """A torus lying flat about the origin; `thickness` is the radius of its tube."""
    return turned(lambda r, y: np.sqrt((r - radius) ** 2 + y * y) - thickness)


def rod(start: Vector, end: Vector, radius: float, end_radius: float | None = None) -> Solid:
    """A round-ended rod between two points, tapering to `end_radius`."""
    taper = (radius if end_radius is None else end_radius) - radius
    (ax, ay, az), (bx, by, bz) = start, end
    dx, dy, dz = bx - ax, by - ay, bz - az
    length = dx * dx + dy * dy + dz * dz

    def distance(p: Point) -> Array:
        x, y, z = p[0] - ax, p[1] - ay, p[2] - az
        along = np.clip((x * dx + y * dy + z * dz) / length, 0, 1)
        x, y, z = x - along * dx, y - along * dy, z - along * dz
        return np.sqrt(x * x + y * y + z * z) - radius - along * taper

    return distance


def tube(points: Sequence[Vector], radius: float) -> Solid:
    """A round rod through several points."""
    return union(*(rod(a, b, radius) for a, b in pairwise(points)))


def turned(outline: Outline) -> Solid:
    """An outline of (radius, height) turned about the upright axis, as on a lathe."""
    return lambda p: outline(np.sqrt(p[0] * p[0] + p[2] * p[2]), p[1])


def extruded(outline: Outline, depth: float, round_by: float = 0.02) -> Solid:
    """An outline of (x, y) drawn out along z, centred, with rounded edges."""

    def distance(p: Point) -> Array:
        flat = outline(p[0], p[1]) + round_by
        deep = np.abs(p[2]) - depth / 2 + round_by
        outside = np.sqrt(np.maximum(flat, 0) ** 2 + np.maximum(deep, 0) ** 2)
        return np.minimum(np.maximum(flat, deep), 0) + outside - round_by

    return distance


def polygon(corners: Sequence[tuple[float, float]], round_by: float = 0.0) -> Outline:
    """A closed polygon; `round_by` grows it and rounds its corners."""
    edges = list(zip(corners, [corners[-1], *corners[:-1]], strict=True))

    def distance(x: Array, y: Array) -> Array:
        nearest = np.full_like(x, np.inf)
        sign = np.ones_like(x)
        for (ax, ay), (bx, by) in edges:
            ex, ey, wx, wy = bx - ax, by - ay, x - ax, y - ay
            along = np.clip((wx * ex + wy * ey) / (ex * ex + ey * ey), 0, 1)
            nearest = np.minimum(nearest, (wx - ex * along) ** 2 + (wy - ey * along) ** 2)
            above, below, left = y >= ay, y < by, ex * wy > ey * wx
            sign = np.where((above & below & left) | ~(above | below | left), -sign, sign)
        return sign * np.sqrt(nearest) - round_by

    return distance


def stroke(points: Sequence[tuple[float, float]], thickness: float) -> Outline:
    """An open line through points, drawn with a round pen of `thickness`."""

    def distance(x: Array, y: Array) -> Array:
        nearest = np.full_like(x, np.inf)
        for (ax, ay), (bx, by) in pairwise(points):
            ex, ey, wx, wy = bx - ax, by - ay, x - ax, y - ay
            along = np.clip((wx * ex + wy * ey) / (ex * ex + ey * ey), 0, 1)
            nearest = np.minimum(nearest, (wx - ex * along) ** 2 + (wy - ey * along) ** 2)
        return np.sqrt(nearest) - thickness / 2

    return distance


def curve(points: Sequence[tuple[float, float]], steps: int = 5) -> list[tuple[float, float]]:
    """Points on a smooth (Catmull-Rom) line through the given ones."""
    padded = np.array([points[0], *points, points[-1]], np.float64)
    smooth = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for t in np.linspace(0, 1, steps, endpoint=False):
            q = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
            smooth.append((float(q[0]), float(q[1])))
    return [*smooth, (float(points[-1][0]), float(points[-1][1]))]


def at(solid: Solid, x: float = 0, y: float = 0, z: float = 0) -> Solid:
    """The solid, moved."""
    return lambda p: solid((p[0] - x, p[1] - y, p[2] - z))


def tilted(solid: Solid, x: float = 0, y: float = 0, z: float = 0) -> Solid:
    """The solid, turned by degrees about z, then x, then y."""
    cx, sx, cy, sy, cz, sz = (f(radians(-a)) for a in (x, y, z) for f in (cos, sin))

    def distance(p: Point) -> Array:
        px, py, pz = p
        px, pz = cy * px + sy * pz, cy * pz - sy * px
        py, pz = cx * py - sx * pz, sx * py + cx * pz
        px, py = cz * px - sz * py, sz * px + cz * py
        return solid((px, py, pz))

    return distance


def mirrored(solid: Solid) -> Solid:
    """The solid and its reflection at x = 0."""
    return lambda p: solid((np.abs(p[0]), p[1], p[2]))


def union(*solids: Solid) -> Solid:
    """All of them."""
    return lambda p: reduce(np.minimum, (solid(p) for solid in solids))


def common(*solids: Solid) -> Solid:
    """What all of them share."""
    return lambda p: reduce(np.maximum, (solid(p) for solid in solids))


def minus(solid: Solid, *cuts: Solid) -> Solid:
    """The first without the others."""
    return lambda p: reduce(np.maximum, (-cut(p) for cut in cuts), solid(p))


def blended(softness: float, *solids: Solid) -> Solid:
    """All of them, melted together where they meet."""

    def pair(a: Array, b: Array) -> Array:
        mix = np.maximum(softness - np.abs(a - b), 0) / softness
        return np.minimum(a, b) - mix * mix * softness / 4

    return lambda p: reduce(pair, (solid(p) for solid in solids))


def shell(solid: Solid, thickness: float) -> Solid:
    """The skin of a solid."""
    return lambda p: np.abs(solid(p)) - thickness / 2


def grown(solid: Solid, by: float) -> Solid:
    """The solid, thicker everywhere."""
    return lambda p: solid(p) - by


def _rectangle(x: Array, y: Array, half_width: float, half_height: float, round_by: float) -> Array:
    dx, dy = np.abs(x) - half_width + round_by, np.abs(y) - half_height + round_by
    return np.sqrt(np.maximum(dx, 0) ** 2 + np.maximum(dy, 0) ** 2) + np.minimum(np.maximum(dx, dy), 0) - round_by
