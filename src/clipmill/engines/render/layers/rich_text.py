"""The TEXT layer for whatever is more than letters in one colour: laid out in boxes and painted as a picture."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Hashable
from dataclasses import replace

from clipmill.domain.css.late import Around
from clipmill.domain.css.look import Look
from clipmill.domain.css.properties import is_inherited
from clipmill.domain.media import Doubt
from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.layout import Size, place
from clipmill.engines.render.layers.layer import Stage, snapped
from clipmill.engines.render.layers.text_box import TextLayer, check_lines, is_set_height, room_for, told_cut, too_long
from clipmill.errors import ProjectError
from clipmill.media.draw.html.content import zero_width
from clipmill.media.draw.html.drawing import Constraints, HtmlSource, LaidOut, fit, lay_out
from clipmill.media.draw.html.reading import read_document
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import Node
from clipmill.media.draw.sprite import sprite_from_rgba


def rich_layer(visual: TextVisual, stage: Stage, where: str) -> TextLayer:
    """Set up a text that needs boxes, effects or html. Raises ProjectError, MediaError."""
    return stage.shelf.get(_key(visual, stage, where), lambda: _drawn(visual, stage, where))


def _key(visual: TextVisual, stage: Stage, where: str) -> tuple[Hashable, ...]:
    """Everything a text's picture, its place and its warnings depend on; pictures in it are named by their content."""
    css = visual.custom_code.css if visual.custom_code else ""
    digest = hashlib.sha256(repr((visual.text, visual.html, css)).encode()).digest()
    style = visual.style
    place = (visual.x, visual.y, visual.width, visual.height, visual.position, visual.anchor, visual.resize)
    return ("text", digest, style.declared, style.min_font_size, style.max_lines, place, stage.canvas,
            stage.limits.image_pixels, where)  # fmt: skip


def laid_out(visual: TextVisual, stage: Stage, where: str) -> tuple[LaidOut, Doubt | None]:
    """A text in its box, without the lines that lie outside of it, and what it loses. Raises ProjectError."""
    source = _source(visual, stage, where)
    look = source.look(1.0)
    found = _fitted_html(visual, source, _frame(visual, look, stage.canvas), where)
    check_lines(found.lines, visual, where)
    lost = found.cuts_letters
    if is_set_height(visual, look) and "overflow" not in visual.style.names:
        found, lost = found.kept()
    return found, told_cut(visual, where) if lost else None


def _drawn(visual: TextVisual, stage: Stage, where: str) -> TextLayer:
    found, doubt = laid_out(visual, stage, where)
    size = found.size
    outer = snapped(place(visual, stage.canvas, Size(math.ceil(size.width), math.ceil(size.height))))
    rgba, x, y = found.draw()
    sprite = sprite_from_rgba(rgba, int(outer.x) + x, int(outer.y) + y, full_colour=stage.full_colour)
    return TextLayer(sprite, outer, () if doubt is None else (doubt,))


def _source(visual: TextVisual, stage: Stage, where: str) -> HtmlSource:
    canvas = (stage.canvas.width, stage.canvas.height)
    around, above = Around(canvas=canvas, zero=zero_width), []
    if visual.html:
        css = visual.custom_code.css if visual.custom_code else ""
        paths = {"where": f"{where}.html", "css_where": f"{where}.customCode.css"}
        document = read_document(visual.html, css, canvas=canvas, **paths)
        root, sheet = document.root, document.sheet
        try:
            for node in root.walk():
                sheet.followed(node)
        except ProjectError as error:
            raise ProjectError(str(error), path=paths["css_where" if css else "where"], hint=error.hint) from error
        above = [pair for pair in sheet.declarations(root) if is_inherited(pair[0]) or pair[0] == "box-sizing"]
    else:
        root, sheet = Node("div", children=[visual.text]), Sheet()
    html = bool(visual.html)
    return HtmlSource(
        root,
        sheet,
        lambda shrink: visual.style.look(html=html, shrink=shrink, around=around, above=above),
        stage.assets,
        stage.limits.image_pixels,
        visual.style.drop,
        f"{where}.html" if html else where,
    )


def _frame(visual: TextVisual, look: Look, canvas: Size) -> Constraints:
    """The room of the content; the element's own size wins over that of its style."""
    return Constraints(visual.width, visual.height, room_for(visual, look, canvas), canvas)


def _fitted_html(visual: TextVisual, source: HtmlSource, frame: Constraints, where: str) -> LaidOut:
    style = visual.style
    if style.min_font_size is None:
        return lay_out(source, frame)
    smallest = min(style.min_font_size, source.look(1.0).font_size)
    found = fit(source, frame, smallest, style.max_lines)
    if found is None:
        breaking = replace(source, look=lambda shrink: replace(source.look(shrink), overflow_wrap="anywhere"))
        found = fit(breaking, frame, smallest, style.max_lines)
    if found is None:
        raise too_long(visual, style.min_font_size, where)
    return found
