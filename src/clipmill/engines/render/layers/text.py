"""The TEXT layer: a text or an html text fitted into its box, with all its style asks for, rasterised once."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from clipmill.domain.css.look import Look
from clipmill.domain.media import Doubt
from clipmill.domain.timeline.elements.style import TextStyle
from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.layout import Box, Size, place
from clipmill.engines.render.layers.layer import Layer, Stage, snapped
from clipmill.engines.render.layers.rich_text import laid_out, rich_layer
from clipmill.engines.render.layers.text_box import TextLayer, check_lines, room_for, too_long
from clipmill.media.draw.planes import even_rect
from clipmill.media.draw.raster import box_mask
from clipmill.media.draw.sprite import Sprite, empty_sprite, over, sprite_from_mask, sprite_from_rgba
from clipmill.media.draw.text import Ink, Lettering, clean_text, draw_text, fit_text

_DROP = {"top": 0.0, "middle": 0.5, "bottom": 1.0}
#: Properties that need no more than letters in one colour on a box in one colour.
_PLAIN = frozenset({
    "font-family", "font-size", "font-weight", "font-style", "color", "text-align", "vertical-align", "line-height",
    "letter-spacing", "text-transform", "background-color", "padding-top", "padding-right", "padding-bottom",
    "padding-left", "border-top-left-radius", "border-top-right-radius", "border-bottom-right-radius",
    "border-bottom-left-radius",
})  # fmt: skip


def text_layer(visual: TextVisual, stage: Stage, where: str) -> Layer:
    """Set up a text. Raises ProjectError when it does not fit its box at its smallest size, MediaError."""
    if visual.html or visual.style.is_late or not is_plain(visual.style):
        return rich_layer(visual, stage, where)
    return _plain_layer(visual, stage, where)


def lost_of(visual: TextVisual, stage: Stage, where: str) -> Doubt | None:
    """What a text loses at its box, known without drawing it. Raises RoomError where it does not fit at all."""
    look = visual.style.look()
    if not visual.html and is_plain(visual.style):
        ink = draw_text(_fitted(visual, look, stage, where), where=where)
        if ink is None:
            return None
        check_lines(ink.lines, visual, where)
        if visual.height is None or not _has_lines_outside(ink, visual.height, look, visual.style.drop):
            return None
    return laid_out(visual, stage, where)[1]


def is_plain(style: TextStyle) -> bool:
    """Whether a text of this style is letters of one colour on a box of one colour, with corners all alike."""
    look = style.look()
    pixels = all(part.unit == "px" for corner in look.corners for part in corner)
    return (
        style.names <= _PLAIN
        and len({part for corner in look.corners for part in corner}) == 1
        and pixels
        and all(side.unit != "%" for side in look.sides("padding_{}"))
        and look.background_color is not None
    )


def _plain_layer(visual: TextVisual, stage: Stage, where: str) -> Layer:
    """The common case: the coverage of the letters, painted in one colour."""
    style, look = visual.style, visual.style.look()
    ink = draw_text(_fitted(visual, look, stage, where), where=where)
    if ink is not None:
        check_lines(ink.lines, visual, where)
        if visual.height is not None and _has_lines_outside(ink, visual.height, look, style.drop):
            return rich_layer(visual, stage, where)
    content = Size(
        visual.width or (math.ceil(ink.right + max(0, ink.x)) if ink else 1),
        visual.height or (math.ceil(ink.height) if ink else 1),
    )
    top, right, bottom, left = (look.pixels(side) for side in look.sides("padding_{}"))
    outer = snapped(place(visual, stage.canvas, Size(content.width + left + right, content.height + top + bottom)))
    inner = Box(outer.x + left, outer.y + top, content.width, content.height)
    background = _background(look, outer, full_colour=stage.full_colour)
    letters = _letters(ink, visual, inner, outer, full_colour=stage.full_colour)
    sprite = over(letters, background) if background and letters else letters or background or empty_sprite()
    return TextLayer(sprite, outer)


def _has_lines_outside(ink: Ink, height: float, look: Look, drop: str) -> bool:
    """Whether the first or the last line may lie wholly outside of the box."""
    above, below = look.pixels(look.padding_top), look.pixels(look.padding_bottom)
    line, begin = ink.height / ink.lines, _DROP[drop] * (height - ink.height)
    return begin + line <= 1 - above or begin + ink.height - line >= height + below - 1


def _fitted(visual: TextVisual, look: Look, stage: Stage, where: str) -> Lettering:
    """The text at the size at which it fits; without a width of its own it is only as wide as its lines."""
    style = visual.style
    limit = int(visual.width or room_for(visual, look, stage.canvas))
    wide = replace(_lettering(visual, look), width=limit)
    if style.min_font_size is not None:
        fitted = _fit(wide, visual) or _fit(replace(wide, breaks_words=True), visual)
        if fitted is None:
            raise too_long(visual, style.min_font_size, where)
        wide = fitted
    if visual.width:
        return wide
    narrow = replace(wide, width=None)
    ink = draw_text(narrow, where=where)
    return narrow if ink is None or ink.right <= limit else wide


def _fit(lettering: Lettering, visual: TextVisual) -> Lettering | None:
    style = visual.style
    smallest = min(style.min_font_size or lettering.size, lettering.size)
    look = style.look()
    around = look.pixels(look.padding_top) + look.pixels(look.padding_bottom)
    return fit_text(lettering, smallest, visual.height, style.max_lines, around=around)


def _lettering(visual: TextVisual, look: Look) -> Lettering:
    return Lettering(
        text=clean_text(visual.text, look.text_transform),
        family=look.font_family,
        size=look.font_size,
        weight=round(look.font_weight),
        style=look.font_style,
        line_factor=(look.line_pixels or look.font_size) / look.font_size,
        spacing=look.pixels(look.letter_spacing) / look.font_size,
        align=look.text_align,
    )


def _background(look: Look, outer: Box, *, full_colour: bool) -> Sprite | None:
    if look.background_color is None or look.background_color.alpha == 0:
        return None
    rect = even_rect(outer.x, outer.y, outer.x + outer.width, outer.y + outer.height)
    inside = Box(outer.x - rect.x, outer.y - rect.y, outer.width, outer.height)
    radius = look.pixels(look.corners[0][0])
    mask = box_mask(rect.width, rect.height, inside, (radius, radius, radius, radius))
    return sprite_from_mask(mask, rect, look.background_color, full_colour=full_colour)


def _letters(ink: Ink | None, visual: TextVisual, inner: Box, outer: Box, *, full_colour: bool) -> Sprite | None:
    """The letters in their place, wherever they reach; those of a text that was fitted stay in their box."""
    look = visual.style.look()
    if ink is None or look.color.alpha == 0:
        return None
    drop = _DROP[visual.style.drop] * (inner.height - ink.height)
    x, y = round(inner.x + ink.x), round(inner.y + drop + ink.y)
    height, width = ink.mask.shape
    if visual.height and visual.style.min_font_size is not None:
        y = max(int(outer.y), min(y, int(outer.y + outer.height) - height))
    rect = even_rect(x, y, x + width, y + height)
    place = (slice(y - rect.y, y - rect.y + height), slice(x - rect.x, x - rect.x + width))
    mask = np.zeros((rect.height, rect.width), np.uint8)
    mask[place] = ink.mask
    letters = sprite_from_mask(mask, rect, look.color, full_colour=full_colour)
    if ink.colour is None:
        return letters
    pictures = np.zeros((rect.height, rect.width, 4), np.uint8)
    pictures[place] = ink.colour
    return over(sprite_from_rgba(pictures, rect.x, rect.y, full_colour=full_colour), letters)
