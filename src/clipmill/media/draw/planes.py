"""Planes: a picture as Y, U and V in one buffer, and the way between sRGB and that (BT.709, limited range, 4:2:0).

Planes of an image are in full colour: red, green and blue instead, all at full size. What is blended, masked, turned
and resized plane by plane need not know; what must tells it by how large the planes are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.timeline.colour import Colour

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

cv2.setNumThreads(1)

#: sRGB 0–255 → Y 16–235, U and V 16–240 (ITU-R BT.709), the last column being the offsets.
_FROM_RGB = np.array(
    [
        [0.2126 * 219 / 255, 0.7152 * 219 / 255, 0.0722 * 219 / 255, 16],
        [-0.2126 / 1.8556 * 224 / 255, -0.7152 / 1.8556 * 224 / 255, 0.5 * 224 / 255, 128],
        [0.5 * 224 / 255, -0.7152 / 1.5748 * 224 / 255, -0.0722 / 1.5748 * 224 / 255, 128],
    ],
    np.float32,
)
#: The part of it that gives U and V, without the offset.
CHROMA_FROM_RGB = _FROM_RGB[1:, :3].copy()
_TO_RGB = np.linalg.inv(_FROM_RGB[:, :3].astype(np.float64)).astype(np.float32)
#: The parts of a picture that have all its pixels: Y and opacity.
FULL_SIZE = (0, 3)
#: Rows converted at a time: keeps the float copies of a large picture small.
_STRIPE = 128


def is_full_colour(parts: Sequence[Bytes]) -> bool:
    """Whether the planes of a picture are red, green and blue: all of one size."""
    return parts[0].shape == parts[1].shape


def chroma_step(parts: Sequence[Bytes]) -> int:
    """Pixels of the first plane of a picture for one of the second and third, across as down."""
    return 1 if is_full_colour(parts) else 2


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of whole pixels; every figure is even, so that it covers whole chroma samples."""

    x: int
    y: int
    width: int
    height: int

    @property
    def is_empty(self) -> bool:
        """Whether it covers nothing."""
        return self.width <= 0 or self.height <= 0

    def meet(self, other: Rect) -> Rect:
        """What both cover."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Rect(x, y, max(0, right - x), max(0, bottom - y))

    def join(self, other: Rect) -> Rect:
        """The smallest rectangle around both."""
        if self.is_empty or other.is_empty:
            return other if self.is_empty else self
        x, y = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.width, other.x + other.width)
        bottom = max(self.y + self.height, other.y + other.height)
        return Rect(x, y, right - x, bottom - y)

    def without(self, other: Rect) -> Iterator[Rect]:
        """What another does not cover, in up to four rectangles."""
        hole = self.meet(other)
        if hole.is_empty:
            yield self
            return
        right, bottom = self.x + self.width, self.y + self.height
        hole_right, hole_bottom = hole.x + hole.width, hole.y + hole.height
        rest = (
            Rect(self.x, self.y, self.width, hole.y - self.y),
            Rect(self.x, hole.y, hole.x - self.x, hole.height),
            Rect(hole_right, hole.y, right - hole_right, hole.height),
            Rect(self.x, hole_bottom, self.width, bottom - hole_bottom),
        )
        yield from (rect for rect in rest if not rect.is_empty)

    def moved(self, dx: int, dy: int) -> Rect:
        """The same rectangle elsewhere; dx and dy are even."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def window(self, plane: int, step: int = 2) -> tuple[slice, slice]:
        """Rows and columns of a plane: 0 and 3 (Y, opacity) at full size, 1, 2 and 4 (U, V, opacity) one for `step`."""
        step = 1 if plane in FULL_SIZE else step
        rows = slice(self.y // step, (self.y + self.height) // step)
        return rows, slice(self.x // step, (self.x + self.width) // step)


def even_rect(x: float, y: float, right: float, bottom: float) -> Rect:
    """The smallest even rectangle that covers these edges."""
    left, top = int(np.floor(x)) // 2 * 2, int(np.floor(y)) // 2 * 2
    return Rect(left, top, -(-int(np.ceil(right)) // 2) * 2 - left, -(-int(np.ceil(bottom)) // 2) * 2 - top)


class Planes:
    """One picture in one contiguous I420 buffer, as encoders take it; with opacity beside it where it has any."""

    def __init__(self, width: int, height: int, *, transparent: bool = False, full_colour: bool = False) -> None:
        self.width = width
        self.height = height
        self.full_colour = full_colour
        step = 1 if full_colour else 2
        half = (height // step, width // step)
        #: Y, then U, then V: shape (height × 3 / 2, width), or (height × 3, width) in full colour.
        self.buffer: Bytes = np.zeros((height + 2 * half[0] // step, width), np.uint8)
        chroma = self.buffer[height:].reshape(2, *half)
        #: Y, U and V; of a transparent picture multiplied by opacity, which follows at full and at half size.
        self.parts: tuple[Bytes, ...] = (self.buffer[:height], chroma[0], chroma[1])
        if transparent:
            self.parts += (np.zeros((height, width), np.uint8), np.zeros(half, np.uint8))

    @property
    def rect(self) -> Rect:
        """The whole picture."""
        return Rect(0, 0, self.width, self.height)

    def fill(self, colour: Colour | None, rect: Rect | None = None) -> None:
        """Make every pixel, or those of a rectangle, this colour; None: nothing."""
        values = (0.0,) * 5 if colour is None else (*yuv_of(colour, full_colour=self.full_colour), 255.0, 255.0)
        step = chroma_step(self.parts)
        for plane, (part, value) in enumerate(zip(self.parts, values, strict=False)):
            part[(rect or self.rect).window(plane, step)] = round(value)

    def copy_from(self, other: Planes, rect: Rect) -> None:
        """Take over the pixels of a rectangle."""
        step = chroma_step(self.parts)
        for plane, (mine, theirs) in enumerate(zip(self.parts, other.parts, strict=True)):
            window = rect.window(plane, step)
            mine[window] = theirs[window]


def yuv_of(colour: Colour, *, full_colour: bool = False) -> tuple[float, float, float]:
    """Y, U and V of a colour, its opacity left aside; in full colour red, green and blue."""
    if full_colour:
        return colour.red, colour.green, colour.blue
    y, u, v = _FROM_RGB[:, :3] @ np.array([colour.red, colour.green, colour.blue], np.float32) + _FROM_RGB[:, 3]
    return float(y), float(u), float(v)


def half(plane: Any, *, full_colour: bool = False) -> Any:
    """A plane at half size, each pixel the mean of four; in full colour, where nothing is halved, the plane itself."""
    if full_colour:
        return plane
    return cv2.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv2.INTER_AREA)


def to_bytes(plane: Floats) -> Bytes:
    """Rounded and held inside 0–255."""
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)


def from_rgb(rgb: Bytes, *, full_colour: bool = False) -> tuple[Bytes, Bytes, Bytes]:
    """The planes of an sRGB picture of even size, shape (height, width, 3)."""
    if full_colour:
        red, green, blue = cv2.split(rgb)
        return red, green, blue
    height, width = rgb.shape[:2]
    y = np.empty((height, width), np.uint8)
    u, v = np.empty((height // 2, width // 2), np.uint8), np.empty((height // 2, width // 2), np.uint8)
    for top in range(0, height, _STRIPE):
        stripe = cv2.transform(rgb[top : top + _STRIPE].astype(np.float32), _FROM_RGB)
        rows = slice(top // 2, top // 2 + len(stripe) // 2)
        y[top : top + _STRIPE] = to_bytes(stripe[..., 0])
        chroma = to_bytes(half(stripe[..., 1:]))
        u[rows], v[rows] = chroma[..., 0], chroma[..., 1]
    return y, u, v


def from_rgba(rgba: Bytes, *, full_colour: bool = False) -> tuple[tuple[Bytes, Bytes, Bytes], tuple[Bytes, Bytes]]:
    """Planes multiplied by opacity, and opacity at full and half size, of an sRGB picture of even size.

    `rgba` has the shape (height, width, 4) and is not multiplied. Chroma is averaged weighted by opacity, so that
    what lies under transparent pixels never shows as a fringe.
    """
    if full_colour:
        red, green, blue, opacity = cv2.split(rgba)
        multiplied = (cv2.multiply(part, opacity, scale=1 / 255) for part in (red, green, blue))
        return (next(multiplied), next(multiplied), next(multiplied)), (opacity, opacity)
    height, width = rgba.shape[:2]
    y = np.empty((height, width), np.uint8)
    u, v = np.empty((height // 2, width // 2), np.uint8), np.empty((height // 2, width // 2), np.uint8)
    alpha = np.ascontiguousarray(rgba[..., 3])
    for top in range(0, height, _STRIPE):
        source = rgba[top : top + _STRIPE]
        stripe = cv2.transform(np.ascontiguousarray(source[..., :3]).astype(np.float32), _FROM_RGB)
        stripe *= source[..., 3:].astype(np.float32) / 255
        rows = slice(top // 2, top // 2 + len(stripe) // 2)
        y[top : top + _STRIPE] = to_bytes(stripe[..., 0])
        chroma = to_bytes(half(stripe[..., 1:]))
        u[rows], v[rows] = chroma[..., 0], chroma[..., 1]
    return (y, u, v), (alpha, half(alpha))


def to_rgb(planes: Planes) -> Bytes:
    """The sRGB picture of opaque planes, shape (height, width, 3)."""
    if planes.full_colour:
        return cv2.merge(planes.parts[:3])  # type: ignore[no-any-return]
    full = _full_size(planes.parts[:3])
    rgb = np.empty((*full[0].shape, 3), np.uint8)
    for rows in stripes(len(rgb)):
        centred = np.stack([part[rows] for part in full], -1).astype(np.float32) - _FROM_RGB[:, 3]
        rgb[rows] = to_bytes(cv2.transform(centred, _TO_RGB))
    return rgb


def to_rgba(parts: Sequence[Bytes]) -> Bytes:
    """The sRGB picture with opacity, shape (height, width, 4), its colours not multiplied.

    `parts` are Y, U and V; or these multiplied by opacity, and opacity at full and at half size. Colours of what cannot
    be seen at all are 0.
    """
    if is_full_colour(parts):
        seen = parts[3] if len(parts) > 3 else np.full_like(parts[0], 255)
        return cv2.merge([*(cv2.divide(part, seen, scale=255) for part in parts[:3]), seen])  # type: ignore[no-any-return]
    full = _full_size(parts[:3])
    opacity = _full_size(parts[3:5]) if len(parts) > 3 else [np.full_like(full[0], 255)] * 2
    rgba = np.empty((*full[0].shape, 4), np.uint8)
    rgba[..., 3] = opacity[0]
    for rows in stripes(len(rgba)):
        shares = np.stack([opacity[plane][rows] for plane in (0, 1, 1)], -1).astype(np.float32) / 255
        stripe = np.stack([part[rows] for part in full], -1).astype(np.float32)
        straight = np.divide(stripe, shares, out=np.empty_like(stripe), where=shares > 0)
        straight[shares == 0] = 128
        rgba[rows, :, :3] = to_bytes(cv2.transform(straight - _FROM_RGB[:, 3], _TO_RGB))
    rgba[opacity[0] == 0] = 0
    return rgba


def _full_size(parts: Sequence[Bytes]) -> list[Bytes]:
    """The parts, those at half size enlarged to the size of the largest."""
    height, width = max(part.shape for part in parts)
    return [part if part.shape == (height, width) else cv2.resize(part, (width, height)) for part in parts]


def stripes(height: int) -> Iterator[slice]:
    """All rows, a few at a time."""
    return (slice(top, min(top + _STRIPE, height)) for top in range(0, height, _STRIPE))
