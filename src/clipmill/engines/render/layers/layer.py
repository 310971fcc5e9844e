"""A layer: one visual set up to be drawn; the compositor asks it for its sprite and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from clipmill.domain.media import Doubt
from clipmill.domain.timeline.clip import Clips
from clipmill.domain.timeline.layout import Box, Size
from clipmill.engines.render.memory.attic import Attic, Stored
from clipmill.engines.render.memory.footprint import room_for
from clipmill.engines.render.motion import State
from clipmill.engines.render.plan import PlannedLayer
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
    clips: Clips = field(default_factory=dict)
    #: Keeps the pictures of layers that stand still.
    attic: Attic = field(default_factory=lambda: Attic(room_for(0)))
    #: Takes sentences about what could not be drawn as asked.
    told: Callable[[str], None] = lambda remark: None
    #: Takes what was drawn as asked and hardly as meant.
    doubted: Callable[[Doubt], None] = lambda doubt: None
    #: Sets up a layer inside another one.
    set_up: Callable[[PlannedLayer], Layer] | None = None
    #: Whether its planes are red, green and blue, as those of images are.
    full_colour: bool = False


class Layer(Protocol):
    """One visual, set up once and drawn in many frames."""

    @property
    def rect(self) -> Rect:
        """What it may touch when it stands in its place, whatever its state."""

    @property
    def box(self) -> Box:
        """Where the element lies."""

    def sprite(self, state: State) -> Sprite:
        """Its picture in its place, at this zoom and with this content; valid until the next call."""

    def close(self) -> None:
        """Let go of what it holds."""


class StillLayer:
    """A layer whose picture never changes."""

    def __init__(self, sprite: Sprite, box: Box | None = None) -> None:
        self._sprite = sprite
        self._box = box or box_of(sprite.rect)

    @property
    def rect(self) -> Rect:
        """The rectangle of its sprite."""
        return self._sprite.rect

    @property
    def box(self) -> Box:
        """Where the element lies, else the rectangle of its sprite."""
        return self._box

    def sprite(self, state: State) -> Sprite:
        """The same picture in every state."""
        return self._sprite

    def close(self) -> None:
        """Nothing is held but memory."""


class StoredLayer:
    """A layer whose picture never changes and is kept in an attic."""

    def __init__(self, stored: Stored, box: Box) -> None:
        self._stored = stored
        self.rect: Rect = stored.rect
        self.box: Box = box
        #: Whether its picture takes memory only while it is looked at.
        self.is_away: bool = stored.is_away

    def sprite(self, state: State) -> Sprite:
        """The same picture in every state."""
        return self._stored.sprite()

    def close(self) -> None:
        """Let go of the picture."""
        self._stored.close()


def box_of(rect: Rect) -> Box:
    """A rectangle of pixels as a box."""
    return Box(rect.x, rect.y, rect.width, rect.height)


def snapped(box: Box) -> Box:
    """The box with its edges on whole pixels, at least one pixel a side."""
    x, y = round(box.x), round(box.y)
    return Box(x, y, max(1, round(box.x + box.width) - x), max(1, round(box.y + box.height) - y))
