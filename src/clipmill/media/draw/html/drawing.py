"""An html text as a picture: read, fitted into its box, laid out and painted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.errors import MediaError
from clipmill.media.draw.html.boxes import Box, Builder
from clipmill.media.draw.html.content import Space
from clipmill.media.draw.html.layout import Layout
from clipmill.media.draw.html.paint.canvas import Canvas, divided
from clipmill.media.draw.html.paint.effects import finish, reach_of
from clipmill.media.draw.html.paint.painting import Painter
from clipmill.media.draw.html.paint.pictures import Pictures
from clipmill.media.draw.html.paint.shapes import outline_of
from clipmill.media.draw.html.paint.turning import bounds, matrix_of, turned
from clipmill.media.draw.html.placed import Given, Placed, edges_of
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
class Source:
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
class Frame:
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
    source: Source

    @property
    def size(self) -> Size:
        """Its border box."""
        return Size(self.placed.width, self.placed.height)

    @property
    def sticks_out(self) -> bool:
        """Whether its content is larger than its box."""
        content, inner = self.placed.content, self.placed.inner
        return content.height > inner.height + _SLACK or content.width > inner.width + _SLACK

    @property
    def lines(self) -> int:
        """How many lines of text it has, all blocks together."""
        return _count(self.placed)

    def draw(self, *, cut: bool) -> tuple[Bytes, int, int]:
        """sRGB with opacity, and where it begins, from the border box; with `cut` nothing leaves the padding box.

        Raises MediaError, ProjectError.
        """
        look, where = self.placed.box.look, self.source.where
        reach = _reach(self.placed, look, cut=cut)
        width, height = math.ceil(self.placed.width) + 2 * reach, math.ceil(self.placed.height) + 2 * reach
        _check_size(width, height, where)
        canvas = Canvas(-reach, -reach, width, height)
        pictures = Pictures(self.source.assets, self.source.most_pixels, where, self.source.sheet)
        Painter(pictures.picture, where).paint_inside(self.placed, canvas, 0, 0, cut=cut)
        outline = outline_of(look, math.ceil(self.placed.width), math.ceil(self.placed.height))
        finish(canvas, look, outline, 0, 0)
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


def lay_out(source: Source, frame: Frame, shrink: float = 1.0) -> LaidOut:
    """Lay a text out at a share of its font sizes. Raises MediaError, ProjectError."""
    pictures = Pictures(source.assets, source.most_pixels, source.where)
    box = Builder(source.sheet, shrink).root(source.root, source.look(shrink))
    box.drop = _DROPS[source.drop]
    layout = Layout(pictures.natural_size, source.where)
    return LaidOut(layout.place(box, _given(box, frame)), source)


def fit(source: Source, frame: Frame, smallest: float, lines: int | None) -> LaidOut | None:
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
    return found


def _tries(laid_out: LaidOut) -> int:
    """How many more sizes are tried: fewer for a text of so many parts that laying it out takes long."""
    return max(_LEAST_TRIES, min(_MOST_TRIES, int(_EFFORT / _effort(laid_out.placed))))


def _effort(placed: Placed) -> float:
    """About how many milliseconds it takes to lay a box out."""
    items = () if placed.lines is None else placed.lines.items
    spaces = sum(isinstance(item, Space) for item in items)
    own = 1 + len(items) ** 2 / _ITEMS_SQUARED + spaces**2 / _SPACES_SQUARED
    return own + sum(map(_effort, placed.children))


def _tried(source: Source, frame: Frame, shrink: float) -> LaidOut | None:
    """The text laid out, None where it is too large for that."""
    try:
        return lay_out(source, frame, shrink)
    except MediaError:
        return None


def _fits(laid_out: LaidOut, frame: Frame, lines: int | None) -> bool:
    content, inner = laid_out.placed.content, laid_out.placed.inner
    if content.width > inner.width + _SLACK or (frame.height is not None and content.height > inner.height + 0.5):
        return False
    return lines is None or laid_out.lines <= lines


def _given(box: Box, frame: Frame) -> Given:
    """The element's own width and height win over those of its style; both are of its content."""
    look = box.look
    _, border, padding = edges_of(look, frame.room)
    across = border[1] + border[3] + padding[1] + padding[3]
    down = border[0] + border[2] + padding[0] + padding[2]
    shares = look.width is not None and look.width.unit == "%"
    return Given(
        frame.canvas.width if shares else frame.room + across,
        None if frame.width is None else frame.width + across,
        None if frame.height is None else frame.height + down,
        shrinks=True,
        apart=True,
        whole_height=frame.canvas.height or None,
    )


def _reach(placed: Placed, look: Look, *, cut: bool) -> int:
    """How far anything may be painted outside of the border box."""
    found = [1.0]
    for shadow in look.box_shadow:
        far = max(abs(look.pixels(shadow.x)), abs(look.pixels(shadow.y)))
        found.append(far + look.pixels(shadow.blur) * 1.5 + max(0.0, look.pixels(shadow.spread)) + 2)
    effects = reach_of(look)
    if not cut:
        content, inner = placed.content, placed.inner
        found.append(max(content.width - inner.width, content.height - inner.height, 0.0) + look.font_size)
        found.extend(_far(one) for one in _looks(placed))
    return math.ceil(max(found) + effects)


def _far(look: Look) -> float:
    """How far the shadows and the outline of an element's letters reach."""
    shadows = [
        max(abs(look.pixels(shadow.x)), abs(look.pixels(shadow.y))) + look.pixels(shadow.blur) * 1.5 + 2
        for shadow in (*look.text_shadow, *look.box_shadow)
    ]
    return max(look.pixels(look.text_stroke_width), reach_of(look), *shadows, 0.0)


def _looks(placed: Placed) -> list[Look]:
    found = [placed.box.look, *placed.box.inlines]
    for child in placed.children:
        found.extend(_looks(child))
    return found


def _count(placed: Placed) -> int:
    own = placed.lines.count if placed.lines is not None else 0
    return own + sum(_count(child) for child in placed.children if placed.lines is None)


def _check_size(width: int, height: int, where: str) -> None:
    if width * height > MOST_DRAWN_PIXELS:
        raise MediaError(f"{where}: the text would be drawn {width} × {height} pixels large",
                         hint="Use a smaller box, smaller letters or smaller shadows.")  # fmt: skip
