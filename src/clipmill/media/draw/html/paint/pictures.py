"""Pictures inside an html text: stored files, pictures written into it, inline drawings."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from xml.etree.ElementTree import Element, tostring

import cv2
import numpy as np
from defusedxml.ElementTree import fromstring

from clipmill.domain.css.late import Around, filled_in
from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Length
from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.layout import Size
from clipmill.errors import MediaError, ProjectError
from clipmill.media.draw.html.paint.canvas import multiplied
from clipmill.media.draw.html.placed import Placed
from clipmill.media.draw.html.reading import drawing_of
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import Node, place_children
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.raster import draw_svg, load_picture, picture_size, upright_size
from clipmill.media.draw.svg import check_svg
from clipmill.media.draw.vips import pyvips
from clipmill.media.fonts.library import family_names

#: A <canvas> without a size (HTML Living Standard, 4.12.5).
_CANVAS = Size(300.0, 150.0)
_MIDDLE = (Length(50, "%"), Length(50, "%"))
_NO_SHEET = Sheet()
#: A picture written into a text has no more pixels than this.
_MOST_WRITTEN = 16_000_000


class Pictures:
    """Finds the pictures of one text; `assets` are references with the paths of their files."""

    def __init__(self, assets: Mapping[str, str], most_pixels: int, where: str, sheet: Sheet = _NO_SHEET) -> None:
        self._sheet = sheet
        self._assets = assets
        self._most = most_pixels
        self._where = where

    def natural_size(self, node: Node) -> Size:
        """Width and height of an <img>, <svg> or <canvas>. Raises ProjectError, MediaError."""
        if node.tag == "canvas":
            return _CANVAS
        if node.tag == "svg":
            drawing = check_svg(drawing_of(node), path=self._where)
            return Size(drawing.width, drawing.height)
        return self.size_of(_source_of(node))

    def size_of(self, source: str) -> Size:
        """Width and height of a picture that is no drawing. Raises ProjectError, MediaError."""
        if source.startswith("data:"):
            return self._written(source)[1]
        return picture_size(self._path(source), pixels=self._most, where=self._where)

    def picture(self, placed: Placed, width: int, height: int) -> Bytes | None:
        """What an element shows at this size, multiplied by its opacity; None for a <canvas>."""
        node = placed.box.node
        if node is None or node.tag == "canvas":
            return None
        if node.tag == "svg":
            drawing = check_svg(drawing_of(node), path=self._where)
            source = self._dressed(node, placed.box.look, drawing.at_size(width, height, where=self._where))
            return multiplied(_cut(draw_svg(source, self._assets, where=self._where), width, height))
        return multiplied(self._fitted(node, placed.box.look, width, height))

    def tile(self, source: str, width: int, height: int) -> Bytes:
        """A whole picture at this size, multiplied by its opacity. Raises ProjectError, MediaError."""
        return multiplied(self._loaded(source, width, height, cut=False))

    def _dressed(self, node: Node, look: Look, source: str) -> str:
        """A drawing with what it inherits from the html around it, and what its rules say of its parts."""
        root = fromstring(source)
        colour = look.color
        inherited = {name.removeprefix("svg "): value for name, value in look.around.custom.items()
                     if name.startswith("svg ")}  # fmt: skip
        inherited |= {
            "color": f"rgba({colour.red},{colour.green},{colour.blue},{colour.alpha:g})",
            "font-family": ", ".join(family_names(look.font_family)), "font-size": f"{look.font_size:g}px",
            "font-weight": f"{look.font_weight:g}", "font-style": look.font_style,
        }  # fmt: skip
        own = dict(self._sheet.declarations(node)) if self._sheet.draws else {}
        for name, value in inherited.items():
            if name not in root.attrib or f"svg {name}" in own:
                root.set(name, value)
        if self._sheet.draws:
            self._dress(root, Node("svg", node.attributes, [], node.parent), look.around)
        return tostring(root, encoding="unicode")

    def _dress(self, element: Element, node: Node, around: Around) -> None:
        """Write what rules say of a part of a drawing, and of the parts inside it, into their styles."""
        style = ";".join(
            f"{name.removeprefix('svg ')}:{text}" for name, value in self._sheet.declarations(node)
            if (text := _drawn_text(name, value, around))
        )  # fmt: skip
        if style:
            element.set("style", f"{style};{element.get('style', '')}")
        parts = [(part, _node_of(part, node)) for part in element if isinstance(part.tag, str)]
        place_children([below for _, below in parts])
        for part, below in parts:
            self._dress(part, below, around)

    def _fitted(self, node: Node, look: Look, width: int, height: int) -> Bytes:
        natural, fit = self.natural_size(node), look.object_fit
        if fit == "fill" or (fit == "cover" and look.object_position == _MIDDLE):
            return self._loaded(_source_of(node), width, height, cut=fit == "cover")
        pick = max if fit == "cover" else min
        scale = 1.0 if fit == "none" else pick(width / natural.width, height / natural.height)
        wide, high = max(1, round(natural.width * scale)), max(1, round(natural.height * scale))
        if wide * high > self._most:
            return self._loaded(_source_of(node), width, height, cut=True)
        picture = self._loaded(_source_of(node), wide, high, cut=False)
        field = np.zeros((height, width, 4), np.uint8)
        left = round(look.pixels(look.object_position[0], width - wide))
        top = round(look.pixels(look.object_position[1], height - high))
        seen = picture[max(0, -top) :, max(0, -left) :][: height - max(0, top), : width - max(0, left)]
        field[max(0, top) :, max(0, left) :][: seen.shape[0], : seen.shape[1]] = seen
        return field

    def _loaded(self, source: str, width: int, height: int, *, cut: bool) -> Bytes:
        if source.startswith("data:"):
            return self._decoded(source, width, height, cut=cut)
        return _with_opacity(load_picture(self._path(source), width, height, where=self._where, cut=cut))

    def _path(self, reference: str) -> str:
        path = self._assets.get(reference)
        if path is None:
            raise ProjectError(f"the html shows {reference[:80]!r}, which is no stored file", path=self._where)
        return path

    def _written(self, source: str) -> tuple[bytes, Size]:
        """The bytes of a picture written into the text, and its size."""
        load = pyvips.Image.pngload_buffer if source.startswith("data:image/png") else pyvips.Image.jpegload_buffer
        try:
            content = b64decode("".join(source.partition(",")[2].split()), validate=True)
            size = upright_size(load(content))
        except (pyvips.Error, ValueError) as error:
            raise MediaError(f"{self._where}: a picture written into the html is damaged: {error}") from error
        if size.width * size.height > _MOST_WRITTEN:
            raise MediaError(
                f"{self._where}: a picture of {size.width} × {size.height} pixels is too large to be written into html"
            )
        return content, size

    def _decoded(self, source: str, width: int, height: int, *, cut: bool) -> Bytes:
        content, _ = self._written(source)
        shape = {"crop": "centre"} if cut else {"size": "force"}
        try:
            image = pyvips.Image.thumbnail_buffer(content, width, height=height, fail_on="truncated", **shape)
            image = image if image.interpretation == "srgb" else image.colourspace("srgb")
            pixels = np.ndarray(
                (image.height, image.width, image.bands), np.uint8, image.cast("uchar").write_to_memory()
            )
        except pyvips.Error as error:
            reason = " ".join(str(error).split())[:200]
            raise MediaError(f"{self._where}: a picture written into the html cannot be decoded: {reason}") from error
        return _with_opacity(pixels)


def _source_of(node: Node) -> str:
    return node.attributes.get("src", "").strip()


def _drawn_text(name: str, value: Any, around: Around) -> str:
    """What a rule says of a part of a drawing as a text; nothing for what drawings do not have."""
    if name in ("color", "opacity") and not isinstance(value, str):
        if isinstance(value, Colour):
            return f"rgba({value.red},{value.green},{value.blue},{value.alpha:g})"
        return f"{value:g}" if isinstance(value, float) else ""
    if not name.startswith("svg "):
        return ""
    with suppress(ValueError):
        return filled_in(value, around.custom)
    return ""


def _node_of(part: Element, parent: Node) -> Node:
    """A part of a drawing as selectors see it."""
    name = str(part.tag).rpartition("}")[2].lower()
    return Node(name, part.attrib, [], parent, source="x")


def _with_opacity(pixels: Bytes) -> Bytes:
    if pixels.shape[2] == 4:
        return pixels
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA)  # type: ignore[no-any-return]


def _cut(pixels: Bytes, width: int, height: int) -> Bytes:
    """A drawing as exactly as many pixels as it was asked for."""
    if pixels.shape[:2] == (height, width):
        return pixels
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[no-any-return]
