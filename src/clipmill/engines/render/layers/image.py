"""The IMAGE layer: a picture in a box that stays still, with an optional slow zoom inside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from clipmill.domain.timeline.layout import Box, Size, box_size, place
from clipmill.domain.timeline.visual import ImageVisual
from clipmill.engines.render.layers.layer import Layer, Stage, StillLayer, snapped
from clipmill.errors import ProjectError
from clipmill.media.draw.planes import Bytes, Rect, even_rect, from_rgb, from_rgba, half
from clipmill.media.draw.raster import box_mask, load_picture, picture_size
from clipmill.media.draw.sprite import Cell, Sprite, cells_of, sprite_from_rgba

#: A zoom is drawn from copies of the picture whose sizes are at most this factor apart.
_LEVEL_STEP = 1.5
#: A picture that would be larger than this before it is cut to its box is refused.
_WHOLE_PIXELS = 60_000_000
#: No copy has more pixels than this.
_LEVEL_PIXELS = 8_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The picture at one size: planes (multiplied by opacity where it has any) and opacity, if it has any."""

    planes: tuple[Bytes, Bytes, Bytes]
    alpha: tuple[Bytes, Bytes] | None

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(part.nbytes for part in (*self.planes, *(self.alpha or ())))


def image_layer(visual: ImageVisual, stage: Stage, where: str) -> Layer:
    """Set up a picture. Raises ProjectError, MediaError."""
    path = stage.assets.get(visual.src)
    if path is None:
        raise ProjectError(f"{visual.src!r} is no stored file", path=f"{where}.src")
    natural = picture_size(path, pixels=stage.limits.image_pixels, where=f"{where}.src")
    box = snapped(place(visual, stage.canvas, box_size(visual, stage.canvas, natural)))
    least = min(visual.zoom.start, visual.zoom.end) if visual.zoom else 1.0
    whole = _shown_size(visual.fit, box, natural)
    if whole.width * whole.height > _WHOLE_PIXELS:
        raise ProjectError(
            f"a picture of {natural.width:g} × {natural.height:g} pixels is too long and thin for its box", path=where,
            hint="Use a picture of a more usual shape, or another fit.",
        )  # fmt: skip
    shown = _seen_size(whole, box, least)
    radius = visual.radius
    cut = visual.fit == "cover"
    radii = (radius.tl, radius.tr, radius.br, radius.bl)
    if visual.zoom is not None and visual.zoom.start != visual.zoom.end:
        return ZoomLayer(visual, stage, _Frame(path, f"{where}.src", box, shown, radii, cut))
    at = visual.zoom.start if visual.zoom else 1.0
    still = _Frame(path, f"{where}.src", box, Size(shown.width * at, shown.height * at), radii, cut)
    return StillLayer(stage.shelf.get(("image", visual.src, box, still.shown, radii, cut), partial(_still, still)))


@dataclass(frozen=True, slots=True)
class _Frame:
    """A picture file and how it sits in its box."""

    path: str
    where: str
    box: Box
    #: The size at which the whole picture is shown, at zoom 1.
    shown: Size
    radii: tuple[float, float, float, float]
    #: Whether the picture keeps its shape and is cut to `shown`.
    cut: bool = False


def _shown_size(fit: str, box: Box, natural: Size) -> Size:
    """The size of the whole picture: stretched to its box, covering it, or inside it."""
    across, down = box.width / natural.width, box.height / natural.height
    if fit == "fill":
        return Size(box.width, box.height)
    scale = max(across, down) if fit == "cover" else min(across, down)
    return Size(natural.width * scale, natural.height * scale)


def _seen_size(shown: Size, box: Box, least_zoom: float) -> Size:
    """Of that, what the box lets through when the zoom is smallest; the rest need not be drawn."""
    return Size(min(shown.width, box.width / least_zoom), min(shown.height, box.height / least_zoom))


def _still(frame: _Frame) -> Sprite:
    """The box with the picture centred in it."""
    width, height = int(frame.box.width), int(frame.box.height)
    wide, high = max(1, round(frame.shown.width)), max(1, round(frame.shown.height))
    picture = load_picture(frame.path, wide, high, where=frame.where, cut=frame.cut)
    left, top = (width - wide) // 2, (height - high) // 2
    x, y = max(0, left), max(0, top)
    seen = picture[max(0, -top) :, max(0, -left) :][: height - y, : width - x]
    rgba = np.zeros((height, width, 4), np.uint8)
    part = rgba[y : y + seen.shape[0], x : x + seen.shape[1]]
    part[..., :3] = seen[..., :3]
    part[..., 3] = seen[..., 3] if seen.shape[2] == 4 else 255
    if max(frame.radii) > 0:
        rgba[..., 3] = cv2.multiply(
            np.ascontiguousarray(rgba[..., 3]),
            box_mask(width, height, Box(0, 0, width, height), frame.radii),
            scale=1 / 255,
        )
    return sprite_from_rgba(rgba, int(frame.box.x), int(frame.box.y))


class ZoomLayer:
    """A picture that grows or shrinks about the centre of its box, between pixels."""

    def __init__(self, visual: ImageVisual, stage: Stage, frame: _Frame) -> None:
        box = frame.box
        self._frame = frame
        self.rect: Rect = even_rect(box.x, box.y, box.x + box.width, box.y + box.height)
        inside = Box(box.x - self.rect.x, box.y - self.rect.y, box.width, box.height)
        mask = box_mask(self.rect.width, self.rect.height, inside, frame.radii)
        self._mask = (mask, half(mask))
        self._levels = [
            (
                scale,
                stage.shelf.get(("level", visual.src, frame.shown, scale, frame.cut), partial(_level, frame, scale)),
            )
            for scale in _level_scales(visual, frame.shown)
        ]
        self._covers = visual.fit != "contain" and self._levels[0][1].alpha is None
        self._cells = tuple(cells_of(mask)) if self._covers else (_whole(self.rect),)
        self._planes = tuple(np.empty_like(self._mask[min(plane, 1)]) for plane in range(3))
        self._last: tuple[float, Sprite | None] = (0.0, None)

    def sprite(self, scale: float) -> Sprite:
        """The box at this zoom."""
        at, sprite = self._last
        if sprite is None or at != scale:
            sprite = self._covering(scale) if self._covers else self._transparent(scale)
            self._last = (scale, sprite)
        return sprite

    def close(self) -> None:
        """Let go of the copies of the picture."""
        self._levels.clear()

    def _level_for(self, scale: float) -> Level:
        """The smallest copy that is not smaller than what is shown, else the largest."""
        return next((level for at, level in self._levels if at >= scale - 1e-9), self._levels[-1][1])

    def _warp(self, source: Bytes, plane: int, scale: float, into: Bytes | None, border: int) -> Bytes:
        """One plane of the box, from one plane of a copy."""
        step = 1 if plane == 0 else 2
        box, shown = self._frame.box, self._frame.shown
        move = np.zeros((2, 3), np.float64)
        centres = (box.x + box.width / 2 - self.rect.x, box.y + box.height / 2 - self.rect.y)
        for axis, (centre, side) in enumerate(zip(centres, (shown.width, shown.height), strict=True)):
            length = source.shape[1 - axis]
            ratio = length * step / (side * scale)
            move[axis, axis] = ratio
            move[axis, 2] = (length - 1) / 2 - ratio * (centre / step - 0.5)
        size = (self.rect.width // step, self.rect.height // step)
        return cv2.warpAffine(source, move, size, into, cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, border)  # type: ignore[no-any-return]

    def _covering(self, scale: float) -> Sprite:
        """The common case: an opaque picture that fills its box; only cells at rounded corners are mixed."""
        level = self._level_for(scale)
        for plane, into in enumerate(self._planes):
            self._warp(level.planes[plane], plane, scale, into, cv2.BORDER_REPLICATE)
            for cell in self._cells:
                if not cell.opaque:
                    part = into[cell.rect.window(plane)]
                    cv2.multiply(part, self._mask[min(plane, 1)][cell.rect.window(plane)], part, 1 / 255)
        y, u, v = self._planes
        return Sprite(self.rect, (y, u, v), self._mask, self._cells)

    def _transparent(self, scale: float) -> Sprite:
        """A picture with opacity of its own, or with empty bands beside it."""
        level = self._level_for(scale)
        opacity = level.alpha or (np.full_like(level.planes[0], 255), np.full_like(level.planes[1], 255))
        border = cv2.BORDER_CONSTANT
        planes = [
            cv2.multiply(self._warp(part, n, scale, None, border), self._mask[min(n, 1)], scale=1 / 255)
            for n, part in enumerate(level.planes)
        ]
        alpha = [
            cv2.multiply(self._warp(part, n, scale, None, border), self._mask[n], scale=1 / 255)
            for n, part in enumerate(opacity)
        ]
        return Sprite(self.rect, (planes[0], planes[1], planes[2]), (alpha[0], alpha[1]), self._cells)


def _whole(rect: Rect) -> Cell:
    return Cell(Rect(0, 0, rect.width, rect.height), opaque=False)


def _level_scales(visual: ImageVisual, shown: Size) -> list[float]:
    """The zooms at which copies are made, smallest first, so that no frame shrinks a copy by much."""
    assert visual.zoom is not None
    least, most = sorted((visual.zoom.start, visual.zoom.end))
    most = max(1.0, min(most, math.sqrt(_LEVEL_PIXELS / (shown.width * shown.height))))
    scales = [most]
    while scales[0] / _LEVEL_STEP >= least:
        scales.insert(0, scales[0] / _LEVEL_STEP)
    return scales


def _level(frame: _Frame, scale: float) -> Level:
    """The picture at its size at this zoom, rounded to even sides."""
    width = max(2, round(frame.shown.width * scale / 2) * 2)
    height = max(2, round(frame.shown.height * scale / 2) * 2)
    picture = load_picture(frame.path, width, height, where=frame.where, cut=frame.cut)
    if picture.shape[2] == 3:
        return Level(from_rgb(picture), None)
    planes, alpha = from_rgba(picture)
    return Level(planes, alpha)
