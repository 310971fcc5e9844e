"""How wide letters are at most, read from font files (cmap, hmtx): enough to know without drawing that a text fits.

Only letters that stand one after another are told: Latin, Greek, Cyrillic, digits, signs. Others join or pile up.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from clipmill.errors import MediaError
from clipmill.media.fonts.faces import Face
from clipmill.media.fonts.library import FontLibrary, fonts_in_use
from clipmill.media.fonts.scripts import script_of

#: Scripts of letters that stand one after another.
_SIMPLE = frozenset({"Latin", "Greek", "Cyrillic", "Armenian", "Georgian"})
#: A font asked for a weight it lacks may be drawn this much heavier.
_HEAVIER = 100
#: What is added to a letter for pairs set wider apart, and for weights of a variable font wider than its first.
_SPARE, _VARIABLE = 1.02, 1.25


@lru_cache(maxsize=4096)
def blank_after(families: str, letter: str) -> tuple[str, float]:
    """The family that draws a letter, and how much wider a blank is in the first one asked for than there, in sizes.

    Nothing where that is one and the same.
    """
    fonts = fonts_in_use()
    asked = [] if fonts is None else list(fonts.asked(families))
    for family, faces in asked[1:] if asked and not _has(asked[0][1], letter) else ():
        if _has(faces, letter):
            return family, _blank(asked[0][1]) - _blank(faces)
    return "", 0.0


def _has(faces: Sequence[Face], letter: str) -> bool:
    return any(ord(letter) in face.coverage for face in faces)


def _blank(faces: Sequence[Face]) -> float:
    """How wide a blank is in a family, in sizes."""
    usual = min(faces, key=lambda face: abs(face.weights[0] - 400))
    glyphs, advances, unit = _metrics_of(usual)
    glyph = glyphs.get(ord(" "))
    return 0.25 if glyph is None or not advances else advances[min(glyph, len(advances) - 1)] / unit


class _Metrics(NamedTuple):
    """Character → glyph for the first 65,536 characters, the advances of glyphs, and units to the size."""

    glyphs: dict[int, int]
    advances: tuple[int, ...]
    unit: int


class LetterWidths:
    """The widths of letters, in font sizes; remembered."""

    def __init__(self, fonts: FontLibrary) -> None:
        self._fonts = fonts
        self._known: dict[tuple[str, float], dict[str, float | None]] = {}
        self._metrics: dict[int, _Metrics] = {}

    def line(self, text: str, families: str, weight: float) -> float | None:
        """How wide a text in one line is at most, in font sizes; None where that cannot be told."""
        known = self._known.setdefault((families, weight), {})
        total = 0.0
        for char in text:
            if char not in known:
                known[char] = self._wide(char, families, weight)
            width = known[char]
            if width is None:
                return None
            total += width
        return total

    def _wide(self, char: str, families: str, weight: float) -> float | None:
        script = script_of(char)
        if unicodedata.category(char)[0] in "CM" or (script is not None and script.name not in _SIMPLE):
            return None
        for _, faces in self._fonts.asked(families):
            having = [face for face in faces if ord(char) in face.coverage]
            if having:
                near = [face for face in having if face.weights[0] <= weight + _HEAVIER] or having
                found = [self._advance(face, ord(char)) for face in near]
                return None if None in found else max(width for width in found if width is not None) * _SPARE
        return None

    def _advance(self, face: Face, code: int) -> float | None:
        """How wide a character is in a face, in sizes; None where its file does not say."""
        if id(face) not in self._metrics:  # the library keeps its faces as long as it lives
            self._metrics[id(face)] = _metrics_of(face)
        glyphs, advances, unit = self._metrics[id(face)]
        glyph = glyphs.get(code)
        if glyph is None or not advances:
            return None
        wide = advances[min(glyph, len(advances) - 1)] / unit
        return wide if face.weights[0] == face.weights[1] else wide * _VARIABLE


def _metrics_of(face: Face) -> _Metrics:
    try:
        count = struct.unpack_from(">H", face.tables.read("hhea"), 34)[0]
        advances = struct.unpack_from(">" + "Hh" * count, face.tables.read("hmtx"))[::2]
        unit = struct.unpack_from(">H", face.tables.read("head"), 18)[0]
        return _Metrics(_glyphs(face.tables.read("cmap")), advances, max(1, unit))
    except (MediaError, OSError, struct.error):
        return _Metrics({}, (), 1)


def _glyphs(table: bytes) -> dict[int, int]:
    """Character → glyph, of the first subtable of format 4, which every font has for these scripts."""
    for number in range(struct.unpack_from(">H", table, 2)[0]):
        place = struct.unpack_from(">I", table, 8 + 8 * number)[0]
        if struct.unpack_from(">H", table, place)[0] == 4:
            return dict(_segments(table, place))
    return {}


def _segments(table: bytes, place: int) -> list[tuple[int, int]]:
    count = struct.unpack_from(">H", table, place + 6)[0] // 2
    step = 2 * count
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", table, place + begin)
        for begin in (14, 16 + step, 16 + 2 * step, 16 + 3 * step)
    )
    found = []
    for number in range(count):
        listed = place + 16 + 3 * step + 2 * number + offsets[number]
        for code in range(starts[number], min(ends[number], 0xFFFE) + 1):
            glyph = code
            if offsets[number]:
                glyph = struct.unpack_from(">H", table, listed + 2 * (code - starts[number]))[0]
                if not glyph:
                    continue
            found.append((code, (glyph + deltas[number]) & 0xFFFF))
    return found
