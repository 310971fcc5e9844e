"""Typesetting: a page laid out once by Pango, and the ink of each of its words exactly where it stands in that layout.

A word's ink is the whole layout drawn with every other word transparent, so that kerning, shaping, the order of mixed
directions and the breaking of lines are always those of the whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

import cv2
import numpy as np

from clipmill.domain.timeline.elements.subtitle import SubtitleFont
from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.subtitles.words import Spoken, clusters
from clipmill.media.draw.markup import Strokes, set_markup
from clipmill.media.draw.planes import Bytes
from clipmill.media.draw.text import emoji_in
from clipmill.media.draw.writing import tracked
from clipmill.media.fonts.library import family_names

#: Pixels from one line to the next, in font sizes.
LINE = 1.25
_UNITS = 1024
#: A character covers at least this much of the picture (squares of the font size): more of them never fit.
_LEAST_COVERED = 0.25
#: Sizes tried until a page fits.
_TRIES = 12
_SMALLEST = 4.0
#: Widths tried to make lines about equally long.
_BALANCING = 6
#: A transparent word; 0 would be taken for no value.
_UNSEEN = " alpha='1'"
_SEEN = " alpha='65535'"
#: Colours that are told apart by channel.
_CHANNELS = ("#ff0000", "#00ff00", "#0000ff")
_MARK = " background='#00ff00'"


@dataclass(frozen=True, slots=True, eq=False)
class WordInk:
    """The ink of one word and where it lies in the block of lines, pixels."""

    x: int
    y: int
    #: Coverage 0–255 of the smallest box around it, by what takes the colour of the text.
    mask: Bytes
    #: Emoji over the same box: sRGB with opacity; None without.
    colour: Bytes | None
    line: int

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.x + int(self.mask.shape[1])

    @property
    def coverage(self) -> Bytes:
        """Coverage by all that is seen."""
        return self.mask if self.colour is None else np.maximum(self.mask, self.colour[..., 3])


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A page laid out: lines below each other, the first at the top left of the block."""

    layout: TextLayout
    #: One for each word, None where it has no ink.
    words: tuple[WordInk | None, ...]
    #: First and last column of the ink of each line.
    lines: tuple[tuple[int, int], ...]

    @property
    def line_height(self) -> float:
        """Pixels from one line to the next."""
        return self.layout.size * LINE

    def first_letters(self, word: int, count: int) -> Bytes:
        """The mask of a word with only its first letters there, nothing else having moved."""
        ink = self.words[word]
        assert ink is not None
        drawn = self.layout.begun(word, count)
        box = drawn.alpha[ink.y - drawn.y :, ink.x - drawn.x :][: ink.mask.shape[0], : ink.mask.shape[1]]
        return np.minimum(box, ink.mask)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A block that has been drawn: sRGB with opacity, and where its ink lies in it."""

    pixels: Bytes
    x: int
    y: int

    @property
    def alpha(self) -> Bytes:
        """Its opacity."""
        return np.ascontiguousarray(self.pixels[..., 3])


@dataclass(frozen=True, slots=True)
class TextLayout:
    """Words and everything that decides where their letters lie."""

    words: tuple[Spoken, ...]
    font: SubtitleFont
    #: Pixels.
    size: float
    #: Lines are broken to this width, pixels.
    width: int
    #: Words stand farther apart by this, in font sizes.
    apart: float = 0.0

    def whole(self, colour: str = "#ffffff", marked: int = -1) -> Drawn:
        """The block with all its words, the background of one of them marked."""
        spans = [self._span(word.text, _SEEN + _MARK * (n == marked)) for n, word in enumerate(self.words)]
        return _drawn(self._set(spans, colour))

    def extent(self) -> tuple[float, int]:
        """How wide the ink of the block is, pixels, and how many lines it has."""
        strokes = self._set([self._span(word.text, _SEEN) for word in self.words])
        if strokes is None:
            return 0.0, 0
        return strokes.wide, math.ceil(strokes.bottom / (self.size * LINE) - 0.3)

    def some(self, colours: Mapping[int, str]) -> Drawn:
        """The block with some words seen, each in a colour, and every other in its place, transparent."""
        spans = [self._span(word.text, f" foreground='{colours[n]}'{_SEEN}" if n in colours else _UNSEEN)
                 for n, word in enumerate(self.words)]  # fmt: skip
        return _drawn(self._set(spans))

    def begun(self, place: int, letters: int) -> Drawn:
        """The block with only the first letters of one word seen."""
        spans = [self._span(word.text, _UNSEEN) for word in self.words]
        parts = clusters(self.words[place].text)
        first, rest = (escape("".join(part), quote=False) for part in (parts[:letters], parts[letters:]))
        spans[place] = _whole_word(f"<span{_SEEN}>{first}</span><span{_UNSEEN}>{rest}</span>", "")
        return _drawn(self._set(spans))

    def _set(self, spans: list[str], colour: str = "#ffffff") -> Strokes | None:
        blank = f"<span letter_spacing='{round(self.apart * self.size * _UNITS)}'> </span>" if self.apart else " "
        gaps = {"": "", " ": blank, "\n": "\n"}
        inside = "".join(gaps[word.gap if n else ""] + spans[n] for n, word in enumerate(self.words))
        markup = self._open(colour) + inside + "</span>"
        # A line breaks at blanks where it can, else between two words; inside a word never.
        return set_markup(markup, "subtitle", rgba=True, width=self.width, wrap="word-char")

    def _span(self, text: str, attributes: str) -> str:
        return _whole_word(tracked(text, 0, self.font.family, self.size * _UNITS), attributes)

    def _open(self, colour: str) -> str:
        font, size = self.font, round(self.size * _UNITS)
        families = escape(",".join(family_names(font.family)))
        return (
            f"<span font_family='{families}' weight='{700 if font.bold else 400}' foreground='{colour}'"
            f" style='{'italic' if font.italic else 'normal'}' size='{size}' line_height='{round(size * LINE)}'"
            " insert_hyphens='false'>"
        )


def _drawn(strokes: Strokes | None) -> Drawn:
    if strokes is None:
        return Drawn(np.zeros((0, 0, 4), np.uint8), 0, 0)
    return Drawn(strokes.pixels(), strokes.x, strokes.y)


def _whole_word(markup: str, attributes: str) -> str:
    return f"<span allow_breaks='false'{attributes}>{markup}</span>"


def typeset(words: tuple[Spoken, ...], font: SubtitleFont, room: Box, apart: float = 0.0) -> Setting:
    """The words laid out in a room (pixels) as large as asked, or as large as fits. Raises MediaError.

    `apart`: how much wider blanks are than the font has them, in font sizes.
    """
    asked = TextLayout(words, font, _possible(words, font, room), max(1, int(room.width)), apart)
    layout = _balanced(_fitting(asked, room))
    inks = _inks(layout)
    count = max((ink.line for ink in inks if ink is not None), default=-1) + 1
    lines = []
    for line in range(count):
        there = [ink for ink in inks if ink is not None and ink.line == line]
        lines.append((min(ink.x for ink in there), max(ink.right for ink in there)) if there else (0, 0))
    return Setting(layout, tuple(inks), tuple(lines))


def _possible(words: tuple[Spoken, ...], font: SubtitleFont, room: Box) -> float:
    """The size asked for, or the largest that so many characters may have: nothing larger is even tried."""
    count = max(1, sum(len(word.text) for word in words))
    largest = math.sqrt(room.width * room.height / count / _LEAST_COVERED)
    return max(_SMALLEST, min(font.size, room.height / LINE, largest))


def _fitting(layout: TextLayout, room: Box) -> TextLayout:
    """The layout at the largest size tried at which no word is wider than the room, nor all lines higher."""
    for _ in range(_TRIES):
        wide, lines = layout.extent()
        factor = min(1.0, layout.width / max(1, wide)) * min(
            1.0, math.sqrt(room.height / max(1.0, lines * layout.size * LINE))
        )
        if factor >= 1.0 or layout.size <= _SMALLEST:
            break
        layout = replace(layout, size=max(_SMALLEST, layout.size * min(0.99, factor)))
    return layout


def _balanced(layout: TextLayout) -> TextLayout:
    """The layout in the narrowest width at which it has no more lines: lines about equally long."""
    wide, lines = layout.extent()
    if lines < 2 or any(word.gap == "\n" for word in layout.words[1:]):
        return layout
    low, high = 0.9 * wide / lines, float(layout.width)
    for _ in range(_BALANCING):
        middle = replace(layout, width=max(1, int((low + high) / 2)))
        wide, count = middle.extent()
        if count > lines or wide > middle.width:
            low = middle.width
        else:
            high = middle.width
    return replace(layout, width=max(1, int(high)))


def _inks(layout: TextLayout) -> list[WordInk | None]:
    """The ink of every word; the block is drawn once for three of them, told apart by red, green and blue."""
    coloured = [emoji_in(word.text) for word in layout.words]
    own = _own_colours(layout) if any(coloured) else None
    inks: list[WordInk | None] = []
    for first in range(0, len(coloured), len(_CHANNELS)):
        drawn = layout.some({first + n: colour for n, colour in enumerate(_CHANNELS)})
        for channel, has_emoji in enumerate(coloured[first : first + len(_CHANNELS)]):
            if not drawn.pixels.size:
                inks.append(None)
                continue
            share = cv2.multiply(np.ascontiguousarray(drawn.pixels[..., channel]), drawn.alpha, scale=1 / 255)
            colour = None
            if own is not None:
                # What has colours of its own is drawn whether it is to be seen or not.
                share[own[..., 3] > 0] = 0
                colour = _within(own, _marked(layout, first + channel)) if has_emoji else None
            inks.append(_cut(share, colour, (drawn.x, drawn.y), layout.size * LINE))
    return inks


def _own_colours(layout: TextLayout) -> Bytes:
    """What is drawn in colours of its own, whatever the colour of the text: emoji; sRGB with opacity."""
    black, white = layout.whole("#000000").pixels, layout.whole("#ffffff").pixels
    own = (black[..., :3] == white[..., :3]).all(axis=2) & (black[..., 3] > 0)
    return np.where(own[..., np.newaxis], black, 0).astype(np.uint8)


def _marked(layout: TextLayout, place: int) -> tuple[slice, slice]:
    """The rows and columns of a word with its bearings."""
    different = (layout.whole(marked=place).pixels != layout.whole().pixels).any(axis=2)
    rows, columns = np.flatnonzero(different.any(axis=1)), np.flatnonzero(different.any(axis=0))
    if not rows.size:
        return slice(0, 0), slice(0, 0)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _within(own: Bytes, window: tuple[slice, slice]) -> Bytes:
    part = np.zeros_like(own)
    part[window] = own[window]
    return part


def _cut(alpha: Bytes, colour: Bytes | None, offset: tuple[int, int], line_height: float) -> WordInk | None:
    """The ink of a word without the emptiness around it; None where there is none."""
    seen = alpha if colour is None else np.maximum(alpha, colour[..., 3])
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not rows.size:
        return None
    window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    x, y = offset[0] + int(columns[0]), offset[1] + int(rows[0])
    middle = y + (int(rows[-1]) - int(rows[0])) / 2
    line = max(0, math.floor(middle / line_height))
    part = None if colour is None else colour[window].copy()
    return WordInk(x, y, alpha[window].copy(), part, line)
