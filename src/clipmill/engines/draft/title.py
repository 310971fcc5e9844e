"""The title of a clip or still: how much of the prompt is shown, how large, and how high its box is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

#: Widths of characters as shares of the font size, as Manrope has them on average, a little too wide.
_WIDE, _EMOJI, _CAPITAL, _USUAL, _NARROW, _BLANK = 1.02, 1.3, 0.72, 0.59, 0.34, 0.28
#: Lines are this far apart, as shares of the font size: of scripts that are written low, and of all others.
LOW, HIGH = 1.14, 1.42
#: The code points below which scripts are low.
_FIRST_HIGH = 0x590
#: A text may shrink to this share of the size it was estimated at.
_SHRINKS = 0.62
_STEP = 0.94
_LEAST_PIXELS = 9.0
_END = "…"


@dataclass(frozen=True, slots=True)
class Room:
    """What there is for a title."""

    #: Pixels.
    width: float
    height: float
    #: The largest font size, pixels.
    size: float
    #: How long a text may be, as a multiple of the font size.
    length: float


@dataclass(frozen=True, slots=True)
class Title:
    """A title as it is set."""

    text: str
    #: Font sizes, pixels: where it begins, and what it may shrink to.
    size: float
    least: float
    #: Lines as estimated, and how far apart they are as a multiple of the size.
    lines: int
    leading: float
    #: Whether it runs from right to left.
    is_rtl: bool
    #: Whether the prompt goes on.
    is_cut: bool

    @property
    def height(self) -> float:
        """Of its box, pixels: a little more than its lines."""
        return (self.lines * self.leading + 0.3) * self.size


def title_of(prompt: str, room: Room) -> Title | None:
    """The prompt as a title that fits; None where nothing of it can be seen."""
    whole = " ".join(prompt.split())
    text = _within(whole, room.length)
    if not text:
        return None
    leading = HIGH if any(_is_high(char) for char in text) else LOW
    size = room.size
    while (lines := _lines(text, room.width / size)) * leading * size > room.height and size > _LEAST_PIXELS:
        size = max(_LEAST_PIXELS, size * _STEP)
    size = round(size, 1)
    return Title(text, size, max(4.0, round(size * _SHRINKS, 1)), lines, leading, _is_rtl(text), text != whole)


def width_of(text: str) -> float:
    """About how wide a text is, as a multiple of its font size."""
    return sum(map(_width, text))


def _width(char: str) -> float:
    if char.isascii():
        return _BLANK if char == " " else _CAPITAL if char in "MWmw@%" or char.isupper() else (
            _NARROW if char in "iljtfr.,:;'!|()[]" else _USUAL)  # fmt: skip
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0.0
    if ord(char) >= 0x1F000:
        return _EMOJI
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _CAPITAL


def _is_high(char: str) -> bool:
    return ord(char) >= _FIRST_HIGH and char.isalpha() and unicodedata.east_asian_width(char) not in "WF"


def _is_rtl(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((direction for direction in directions if direction in ("L", "R", "AL")), "L") != "L"


def _within(text: str, length: float) -> str:
    """As much of a text as is no longer than that, its end at the end of a sentence or a word."""
    end, wide = 0, 0.0
    while end < len(text) and wide <= length:
        wide += _width(text[end])
        end += 1
    if wide <= length:
        return text
    begun = text[: _whole_character(text, end - 1)]
    sentence = max((begun.rfind(mark) + 1 for mark in (". ", "! ", "? ", "。", "！", "？")), default=0)
    if sentence * 2 > len(begun):
        return begun[:sentence]
    word = begun.rfind(" ")
    kept = begun[:word] if word * 3 > len(begun) * 2 else begun
    return kept.rstrip(" ,;:.–—-、，。") + _END


def _whole_character(text: str, end: int) -> int:
    """The same place, or one before it, where no mark, joiner or other half of a character begins."""
    while end and (unicodedata.category(text[end]) in ("Mn", "Mc", "Me", "Cf", "Sk") or text[end - 1] == "\u200d"):
        end -= 1
    return end


def _lines(text: str, width: float) -> int:
    """About how many lines of this width (as a multiple of the font size) a text takes."""
    lines, used = 1, 0.0
    for wide in _pieces(text):
        if used and used + wide > width:
            lines, used = lines + 1, 0.0
        over = int(wide / width)  # a word that is longer than a line is broken
        lines, used = lines + over, used + wide - over * width
    return lines


def _pieces(text: str) -> Iterator[float]:
    """The widths of what is never broken: words with the blank behind them, and single wide characters."""
    wide = 0.0
    for char in text:
        alone = unicodedata.east_asian_width(char) in "WF"
        if alone and wide:
            yield wide
            wide = 0.0
        wide += _width(char)
        if alone or char == " ":
            yield wide
            wide = 0.0
    if wide:
        yield wide
