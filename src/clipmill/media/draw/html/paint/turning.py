"""Turning: pictures with opacity moved, scaled, turned and slanted (CSS Transforms 1)."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Step
from clipmill.media.draw.planes import Bytes

Matrix = NDArray[np.float64]


def matrix_of(look: Look, width: float, height: float, corner: tuple[float, float]) -> Matrix:
    """The 3 × 3 matrix of an element's transform about its origin; its border box begins at `corner`."""
    x = corner[0] + look.pixels(look.transform_origin[0], width)
    y = corner[1] + look.pixels(look.transform_origin[1], height)
    matrix = _moved(x, y)
    for step in look.moves:
        matrix = matrix @ _step(step, look, width, height)
    return matrix @ _moved(-x, -y)


def bounds(matrix: Matrix, width: float, height: float) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a field of this size once it is turned."""
    corners = matrix @ np.array([(0, 0, 1), (width, 0, 1), (0, height, 1), (width, height, 1)], np.float64).T
    return float(corners[0].min()), float(corners[1].min()), float(corners[0].max()), float(corners[1].max())


def turned(pixels: Bytes, matrix: Matrix, size: tuple[int, int]) -> Bytes:
    """A picture multiplied by its opacity, turned by a matrix, on a field of this width and height."""
    if np.allclose(matrix[:, :2], np.eye(3)[:, :2]) and np.allclose(matrix[:2, 2], np.rint(matrix[:2, 2])):
        return _shifted(pixels, round(float(matrix[0, 2])), round(float(matrix[1, 2])), size)
    scale = math.sqrt(abs(float(np.linalg.det(matrix[:2, :2]))))
    if 0 < scale < 0.7:  # a picture made much smaller is first made smaller evenly
        small = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        matrix = matrix @ np.diag([pixels.shape[1] / small[0], pixels.shape[0] / small[1], 1.0])
        pixels = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)
    # whole numbers are the corners of pixels here, and their middles for the library
    centred = _moved(-0.5, -0.5) @ matrix @ _moved(0.5, 0.5)
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    found = cv2.warpAffine(pixels, centred[:2], size, flags=way, borderMode=cv2.BORDER_CONSTANT)
    smooth: Bytes = np.minimum(found, found[..., 3:])
    return smooth


def _shifted(pixels: Bytes, dx: int, dy: int, size: tuple[int, int]) -> Bytes:
    found = np.zeros((size[1], size[0], 4), np.uint8)
    source = pixels[max(0, -dy) : max(0, size[1] - dy), max(0, -dx) : max(0, size[0] - dx)]
    found[max(0, dy) :, max(0, dx) :][: source.shape[0], : source.shape[1]] = source
    return found


def _moved(dx: float, dy: float) -> Matrix:
    return np.array([(1, 0, dx), (0, 1, dy), (0, 0, 1)], np.float64)


def _step(step: Step, look: Look, width: float, height: float) -> Matrix:
    values, name = step.values, step.name
    if name.startswith("translate"):
        first = look.pixels(values[0], height if name == "translatey" else width)
        second = look.pixels(values[1], height) if len(values) > 1 else 0.0
        return _moved(0.0, first) if name == "translatey" else _moved(first, second)
    if name.startswith("scale"):
        across = 1.0 if name == "scaley" else values[0]
        down = 1.0 if name == "scalex" else values[-1]
        return np.diag([across, down, 1.0])
    if name.startswith("rotate"):
        cos, sin = math.cos(math.radians(values[0])), math.sin(math.radians(values[0]))
        return np.array([(cos, -sin, 0), (sin, cos, 0), (0, 0, 1)], np.float64)
    if name.startswith("skew"):
        across = 0.0 if name == "skewy" else math.tan(math.radians(values[0]))
        down = math.tan(math.radians(values[-1])) if name == "skewy" or len(values) > 1 else 0.0
        return np.array([(1, across, 0), (down, 1, 0), (0, 0, 1)], np.float64)
    a, b, c, d, e, f = values
    return np.array([(a, c, e), (b, d, f), (0, 0, 1)], np.float64)
