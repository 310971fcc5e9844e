"""Painting: laid out boxes onto a canvas, from the back to the front."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Gradient, Stop
from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.layout import Size
from clipmill.errors import MediaError
from clipmill.media.draw.html.boxes import border_widths, is_painted
from clipmill.media.draw.html.content import Item, Space, TextRun, face_of
from clipmill.media.draw.html.counters import SIGNS
from clipmill.media.draw.html.inline import Fragment, TextLines
from clipmill.media.draw.html.paint.canvas import Canvas, multiplied
from clipmill.media.draw.html.paint.effects import filter_behind, finish, has_effects, lay_blended
from clipmill.media.draw.html.paint.frames import paint_background, paint_frame, paint_outline
from clipmill.media.draw.html.paint.ink import letters_mask, paint_letters
from clipmill.media.draw.html.paint.shapes import Outline, filled, hex_of, mask_of, outline_of, pixels_of
from clipmill.media.draw.html.paint.turning import matrix_of, turned
from clipmill.media.draw.html.placed import Placed
from clipmill.media.draw.planes import Bytes

#: Elements painted apart, because they are transparent, turned or cut.
MOST_GROUPS = 200
_NO_SHARP = ((0.0, 0.0),) * 4


class Painter:
    """Paints boxes; pictures come from outside, multiplied by their opacity."""

    def __init__(self, picture: Callable[[Placed, int, int], Bytes | None], where: str) -> None:
        self._picture = picture
        self._where = where
        self._groups = 0

    def paint(self, placed: Placed, canvas: Canvas, x: float, y: float) -> None:
        """Paint a box whose border box begins at (x, y)."""
        look = placed.box.look
        if look.backdrop_filter and look.visibility == "visible":
            filter_behind(canvas, look, outline_of(look, *_whole(placed, x, y)), snapped(x), snapped(y))
        if look.opacity >= 1 and not look.moves and not has_effects(look):
            self._paint(placed, canvas, x, y)
            return
        group = self._group(canvas)
        self._paint(placed, group, x, y)
        finish(group, look, outline_of(look, *_whole(placed, x, y)), snapped(x), snapped(y))
        if look.moves:
            matrix = matrix_of(look, placed.width, placed.height, (x - canvas.x, y - canvas.y))
            group.pixels = turned(group.pixels, matrix, (group.pixels.shape[1], group.pixels.shape[0]))
        group.faded(look.opacity)
        if look.mix_blend_mode == "normal":
            canvas.lay(group.pixels, canvas.x, canvas.y)
        else:
            lay_blended(canvas, group.pixels, look.mix_blend_mode)

    def paint_inside(self, placed: Placed, canvas: Canvas, x: float, y: float, *, cut: bool) -> None:
        """Paint a box itself; with `cut`, what leaves its padding box is not seen."""
        self._paint(placed, canvas, x, y, cut=cut)

    def _group(self, canvas: Canvas) -> Canvas:
        self._groups += 1
        if self._groups > MOST_GROUPS:
            raise MediaError(f"{self._where}: more than {MOST_GROUPS} elements are transparent, turned or cut",
                             hint="Set opacity, transform and overflow on fewer elements.")  # fmt: skip
        return canvas.like()

    def _paint(self, placed: Placed, canvas: Canvas, x: float, y: float, *, cut: bool = False) -> None:
        look = placed.box.look
        left, top = snapped(x), snapped(y)
        size = Size(*_whole(placed, x, y))
        outline = outline_of(look, size.width, size.height)
        if look.visibility == "visible":
            self._paint_box(placed, canvas, outline, left, top)
        if cut or look.overflow == "hidden":
            group = self._group(canvas)
            self._paint_content(placed, group, x, y)
            inner = outline.grown(*(-width for width in placed.border))
            group.cut(mask_of(inner, int(size.width), int(size.height)), left, top)
            canvas.lay(group.pixels, canvas.x, canvas.y)
        else:
            self._paint_content(placed, canvas, x, y)
        if look.visibility == "visible":
            paint_outline(canvas, look, outline, left, top)

    def _paint_box(self, placed: Placed, canvas: Canvas, outline: Outline, left: int, top: int) -> None:
        look = placed.box.look
        if not is_painted(look):
            return
        if "text" not in look.background_clip:
            paint_frame(canvas, look, outline, placed.border, left, top)
            return
        inside, outside = _clipped(look)
        paint_frame(canvas, outside, outline, placed.border, left, top)
        group = self._group(canvas)
        paint_background(group, inside, outline, placed.border, left, top)
        ink = canvas.like()
        _lay_letters(ink, placed, left, top)
        group.cut(np.ascontiguousarray(ink.pixels[..., 3]), ink.x, ink.y)
        canvas.lay(group.pixels, canvas.x, canvas.y)

    def _paint_content(self, placed: Placed, canvas: Canvas, x: float, y: float) -> None:
        self._paint_children([child for child in placed.children if child.level < 0], placed, canvas, x, y)
        if placed.box.node is not None and placed.box.look.visibility == "visible":
            self._paint_picture(placed, canvas, x, y)
        if placed.box.marker:
            paint_marker(canvas, placed, x, y, self._where)
        if placed.lines is not None:
            at = snapped(x + placed.text_x), snapped(y + placed.text_y)
            self._paint_inlines(placed, canvas, at)
            paint_letters(canvas, placed.lines, *at)
        self._paint_children([child for child in placed.children if child.level >= 0], placed, canvas, x, y)

    def _paint_children(self, children: list[Placed], placed: Placed, canvas: Canvas, x: float, y: float) -> None:
        for child in children:
            if placed.lines is not None:  # boxes in lines stand on whole pixels like the letters beside them
                self.paint(child, canvas, round(x) + child.x, round(y) + child.y)
            else:
                self.paint(child, canvas, x + child.x, y + child.y)

    def _paint_picture(self, placed: Placed, canvas: Canvas, x: float, y: float) -> None:
        inner = placed.inner
        left, top = x + placed.corner[0], y + placed.corner[1]
        width, height = round(left + inner.width) - round(left), round(top + inner.height) - round(top)
        picture = self._picture(placed, width, height) if width > 0 and height > 0 else None
        if picture is None:
            return
        outline = outline_of(placed.box.look, placed.width, placed.height)
        if outline.radii == _NO_SHARP:
            canvas.lay(picture, round(left), round(top))
            return
        group = Canvas(round(left), round(top), width, height)
        group.lay(picture, round(left), round(top))
        shape = outline.grown(*(-a - b for a, b in zip(placed.border, placed.padding, strict=True)))
        group.cut(mask_of(shape.moved(-shape.x, -shape.y), width, height), round(left), round(top))
        canvas.lay(group.pixels, round(left), round(top))

    def _paint_inlines(self, placed: Placed, canvas: Canvas, at: tuple[int, int]) -> None:
        """What lies behind parts of the text."""
        lines, looks = placed.lines, placed.box.inlines
        if lines is None or not looks:
            return
        within = [number for number, item in enumerate(lines.items) if item.inside and _has_width(item)]
        parts = lines.fragments(within)
        for number, look in enumerate(looks):
            if not is_painted(look):
                continue
            pieces = _pieces(lines, [part for part in parts if number in lines.items[part.item].inside], look)
            for piece in _outlined(pieces, look):
                self._paint_piece(canvas, lines, look, piece, (number, at))

    def _paint_piece(
        self, canvas: Canvas, lines: TextLines, look: Look, piece: Outline, what: tuple[int, tuple[int, int]]
    ) -> None:
        number, (x, y) = what
        left, top = round(x + piece.x), round(y + piece.y)
        outline = piece.moved(-piece.x, -piece.y)
        border = border_widths(look)
        if "text" not in look.background_clip:
            paint_frame(canvas, look, outline, border, left, top)
            paint_outline(canvas, look, outline, left, top)
            return
        found = letters_mask(lines, lambda _, item: number in item.inside)
        if found is not None:
            group = self._group(canvas)
            paint_background(group, _clipped(look)[0], outline, border, left, top)
            group.cut(found[0], x + found[1], y + found[2])
            canvas.lay(group.pixels, canvas.x, canvas.y)


def snapped(pixels: float) -> int:
    """Whole pixels, halves up, as browsers have them."""
    return math.floor(pixels + 0.5)


def _whole(placed: Placed, x: float, y: float) -> tuple[int, int]:
    """Width and height of a box at (x, y) on whole pixels."""
    return max(1, snapped(x + placed.width) - snapped(x)), max(1, snapped(y + placed.height) - snapped(y))


def _clipped(look: Look) -> tuple[Look, Look]:
    """The background that is seen through letters alone, and all the rest."""
    clips, pictures = look.background_clip, look.background_image
    texts = [clips[number % len(clips)] == "text" for number in range(max(1, len(pictures)))]
    clear = Colour(0, 0, 0, 0.0)
    gone = Gradient("linear", (Stop(clear), Stop(clear)))

    def only(wanted: bool) -> Look:
        kept = tuple(each if text is wanted else gone for each, text in zip(pictures, texts, strict=False))
        return replace(look, background_image=kept,
                       background_color=look.background_color if texts[-1] is wanted else clear)  # fmt: skip

    return only(True), only(False)


def _lay_letters(ink: Canvas, placed: Placed, x: float, y: float) -> None:
    """Lay the coverage of all letters in a box and the boxes inside it."""
    if placed.lines is not None:
        found = letters_mask(placed.lines, lambda _, item: isinstance(item, TextRun))
        if found is not None:
            at = (snapped(x + placed.text_x) + found[1], snapped(y + placed.text_y) + found[2])
            ink.lay(cv2.merge([found[0]] * 4), *at)
    for child in placed.children:
        _lay_letters(ink, child, x + child.x, y + child.y)


def paint_marker(canvas: Canvas, placed: Placed, x: float, y: float, where: str) -> None:
    """The sign or number before a list item, where browsers have it: outside of its text, on its first line."""
    look, first = placed.box.look, _first_line(placed)
    face = face_of(look)
    line = look.line_pixels or face.ascent + face.descent
    left, top = x + placed.corner[0], y + (first if first is not None else placed.corner[1])
    baseline = top + (line - face.ascent - face.descent) / 2 + face.ascent
    marker = placed.box.marker
    if marker not in SIGNS:
        look = replace(look, white_space="pre", font_variant_numeric="tnum=1")
        lines = TextLines((TextRun(f"{marker} ", look),), look, None, where)
        paint_letters(canvas, lines, round(left - lines.natural_width), round(top))
        return
    side = (face.ascent * 2 // 3 + 1) // 2
    third = face.ascent - face.ascent * 2 // 3
    place = (round(left - face.ascent * 2 // 3 - 7), round(baseline - face.ascent + third * 3 // 2))
    outline = Outline(0, 0, side, side, ((0.0 if marker == "square" else side / 2,) * 2,) * 4)
    body = filled(outline, look.fill)
    if marker == "circle":
        body = f'<path d="{outline.moved(0.5, 0.5).path}" fill="none" stroke="{hex_of(look.fill)}"/>'
    canvas.lay(multiplied(pixels_of(body, int(side) + 1, int(side) + 1)), *place)


def _first_line(placed: Placed) -> float | None:
    """Where the first line of a box begins, from its top."""
    if placed.lines is not None:
        return placed.text_y
    for child in placed.children:
        found = _first_line(child)
        if found is not None:
            return child.y + found
    return None


def _has_width(item: Item) -> bool:
    return isinstance(item, Space) or bool(item.text.strip("\n"))


def _pieces(lines: TextLines, parts: list[Fragment], look: Look) -> list[Outline]:
    """The boxes around a part of the text, one to a line."""
    by_line: dict[int, list[Fragment]] = defaultdict(list)
    for part in sorted(parts, key=lambda part: part.baseline):
        near = next((line for line in by_line if abs(line - part.baseline) < lines.line / 2), round(part.baseline))
        by_line[near].append(part)
    face, border = face_of(look), border_widths(look)
    above = face.ascent + look.pixels(look.padding_top) + border[0]
    below = face.descent + look.pixels(look.padding_bottom) + border[2]
    found = []
    for group in by_line.values():
        texts = [part.baseline for part in group if isinstance(lines.items[part.item], TextRun)] or [group[0].baseline]
        left, right = min(part.left for part in group), max(part.right for part in group)
        found.append(Outline(left, texts[0] - above, right - left, above + below))
    return found


def _outlined(pieces: list[Outline], look: Look) -> list[Outline]:
    """The pieces with their corners: those to the left on the first line only, those to the right on the last."""
    found = []
    for number, piece in enumerate(pieces):
        radii = list(outline_of(look, piece.width, piece.height).radii)
        if number > 0:
            radii[0] = radii[3] = (0.0, 0.0)
        if number < len(pieces) - 1:
            radii[1] = radii[2] = (0.0, 0.0)
        found.append(replace(piece, radii=tuple(radii)))
    return found
