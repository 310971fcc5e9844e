"""Pango markup set and drawn, with letters between pixels.

Pango puts letters on whole pixels. So they are drawn several times as wide as they are, but no higher, and what is
drawn is brought to its width: between pixels across, while baselines and heights are whole pixels, as they are for it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from clipmill.errors import MediaError
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.vips import pyvips
from clipmill.media.fonts.fontconfig import stretching

#: At 72 dpi a point is a pixel.
_DPI = 72
#: A tag of markup, and the length in it that lies along the line: what is written between tags has no `<`.
_TAG = re.compile("<[^>]+>")
_SPACING = re.compile(r"(\bletter_spacing=)'(-?\d+)'")
_SIZE = re.compile(r"\bsize='(\d+)'")
_UNITS = 1024
#: Slanted letters, and characters whose marks fonts put in their places: both together are never stretched, for the
#: slant of a stretched font moves marks too far.
_SLANTED = re.compile(r"\bstyle='(?:italic|oblique)'")
_MARKS = re.compile(
    "[\u0300-\u036f\u0590-\u109f\u1700-\u1cff\u1dc0-\u1dff\ua800-\uabff\ufb1d-\ufefc\U00010a00-\U0001ebff]"
)
#: How much wider letters are drawn, and up to which size (pixels): the larger, the less is seen of what is left.
_STRETCHES = ((16, 32.0), (8, 72.0), (4, 240.0), (2, math.inf))
#: At most so much ink (pixels of the stretched picture) is expected of a text that is stretched.
_MOST = 16_000_000
#: How wide a letter, and how high a line is taken to be, in sizes.
_ADVANCE, _LEADED = 0.6, 1.25
#: Rows brought to their width at once.
_ROWS = 128


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """Text as Pango drew it, its columns narrower than pixels."""

    image: pyvips.Image
    #: How many of its columns are a pixel.
    stretch: int
    #: Its first column, from the left of the block.
    begin: int
    #: Its first row, from the top of the block.
    y: int

    @property
    def left(self) -> float:
        """Where the ink begins, pixels from the left of the block."""
        return self.begin / self.stretch

    @property
    def wide(self) -> float:
        """How wide the ink is, pixels."""
        return float(self.image.width / self.stretch)

    @property
    def bottom(self) -> int:
        """Where the ink ends, from the top of the block."""
        return self.y + self.height

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.image.height)

    @property
    def x(self) -> int:
        """The first pixel that has ink, from the left of the block."""
        return self.begin // self.stretch

    @property
    def width(self) -> int:
        """How many pixels from there to the last that has ink."""
        return -(-(self.begin + int(self.image.width)) // self.stretch) - self.x

    def moved(self, right: float) -> Strokes:
        """The same so many pixels farther right."""
        return Strokes(self.image, self.stretch, self.begin + round(right * self.stretch), self.y)

    def pixels(self) -> Bytes:
        """The ink in whole pixels: coverage 0–255 (rows, columns), or sRGB with opacity (rows, columns, 4)."""
        if self.stretch == 1:
            drawn = _columns(self.image)
            return drawn[..., 0] if drawn.shape[2] == 1 else drawn
        parts = [self._brought_to_width(part) for _, part in self.strips()]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def strips(self) -> Iterator[tuple[int, Bytes]]:
        """First rows, and the columns as they were drawn: shape (rows, columns × stretch, 1 or 4)."""
        for row in range(0, self.height, _ROWS):
            rows = min(_ROWS, self.height - row)
            yield row, _columns(self.image.crop(0, row, self.image.width, rows) if rows < self.height else self.image)

    def _brought_to_width(self, part: Bytes) -> Bytes:
        before = self.begin - self.x * self.stretch
        after = self.width * self.stretch - before - part.shape[1]
        coloured = part.shape[2] == 4
        # Colours count by their opacity: what is clear has none.
        weighed = cv2.cvtColor(part, cv2.COLOR_RGBA2mRGBA) if coloured else part
        padded = cv2.copyMakeBorder(weighed, 0, 0, before, after, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
        narrow = cv2.resize(padded, (self.width, part.shape[0]), interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.cvtColor(narrow, cv2.COLOR_mRGBA2RGBA) if coloured else narrow, np.uint8)


def set_markup(
    markup: str, where: str, *, width: float | None = None, roughly: bool = False, **options: Any
) -> Strokes | None:
    """Pango markup set and drawn, with the place of its ink; None where there is none. Raises MediaError.

    Lines wider than `width` (pixels) are broken. Lengths in the markup count 1024 to the pixel. `roughly`: with
    letters on whole pixels; rows are the same where lines break alike.
    """
    for stretch in (1,) if roughly else (*_stretches(markup, width), 1):
        if width is not None:
            options["width"] = max(1, math.ceil(width * stretch - 0.01))
        try:
            image = pyvips.Image.text(_stretched(markup, stretch), dpi=_DPI, **options)
        except pyvips.Error as error:
            if "no text to render" in str(error):
                return None
            if stretch == 1:
                raise MediaError(f"{where}: the text cannot be drawn: {' '.join(str(error).split())}") from error
        else:
            return Strokes(image, stretch, image.get("xoffset"), image.get("yoffset"))
    return None


def _stretches(markup: str, width: float | None) -> list[int]:
    """How much wider letters are drawn, the best first; of much text less, for the memory it takes."""
    tags, text = "".join(_TAG.findall(markup)), _TAG.sub("", markup)
    if not text.isascii() and _SLANTED.search(tags) and _MARKS.search(text):
        return []
    size = max((int(found) / _UNITS for found in _SIZE.findall(tags)), default=0.0)
    lines = [len(line) * size * _ADVANCE + 1 for line in text.split("\n")]
    across = min(max(lines), width or math.inf)
    ink = across * size * _LEADED * sum(math.ceil(line / across) for line in lines)
    return [stretch for stretch, largest in _STRETCHES if size <= largest and ink * stretch <= _MOST]


def _stretched(markup: str, stretch: int) -> str:
    """The markup with all that decides about widths so many times as wide."""
    if stretch == 1:
        return markup
    spaced = _TAG.sub(lambda tag: _SPACING.sub(lambda found: f"{found[1]}'{int(found[2]) * stretch}'", tag[0]), markup)
    return f"<span font='@{stretching(stretch)}'>{spaced}</span>"


def _columns(image: pyvips.Image) -> Bytes:
    return np.ndarray((image.height, image.width, image.bands), np.uint8, image.write_to_memory())
