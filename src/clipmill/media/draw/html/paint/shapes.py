"""Shapes of boxes: rounded corners and colours, drawn with librsvg."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clipmill.domain.css.look import Look
from clipmill.domain.timeline.colour import Colour
from clipmill.errors import MediaError
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.raster import MOST_DRAWN_PIXELS, draw_svg

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{body}</svg>'
#: No side is longer, pixels: the rasteriser's own limit.
_LONGEST = 32_000


@dataclass(frozen=True, slots=True)
class Outline:
    """A box with rounded corners: pixels; each radius across and down, from the top left clockwise."""

    x: float
    y: float
    width: float
    height: float
    radii: tuple[tuple[float, float], ...] = ((0.0, 0.0),) * 4

    def grown(self, top: float, right: float, bottom: float, left: float) -> Outline:
        """Larger by as much on each side (smaller where negative), the corners along with it."""
        sides = ((left, top), (right, top), (right, bottom), (left, bottom))
        radii = tuple(
            (max(0.0, across + dx), max(0.0, down + dy)) if across > 0 and down > 0 else (0.0, 0.0)
            for (across, down), (dx, dy) in zip(self.radii, sides, strict=True)
        )
        width, height = max(0.0, self.width + left + right), max(0.0, self.height + top + bottom)
        return Outline(self.x - left, self.y - top, width, height, radii)

    def moved(self, dx: float, dy: float) -> Outline:
        """The same elsewhere."""
        return Outline(self.x + dx, self.y + dy, self.width, self.height, self.radii)

    @property
    def is_sharp(self) -> bool:
        """Whether no corner is round."""
        return not any(across > 0 and down > 0 for across, down in self.radii)

    @property
    def path(self) -> str:
        """The outline as an SVG path."""
        (tlx, tly), (trx, try_), (brx, bry), (blx, bly) = self.radii
        x, y, right, bottom = self.x, self.y, self.x + self.width, self.y + self.height
        return (
            f"M{x + tlx:g} {y:g}H{right - trx:g}A{trx:g} {try_:g} 0 0 1 {right:g} {y + try_:g}"
            f"V{bottom - bry:g}A{brx:g} {bry:g} 0 0 1 {right - brx:g} {bottom:g}"
            f"H{x + blx:g}A{blx:g} {bly:g} 0 0 1 {x:g} {bottom - bly:g}"
            f"V{y + tly:g}A{tlx:g} {tly:g} 0 0 1 {x + tlx:g} {y:g}Z"
        )


def outline_of(look: Look, width: float, height: float) -> Outline:
    """The border box of an element that begins at (0, 0); corners that would overlap are shrunk alike."""
    radii = tuple((look.pixels(across, width), look.pixels(down, height)) for across, down in look.corners)
    return Outline(0, 0, width, height, held(radii, width, height))


def held(radii: tuple[tuple[float, float], ...], width: float, height: float) -> tuple[tuple[float, float], ...]:
    """Radii shrunk alike until none overlap."""
    (tlx, tly), (trx, try_), (brx, bry), (blx, bly) = radii
    pairs = ((width, tlx + trx), (width, blx + brx), (height, tly + bly), (height, try_ + bry))
    factor = min([1.0, *(side / total for side, total in pairs if total > 0)])
    return tuple((across * factor, down * factor) for across, down in radii)


def mask_of(outline: Outline, width: int, height: int) -> Bytes:
    """Coverage 0–255 of an outline on a field of this size."""
    body = f'<path d="{outline.path}"/>'
    return np.ascontiguousarray(pixels_of(body, width, height)[..., 3])


def pixels_of(body: str, width: int, height: int) -> Bytes:
    """What an SVG body draws on a field of this size, shape (height, width, 4). Raises MediaError."""
    if width * height > MOST_DRAWN_PIXELS or max(width, height) > _LONGEST:
        raise MediaError(f"a box of the html would be {width} × {height} pixels large")
    return draw_svg(_SVG.format(width=width, height=height, body=body), {}, where="a box")


def filled(outline: Outline, paint: Colour) -> str:
    """The SVG of an outline filled with a colour."""
    return f'<path d="{outline.path}" {fill_of(paint)}/>'


def hex_of(colour: Colour) -> str:
    """A colour as SVG writes it, its opacity left aside."""
    return f"#{colour.red:02x}{colour.green:02x}{colour.blue:02x}"


def fill_of(colour: Colour) -> str:
    """A colour as the attributes of what it fills."""
    return f'fill="{hex_of(colour)}" fill-opacity="{colour.alpha:g}"'
