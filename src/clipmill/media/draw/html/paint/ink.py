"""The ink of laid out lines: what lies behind words, shadows, outlines, letters and the lines along them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Shadow
from clipmill.domain.timeline.colour import Colour
from clipmill.media.draw.html.content import Decoration, Item, Run, face_of
from clipmill.media.draw.html.inline import Fragment, Lines
from clipmill.media.draw.html.paint.canvas import Canvas, blurred, multiplied
from clipmill.media.draw.html.paint.outlines import stroked
from clipmill.media.draw.html.paint.shapes import hex_of
from clipmill.media.draw.planes import Bytes

_HIDDEN = "alpha='1'"
_SOLID = "foreground='#000000'"
#: Kind of line → its attributes in Pango markup: that it is there, and its colour.
_LINES = {
    "underline": "underline='single' underline_color='{}'",
    "line-through": "strikethrough='true' strikethrough_color='{}'",
}
#: No stroke is wider, pixels.
_WIDEST = 200.0


@dataclass(frozen=True, slots=True)
class _Effects:
    """What is drawn with the letters; runs that share it are drawn together."""

    shadows: tuple[Shadow, ...]
    shadow_size: float
    shadow_colour: Colour
    stroke: float
    stroke_colour: Colour
    behind: bool


def paint_letters(canvas: Canvas, lines: Lines, x: int, y: int) -> None:
    """Lay the letters of lines whose block begins at (x, y), with shadows, outlines and lines along them."""
    groups = {_effects(item.look): None for item in lines.items if isinstance(item, Run)}
    for effects in groups:

        def belongs(item: Item, effects: _Effects = effects) -> bool:
            return isinstance(item, Run) and _effects(item.look) == effects and item.look.visibility == "visible"

        _paint_group(canvas, lines, effects, belongs, (x, y))
    _paint_lines_apart(canvas, lines, x, y)


def letters_mask(lines: Lines, belongs: Callable[[int, Item], bool]) -> tuple[Bytes, int, int] | None:
    """Coverage of some of the items, whatever their colour, and where it begins in the block."""
    drawn = lines.draw(lambda number, item: _painted(item, solid=True) if belongs(number, item) else _HIDDEN)
    return None if drawn is None else (np.ascontiguousarray(drawn.pixels[..., 3]), drawn.x, drawn.y)


def _paint_group(
    canvas: Canvas, lines: Lines, effects: _Effects, belongs: Callable[[Item], bool], at: tuple[int, int]
) -> None:
    x, y = at
    found = letters_mask(lines, lambda _, item: belongs(item)) if effects.shadows or effects.stroke else None
    if found is not None:
        mask, left, top = found
        for shadow in reversed(effects.shadows):
            paint_shadow(canvas, mask, (x + left, y + top), shadow, effects)
        if effects.stroke and effects.behind:
            _paint_stroke(canvas, mask, (x + left, y + top), effects)
    drawn = lines.draw(lambda _, item: _painted(item) if belongs(item) else _HIDDEN)
    if drawn is not None:
        canvas.lay(multiplied(drawn.pixels), x + drawn.x, y + drawn.y)
    if found is not None and effects.stroke and not effects.behind:
        mask, left, top = found
        _paint_stroke(canvas, mask, (x + left, y + top), effects)


def paint_shadow(canvas: Canvas, mask: Bytes, at: tuple[int, int], shadow: Shadow, effects: _Effects) -> None:
    """Lay the shadow of a mask."""
    sigma = shadow.blur.pixels(effects.shadow_size) / 2
    room = math.ceil(sigma * 3) + 1
    soft = blurred(_padded(mask, room), sigma)
    dx, dy = shadow.x.pixels(effects.shadow_size), shadow.y.pixels(effects.shadow_size)
    whole_x, whole_y = math.floor(dx), math.floor(dy)
    if dx != whole_x or dy != whole_y:
        move = np.array([[1, 0, dx - whole_x], [0, 1, dy - whole_y]], np.float64)
        soft = cv2.warpAffine(soft, move, (soft.shape[1], soft.shape[0]))
    canvas.lay_mask(soft, at[0] - room + whole_x, at[1] - room + whole_y, shadow.colour or effects.shadow_colour)


def _paint_stroke(canvas: Canvas, mask: Bytes, at: tuple[int, int], effects: _Effects) -> None:
    room = math.ceil(effects.stroke / 2) + 2
    band = stroked(_padded(mask, room), effects.stroke, behind=effects.behind)
    canvas.lay_mask(band, at[0] - room, at[1] - room, effects.stroke_colour)


def _padded(mask: Bytes, room: int) -> Bytes:
    return cv2.copyMakeBorder(mask, room, room, room, room, cv2.BORDER_CONSTANT, value=0)  # type: ignore[no-any-return]


def _effects(look: Look) -> _Effects:
    return _Effects(
        look.text_shadow,
        look.font_size if look.text_shadow else 0.0,
        look.color,
        min(_WIDEST, look.pixels(look.text_stroke_width)),
        look.text_stroke_color or look.color,
        look.paint_order == "stroke",
    )


def _painted(item: Item, *, solid: bool = False) -> str:
    """The attributes an item is drawn with: its colour and its lines, or all of it in one."""
    if not isinstance(item, Run):
        return _HIDDEN
    fill = item.look.fill
    parts = [_SOLID if solid else f"foreground='{hex_of(fill)}' alpha='{max(1, round(fill.alpha * 65535))}'"]
    for kind, decoration in _thin_lines(item.decorations):
        parts.append(_LINES[kind].format("#000000" if solid else hex_of(decoration.colour)))
    return " ".join(parts)


def _thin_lines(decorations: tuple[Decoration, ...]) -> list[tuple[str, Decoration]]:
    """The lines the font draws by itself, of each kind the innermost one."""
    found = {kind: each for each in decorations for kind in each.lines if not _drawn_apart(each, kind)}
    return list(found.items())


def _drawn_apart(decoration: Decoration, kind: str) -> bool:
    """Whether a line is drawn as a box: of a thickness of its own, or above the letters, where none other is."""
    return decoration.thickness is not None or kind not in _LINES


def _paint_lines_apart(canvas: Canvas, lines: Lines, x: int, y: int) -> None:
    apart = {number: _bars_of(item) for number, item in enumerate(lines.items) if isinstance(item, Run)}
    apart = {number: bars for number, bars in apart.items() if bars}
    for part in lines.fragments(apart) if apart else ():
        for kind, decoration in apart[part.item]:
            run = lines.items[part.item]
            assert isinstance(run, Run)
            top, height = _bar(run, kind, decoration, part)
            mask = np.full((height, max(1, round(part.right - part.left))), 255, np.uint8)
            canvas.lay_mask(mask, x + round(part.left), y + top, decoration.colour)


def _bars_of(run: Run) -> list[tuple[str, Decoration]]:
    """The lines along a run that are drawn as boxes."""
    if not run.text.strip() or run.look.visibility != "visible":
        return []
    return [(kind, each) for each in run.decorations for kind in sorted(each.lines) if _drawn_apart(each, kind)]


def _bar(run: Run, kind: str, decoration: Decoration, part: Fragment) -> tuple[int, int]:
    """Top and height of a line along a piece of text."""
    face = face_of(run.look)
    own = decoration.thickness
    height = max(1, round(face.thickness if own is None else run.look.pixels(own, run.look.font_size)))
    centres = {
        "underline": part.baseline + face.underline + height / 2,
        "overline": part.baseline - face.ascent + height / 2,
        "line-through": part.baseline - run.look.font_size * 0.3,
    }
    return round(centres[kind] - height / 2), height
