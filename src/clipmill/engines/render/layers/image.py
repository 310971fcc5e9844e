"""The IMAGE layer: a picture in a box that stays still, with an optional slow zoom inside it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from clipmill.domain.timeline.elements.visual import PictureVisual
from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.layers.framing import Framing, framing, is_treated, source_path, treated
from clipmill.engines.render.layers.layer import Layer, Stage, StillLayer
from clipmill.engines.render.layers.window import Window
from clipmill.engines.render.motion import State
from clipmill.engines.render.shelf import Shelf
from clipmill.media.draw.crop import WHOLE, Crop
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import Rect, from_rgb, from_rgba
from clipmill.media.draw.raster import box_mask, load_picture, picture_size
from clipmill.media.draw.sprite import Sprite, copied, mixed, opaque_sprite, sprite_from_rgba

#: Zooms beyond the size of a copy, as a share of it, within which the next larger one takes over.
_HANDOVER = 0.04


def image_layer(visual: PictureVisual, stage: Stage, where: str) -> Layer:
    """Set up a picture. Raises ProjectError, MediaError."""
    path = source_path(visual, stage, where)
    natural = picture_size(path, pixels=stage.limits.image_pixels, where=f"{where}.src")
    lies = framing(visual, stage, natural, where)
    picture = _Picture(visual, path, lies)
    if lies.is_zoomed:
        return ZoomLayer(picture, stage)
    make = picture.treated_still if is_treated(visual) else picture.still
    key = (*picture.key, "still", lies.box, lies.shown, lies.radii, lies.fills, lies.zooms)
    return StillLayer(stage.shelf.get(key, make), lies.box)


@dataclass(frozen=True)
class _Picture:
    """A picture file and how it lies in its box."""

    visual: PictureVisual
    path: str
    framing: Framing

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What its pixels depend on, sizes and corners left aside."""
        looks = (self.visual.chroma_key, self.visual.filter)
        told = tuple(look.model_dump_json() if look is not None else "" for look in looks)
        return ("image", self.visual.src, *self._cut, *told)

    @property
    def _cut(self) -> tuple[bool, Crop]:
        """Whether it is cut while it is scaled, or else which part of it is cut out before.

        The first is quicker, but cuts at whole pixels of the size scaled to: copies of several sizes would not lie
        exactly over each other, and a zoom would jump where one follows another.
        """
        lies = self.framing
        if self.visual.crop_params is None and lies.zooms[0] == 1 and len(lies.scales()) == 1:
            return self.visual.fit == "cover", WHOLE
        return False, lies.part

    def _load(self, width: int, height: int) -> np.ndarray:
        cut, part = self._cut
        return load_picture(self.path, width, height, where=f"{self.framing.where}.src", cut=cut, part=part)

    def level(self, scale: float) -> Level:
        """The picture at its size at this zoom, rounded to even sides, keyed and filtered."""
        picture = self._load(*self.framing.size_at(scale))
        has_opacity, full = picture.shape[2] == 4, self.framing.full_colour
        made = from_rgba(picture, full_colour=full) if has_opacity else (from_rgb(picture, full_colour=full), None)
        level = Level(*made)
        return treated(level, self.visual, self.framing.enlarged(level.planes[0].shape[1]))

    def treated_still(self) -> Sprite:
        """The box with the picture in it, keyed and filtered."""
        return Window(self.framing).sprite(self.level(1.0), 1.0)

    def still(self) -> Sprite:
        """The box with the picture centred in it."""
        box, shown, radii = self.framing.box, self.framing.shown, self.framing.radii
        width, height = int(box.width), int(box.height)
        wide, high = max(1, round(shown.width)), max(1, round(shown.height))
        picture = self._load(wide, high)
        left, top = (width - wide) // 2, (height - high) // 2
        x, y = max(0, left), max(0, top)
        seen = picture[max(0, -top) :, max(0, -left) :][: height - y, : width - x]
        if seen.shape == (height, width, 3) and not (max(radii) or box.x % 2 or box.y % 2 or width % 2 or height % 2):
            return opaque_sprite(
                np.ascontiguousarray(seen), int(box.x), int(box.y), full_colour=self.framing.full_colour
            )
        rgba = np.zeros((height, width, 4), np.uint8)
        part = rgba[y : y + seen.shape[0], x : x + seen.shape[1]]
        part[..., :3] = seen[..., :3]
        part[..., 3] = seen[..., 3] if seen.shape[2] == 4 else 255
        if max(radii) > 0:
            mask = box_mask(width, height, Box(0, 0, width, height), radii)
            rgba[..., 3] = cv2.multiply(np.ascontiguousarray(rgba[..., 3]), mask, scale=1 / 255)
        return sprite_from_rgba(rgba, int(box.x), int(box.y), full_colour=self.framing.full_colour)


class ZoomLayer:
    """A picture that grows or shrinks about the centre of its box, between pixels."""

    def __init__(self, picture: _Picture, stage: Stage) -> None:
        self._framing = picture.framing
        self._window = Window(picture.framing)
        self.box: Box = picture.framing.box
        self.rect: Rect = self._window.rect
        self._levels = {scale: self._level(picture, scale, stage.shelf) for scale in self._framing.scales()}
        self._last: tuple[float, Sprite] | None = None

    def _level(self, picture: _Picture, scale: float, shelf: Shelf) -> Level:
        return shelf.get((*picture.key, "level", self._framing.shown, scale), partial(picture.level, scale))

    def sprite(self, state: State) -> Sprite:
        """The box at this zoom."""
        if self._last is None or self._last[0] != state.scale:
            self._last = (state.scale, self._drawn(state.scale))
        return self._last[1]

    def _drawn(self, zoom: float) -> Sprite:
        """The box from one copy of the picture, or from two where the larger takes over.

        It is sharper, and edges lie a tenth of a pixel elsewhere in it: taken over at once, both could be seen.
        """
        copies = tuple(self._levels)
        copy = self._framing.copy_for(copies, zoom)
        smaller = max((scale for scale in copies if scale < copy), default=0.0)
        if zoom >= smaller * (1 + _HANDOVER):
            return self._window.sprite(self._levels[copy], zoom)
        share = (zoom / smaller - 1) / _HANDOVER
        first = copied(self._window.sprite(self._levels[smaller], zoom))
        return mixed(first, self._window.sprite(self._levels[copy], zoom), share)

    def close(self) -> None:
        """Let go of the copies of the picture."""
        self._levels.clear()
        self._last = None
