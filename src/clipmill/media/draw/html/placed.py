"""A placed box: what layout finds out about an element, and what it is told beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import CssBox, border_widths
from clipmill.media.draw.html.inline import TextLines

_NOTHING = Size(0.0, 0.0)
Sides = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Loose:
    """A box out of the flow, and the field in which it stands where its insets do not say otherwise."""

    box: CssBox
    x: float
    y: float
    #: Shares of the room left in the field that lie before it, across and down.
    shares: tuple[float, float] = (0.0, 0.0)
    field: Size = _NOTHING


@dataclass(frozen=True, slots=True)
class Band:
    """What a float takes of lines: from its side, up to where it ends, of the content it stands in."""

    side: str
    reach: float
    bottom: float


@dataclass(slots=True, eq=False)
class Placed:
    """A box with its size and place: pixels, from the top left of the border box around it."""

    box: CssBox
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    #: top, right, bottom, left.
    margin: Sides = (0.0, 0.0, 0.0, 0.0)
    border: Sides = (0.0, 0.0, 0.0, 0.0)
    padding: Sides = (0.0, 0.0, 0.0, 0.0)
    children: list[Placed] = field(default_factory=list)
    lines: TextLines | None = None
    #: Where the lines begin.
    text_x: float = 0.0
    text_y: float = 0.0
    #: The baselines of its first and its last line, from the top; None: it has none.
    first_baseline: float | None = None
    baseline: float | None = None
    loose: list[Loose] = field(default_factory=list)
    #: Floats that reach out of it below, of its border box.
    hanging: tuple[Band, ...] = ()
    #: Painted before what else is in the box around it where negative, after it where positive.
    level: int = 0
    #: What its content takes, which may be more than its size.
    content: Size = _NOTHING

    @property
    def outer(self) -> Size:
        """With its margins."""
        top, right, bottom, left = self.margin
        return Size(self.width + left + right, self.height + top + bottom)

    @property
    def count(self) -> int:
        """How many lines of text it has, all blocks together."""
        return self.lines.count if self.lines is not None else sum(child.count for child in self.children)

    @property
    def inner(self) -> Size:
        """Without padding and border."""
        frame = [border + padding for border, padding in zip(self.border, self.padding, strict=True)]
        return Size(self.width - frame[1] - frame[3], self.height - frame[0] - frame[2])

    @property
    def corner(self) -> tuple[float, float]:
        """Where its content begins."""
        return self.border[3] + self.padding[3], self.border[0] + self.padding[0]


@dataclass(frozen=True, slots=True)
class ConstraintSpace:
    """What the surroundings say about a box: room, and sizes of its border box that are fixed."""

    room: float
    width: float | None = None
    height: float | None = None
    #: Whether it is only as wide as its content.
    shrinks: bool = False
    #: What percentages of height are of; None: nothing.
    whole_height: float | None = None
    #: Whether margins inside it stay inside: it is the whole text, or stands in a line or in a flex box.
    apart: bool = False
    #: Floats that reach into its content.
    beside: tuple[Band, ...] = ()


class Nesting(Protocol):
    """What boxes of every kind are laid out with: it lays out the boxes inside them, of whatever kind those are."""

    #: Tables, put together once.
    tables: dict[CssBox, object]

    def place(self, box: CssBox, given: ConstraintSpace) -> Placed:
        """Lay out a box and everything in it."""

    def border_width(self, box: CssBox, *, least: bool = False) -> float:
        """How wide a border box is when nothing is broken that need not be, or everything that may be."""

    def outer_width(self, box: CssBox, *, least: bool = False) -> float:
        """The same with its margins."""

    def unsized(self, box: CssBox, side: str) -> CssBox:
        """The same box, as wide or as high as its content."""

    def limits(self, box: CssBox, side: str, whole: float | None) -> tuple[float, float]:
        """The least and the greatest size of a border box that its style allows."""


def edges_of(look: Look, room: float) -> tuple[Sides, Sides, Sides]:
    """Margin, border and padding in pixels; a margin that is `auto` is 0."""
    margin = tuple(0.0 if side is None else look.pixels(side, room) for side in look.sides("margin_{}"))
    padding = tuple(look.pixels(side, room) for side in look.sides("padding_{}"))
    return margin, border_widths(look), padding  # type: ignore[return-value]


def frame_of(look: Look, room: float = 0.0) -> tuple[float, float]:
    """Padding and border of both sides together: across, and down."""
    _, border, padding = edges_of(look, room)
    return border[1] + border[3] + padding[1] + padding[3], border[0] + border[2] + padding[0] + padding[2]


def shifted(placed: Placed, move: float) -> None:
    """Move everything in a box down; what is placed in it may be remembered, so it is not touched itself."""
    placed.text_y += move
    placed.baseline = None if placed.baseline is None else placed.baseline + move
    placed.first_baseline = None if placed.first_baseline is None else placed.first_baseline + move
    placed.children = [replace(child, y=child.y + move) for child in placed.children]
    placed.loose = [replace(loose, y=loose.y + move) for loose in placed.loose]
