"""The content of a line of text as it is set: runs of letters, boxes among them, and the spaces they need."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

import numpy as np

from clipmill.domain.css.look import Look
from clipmill.domain.css.values import NOTHING, Length
from clipmill.domain.timeline.colour import Colour
from clipmill.media.draw.markup import set_markup
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.writing import BREAK, is_joined, tracked
from clipmill.media.fonts.library import family_names

#: Pango counts in 1024ths of a pixel.
UNITS = 1024
#: A space of any width: a blank too small to have one of its own whose letter spacing is the width, between two joiners
#: that take what is cut from letter spacing at the ends of lines, and hold no line together.
_SPACE = "<span size='128' line_height='1'>\u200d<span line_height='{height}' rise='{rise}' letter_spacing='{width}'{paint}>\u00a0</span>\u200d</span>"  # fmt: skip # noqa: E501
#: Shares of the font size that small letters stand lower or higher, a pixel more: as browsers have it.
_SUB, _SUPER = -1 / 5, 1 / 3
#: Letters that may need higher lines than the named font: those of scripts that mostly come from another one.
_TALL = re.compile("[\u0590-\u1fff\u2c00-\U0010ffff]")
#: The size at which fonts are measured, pixels, and how high a capital is about.
_LARGE, _CAPITAL = 1000.0, 0.72


@dataclass(frozen=True, slots=True)
class Decoration:
    """Lines along a text, in the colour of the element that asked for them."""

    lines: frozenset[str]
    colour: Colour
    thickness: Length | None = None
    style: str = "solid"
    #: How far an underline lies below the baseline; None: as browsers have it.
    offset: Length | None = None


@dataclass(frozen=True, slots=True)
class TextRun:
    """Letters of one look."""

    text: str
    look: Look
    decorations: tuple[Decoration, ...] = ()
    #: The inline boxes it lies in, from the outermost.
    inside: tuple[int, ...] = ()
    #: How much higher than the baseline it stands, pixels.
    rise: float = 0.0


@dataclass(frozen=True, slots=True)
class Space:
    """Room in a line, pixels: the edge of an inline box, or the place of something that is no text."""

    width: float
    above: float = 0.0
    below: float = 0.0
    inside: tuple[int, ...] = ()
    #: Which of the boxes among the text stands here; None: an edge.
    atom: int | None = None


Item = TextRun | Space
#: What an item is painted with: attributes of Pango markup.
Paint = Callable[[int, Item], str]


@dataclass(frozen=True, slots=True)
class FontMetrics:
    """A font at a size: pixels above and below the baseline, and where its underline lies below it."""

    ascent: float
    descent: float
    underline: float
    thickness: float


def rise_of(look: Look, parent: Look) -> float:
    """How much higher than its parent's baseline an element stands, pixels."""
    if isinstance(look.vertical_align, Length):
        return look.pixels(look.vertical_align, look.line_pixels or look.font_size)
    share = {"sub": _SUB, "super": _SUPER}.get(look.vertical_align, 0.0)
    return share * parent.font_size + math.copysign(1.0, share) if share else 0.0


def markup(items: tuple[Item, ...], paint: Paint) -> str:
    """The items as Pango markup."""
    # no line is broken before its first box, however wide
    first = next(
        (number for number, item in enumerate(items) if isinstance(item, TextRun) or item.atom is not None), -1
    )
    return "".join(_marked(number, item, paint, is_first=number == first) for number, item in enumerate(items))


def _marked(number: int, item: Item, paint: Paint, *, is_first: bool = False) -> str:
    if isinstance(item, Space):
        edge = _SPACE.format(
            width=round(item.width * UNITS),
            height=max(1, round((item.above + item.below) * UNITS)),
            rise=round((item.above - item.below) / 2 * UNITS),
            paint=f" {paint(number, item)}",
        )
        return edge if item.atom is None else f"{'' if is_first else BREAK}{edge}{BREAK}"
    look = replace(item.look, letter_spacing=NOTHING) if is_joined(item.text) else item.look
    return f"<span {letters(look, item.rise, item.text)} {paint(number, item)}>{_words(item)}</span>"


def letters(look: Look, rise: float = 0.0, text: str = "") -> str:
    """What decides the shape of letters and the height of their lines, as attributes of Pango markup."""
    parts = [shape(look)]
    if look.line_pixels is not None:
        parts.append(f"line_height='{max(UNITS, round(look.line_pixels * UNITS))}'")
    elif not _TALL.search(text):
        parts.append(f"line_height='{round(normal_line(look) * UNITS)}'")
    if rise:
        parts.append(f"rise='{round(rise * UNITS)}'")
    return " ".join(parts)


def shape(look: Look) -> str:
    """What decides the shape of letters alone."""
    parts = [
        f'font_family="{escape(",".join(family_names(look.font_family)))}"',
        f"weight='{round(look.font_weight)}' style='{look.font_style}' size='{round(look.font_size * UNITS)}'",
        "insert_hyphens='false'",
    ]
    if look.letter_spacing.value:  # a spacing of nothing would still take ligatures apart
        parts.append(f"letter_spacing='{round(look.pixels(look.letter_spacing) * UNITS)}'")
    if look.font_variant_caps == "small-caps":
        parts.append("font_variant='small-caps'")
    if look.font_variant_numeric or look.font_feature_settings:
        features = ",".join(filter(None, (look.font_variant_numeric, look.font_feature_settings)))
        parts.append(f"font_features='{features}'")
    return " ".join(parts)


def _words(run: TextRun) -> str:
    """The letters as markup: what the look says of their spacing is said here where it is not the same for all."""
    look, wide = run.look, run.look.pixels(run.look.word_spacing)
    parts = [run.text] if not wide else run.text.split(" ")
    spacing = look.pixels(look.letter_spacing) if is_joined(run.text) else 0.0
    blank = f"<span letter_spacing='{round((wide + look.pixels(look.letter_spacing)) * UNITS)}'> </span>"
    return blank.join(tracked(part, round(spacing * UNITS), look.font_family, look.font_size * UNITS) for part in parts)


def direction_of(items: tuple[Item, ...], direction: str | None) -> str:
    """The mark that makes a paragraph run this way; none where its letters decide."""
    if direction is None:
        return ""
    first = next(
        (kind for item in items if isinstance(item, TextRun) for char in item.text
         if (kind := unicodedata.bidirectional(char)) in ("L", "R", "AL")), "L",
    )  # fmt: skip
    if (first == "L") == (direction == "ltr"):
        return ""
    return "\u200e" if direction == "ltr" else "\u200f"


def face_of(look: Look) -> FontMetrics:
    """The measures of an element's font."""
    return _face(look.font_family, look.font_size, round(look.font_weight), look.font_style)


def normal_line(look: Look) -> float:
    """The height of a line where the style says `normal`: what the font asks for, in whole pixels."""
    face = face_of(look)
    return face.ascent + face.descent


def lift_of(look: Look) -> int:
    """How many pixels lower a line must be drawn to stand where browsers, which round to whole pixels, have it."""
    face = face_of(look)
    leading = math.floor(((look.line_pixels or face.ascent + face.descent) - face.ascent - face.descent) / 2)
    drawn = baseline_of(letters(look))
    return 0 if drawn is None else round(leading + face.ascent - drawn)


@lru_cache(maxsize=256)
def zero_width(family: str, size: float, weight: int, style: str) -> float:
    """How wide a `0` is: the length CSS calls `ch`, pixels."""
    look = Look(font_family=family, font_size=_LARGE, font_weight=weight, font_style=style)  # type: ignore[arg-type]
    one, two = (set_markup(f"<span {shape(look)}>{text}</span>", "text", roughly=True) for text in ("0", "00"))
    return size / 2 if one is None or two is None else (two.wide - one.wide) / _LARGE * size


@lru_cache(maxsize=1024)
def baseline_of(attributes: str) -> int | None:
    """Where one line of letters stands, from the top of its block; None where the font draws nothing."""
    strokes = set_markup(f"<span {attributes}>H</span>", "text", roughly=True)
    return None if strokes is None else strokes.bottom


@lru_cache(maxsize=1024)
def _face(family: str, size: float, weight: int, style: str) -> FontMetrics:
    above, below = _shares(family, weight, style)
    look = Look(font_family=family, font_size=size, font_weight=weight, font_style=style)  # type: ignore[arg-type]
    underlined = _pixels(look, "H", "underline='single' underline_color='#ff0000'")
    rows = np.nonzero(((underlined[..., 0] > 200) & (underlined[..., 3] > 60)).any(axis=1))[0]
    letter = len(_pixels(look, "H", "")) or round(size * _CAPITAL)
    if not len(rows):
        return FontMetrics(_whole(above * size), _whole(below * size), 1.0, 1.0)
    return FontMetrics(_whole(above * size), _whole(below * size), float(rows[0] - letter), float(len(rows)))


def _whole(pixels: float) -> int:
    """Whole pixels; halves are rounded up, as browsers do."""
    return math.floor(pixels + 0.5)


@lru_cache(maxsize=256)
def _shares(family: str, weight: int, style: str) -> tuple[float, float]:
    """How far a font reaches above and below its baseline, as shares of its size; measured large, so exactly."""
    look = Look(font_family=family, font_size=_LARGE, font_weight=weight, font_style=style)  # type: ignore[arg-type]
    one, two = (set_markup(f"<span {shape(look)}>{text}</span>", "text", roughly=True) for text in ("H", "H\nH"))
    if one is None or two is None:
        return 1.0, 0.25
    ascent = one.bottom
    return ascent / _LARGE, (two.height - one.height - ascent) / _LARGE


def _pixels(look: Look, text: str, paint: str) -> Bytes:
    painted = f"<span {shape(look)} foreground='#000000' {paint}>{text}</span>"
    strokes = set_markup(painted, "text", roughly=True, rgba=True)
    return np.zeros((0, 0, 4), np.uint8) if strokes is None else strokes.pixels()
