"""A layer that is mirrored or turned about its middle."""

from __future__ import annotations

import math

from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.layers.layer import Layer
from clipmill.engines.render.motion import State
from clipmill.media.draw.planes import Rect, even_rect
from clipmill.media.draw.sprite import Sprite
from clipmill.media.draw.turn import flipped, rotated


class TurnedLayer:
    """Another layer, mirrored first and turned then."""

    def __init__(self, layer: Layer, *, angle: float, across: bool, down: bool) -> None:
        self._layer = layer
        self._angle = angle % 360
        self._across = across
        self._down = down
        self.box: Box = layer.box
        self._centre = (self.box.x + self.box.width / 2, self.box.y + self.box.height / 2)
        self.rect: Rect = self._reach(layer.rect)
        #: The sprite that was turned last, and what became of it.
        self._last: tuple[Sprite, Sprite] | None = None

    def sprite(self, state: State) -> Sprite:
        """The turned picture; turned once while the layer shows the same one."""
        sprite = self._layer.sprite(state)
        if self._last is None or self._last[0] is not sprite:
            turned = flipped(sprite, self.box, across=self._across, down=self._down)
            self._last = (sprite, rotated(turned, self._angle, self._centre))
        return self._last[1]

    def close(self) -> None:
        """Close the layer."""
        self._layer.close()

    def _reach(self, rect: Rect) -> Rect:
        """All that may be touched: the corners of the rectangle, mirrored and turned, and two pixels around."""
        cos, sin = math.cos(math.radians(self._angle)), math.sin(math.radians(self._angle))
        middle_x, middle_y = self._centre
        corners = []
        for x in (rect.x, rect.x + rect.width):
            for y in (rect.y, rect.y + rect.height):
                right, low = x - middle_x, y - middle_y
                right, low = (-right if self._across else right), (-low if self._down else low)
                corners.append((middle_x + right * cos - low * sin, middle_y + right * sin + low * cos))
        xs, ys = zip(*corners, strict=True)
        return even_rect(min(xs) - 2, min(ys) - 2, max(xs) + 2, max(ys) + 2)
