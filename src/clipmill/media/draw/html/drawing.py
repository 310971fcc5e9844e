"""An html text as a picture: read, fitted into its box, laid out and painted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.errors import MediaError
from clipmill.media.draw.html.boxes import Builder, CssBox
from clipmill.media.draw.html.content import Space
from clipmill.media.draw.html.layout.blocks import Layout
from clipmill.media.draw.html.layout.stacking import settle
from clipmill.media.draw.html.paint.canvas import Canvas, divided
from clipmill.media.draw.html.paint.effects import finish
from clipmill.media.draw.html.paint.outside import cuts_letters, kept_of
from clipmill.media.draw.html.paint.painting import Painter
from clipmill.media.draw.html.paint.pictures import Pictures
from clipmill.media.draw.html.paint.reach import ink_of, reach_of
from clipmill.media.draw.html.paint.shapes import outline_of
from clipmill.media.draw.html.paint.turning import bounds, matrix_of, turned
from clipmill.media.draw.html.placed import ConstraintSpace, Placed, frame_of
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import Node
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.raster import MOST_DRAWN_PIXELS

_DROPS = {"top": 0.0, "middle": 0.5, "bottom": 1.0}
#: Sizes tried by the fit are this far apart, pixels.
_FIT_STEP = 0.5
#: Sizes tried at most and at least, after the smallest one.
_MOST_TRIES, _LEAST_TRIES = 11, 1
#: Milliseconds all tries together may take, about, and how many parts of one block of text, squared, take one of them:
#: Pango goes through all of them for each of them.
_EFFORT = 4_000
_ITEMS_SQUARED, _SPACES_SQUARED = 50_000, 8_000
#: Less than this (pixels) sticking out of a box is not worth a word.
_SLACK = 1.5


@dataclass(frozen=True, slots=True)
class HtmlSource:
    """What is drawn: elements, the rules they follow, and the look of the box around them at a share of its size."""

    root: Node
    sheet: Sheet
    #: What font sizes are multiplied by → the look of the whole.
    look: Callable[[float], Look]
    assets: Mapping[str, str]
    #: No picture inside has more pixels.
    most_pixels: int
    drop: str = "top"
    where: str = "html"


@dataclass(frozen=True, slots=True)
class Constraints:
    """The room of the content, pixels: fixed where it is given, else as large as the content up to `room`."""

    width: float | None
    height: float | None
    room: float
    #: Sizes the percentages of the style are of.
    canvas: Size


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A text with all its places; the picture is drawn from it."""

    placed: Placed
    source: HtmlSource

    @property
    def size(self) -> Size:
        """Its border box."""
        return Size(self.placed.width, self.placed.height)

    @property
    def lines(self) -> int:
        """How many lines of text it has, all blocks together."""
        return self.placed.count

    def kept(self) -> tuple[LaidOut, bool]:
        """The text without what lies wholly above or below its box, and whether anything does."""
        placed, lost = kept_of(self.placed)
        return replace(self, placed=placed), lost

    @property
    def cuts_letters(self) -> bool:
        """Whether letters lose ink at the edge of a box that is to hide what leaves it."""
        return cuts_letters(self.placed)

    def draw(self) -> tuple[Bytes, int, int]:
        """sRGB with opacity, and where it begins, from the border box. Raises MediaError, ProjectError."""
        look, where = self.placed.box.look, self.source.where
        reach = reach_of(self.placed)
        left, top = math.floor(reach.left), math.floor(reach.top)
        width, height = math.ceil(reach.right) - left, math.ceil(reach.bottom) - top
        _check_size(width, height, where)
        pictures = Pictures(self.source.assets, self.source.most_pixels, where, self.source.sheet)
        canvas = Canvas(left, top, width, height, pictures)
        Painter(pictures.picture, where).paint_inside(self.placed, canvas, 0, 0, cut=False)
        finish(canvas, look, outline_of(look, math.ceil(self.placed.width), math.ceil(self.placed.height)), 0, 0)
        canvas.faded(look.opacity)
        return self._turned(canvas, look)

    def _turned(self, canvas: Canvas, look: Look) -> tuple[Bytes, int, int]:
        x, y, pixels = canvas.x, canvas.y, canvas.pixels
        if look.moves:
            matrix = matrix_of(look, self.placed.width, self.placed.height, (-x, -y))
            left, top, right, bottom = bounds(matrix, pixels.shape[1], pixels.shape[0])
            dx, dy = math.floor(left) - 1, math.floor(top) - 1
            size = (math.ceil(right) - dx + 1, math.ceil(bottom) - dy + 1)
            _check_size(*size, self.source.where)
            moved = np.array([(1, 0, -dx), (0, 1, -dy), (0, 0, 1)], np.float64) @ matrix
            x, y, pixels = x + dx, y + dy, turned(pixels, moved, size)
        seen = pixels[..., 3]
        rows, columns = np.nonzero(seen.any(axis=1))[0], np.nonzero(seen.any(axis=0))[0]
        if not len(rows):
            return np.zeros((1, 1, 4), np.uint8), x, y
        part = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return divided(part), x + int(columns[0]), y + int(rows[0])


def lay_out(source: HtmlSource, frame: Constraints, shrink: float = 1.0) -> LaidOut:
    """Lay a text out at a share of its font sizes. Raises MediaError, ProjectError."""
    pictures = Pictures(source.assets, source.most_pixels, source.where)
    box = Builder(source.sheet, shrink).root(source.root, source.look(shrink))
    box.drop = _DROPS[source.drop]
    layout = Layout(pictures.natural_size, source.where)
    placed = layout.place(box, _given(box, frame))
    settle(layout, placed)
    return LaidOut(placed, source)


def fit(source: HtmlSource, frame: Constraints, smallest: float, lines: int | None) -> LaidOut | None:
    """The text at the largest size, down to `smallest` pixels, at which it fits its frame; None where it never does."""
    whole = source.look(1.0).font_size
    steps = max(0, int((whole - smallest) / _FIT_STEP + 1e-9))
    found = lay_out(source, frame, (whole - steps * _FIT_STEP) / whole)
    if not _fits(found, frame, lines):
        return None
    step, low, high = 0, 0, steps
    for _ in range(_tries(found)):
        if low >= high:
            break
        laid_out = _tried(source, frame, (whole - step * _FIT_STEP) / whole)
        if laid_out is not None and _fits(laid_out, frame, lines):
            high, found = step, laid_out
        else:
            low = step + 1
        step = (low + high) // 2
    return found if frame.height is None else _held(found)


def _tries(laid_out: LaidOut) -> int:
    """How many more sizes are tried: fewer for a text of so many parts that laying it out takes long."""
    return max(_LEAST_TRIES, min(_MOST_TRIES, int(_EFFORT / _effort(laid_out.placed))))


def _effort(placed: Placed) -> float:
    """About how many milliseconds it takes to lay a box out."""
    items = () if placed.lines is None else placed.lines.items
    spaces = sum(isinstance(item, Space) for item in items)
    own = 1 + len(items) ** 2 / _ITEMS_SQUARED + spaces**2 / _SPACES_SQUARED
    return own + sum(map(_effort, placed.children))


def _tried(source: HtmlSource, frame: Constraints, shrink: float) -> LaidOut | None:
    """The text laid out, None where it is too large for that."""
    try:
        return lay_out(source, frame, shrink)
    except MediaError:
        return None


def _fits(laid_out: LaidOut, frame: Constraints, lines: int | None) -> bool:
    placed = laid_out.placed
    if placed.content.width > placed.inner.width + _SLACK:
        return False
    if frame.height is not None:
        ink, room = ink_of(placed), placed.height - placed.border[0] - placed.border[2]
        if placed.content.height > placed.inner.height + 0.5 or (ink is not None and ink.bottom - ink.top > room + 0.5):
            return False
    return lines is None or laid_out.lines <= lines


def _held(laid_out: LaidOut) -> LaidOut:
    """A text that fits its box, with its letters inside of it: accents of the first line, tails of the last."""
    placed, ink = laid_out.placed, ink_of(laid_out.placed)
    if ink is None:
        return laid_out
    top, bottom = placed.border[0], placed.height - placed.border[2]
    first, last = (math.floor(edge + 0.5) for edge in (ink.top, ink.bottom))  # letters stand on whole pixels
    move = math.floor(min(0.0, bottom - last)) + math.ceil(max(0.0, top - first))
    children = [replace(child, y=child.y + move) for child in placed.children]
    return replace(laid_out, placed=replace(placed, text_y=placed.text_y + move, children=children))


def _given(box: CssBox, frame: Constraints) -> ConstraintSpace:
    """The element's own width and height win over those of its style; both are of what `box-sizing` says."""
    look = box.look
    across, down = frame_of(look, frame.room)
    own = 0.0 if look.box_sizing == "border-box" else 1.0
    shares = look.width is not None and look.width.unit == "%"
    return ConstraintSpace(
        frame.canvas.width if shares else frame.room + across,
        None if frame.width is None else max(across, frame.width + across * own),
        None if frame.height is None else max(down, frame.height + down * own),
        shrinks=True,
        apart=True,
        whole_height=frame.canvas.height or None,
    )


def _check_size(width: int, height: int, where: str) -> None:
    if width * height > MOST_DRAWN_PIXELS:
        raise MediaError(f"{where}: the text would be drawn {width} × {height} pixels large",
                         hint="Use a smaller box, smaller letters or smaller shadows.")  # fmt: skip
