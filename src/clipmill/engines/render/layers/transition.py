"""The TRANSITION layer: the pictures of two stacks of layers, and how one gives way to the other."""

from __future__ import annotations

import numpy as np

from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.compose import Compositor
from clipmill.engines.render.layers.layer import Layer, Stage, box_of
from clipmill.engines.render.motion import State
from clipmill.engines.render.plan import Crossfade, Plan
from clipmill.engines.render.transitions.registry import mix
from clipmill.media.draw.planes import Planes, Rect
from clipmill.media.draw.sprite import Sprite, Tile, tiles_of


def transition_layer(crossfade: Crossfade, stage: Stage, where: str) -> Layer:
    """Set up both sides of a transition. Raises what their layers raise."""
    return TransitionLayer(crossfade, stage)


class TransitionLayer:
    """Two compositors and a picture in which theirs are mixed."""

    def __init__(self, crossfade: Crossfade, stage: Stage) -> None:
        self._begin = crossfade.begin
        self._effect, self._ramp = crossfade.effect, crossfade.ramp
        self._sides = tuple(_compositor(plan, stage) for plan in (crossfade.first, crossfade.second))
        self._opaque = crossfade.first.is_opaque and crossfade.second.is_opaque
        first = crossfade.first
        self._mixed = Planes(first.width, first.height, transparent=not self._opaque, full_colour=stage.full_colour)
        self.rect: Rect = self._mixed.rect
        self.box: Box = box_of(self.rect)

    def sprite(self, state: State) -> Sprite:
        """The whole canvas, `state.content` frames into the transition."""
        frame = int(str(state.content))
        first, second = (side.frame(self._begin + frame).parts for side in self._sides)
        count = 3 if self._opaque else 5
        mix(self._effect, first[:count], second[:count], self._ramp.at(frame), self._mixed.parts)
        y, u, v = self._mixed.parts[:3]
        if self._opaque:
            whole = Tile(Rect(0, 0, self.rect.width, self.rect.height), opaque=True)
            return Sprite(self.rect, (y, u, v), _NO_ALPHA, (whole,))
        alpha = (self._mixed.parts[3], self._mixed.parts[4])
        return Sprite(self.rect, (y, u, v), alpha, tuple(tiles_of(alpha[0])))

    def close(self) -> None:
        """Close the layers of both sides."""
        for side in self._sides:
            side.close()


_NO_ALPHA = (np.zeros((0, 0), np.uint8), np.zeros((0, 0), np.uint8))


def _compositor(plan: Plan, stage: Stage) -> Compositor:
    assert stage.set_up is not None
    return Compositor(plan, stage.set_up)
