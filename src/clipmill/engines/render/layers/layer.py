"""A layer: one visual set up to be drawn; the compositor asks it for its sprite and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from clipmill.domain.timeline.layout import Box, Size
from clipmill.engines.render.shelf import Shelf
from clipmill.media.draw.planes import Rect
from clipmill.media.draw.sprite import Sprite
from clipmill.settings import Limits


@dataclass(frozen=True)
class Stage:
    """What a layer needs to set itself up."""

    canvas: Size
    #: `asset:` reference → path of the stored file.
    assets: Mapping[str, str]
    limits: Limits
    shelf: Shelf


class Layer(Protocol):
    """One visual, set up once and drawn in many frames."""

    @property
    def rect(self) -> Rect:
        """What it may touch when it stands in its place, at any zoom."""

    def sprite(self, scale: float) -> Sprite:
        """Its picture in its place at this zoom; valid until the next call."""

    def close(self) -> None:
        """Let go of what it holds."""


class StillLayer:
    """A layer whose picture never changes."""

    def __init__(self, sprite: Sprite) -> None:
        self._sprite = sprite

    @property
    def rect(self) -> Rect:
        """The rectangle of its sprite."""
        return self._sprite.rect

    def sprite(self, scale: float) -> Sprite:
        """The same picture at every zoom."""
        return self._sprite

    def close(self) -> None:
        """Nothing is held but memory."""


def snapped(box: Box) -> Box:
    """The box with its edges on whole pixels, at least one pixel a side."""
    x, y = round(box.x), round(box.y)
    return Box(x, y, max(1, round(box.x + box.width) - x), max(1, round(box.y + box.height) - y))
