"""Layout: where a visual's box lies on the canvas, in pixels from the top left."""

from __future__ import annotations

from dataclasses import dataclass

from clipmill.domain.timeline.elements.visual import BaseVisual
from clipmill.domain.timeline.presets import Position


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height, pixels."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the canvas; it may lie partly or wholly outside."""

    x: float
    y: float
    width: float
    height: float


def box_size(visual: BaseVisual, canvas: Size, natural: Size) -> Size:
    """The size of a visual's box. A side left out follows the natural aspect; `resize` overrides both."""
    if visual.resize:
        choose = min if visual.resize == "contain" else max
        scale = choose(canvas.width / natural.width, canvas.height / natural.height)
        return Size(natural.width * scale, natural.height * scale)
    if visual.width and visual.height:
        return Size(visual.width, visual.height)
    if visual.width:
        return Size(visual.width, visual.width * natural.height / natural.width)
    if visual.height:
        return Size(visual.height * natural.width / natural.height, visual.height)
    return natural


def place(visual: BaseVisual, canvas: Size, size: Size) -> Box:
    """The box of a visual of this size: at its position's point or at x and y, held by its anchor.

    A visual that is resized to the canvas and has no place of its own is centred.
    """
    position = visual.position
    if position is Position.CUSTOM and visual.resize and not (visual.x or visual.y or visual.anchor):
        position = Position.CENTER_CENTER
    across, down = position.shares
    point = (visual.x, visual.y)
    if position is not Position.CUSTOM:
        point = (across * canvas.width, down * canvas.height)
    held_across, held_down = anchor_shares(visual, position)
    return Box(point[0] - held_across * size.width, point[1] - held_down * size.height, size.width, size.height)


def anchor_shares(visual: BaseVisual, position: Position) -> tuple[float, float]:
    """Which point of the element is held, as shares of its width and height."""
    anchor = visual.anchor
    return (anchor if anchor and anchor is not Position.CUSTOM else position).shares
