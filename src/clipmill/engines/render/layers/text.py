"""The TEXT layer: a text fitted into its box, with the background of the box, rasterised once."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from clipmill.domain.timeline.layout import Box, Size, place
from clipmill.domain.timeline.presets import Position
from clipmill.domain.timeline.style import TextStyle
from clipmill.domain.timeline.visual import TextVisual
from clipmill.engines.render.layers.layer import Layer, Stage, StillLayer, snapped
from clipmill.errors import ProjectError
from clipmill.media.draw.planes import even_rect
from clipmill.media.draw.raster import box_mask
from clipmill.media.draw.sprite import Sprite, empty_sprite, over, sprite_from_mask
from clipmill.media.draw.text import Ink, Lettering, clean_text, draw_text, fit_text

_DROP = {"top": 0.0, "middle": 0.5, "bottom": 1.0}


def text_layer(visual: TextVisual, stage: Stage, where: str) -> Layer:
    """Set up a text. Raises ProjectError when it does not fit its box at its smallest size."""
    style = visual.style
    ink = draw_text(_fitted(visual, stage, where), where=where)
    if ink is not None and style.max_lines is not None and ink.lines > style.max_lines:
        raise ProjectError(f"the text takes {ink.lines} lines; maxLines allows {style.max_lines}", path=where,
                           hint="Shorten the text, or give minFontSize so that it may shrink.")  # fmt: skip
    content = Size(
        visual.width or (math.ceil(ink.right + max(0, ink.x)) if ink else 1),
        visual.height or (math.ceil(ink.height) if ink else 1),
    )
    top, right, bottom, left = style.padding
    outer = snapped(place(visual, stage.canvas, Size(content.width + left + right, content.height + top + bottom)))
    inner = Box(outer.x + left, outer.y + top, content.width, content.height)
    background = _background(style, outer)
    letters = _letters(ink, style, inner)
    if background and letters:
        return StillLayer(over(letters, background))
    return StillLayer(letters or background or empty_sprite())


def _fitted(visual: TextVisual, stage: Stage, where: str) -> Lettering:
    """The text at the size at which it fits; without a width of its own it is only as wide as its lines."""
    style = visual.style
    limit = int(visual.width or _room(visual, stage.canvas))
    wide = replace(_lettering(visual), width=limit)
    if style.min_font_size is not None:
        fitted = _fit(wide, visual) or _fit(replace(wide, breaks_words=True), visual)
        if fitted is None:
            raise ProjectError(
                f"{visual.text[:60]!r} does not fit its box at the smallest size of {style.min_font_size:g} px",
                path=where,
                hint="Shorten the text, enlarge the box, or lower minFontSize.",
            )
        wide = fitted
    if visual.width:
        return wide
    narrow = replace(wide, width=None)
    ink = draw_text(narrow, where=where)
    return narrow if ink is None or ink.right <= limit else wide


def _fit(lettering: Lettering, visual: TextVisual) -> Lettering | None:
    style = visual.style
    smallest = min(style.min_font_size or style.font_size, style.font_size)
    return fit_text(lettering, smallest, visual.height, style.max_lines)


def _lettering(visual: TextVisual) -> Lettering:
    style = visual.style
    return Lettering(
        text=clean_text(visual.text, style.text_transform),
        family=style.font_family,
        size=style.font_size,
        weight=style.font_weight,
        style=style.font_style,
        line_factor=style.line_factor,
        spacing=style.letter_spacing.pixels(style.font_size) / style.font_size,
        align=style.text_align,
    )


def _room(visual: TextVisual, canvas: Size) -> float:
    """How wide a text without a width may become: from its anchor to the edge of the canvas."""
    _, right, _, left = visual.style.padding
    room = canvas.width
    if visual.position is Position.CUSTOM:
        across = (visual.anchor or Position.TOP_LEFT).shares[0]
        room = {0.0: canvas.width - visual.x, 1.0: visual.x}.get(across, 2 * min(visual.x, canvas.width - visual.x))
    return max(1.0, room - left - right)


def _background(style: TextStyle, outer: Box) -> Sprite | None:
    if style.background_color.alpha == 0:
        return None
    rect = even_rect(outer.x, outer.y, outer.x + outer.width, outer.y + outer.height)
    inside = Box(outer.x - rect.x, outer.y - rect.y, outer.width, outer.height)
    radius = style.border_radius
    mask = box_mask(rect.width, rect.height, inside, (radius, radius, radius, radius))
    return sprite_from_mask(mask, rect, style.background_color)


def _letters(ink: Ink | None, style: TextStyle, inner: Box) -> Sprite | None:
    if ink is None or style.color.alpha == 0:
        return None
    drop = _DROP[style.vertical_align] * (inner.height - ink.height)
    x, y = round(inner.x + ink.x), round(inner.y + drop + ink.y)
    height, width = ink.mask.shape
    rect = even_rect(x, y, x + width, y + height)
    mask = np.zeros((rect.height, rect.width), np.uint8)
    mask[y - rect.y : y - rect.y + height, x - rect.x : x - rect.x + width] = ink.mask
    return sprite_from_mask(mask, rect, style.color)
