"""A window: the one way pictures of any size are laid into a box, zoomed about a point of it, its corners rounded."""

from __future__ import annotations

import cv2
import numpy as np

from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.layers.framing import Framing
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import Bytes, Rect, even_rect, half
from clipmill.media.draw.quarters import Quarters, can_quarter
from clipmill.media.draw.raster import box_mask
from clipmill.media.draw.sprite import Sprite, Tile, opaque, tiles_of


class Window:
    """Makes sprites of levels. Its sprites are valid until the next one is made."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        box, area = framing.box, framing.area
        self.rect: Rect = even_rect(area.x, area.y, area.x + area.width, area.y + area.height)
        outer = even_rect(box.x, box.y, box.x + box.width, box.y + box.height)
        inside = Box(box.x - outer.x, box.y - outer.y, box.width, box.height)
        self._centre = (area.x + area.width / 2 - self.rect.x, area.y + area.height / 2 - self.rect.y)
        #: From its middle to the point that a zoom leaves where it is, pixels.
        self._aside = ((framing.towards[0] - 0.5) * area.width, (framing.towards[1] - 0.5) * area.height)
        self._is_centred = self._centre == (self.rect.width / 2, self.rect.height / 2) and self._aside == (0, 0)
        self._still_size = (area.width, area.height)
        whole = box_mask(outer.width, outer.height, inside, framing.radii)
        mask = np.ascontiguousarray(whole[self.rect.moved(-outer.x, -outer.y).window(0)])
        #: Whether all of it is opaque where pictures are.
        self._is_plain = bool(mask.min() == 255)
        small = half(mask, full_colour=framing.full_colour)
        self._mask = (opaque(mask.shape), opaque(small.shape)) if self._is_plain else (mask, small)
        self._step = step = 1 if framing.full_colour else 2
        self._tiles = tuple(tiles_of(mask))
        outside = [tile.rect for tile in tiles_of(cv2.bitwise_not(mask)) if tile.opaque]
        edges = [tile.rect for tile in self._tiles if not tile.opaque]
        #: By plane: what no picture reaches, and where pictures are mixed, with how much of them is seen there.
        self._outside = [[rect.window(plane, step) for rect in outside] for plane in range(3)]
        self._edges = [
            [(rect.window(plane, step), self._mask[min(plane, 1)][rect.window(plane, step)]) for rect in edges]
            for plane in range(3)
        ]
        self._planes = tuple(np.empty(self._mask[min(plane, 1)].shape, np.uint8) for plane in range(3))
        #: The level drawn last and its planes, made ready for many zooms.
        self._ready: tuple[Level, dict[int, Quarters]] | None = None

    def sprite(self, level: Level, scale: float) -> Sprite:
        """A level at this zoom. What is drawn as it is shares its planes with the level."""
        if not level.alpha and (self._framing.fills or not self._framing.is_zoomed):
            return self._covering(level, scale)
        return self._transparent(level, scale)

    def _covering(self, level: Level, scale: float) -> Sprite:
        """The common case: an opaque picture that fills its box; only tiles at rounded corners are mixed."""
        fits = self._fits(level, scale)
        if fits and self._is_plain:
            return Sprite(self.rect, level.planes, self._mask, self._tiles)
        for plane, into in enumerate(self._planes):
            if fits:
                into[:] = level.planes[plane]
            else:
                self._zoomed(level, plane, scale, into)
            for place in self._outside[plane]:
                into[place] = 0
            for place, mask in self._edges[plane]:
                cv2.multiply(into[place], mask, into[place], 1 / 255)
        y, u, v = self._planes
        return Sprite(self.rect, (y, u, v), self._mask, self._tiles)

    def _zoomed(self, level: Level, plane: int, scale: float, into: Bytes) -> None:
        """Fill a plane of the box: about its middle in quarters, anywhere else between pixels."""
        source = level.planes[plane]
        across, down = self._ratios(source, plane, scale)
        if not (self._is_centred and can_quarter(source, into, across, down)):
            self._drawn(source, plane, scale, into, cv2.BORDER_REPLICATE)
            return
        if self._ready is None or self._ready[0] is not level:
            self._ready = (level, {})
        ready = self._ready[1]
        if plane not in ready:
            ready[plane] = Quarters(source)
        ready[plane].draw(across, down, into)

    def _ratios(self, source: Bytes, plane: int, scale: float) -> tuple[float, float]:
        """Pixels of a plane of the source for one of the box, across and down, at this zoom."""
        step = 1 if plane == 0 else self._step
        width, height = self._shown_size(scale)
        return source.shape[1] * step / width, source.shape[0] * step / height

    def _transparent(self, level: Level, scale: float) -> Sprite:
        """A picture with opacity of its own, or with empty bands beside it."""
        opacity = level.alpha or (np.full_like(level.planes[0], 255), np.full_like(level.planes[1], 255))
        fits = self._fits(level, scale)
        y, u, v = (self._masked(part, plane, scale, fits) for plane, part in enumerate(level.planes))
        full, small = (self._masked(part, plane, scale, fits) for plane, part in enumerate(opacity))
        tiles = tuple(tiles_of(full)) if fits else (Tile(Rect(0, 0, self.rect.width, self.rect.height), opaque=False),)
        return Sprite(self.rect, (y, u, v), (full, small), tiles)

    def _masked(self, source: Bytes, plane: int, scale: float, fits: bool) -> Bytes:
        """One plane of the box, with nothing outside the picture and outside the box's corners."""
        drawn = source if fits else self._drawn(source, plane, scale, None, cv2.BORDER_CONSTANT)
        return drawn if self._is_plain else cv2.multiply(drawn, self._mask[min(plane, 1)], scale=1 / 255)

    def _fits(self, level: Level, scale: float) -> bool:
        """Whether each pixel of the level is one of the box."""
        size = (self.rect.width, self.rect.height)
        return size == self._shown_size(scale) and level.planes[0].shape == size[::-1]

    def _shown_size(self, scale: float) -> tuple[float, float]:
        """The size of the whole picture at this zoom."""
        shown = self._framing.shown
        return (shown.width * scale, shown.height * scale) if self._framing.is_zoomed else self._still_size

    def _drawn(self, source: Bytes, plane: int, scale: float, into: Bytes | None, border: int) -> Bytes:
        """One plane of the box, from one plane of a picture, between its pixels."""
        step = 1 if plane == 0 else self._step
        move = np.zeros((2, 3), np.float64)
        centres, grown = self._centre, scale / self._framing.zooms[0]
        if self._framing.is_zoomed and not self._is_centred:  # the middle of the picture leaves that of the box
            across, down = (aside * (1 - grown) for aside in self._aside)
            centres = (self._centre[0] + across, self._centre[1] + down)
        for axis, (centre, ratio) in enumerate(zip(centres, self._ratios(source, plane, scale), strict=True)):
            length = source.shape[1 - axis]
            move[axis, axis] = ratio
            move[axis, 2] = (length - 1) / 2 - ratio * (centre / step - 0.5)
        size = (self.rect.width // step, self.rect.height // step)
        return cv2.warpAffine(source, move, size, into, cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, border)  # type: ignore[no-any-return]
