"""Text drawn once: Pango lays it out, breaks and shapes it; what comes back is its ink and where it lies."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any, Literal

import numpy as np

from clipmill.errors import MediaError
from clipmill.media.draw.markup import Strokes, set_markup
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.writing import composed, has_no_spaces, knows_words, tracked, worded
from clipmill.media.fonts.library import family_names

#: Pango counts in 1024ths of a pixel.
_UNITS = 1024
#: More ink than this (pixels) is no text on a video.
_MOST_INK = 32_000_000
#: Added as a last line to measure how high the lines above it are.
_SENTINEL = "\nx"
_ALIGN = {"start": "low", "left": "low", "center": "centre", "right": "high", "end": "high", "justify": "low"}
#: Pango turns its alignments round for text that runs from right to left: right for `start`, wrong for `left`.
_TURNED = {"left": "high", "right": "low"}
#: Characters that may be shown as emoji, arrows and signs that fonts show either way among them, and the two that make
#: an emoji of what stands before them: U+FE0F and the keycap U+20E3.
_EMOJI = re.compile("[\u203c\u2049\u20e3\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001fbff]")
#: Two colours a text is drawn in to tell letters, which take them, from pictures, which have their own.
_PROBES = ("#000000", "#ffffff")
#: Sizes tried by the fit are this far apart, pixels.
_FIT_STEP = 0.5


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text and everything that decides its shape."""

    text: str
    family: str
    #: Pixels.
    size: float
    weight: int = 400
    style: str = "normal"
    #: Height of a line as a multiple of the size.
    line_factor: float = 1.2
    #: Extra space between letters, as a multiple of the size.
    spacing: float = 0.0
    align: Literal["start", "left", "center", "right", "end", "justify"] = "start"
    #: Lines are broken to this width (pixels); None: only at line breaks.
    width: int | None = None
    #: Whether a word too wide for a line is broken, rather than sticking out.
    breaks_words: bool = False

    @property
    def line_height(self) -> float:
        """Pixels from one line to the next."""
        return self.size * self.line_factor


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """The ink of a text: coverage, and where it lies in the block of lines (pixels)."""

    #: Coverage 0–255 of the smallest box around the ink, by what is drawn in the colour of the text.
    mask: Bytes
    #: The ink's place relative to the top left of the block; may be negative.
    x: int
    y: int
    #: Height of the block: all lines with their leading.
    height: float
    lines: int
    #: What has colours of its own, emoji: sRGB with opacity over the same box, shape (height, width, 4); None without.
    colour: Bytes | None = None

    @property
    def coverage(self) -> Bytes:
        """Coverage 0–255 by everything that is seen, whatever its colour: what a shadow is cast from."""
        return self.mask if self.colour is None else np.maximum(self.mask, self.colour[..., 3])

    @property
    def right(self) -> int:
        """Where the ink ends, from the left of the block."""
        return self.x + int(self.mask.shape[1])


def clean_text(text: str, transform: str = "none") -> str:
    """The text as it is drawn: line breaks unified, control characters left out, letter case as asked, composed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    shown = "".join(char for char in lines if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs"))
    if transform == "uppercase":
        shown = shown.upper()
    elif transform == "lowercase":
        shown = shown.lower()
    elif transform == "capitalize":
        shown = re.sub(r"(?<!\S)\S", lambda found: found[0].upper(), shown)
    return worded(composed(shown))


def draw_text(lettering: Lettering, *, where: str = "text") -> Ink | None:
    """The ink of a text, None where there is nothing to be seen. Raises MediaError."""
    strokes = _ink(lettering, where)
    if strokes is None:
        return None
    mask, colour = strokes.pixels(), None
    if emoji_in(lettering.text):
        mask, colour = _parted(lettering, mask, where)
    height = _block_height(lettering, where)
    return Ink(mask, strokes.x, strokes.y, height, _lines(lettering, height), colour)


def _ink(lettering: Lettering, where: str, *, roughly: bool = False) -> Strokes | None:
    strokes = _render(lettering, lettering.text, where, roughly=roughly)
    if strokes is not None and strokes.width * strokes.height > _MOST_INK:
        raise MediaError(f"{where}: the text would be {strokes.width} × {strokes.height} pixels large")
    return strokes


def emoji_in(text: str) -> bool:
    """Whether a text may have characters that are drawn in colours of their own where a font for them is there."""
    return not text.isascii() and _EMOJI.search(text) is not None


def _parted(lettering: Lettering, mask: Bytes, where: str) -> tuple[Bytes, Bytes | None]:
    """The ink parted into the coverage of letters and the picture of what has colours: the latter stays the same."""
    drawn = (_render(lettering, lettering.text, where, probe) for probe in _PROBES)
    black, white = (strokes.pixels() for strokes in drawn if strokes is not None)
    own = (black[..., :3] == white[..., :3]).all(axis=2) & (black[..., 3] > 0)
    if not own.any():
        return mask, None
    return np.where(own, 0, mask).astype(np.uint8), black * own[..., np.newaxis].astype(np.uint8)


def fit_text(
    lettering: Lettering, smallest: float, height: float | None, lines: int | None, *, around: float = 0.0
) -> Lettering | None:
    """The largest size from the lettering's own down to `smallest` at which it fits its width, height and lines.

    Its ink may take what lies `around` the height, too. None when it does not fit at `smallest` either.
    """
    steps = int((lettering.size - smallest) / _FIT_STEP + 1e-9)
    sizes = [lettering.size - step * _FIT_STEP for step in range(steps + 1)]

    def fits(place: int, *, roughly: bool = False) -> bool:
        sized = replace(lettering, size=sizes[place])
        return _fits(sized, height, lines, around=around, roughly=roughly)

    low, high = 0, len(sizes)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle, roughly=True) else (middle + 1, high)
    while low < len(sizes) and not fits(low):
        low += 1
    while 0 < low < len(sizes) and fits(low - 1):
        low -= 1
    return replace(lettering, size=sizes[low]) if low < len(sizes) else None


def _fits(lettering: Lettering, height: float | None, lines: int | None, *, around: float, roughly: bool) -> bool:
    """Whether it does as it will be drawn, or roughly: with letters on whole pixels, which costs less."""
    try:
        strokes = _ink(lettering, "text", roughly=roughly)
    except MediaError:  # too large to be drawn at all
        return False
    if strokes is None:
        return True
    if lettering.width is not None and strokes.width > lettering.width:
        return False
    if height is not None and strokes.height > height + around:
        return False
    block = _block_height(lettering, "text", roughly=roughly)
    if height is not None and block > height + 0.5:
        return False
    return lines is None or _lines(lettering, block) <= lines


def _lines(lettering: Lettering, height: float) -> int:
    """How many lines make up a block."""
    return max(1, round(height / lettering.line_height))


def _block_height(lettering: Lettering, where: str, *, roughly: bool = False) -> float:
    """The height of all lines: where a further line begins."""
    bottom = _bottom(_render(lettering, lettering.text + _SENTINEL, where, roughly=roughly))
    return float(bottom - _sentinel_bottom(lettering.family, lettering.size, lettering.weight, lettering.line_factor))


@lru_cache(maxsize=512)
def _sentinel_bottom(family: str, size: float, weight: int, line_factor: float) -> int:
    alone = Lettering("x", family, size, weight, line_factor=line_factor)
    return _bottom(_render(alone, alone.text, "text", roughly=True))


def _bottom(strokes: Strokes | None) -> int:
    """Where the ink ends, from the top of the block."""
    return 0 if strokes is None else strokes.bottom


def _render(lettering: Lettering, text: str, where: str, colour: str = "", *, roughly: bool = False) -> Strokes | None:
    """The ink in its place, None for a text without ink; with a colour as sRGB with opacity."""
    if not text.strip():
        return None
    options: dict[str, Any] = {"align": alignment(lettering.text, lettering.align),
                               "justify": lettering.align == "justify"}  # fmt: skip
    if lettering.width is not None:
        breaks = lettering.breaks_words or (has_no_spaces(text) and not knows_words())
        options |= {"width": lettering.width, "wrap": "word-char" if breaks else "word"}
    return set_markup(_markup(lettering, text, colour), where, roughly=roughly, rgba=bool(colour), **options)


def alignment(text: str, align: str) -> str:
    """What Pango must be told; the first letter with a direction decides which way the text runs."""
    directions = (unicodedata.bidirectional(char) for char in text)
    first = next((direction for direction in directions if direction in ("L", "R", "AL")), "L")
    turned = _TURNED if first != "L" else {}
    return turned.get(align) or _ALIGN[align]


def _markup(lettering: Lettering, text: str, colour: str) -> str:
    size = round(lettering.size * _UNITS)
    families = escape(",".join(family_names(lettering.family)))
    painted = f" foreground='{colour}'" if colour else ""
    line = max(_UNITS, round(lettering.line_height * _UNITS))
    words = tracked(text, round(lettering.spacing * size), lettering.family, size)
    return (
        f"<span font_family='{families}' weight='{lettering.weight}' style='{lettering.style}'{painted} size='{size}'"
        f" line_height='{line}' insert_hyphens='false'>{words}</span>"
    )
