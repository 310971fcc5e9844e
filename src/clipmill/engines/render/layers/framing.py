"""A framing: how a source of pictures lies in its box; the same arithmetic for IMAGE, GIF and VIDEO."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from clipmill.domain.timeline.elements.looks import CropParams
from clipmill.domain.timeline.elements.visual import PictureVisual
from clipmill.domain.timeline.layout import Box, Size, box_size, place
from clipmill.engines.render.layers.layer import Stage, snapped
from clipmill.errors import ProjectError
from clipmill.media.draw.chroma import keyed
from clipmill.media.draw.crop import WHOLE, Crop
from clipmill.media.draw.filters import filtered
from clipmill.media.draw.level import Level

#: A zoom is drawn from copies of the picture whose sizes are at most this factor apart.
_LEVEL_STEP = 1.5
#: A picture that would be larger than this before it is cut to its box is refused.
_WHOLE_PIXELS = 60_000_000
#: No copy has more pixels than this.
_LEVEL_PIXELS = 8_000_000
#: Figures that are off by less than this many pixels are rounding.
_ROUNDING = 0.5
_SAME_ZOOM = 1e-9
#: The middle of a box, as shares of its sides.
CENTRE = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Framing:
    """How a source lies in its box, and over which range it is zoomed."""

    where: str
    #: Edges on whole pixels.
    box: Box
    #: Corner radii of the box: top left, top right, bottom right, bottom left.
    radii: tuple[float, float, float, float]
    #: What of the source can be seen.
    part: Crop
    #: The size at which that part is shown: at zoom 1, or at the one zoom there is.
    shown: Size
    #: Pixels of the source in that part.
    own: Size
    #: The smallest and the largest zoom.
    zooms: tuple[float, float]
    #: Whether the picture fills its box, so that no band beside it stays empty.
    fills: bool
    #: Whether its pictures are red, green and blue.
    full_colour: bool = False
    #: The point of the box that a zoom leaves where it is, as shares of its sides.
    towards: tuple[float, float] = CENTRE

    @property
    def is_zoomed(self) -> bool:
        """Whether the zoom changes; a zoom that does not is in `part` and `shown`."""
        return self.zooms[0] != self.zooms[1]

    @property
    def area(self) -> Box:
        """Where in the box pictures are seen; bands beside them lie on pixels of even number."""
        if self.fills or self.is_zoomed:
            return self.box
        x, width = _band(self.box.x, self.box.width, self.shown.width)
        y, height = _band(self.box.y, self.box.height, self.shown.height)
        return Box(x, y, width, height)

    def scales(self, most: float = math.inf) -> list[float]:
        """The zooms at which copies are made, smallest first, so that no frame shrinks a copy by much."""
        if not self.is_zoomed:
            return [1.0]
        limit = math.sqrt(_LEVEL_PIXELS / (self.shown.width * self.shown.height))
        scales = [max(1.0, min(self.zooms[1], limit, most))]
        while scales[0] / _LEVEL_STEP >= self.zooms[0]:
            scales.insert(0, scales[0] / _LEVEL_STEP)
        return scales

    def size_at(self, scale: float) -> tuple[int, int]:
        """The size of the copy for a zoom, pixels: even numbers.

        Of a zoom in a box whose sides are multiples of four, so are its own: then colour has a middle between pixels.
        """
        if not self.is_zoomed:
            return int(-(-self.area.width // 2) * 2), int(-(-self.area.height // 2) * 2)
        sides = ((self.shown.width, self.box.width), (self.shown.height, self.box.height))
        width, height = (_rounded(shown * scale, 4 if side % 4 == 0 else 2) for shown, side in sides)
        return width, height

    def copy_for(self, scales: Sequence[float], zoom: float) -> float:
        """Of these zooms, the smallest that is not smaller than this one, else the largest."""
        return next((scale for scale in scales if scale >= zoom - _SAME_ZOOM), scales[-1])

    def enlarged(self, width: int) -> float:
        """How many times larger than at zoom 1 a copy of this width is."""
        return width / self.shown.width * (1.0 if self.is_zoomed else self.zooms[0])


def _rounded(length: float, step: int) -> int:
    """The nearest multiple of a step, at least one."""
    return max(1, round(length / step)) * step


def _band(begin: float, room: float, length: float) -> tuple[float, float]:
    """Where a length lies that is centred in a room it may be smaller than."""
    if length > room - _ROUNDING:
        return begin, room
    even = max(2, round(length / 2) * 2)
    return round((begin + (room - even) / 2) / 2) * 2, even


def source_path(visual: PictureVisual, stage: Stage, where: str) -> str:
    """The stored file a visual shows. Raises ProjectError."""
    path = stage.assets.get(visual.src)
    if path is None:
        raise ProjectError(f"{visual.src!r} is no stored file", path=f"{where}.src")
    return path


def framing(visual: PictureVisual, stage: Stage, natural: Size, where: str) -> Framing:
    """How a source of this size (pixels as shown) lies in its box. Raises ProjectError."""
    crop = _crop(visual.crop_params, natural, where)
    cropped = Size(natural.width * (crop.right - crop.left), natural.height * (crop.bottom - crop.top))
    box = snapped(place(visual, stage.canvas, box_size(visual, stage.canvas, cropped)))
    whole = _shown_size(visual.fit, box, cropped)
    if whole.width * whole.height > _WHOLE_PIXELS:
        raise ProjectError(
            f"a picture of {cropped.width:g} × {cropped.height:g} pixels is too long and thin for its box", path=where,
            hint="Use a picture of a more usual shape, or another fit.",
        )  # fmt: skip
    zooms = (visual.zoom.start, visual.zoom.end) if visual.zoom else (1.0, 1.0)
    least, most = min(zooms), max(zooms)
    seen = Size(min(whole.width, box.width / least), min(whole.height, box.height / least))
    across, down = seen.width / whole.width, seen.height / whole.height
    at = least if least == most else 1.0
    radius, towards = visual.radius, visual.zoom.towards.shares if visual.zoom else CENTRE
    return Framing(
        where=where,
        box=box,
        radii=(radius.tl, radius.tr, radius.br, radius.bl),
        part=crop.middle(across, down) if towards == CENTRE else _part(crop, (whole, seen), box, towards),
        shown=Size(seen.width * at, seen.height * at),
        own=Size(cropped.width * across, cropped.height * down),
        zooms=(least, most),
        fills=visual.fit != "contain",
        full_colour=stage.full_colour,
        towards=towards,
    )


def _part(crop: Crop, sizes: tuple[Size, Size], box: Box, towards: tuple[float, float]) -> Crop:
    """What of a source can be seen that is zoomed towards a point: of the sizes the second of the first."""
    whole, seen = sizes
    fitted = Size(min(whole.width, box.width), min(whole.height, box.height))
    middle = crop.middle(fitted.width / whole.width, fitted.height / whole.height)
    return middle.towards(towards, seen.width / fitted.width, seen.height / fitted.height)


def _crop(crop: CropParams | None, natural: Size, where: str) -> Crop:
    """The crop as a part of its source. Raises ProjectError where it reaches beyond it."""
    if crop is None:
        return WHOLE
    right, bottom = crop.x + crop.width, crop.y + crop.height
    if right > natural.width + _ROUNDING or bottom > natural.height + _ROUNDING:
        raise ProjectError(
            f"the crop reaches to {right:g} × {bottom:g}, beyond the picture, which is {natural.width:g} × "
            f"{natural.height:g} pixels", path=f"{where}.cropParams",
            hint="x + width and y + height must lie inside the picture.",
        )  # fmt: skip
    return Crop(crop.x / natural.width, crop.y / natural.height,
                min(1.0, right / natural.width), min(1.0, bottom / natural.height))  # fmt: skip


def _shown_size(fit: str, box: Box, natural: Size) -> Size:
    """The size of the whole picture: stretched to its box, covering it, or inside it."""
    across, down = box.width / natural.width, box.height / natural.height
    if fit == "fill":
        return Size(box.width, box.height)
    scale = max(across, down) if fit == "cover" else min(across, down)
    return Size(natural.width * scale, natural.height * scale)


def is_treated(visual: PictureVisual) -> bool:
    """Whether its colours or its sharpness are changed."""
    return visual.chroma_key is not None or visual.filter is not None


def treated(level: Level, visual: PictureVisual, enlarged: float) -> Level:
    """A picture keyed, then filtered; `enlarged` is how many times larger than at zoom 1 it is.

    A blur belongs to the picture: it grows with its zoom.
    """
    if visual.chroma_key is not None:
        level = keyed(level, visual.chroma_key)
    if visual.filter is not None:
        level = filtered(level, visual.filter.model_copy(update={"blur": visual.filter.blur * enlarged}))
    return level
