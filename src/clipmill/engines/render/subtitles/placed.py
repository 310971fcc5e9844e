"""Placed words: the lines of a page on the canvas, and every word there with its outline, its box and room to grow."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Set
from dataclasses import dataclass

import cv2

from clipmill.domain.timeline.elements.subtitle import Subtitle
from clipmill.domain.timeline.layout import Box, Size
from clipmill.engines.render.subtitles.pages import Page
from clipmill.engines.render.subtitles.shapes import grown
from clipmill.engines.render.subtitles.typeset import Setting, WordInk, typeset
from clipmill.media.draw.planes import Bytes

#: Distance of captions from the edges where none is asked for, as a share of the short side.
_MARGIN = 0.05
#: No margin takes more than this share of a side.
_MOST_MARGIN = 0.45
#: The box behind the active word: wider than it by this on each side, lower than its line by this, in font sizes.
_BOX_ASIDE = 0.15
_BOX_INSIDE = 0.03
#: It ends this far before the next word where words stand so close, as in scripts without blanks, in font sizes.
_BOX_CLEAR = 0.08
#: What letters that leave their line have around them inside a box, in font sizes.
_FREE = 0.08
#: Blanks are wider by the stroke, up to this, and by the next where words get a box, in font sizes: they stay apart.
_MOST_APART = 0.2
_APART_FOR_BOX = 0.14
#: A word that pops grows to this where there is room; it, or its box, is this share of the way to its neighbours then.
_POPPED = 1.15
_SHARE_OF_GAP = 0.8
_SHARE_OF_GAP_BOXED = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class PlacedWord:
    """One word on the canvas: patches of its letters and of what surrounds them, at the same place."""

    #: The top left pixel of the patches on the canvas.
    x: int
    y: int
    letters: Bytes
    #: Its ink grown by the stroke, None without one.
    outline: Bytes | None
    #: Its emoji, sRGB with opacity; None without.
    colour: Bytes | None
    #: How far inside the patches its ink begins on each side, pixels.
    margin: int
    #: The box behind it while it is said, and the radius of its corners, pixels.
    box: Box
    radius: float
    #: How much it may grow, 1 being not at all.
    largest: float
    #: Whether it runs from right to left.
    leftwards: bool


@dataclass(frozen=True, slots=True, eq=False)
class PlacedPage:
    """A page on the canvas."""

    setting: Setting
    words: tuple[PlacedWord | None, ...]
    #: The box of each line, with the padding of the background.
    lines: tuple[Box, ...]
    #: Width of the stroke, pixels.
    stroke: float

    def begun(self, place: int, letters: int) -> tuple[Bytes, Bytes | None]:
        """The letters and the outline of a word of which only so many letters are there, as patches of its own."""
        return _patches(*(self.setting.first_letters(place, letters),) * 2, self.stroke)


def place_page(page: Page, subtitle: Subtitle, canvas: Size) -> PlacedPage:
    """Lay out a page and put it where the subtitle says. Raises MediaError."""
    room, padding = _room(subtitle, canvas), _padding(subtitle)
    setting = typeset(page.words, subtitle.font, room, _apart(subtitle))
    across, down = subtitle.position.shares
    top = round(room.y + down * (room.height - len(setting.lines) * setting.line_height))
    shifts, lines = [], []
    for number, (first, last) in enumerate(setting.lines):
        left = round(room.x + across * (room.width - (last - first)))
        shifts.append(left - first)
        upper, lower = _reach(setting, number)
        lines.append(Box(left, top + upper, last - first, lower - upper))
    words = (
        None if ink is None else _placed(ink, setting, subtitle, (shifts[ink.line], top), lines[ink.line], said.text)
        for ink, said in zip(setting.words, page.words, strict=True)
    )
    return PlacedPage(setting, tuple(words), tuple(_padded(line, padding) for line in lines), _stroke(subtitle))


def _reach(setting: Setting, line: int) -> tuple[float, float]:
    """Where a line begins and ends below the top of the block: its height, and more where its letters need it."""
    inks = [ink for ink in setting.words if ink is not None and ink.line == line]
    free = _FREE * setting.layout.size
    upper, lower = line * setting.line_height, (line + 1) * setting.line_height
    return (min([upper, *(ink.y - free for ink in inks)]),
            max([lower, *(ink.y + ink.mask.shape[0] + free for ink in inks)]))  # fmt: skip


def _padded(box: Box, padding: float) -> Box:
    return Box(box.x - padding, box.y - padding, box.width + 2 * padding, box.height + 2 * padding)


def _room(subtitle: Subtitle, canvas: Size) -> Box:
    """Where the ink of lines may lie: inside the margins, with what is drawn around it."""
    default, given = _MARGIN * min(canvas.width, canvas.height), subtitle.margin
    asked: Set[str] = given.model_fields_set if given is not None else frozenset()
    across = given.x if given is not None and "x" in asked else default
    down = given.y if given is not None and "y" in asked else default
    aside = _BOX_ASIDE * subtitle.font.size if subtitle.active_word.background else 0.0
    left = _inside(across, canvas.width) + max(_stroke(subtitle), _padding(subtitle), aside)
    above = _inside(down, canvas.height) + max(_stroke(subtitle), _padding(subtitle))
    return Box(left, above, max(8.0, canvas.width - 2 * left), max(8.0, canvas.height - 2 * above))


def _inside(margin: float, side: float) -> float:
    return min(max(0.0, margin), _MOST_MARGIN * side)


def _stroke(subtitle: Subtitle) -> float:
    return subtitle.stroke.width if subtitle.stroke is not None else 0.0


def _padding(subtitle: Subtitle) -> float:
    background = subtitle.background
    return background.padding if background is not None and background.color is not None else 0.0


def _apart(subtitle: Subtitle) -> float:
    for_box = _APART_FOR_BOX if subtitle.active_word.background else 0.0
    return min(_MOST_APART, _stroke(subtitle) / subtitle.font.size) + for_box


def _placed(
    ink: WordInk, setting: Setting, subtitle: Subtitle, shift: tuple[int, int], line: Box, text: str
) -> PlacedWord:
    stroke = _stroke(subtitle)
    letters, outline = _patches(ink.mask, ink.coverage, stroke)
    margin = (letters.shape[0] - ink.mask.shape[0]) // 2
    colour = None
    if ink.colour is not None:
        colour = cv2.copyMakeBorder(ink.colour, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    x, y, size = ink.x + shift[0], ink.y + shift[1], setting.layout.size
    free, width = _gap(ink, setting) - stroke, ink.right - ink.x
    aside, inside = min(_BOX_ASIDE * size, max(0.0, free - _BOX_CLEAR * size)), _BOX_INSIDE * size
    box = Box(x - aside, line.y + inside, width + 2 * aside, line.height - 2 * inside)
    if subtitle.active_word.background is not None:
        largest = _largest(box.width, free - aside, _SHARE_OF_GAP_BOXED)
    else:
        largest = _largest(width, free + stroke, _SHARE_OF_GAP)
    leftwards, radius = runs_leftwards(text), subtitle.active_word.radius
    return PlacedWord(x - margin, y - margin, letters, outline, colour, margin, box, radius, largest, leftwards)


def _patches(letters: Bytes, coverage: Bytes, stroke: float) -> tuple[Bytes, Bytes | None]:
    """Letters and their outline as patches of the same size, a pixel or more of nothing around them."""
    outline, margin = grown(coverage, stroke) if stroke > 0 else (None, 1)
    return cv2.copyMakeBorder(letters, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0), outline


def _gap(ink: WordInk, setting: Setting) -> float:
    """How far it is from a word to the nearest ink beside it on its line, pixels; endless where it stands alone."""
    gaps = (
        max(0, other.x - ink.right, ink.x - other.right)
        for other in setting.words
        if other is not None and other is not ink and other.line == ink.line
    )
    return min(gaps, default=math.inf)


def _largest(width: float, free: float, share: float) -> float:
    """How much something may grow about its middle until it is this share of the way to what is beside it."""
    return min(_POPPED, 1 + 2 * share * max(0.0, free) / width)


def runs_leftwards(text: str) -> bool:
    """Whether the first character with a direction is of a script written from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((direction for direction in directions if direction in ("L", "R", "AL")), "L") != "L"
