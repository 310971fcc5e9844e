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
from clipmill.media.draw.html.content import Decoration, Item, TextRun, face_of
from clipmill.media.draw.html.inline import Fragment, TextLines
from clipmill.media.draw.html.paint.borders import dashes_of
from clipmill.media.draw.html.paint.canvas import Canvas, blurred, multiplied
from clipmill.media.draw.html.paint.outlines import stroked
from clipmill.media.draw.html.paint.shapes import hex_of, pixels_of
from clipmill.media.draw.planes import Bytes

_HIDDEN = "alpha='1'"
_SOLID = "foreground='#000000'"
#: Kind of line → its attributes in Pango markup, for masks.
_LINES = {
    "underline": "underline='single' underline_color='#000000'",
    "line-through": "strikethrough='true' strikethrough_color='#000000'",
}
#: How thick a line along a text is where the style does not say, and the widest gap it leaves beside letters it meets,
#: as browsers have them: a share of the font size, and pixels.
_THICKNESS, _MOST_GAP = 0.1, 13.0
#: Coverage from which a letter is in the way of a line.
_IN_THE_WAY = 32
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


def paint_letters(canvas: Canvas, lines: TextLines, x: int, y: int) -> None:
    """Lay the letters of lines whose block begins at (x, y), with shadows, outlines and lines along them."""
    groups = {_effects(item.look): None for item in lines.items if isinstance(item, TextRun)}
    for effects in groups:

        def belongs(item: Item, effects: _Effects = effects) -> bool:
            return isinstance(item, TextRun) and _effects(item.look) == effects and item.look.visibility == "visible"

        _paint_group(canvas, lines, effects, belongs, (x, y))
    _paint_bars(canvas, lines, x, y)


def letters_mask(lines: TextLines, belongs: Callable[[int, Item], bool]) -> tuple[Bytes, int, int] | None:
    """Coverage of some of the items, whatever their colour, and where it begins in the block."""
    drawn = lines.draw(lambda number, item: _painted(item, solid=True) if belongs(number, item) else _HIDDEN)
    return None if drawn is None else (np.ascontiguousarray(drawn.pixels[..., 3]), drawn.x, drawn.y)


def _mask(lines: TextLines, belongs: Callable[[Item], bool]) -> tuple[Bytes, int, int] | None:
    """The same of the letters alone, without the lines along them."""
    drawn = lines.draw(lambda _, item: _SOLID if belongs(item) else _HIDDEN)
    return None if drawn is None else (np.ascontiguousarray(drawn.pixels[..., 3]), drawn.x, drawn.y)


def _paint_group(
    canvas: Canvas, lines: TextLines, effects: _Effects, belongs: Callable[[Item], bool], at: tuple[int, int]
) -> None:
    x, y = at
    found = _mask(lines, belongs) if effects.shadows or effects.stroke else None
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
    """The attributes the letters of an item are drawn with, or with `solid` also the lines along them, all in one."""
    if not isinstance(item, TextRun):
        return _HIDDEN
    if solid:
        kinds = {kind for each in item.decorations for kind in each.lines}
        return " ".join((_SOLID, *(_LINES[kind] for kind in sorted(kinds & set(_LINES)))))
    fill = item.look.fill
    return f"foreground='{hex_of(fill)}' alpha='{max(1, round(fill.alpha * 65535))}'"


def _paint_bars(canvas: Canvas, lines: TextLines, x: int, y: int) -> None:
    """The lines along the text, with their shadows."""
    bars = {number: _bars_of(item) for number, item in enumerate(lines.items)}
    bars = {number: found for number, found in bars.items() if found}
    letters = _mask(lines, lambda item: isinstance(item, TextRun)) if bars else None
    for part in lines.fragments(bars) if bars else ():
        for kind, decoration in bars[part.item]:
            run = lines.items[part.item]
            assert isinstance(run, TextRun)
            top, height = _bar(run, kind, decoration, part)
            mask, above = bar_mask(decoration.style, height, max(1, round(part.right - part.left)))
            top -= above
            if kind == "underline" and letters is not None:
                _make_way(mask, (round(part.left), top + above), letters, height)
            at, effects = (x + round(part.left), y + top), _effects(run.look)
            for shadow in reversed(effects.shadows):
                paint_shadow(canvas, mask, at, shadow, effects)
            canvas.lay_mask(mask, *at, decoration.colour)


def _make_way(bar: Bytes, at: tuple[int, int], letters: tuple[Bytes, int, int], thick: int) -> None:
    """Clear a line under a text where letters reach into it, and a little beside them."""
    ink, left, top = letters
    gap = round(min(_MOST_GAP, thick))
    first, above = at[0] - left - gap, max(0, at[1] - top)
    rows = ink[above : max(above, at[1] - top + max(thick, bar.shape[0] // 3))]
    met = np.zeros(bar.shape[1] + 2 * gap, np.uint8)
    begin, end = max(0, first), min(rows.shape[1], first + len(met))
    if len(rows) and end > begin:
        met[begin - first : end - first] = rows[:, begin:end].max(axis=0) > _IN_THE_WAY
        wide = np.convolve(met, np.ones(2 * gap + 1, np.int64), mode="valid")
        bar[:, wide > 0] = 0


def _bars_of(item: Item) -> list[tuple[str, Decoration]]:
    """The lines along an item, of each kind the innermost one."""
    if not isinstance(item, TextRun) or not item.text.strip("\n") or item.look.visibility != "visible":
        return []
    return list({kind: each for each in item.decorations for kind in sorted(each.lines)}.items())


def _bar(run: TextRun, kind: str, decoration: Decoration, part: Fragment) -> tuple[int, int]:
    """Top and height of a line along a piece of text, where browsers have it."""
    look, face = run.look, face_of(run.look)
    own = decoration.thickness
    thickness = max(1.0, look.font_size * _THICKNESS if own is None else look.pixels(own, look.font_size))
    offset = decoration.offset
    tops = {
        "underline": math.ceil(thickness / 2) if offset is None else look.pixels(offset, look.font_size),
        "overline": -face.ascent,
        "line-through": -face.ascent / 3 - thickness / 2,
    }
    return math.floor(part.baseline - run.rise + tops[kind] + 0.5), int(thickness)


def bar_mask(style: str, thick: int, width: int) -> tuple[Bytes, int]:
    """Coverage of a line of this style, and how far it reaches above where a plain one begins."""
    if style == "wavy":
        return _wave(thick, width)
    if style == "double":
        mask = np.zeros((3 * thick, width), np.uint8)
        mask[:thick] = mask[2 * thick :] = 255
        return mask, 0
    mask = np.full((thick, width), 255, np.uint8)
    if style == "dashed":
        dash, gap = dashes_of(style, width, thick, closed=False)
        mask[:, (np.arange(width) + 0.5) % (dash + max(0.0, gap)) >= dash] = 0
    elif style == "dotted" and thick <= 3:
        mask[:, np.arange(width) % (thick * 2) >= thick] = 0
    elif style == "dotted":
        across = (np.arange(width) + 0.5) % (thick * 2) - thick / 2
        away = np.hypot(across[None], np.arange(thick)[:, None] + 0.5 - thick / 2)
        mask = np.clip((thick / 2 + 0.5 - away) * 255, 0, 255).astype(np.uint8)
    return mask, 0


def _wave(thick: int, width: int) -> tuple[Bytes, int]:
    """A wave as Chromium draws it, its length and its control points by its thickness."""
    step, high = (1 + 2 * math.floor(2 * thick + 1)) / 2, 0.5 + math.floor(3 * thick + 1)
    room = math.ceil(high * 0.3) + 1
    path = "".join(
        f"M{2 * step * turn:g} 0c{step:g} {high:g} {step:g} {-high:g} {2 * step:g} 0"
        for turn in range(math.ceil(width / step / 2))
    )
    middle = room + thick / 2
    body = (f'<path transform="translate(0 {middle:g})" d="{path}" fill="none" stroke="#000" '
            f'stroke-width="{thick}"/>')  # fmt: skip
    return np.ascontiguousarray(pixels_of(body, width, 2 * room + thick)[..., 3]), room
