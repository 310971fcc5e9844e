"""A moving layer: a source of many pictures in a window; VIDEO and GIF are two sources for it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from clipmill.domain.timeline.elements.visual import PictureVisual
from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.layers.framing import Framing, is_treated, treated
from clipmill.engines.render.layers.window import Window
from clipmill.engines.render.motion import State
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import Rect
from clipmill.media.draw.sprite import Sprite


class Footage(Protocol):
    """A source of pictures."""

    def picture(self, number: int, size: tuple[int, int]) -> Level:
        """The picture of this number at this even size, not to be written to. Raises MediaError."""

    def close(self) -> None:
        """Close the file."""


class TreatedFootage:
    """Pictures keyed and filtered, the last of them kept."""

    def __init__(self, source: Footage, visual: PictureVisual, framing: Framing) -> None:
        self._source = source
        self._visual = visual
        self._framing = framing
        self._last: tuple[tuple[int, tuple[int, int]], Level] | None = None

    def picture(self, number: int, size: tuple[int, int]) -> Level:
        """The picture of the source with what is asked for done to it."""
        key = (number, size)
        if self._last is None or self._last[0] != key:
            level = self._source.picture(number, size)
            self._last = (key, treated(level, self._visual, self._framing.enlarged(size[0])))
        return self._last[1]

    def close(self) -> None:
        """Close the source."""
        self._source.close()
        self._last = None


class KeptFootage:
    """Pictures that are kept, the first ones that fit into a number of bytes; for loops."""

    def __init__(self, source: Footage, budget: int) -> None:
        self._source = source
        self._budget = budget
        self._kept: dict[tuple[int, tuple[int, int]], Level] = {}

    def picture(self, number: int, size: tuple[int, int]) -> Level:
        """The picture of the source."""
        level = self._kept.get((number, size))
        if level is None:
            level = self._source.picture(number, size)
            if level.nbytes <= self._budget:
                self._budget -= level.nbytes
                self._kept[number, size] = level
        return level

    def close(self) -> None:
        """Close the source and let go of the pictures."""
        self._source.close()
        self._kept.clear()


class MovingLayer:
    """Draws the picture that its state names, at the zoom it names; the last sprite is kept."""

    def __init__(self, source: Footage, visual: PictureVisual, framing: Framing, budget: int = 0) -> None:
        treats = TreatedFootage(source, visual, framing) if is_treated(visual) else source
        self._source: Footage = KeptFootage(treats, budget) if budget else treats
        self._framing = framing
        self._window = Window(framing)
        self._scales = framing.scales(max(framing.own.width / framing.shown.width,
                                          framing.own.height / framing.shown.height))  # fmt: skip
        self.rect: Rect = self._window.rect
        self.box: Box = framing.box
        self._last: tuple[tuple[Hashable, float], Sprite] | None = None

    def sprite(self, state: State) -> Sprite:
        """The picture numbered `state.content`. Raises MediaError when the source breaks."""
        pose = (state.content, state.scale if self._framing.is_zoomed else 1.0)
        if self._last is None or self._last[0] != pose:
            scale = self._framing.copy_for(self._scales, pose[1])
            level = self._source.picture(int(str(state.content)), self._framing.size_at(scale))
            self._last = (pose, self._window.sprite(level, pose[1]))
        return self._last[1]

    def close(self) -> None:
        """Close the source."""
        self._source.close()
        self._last = None
