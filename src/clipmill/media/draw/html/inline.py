"""Text set in lines by Pango: how large it becomes, and where each of its parts lies.

It is long because what is measured of lines is measured once, kept with them, and asked for by the next measure.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipmill.domain.css.look import Look, changed
from clipmill.domain.css.values import NOTHING
from clipmill.errors import MediaError
from clipmill.media.draw.html.content import (
    UNITS,
    FontMetrics,
    Item,
    Paint,
    Space,
    TextRun,
    baseline_of,
    direction_of,
    face_of,
    letters,
    lift_of,
    markup,
)
from clipmill.media.draw.markup import Strokes, set_markup
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.text import alignment, emoji_in
from clipmill.media.draw.writing import has_no_spaces, is_joined, knows_words

#: Rows, columns or numbers of pixels.
Places = NDArray[np.int64]

_MOST_INK = 32_000_000
#: What is measured is remembered where it has no more characters than this.
_SHORT = 2_000
#: Added as a last line to measure how high the lines above it are.
_LAST = "<span {letters}>\nH</span>"
#: Shares of the room left beside lines that do not wrap.
_SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}
#: Colours that number the parts of a text in a probe: steps wide enough to be read after rounding.
_STEP, _STEPS, _MARK = 8, 30, 252


@dataclass(frozen=True, slots=True)
class InlinePicture:
    """Pixels (sRGB with opacity, not multiplied) and where they lie in the block of lines."""

    pixels: Bytes
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Extent:
    """Where ink lies, pixels: its left, its size, and its end below the top of the block."""

    x: float
    width: float
    height: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of an item in one line: from left to right, and the baseline it stands on (pixels in the block)."""

    item: int
    left: float
    right: float
    baseline: float


@dataclass(frozen=True)
class TextLines:
    """Items broken into lines of a width; None: broken only where the text says so."""

    items: tuple[Item, ...]
    look: Look
    width: float | None
    where: str = "html"
    #: The same not broken, where that fits: it has been measured already.
    whole: TextLines | None = field(default=None, compare=False)

    @cached_property
    def is_empty(self) -> bool:
        """Whether there is nothing to set, not even a blank."""
        return not any(isinstance(item, Space) or item.text for item in self.items)

    @cached_property
    def natural_width(self) -> float:
        """How wide the lines are, blanks at their ends left aside."""
        ink = self._measured
        if self._is_turned or ink is None or ink.x + ink.width <= self.look.font_size:  # the last line may be wider
            ink = self._extent(_underline, self._text_width)
        if ink is None:
            return 0.0
        return float(ink.x * (self._text_width is None) + ink.width + self._trail)

    @cached_property
    def height(self) -> float:
        """The height of all lines with their leading."""
        if self.is_empty:
            return 0.0
        if self.whole is not None:
            return self.whole.height
        ink = self._measured
        whole = float(max(0, (0 if ink is None else ink.bottom) - (baseline_of(letters(self.look)) or 0)))
        exact = max(1, round(whole / max(1.0, self.line))) * self.line  # Pango's are whole pixels
        return exact if self._is_even and abs(whole - exact) <= 1 else whole

    @cached_property
    def _is_even(self) -> bool:
        """Whether all lines are alike high."""
        return all(isinstance(item, TextRun) and not item.rise and item.look.line_pixels == self.look.line_pixels
                   and item.look.font_size == self.look.font_size for item in self.items)  # fmt: skip

    @cached_property
    def _measured(self) -> Extent | None:
        """The extent of the lines, underlined, and of one more that tells how high they are."""
        return self._extent(_underline, self._text_width, _LAST.format(letters=letters(self.look)))

    @cached_property
    def face(self) -> FontMetrics:
        """The font of the block."""
        return face_of(self.look)

    @property
    def line(self) -> float:
        """Height of a line without anything unusual in it."""
        return self.look.line_pixels or self.face.ascent + self.face.descent

    @property
    def count(self) -> int:
        """How many lines there are, about: taller ones count for more."""
        return max(1, round(self.height / max(1.0, self.line)))

    @property
    def baselines(self) -> tuple[float, float]:
        """Where the first and the last line stand, from the top of the block."""
        strut = _sides(self.face, self.line)
        parts = [strut, *(_parts_of(item) for item in self.items)]
        above, below = (max(sides) for sides in zip(*parts, strict=True))
        if self.height <= above + below + 1:  # one line, as high as its highest part
            return above, self.height - below
        first, last = (parts[place] if len(parts) > 1 else strut for place in (1, -1))
        return max(first[0], strut[0]), self.height - max(last[1], strut[1])

    @property
    def shift(self) -> float:
        """How far the lines stand from where Pango has them: it knows neither blocks wider than lines that do not wrap,
        nor the space after the last letter of those that do.
        """
        if self.width is None:
            return 0.0
        share = self.share
        if self._text_width is None:
            return max(0.0, self.width - self.natural_width) * share
        return self._trail * (1.0 - share if self._is_turned else -share)

    def draw(self, paint: Paint) -> InlinePicture | None:
        """The letters, painted. Raises MediaError."""
        strokes = self._drawn(paint)
        return None if strokes is None else InlinePicture(strokes.pixels(), strokes.x, strokes.y + self._lift)

    def fragments(self, wanted: Iterable[int]) -> tuple[Fragment, ...]:
        """Where these items lie, line by line: found by underlining each in a colour of its own."""
        numbers = {item: number for number, item in enumerate(sorted(set(wanted))[: _STEPS * _STEPS])}
        drawn = self._drawn(lambda number, _: _underlined(numbers.get(number)))
        if drawn is None or not numbers:
            return ()
        found, rows, columns = _numbered(drawn)
        return tuple(
            fragment
            for item, number in numbers.items()
            for fragment in self._parts(
                item, rows[found == number] + self._lift, columns[found == number], drawn.stretch
            )
        )

    @property
    def looks(self) -> tuple[Look, ...]:
        """The looks of its letters, each once."""
        return tuple(dict.fromkeys(item.look for item in self.items if isinstance(item, TextRun)))

    @property
    def is_blank(self) -> bool:
        """Whether there is no letter to be seen in it."""
        return not any(isinstance(item, TextRun) and item.text.strip() for item in self.items)

    @cached_property
    def ink(self) -> tuple[float, float, float, float] | None:
        """Where the letters have ink, whatever their colour, in the block: left, top, right, bottom; None for none."""
        found = self._extent(_visible, self._text_width)
        return None if found is None else self._edges(found)

    @cached_property
    def reach(self) -> tuple[float, float, float, float]:
        """A rectangle that holds the ink, and is cheaper to know: what the height was measured with."""
        if self.whole is not None:
            left, top, right, bottom = self.whole.reach
            return min(left, -1.0), top, max(right, (self.width or 0.0) + 1), bottom
        found = self._measured
        if found is None:
            return 0.0, 0.0, 0.0, 0.0
        left, top, right, bottom = self._edges(found)
        return left - 1, top - 1, right + 1, bottom + max((look.font_size for look in self.looks), default=0.0)

    def _edges(self, extent: Extent) -> tuple[float, float, float, float]:
        left, bottom = extent.x + self.shift, float(extent.bottom + self._lift)
        return left, bottom - extent.height, left + extent.width, bottom

    def within(self, top: float, bottom: float) -> TextLines:
        """The same lines, those that lie wholly above or below these rows of the block not to be seen."""
        if self.is_blank or (top <= 0 and self.height <= bottom):
            return self
        places = [(number, at) for number, item in enumerate(self.items) if isinstance(item, TextRun)
                  for at, char in enumerate(item.text) if unicodedata.category(char)[0] in "LNPS"]  # fmt: skip
        first = bisect_left(places, True, key=lambda place: self._line_at(place) + self.line > top)
        last = bisect_left(places, True, key=lambda place: self._line_at(place) >= bottom)
        if first == 0 and last == len(places):
            return self
        begin, end = (places[n] if n < len(places) else (len(self.items), 0) for n in (first, last))
        shown = [
            (part, begin <= (number, at) < end)
            for number in range(len(self.items))
            for part, at in _parted(self.items[number], [at for n, at in (begin, end) if n == number])
        ]
        return replace(self, items=tuple(item if seen else _unseen(item) for item, seen in shown))

    def _line_at(self, place: tuple[int, int]) -> float:
        """Where the line begins that a letter stands in, pixels below the top of the block."""
        number, at = place
        for begin in range(at, -1, -1):  # what is no letter of its own has no underline of its own
            parts = [part for part, _ in _parted(self.items[number], [begin, begin + 1])]
            lettered = replace(self, items=(*self.items[:number], *parts, *self.items[number + 1 :]))
            found = lettered.fragments((number + (begin > 0),))
            if found:
                middle = found[0].baseline + 0.5  # of a row of pixels, which is drawn up to one and a half higher
                return middle - _sides(self.face, self.line)[0]
        return 0.0

    @property
    def share(self) -> float:
        """How much of the room beside a line lies before it."""
        return _SHARES.get(self._side, 0.0)

    @cached_property
    def _lift(self) -> int:
        """Browsers round where a line stands, unless a box in it decides."""
        tall = any(isinstance(item, Space) and item.atom is not None for item in self.items)
        return 0 if tall else lift_of(self.look)

    @cached_property
    def _text_width(self) -> float | None:
        """What Pango breaks lines to."""
        wraps = self.look.white_space not in ("nowrap", "pre")
        return None if self.width is None or not wraps else max(1.0, self.width)

    @cached_property
    def _trail(self) -> float:
        """The space after a letter stands after the last one too; Pango takes half of it from either end of a line."""
        if not self.items:
            return 0.0
        return (_spacing(self.items[-1], -1) + _spacing(self.items[0]) * self._begins_itself) / 2

    @cached_property
    def _begins_itself(self) -> bool:
        """Whether nothing may stand before the first letter, which would keep half of its spacing, nor need to."""
        first = self.items[0] if self.items else None
        free = not self._mark and self.look.text_indent.value <= 0
        return free and isinstance(first, TextRun) and _spacing(first) != 0 and _is_as_high(first, self.look)

    @cached_property
    def _mark(self) -> str:
        return direction_of(self.items, self.look.direction)

    @cached_property
    def _text(self) -> str:
        return self._mark + "".join(item.text if isinstance(item, TextRun) else "\u00a0" for item in self.items)

    @cached_property
    def _side(self) -> str:
        """left, center or right, whichever way the text runs."""
        low = {"low": "left", "centre": "center", "high": "right"}[alignment(self._text, self.look.text_align)]
        return {"left": "right", "right": "left"}.get(low, low) if self._is_turned else low

    @cached_property
    def _is_turned(self) -> bool:
        """Whether the text runs from right to left."""
        return alignment(self._text, "left") == "high"

    def _drawn(self, paint: Paint) -> Strokes | None:
        text, options = self._set(paint, self._text_width)
        strokes = set_markup(text, self.where, **options, rgba=True)
        if strokes is None:
            return None
        _check_ink(strokes.width, strokes.height, self.where)
        return strokes.moved(self.shift)

    def _extent(self, paint: Paint, width: float | None, after: str = "") -> Extent | None:
        """Where the ink would lie; None where there is none."""
        text, options = self._set(paint, width, after)
        measure = extent_of if len(text) <= _SHORT else extent_of.__wrapped__
        ink = measure(text, self.where, rgba=emoji_in(self._text), **options)
        if ink is not None:
            _check_ink(ink.width, ink.height, self.where)
        return ink

    def _set(self, paint: Paint, width: float | None, after: str = "") -> tuple[str, dict[str, Any]]:
        """The text for Pango, and what else it must be told."""
        options: dict[str, Any] = {"align": alignment(self._text, self.look.text_align),
                                   "justify": self.look.text_align == "justify"}  # fmt: skip
        if width is not None:
            options |= {"width": width, "wrap": _wrap(self.look, self._text)}
        strut = "" if self._begins_itself else f"<span {letters(_unspaced(self.look))}>{self._mark}\u2060</span>"
        # the mark decides for one paragraph only, so every line that begins anew begins with it
        again = (
            self._mark if self._is_even else f"<span {letters(_unspaced(self.look))} rise='0'>{self._mark}\u2060</span>"
        )
        body = markup(self.items, paint).replace("\n", f"\n{again}")
        return strut + _indent(self.look, width) + body + after, options

    def _parts(self, item: int, rows: Places, columns: Places, stretch: int) -> Iterable[Fragment]:
        """The pieces of one item: its underlines, one to a line, perhaps several where letters run both ways."""
        what = self.items[item]
        drop = face_of(what.look).underline - what.rise if isinstance(what, TextRun) else (what.above - what.below) / -2
        whole = len(rows)
        while len(rows):
            line = rows <= rows.min() + max(3, self.line / 2)
            found = np.flatnonzero(np.bincount(columns[line] - columns.min())) + columns.min()
            ends = np.nonzero(np.diff(found) > 2 * stretch)[0]
            more = self._space_after(item, is_first=len(rows) == whole, is_last=bool(line.all()))
            for first, last in zip((0, *(ends + 1)), (*ends, len(found) - 1), strict=True):
                right = float(found[last] + 1) / stretch + more * (last == len(found) - 1)
                yield Fragment(item, float(found[first]) / stretch, right, float(rows[line].min() - drop))
            rows, columns = rows[~line], columns[~line]

    def _space_after(self, item: int, *, is_first: bool, is_last: bool) -> float:
        """What Pango takes of the letter spacing of a piece of an item that ends a line."""
        if is_last and item < len(self.items) - 1:
            return 0.0
        whole = self._begins_itself or item > 0 or not is_first
        return _spacing(self.items[item], -1) * (1.0 if whole else 0.5)


def _parts_of(item: Item) -> tuple[float, float]:
    """How far an item reaches above and below the line it stands on."""
    if isinstance(item, Space):
        return item.above, item.below
    face = face_of(item.look)
    above, below = _sides(face, item.look.line_pixels or face.ascent + face.descent)
    return above + item.rise, below - item.rise


def _sides(face: FontMetrics, line: float) -> tuple[float, float]:
    """How far a line of this height reaches above and below where it stands: whole pixels above, as in browsers."""
    above = face.ascent + math.floor((line - face.ascent - face.descent) / 2)
    return above, line - above


def _spacing(item: Item, place: int = 0) -> float:
    """The letter spacing of an item at its first letter, or the last, pixels; joined letters have none."""
    if not isinstance(item, TextRun) or (item.text and is_joined(item.text[place])):
        return 0.0
    return item.look.pixels(item.look.letter_spacing)


def _parted(item: Item, places: list[int]) -> list[tuple[Item, int]]:
    """An item parted before some of its letters, each part with its first letter's place."""
    if not isinstance(item, TextRun):
        return [(item, 0)]
    edges = sorted({0, *(place for place in places if place < len(item.text)), len(item.text)})
    if len(edges) < 2:
        return [(item, 0)]
    return [(replace(item, text=item.text[a:b]), a) for a, b in itertools.pairwise(edges)]


def _unseen(item: Item) -> Item:
    """An item that takes its room and is not painted."""
    if isinstance(item, TextRun):
        return replace(item, look=replace(item.look, visibility="hidden"), decorations=(), inside=())
    return replace(item, inside=())


def _unspaced(look: Look) -> Look:
    return changed(look, {"letter_spacing": NOTHING}) if look.letter_spacing.value else look


def _is_as_high(run: TextRun, look: Look) -> bool:
    """Whether a run asks for lines like those of its block."""
    same = run.look.font_family == look.font_family and run.look.font_size == look.font_size
    plain = letters(_unspaced(look), text=run.text) == letters(_unspaced(look))
    return (
        same and plain and not run.rise and run.look.line_pixels == look.line_pixels and run.text[:1] not in ("", "\n")
    )


def _visible(_number: int, _item: Item) -> str:
    return ""


def _underline(_number: int, _item: Item) -> str:
    return "underline='single'"


def _underlined(number: int | None) -> str:
    if number is None:
        return "foreground='#000000'"
    low, high = number % _STEPS, number // _STEPS
    colour = f"#{low * _STEP + 4:02x}{high * _STEP + 4:02x}{_MARK:02x}"
    return f"foreground='#000000' underline='single' underline_color='{colour}'"


def _wrap(look: Look, text: str) -> str:
    if look.word_break == "break-all":
        return "char"
    breaks = (
        look.word_break == "break-word" or look.overflow_wrap != "normal" or (has_no_spaces(text) and not knows_words())
    )
    return "word-char" if breaks else "word"


def _indent(look: Look, width: float | None) -> str:
    pixels = look.pixels(look.text_indent, width or 0.0)
    if pixels <= 0:
        return ""
    room = f"<span letter_spacing='{round(pixels * UNITS)}'>\u00a0</span>"
    return f"<span size='128' line_height='1'>\u200d{room}</span>"


@lru_cache(maxsize=2048)
def extent_of(text: str, where: str, **options: Any) -> Extent | None:
    """Where the ink of marked up text lies, drawn without its colours; many texts are measured more than once."""
    strokes = set_markup(text, where, **options)
    return None if strokes is None else Extent(strokes.left, strokes.wide, strokes.height, strokes.bottom)


def _numbered(drawn: Strokes) -> tuple[Places, Places, Places]:
    """The number, the row and the column (narrow ones) of everything underlined, in the block of lines."""
    parts = []
    for first, strip in drawn.strips():
        marked = abs(strip[..., 2].astype(np.int16) - _MARK) < 3
        rows, columns = np.nonzero((strip[..., 3] > 60) & marked & (strip[..., 0] > 2))
        red, green = (strip[rows, columns, channel] // _STEP for channel in (0, 1))
        parts.append((red + green.astype(int) * _STEPS, rows + first + drawn.y, columns + drawn.begin))
    numbers, rows, columns = (np.concatenate(part) for part in zip(*parts, strict=True))
    return numbers, rows, columns


def _check_ink(width: float, height: int, where: str) -> None:
    if width * height > _MOST_INK:
        raise MediaError(f"{where}: the text would be {width:.0f} × {height} pixels large")
