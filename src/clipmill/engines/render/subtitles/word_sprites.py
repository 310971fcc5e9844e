"""Word sprites: one word as it looks at a moment, ready to be laid down: grown, displaced, partly lit or partly typed.

The box behind it goes every way with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.subtitles.content import WordLook
from clipmill.engines.render.subtitles.placed import PlacedWord
from clipmill.media.draw.planes import Bytes, Rect, even_rect
from clipmill.media.draw.raster import rounded_mask

_NOWHERE = Rect(0, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class WordSprite:
    """A word's pixels at a place of the canvas, all of one size."""

    place: tuple[int, int]
    #: 0–255.
    opacity: int
    #: Letters in the colour of the text, and in the active colour; None where there are none.
    plain: Bytes | None
    lit: Bytes | None
    outline: Bytes | None
    colour: Bytes | None
    #: What lies behind them, a patch at a place of its own; None without.
    box: tuple[Bytes, tuple[int, int]] | None


def word_sprite(
    word: PlacedWord, look: WordLook, way: tuple[float, float], begun: Callable[[int], tuple[Bytes, Bytes | None]]
) -> WordSprite:
    """A word as it looks.

    `way`: where a displacement of 100 leads, pixels; `begun`: letters that are there → their patch and its outline.
    """
    letters, outline, colour = word.letters, word.outline, word.colour
    if look.typed >= 0:
        letters, outline = begun(look.typed)
        colour = None
    box = _box(word, look, way, letters) if look.boxed else None
    place = (word.x, word.y)
    if look.grown or look.away:
        place, move, size = _moved(word, look, way, Box(word.x, word.y, letters.shape[1], letters.shape[0]))
        letters = _warped(letters, move, size)
        outline = None if outline is None else _warped(outline, move, size)
        colour = None if colour is None else _warped_picture(colour, move, size)
    if look.lit in (0, 255):
        plain, lit = (letters, None) if look.lit == 0 else (None, letters)
    else:
        lit = _lit(letters, word, look.lit / 255)
        plain = cv2.subtract(letters, lit)
    return WordSprite(place, look.opacity, plain, lit, outline, colour, box)


def extent_of(word: PlacedWord, look: WordLook, way: tuple[float, float]) -> Rect:
    """The part of the canvas a word covers as it looks."""
    if look.opacity == 0:
        return _NOWHERE
    covered = _carried(word, look, way, Box(word.x, word.y, word.letters.shape[1], word.letters.shape[0]))
    return _around(covered).join(_around(_carried(word, look, way, word.box))) if look.boxed else _around(covered)


def _around(box: Box) -> Rect:
    return even_rect(box.x - 1, box.y - 1, box.x + box.width + 1, box.y + box.height + 1)


def _scale(word: PlacedWord, look: WordLook) -> float:
    return 1 + (word.largest - 1) * look.grown / 100


def _carried(word: PlacedWord, look: WordLook, way: tuple[float, float], part: Box) -> Box:
    """Where a part of a word, or of what lies behind it, is when all grows about the word's middle and is displaced."""
    scale = _scale(word, look)
    height, width = word.letters.shape
    x, y = word.x + width / 2, word.y + height / 2
    return Box(
        x + (part.x - x) * scale + way[0] * look.away / 100,
        y + (part.y - y) * scale + way[1] * look.away / 100,
        part.width * scale,
        part.height * scale,
    )


def _moved(
    word: PlacedWord, look: WordLook, way: tuple[float, float], part: Box
) -> tuple[tuple[int, int], NDArray[np.float64], tuple[int, int]]:
    """Where a part that is carried with its word lies, the transformation that brings it there, and its size."""
    there, scale = _carried(word, look, way, part), _scale(word, look)
    x, y = math.floor(there.x), math.floor(there.y)
    # Pixels are taken at their middles.
    offset = (scale - 1) / 2
    move = np.array([[scale, 0, there.x - x + offset], [0, scale, there.y - y + offset]], np.float64)
    return (x, y), move, (math.ceil(there.width) + 1, math.ceil(there.height) + 1)


def _box(
    word: PlacedWord, look: WordLook, way: tuple[float, float], letters: Bytes
) -> tuple[Bytes, tuple[int, int]] | None:
    """The box behind a word, as wide as the letters that are there; None where there are none yet."""
    left, right = word.box.x, word.box.x + word.box.width
    if look.typed >= 0:
        inked = np.flatnonzero(letters.any(axis=0))
        if not inked.size:
            return None
        last = letters.shape[1] - word.margin
        left += int(inked[0]) - word.margin
        right -= last - 1 - int(inked[-1])
    x, y = round(left), round(word.box.y)
    width, height = max(1, round(right) - x), max(1, round(word.box.height))
    mask = _rounded(width, height, word.radius)
    if not (look.grown or look.away):
        return mask, (x, y)
    # With a pixel of nothing around it, so that its edges stay soft on their way.
    mask = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    place, move, size = _moved(word, look, way, Box(x - 1, y - 1, width + 2, height + 2))
    return _warped(mask, move, size), place


@lru_cache(maxsize=64)
def _rounded(width: int, height: int, radius: float) -> Bytes:
    return rounded_mask(width, height, (radius,) * 4) if radius > 0 else np.full((height, width), 255, np.uint8)


def _lit(letters: Bytes, word: PlacedWord, share: float) -> Bytes:
    """The letters as far as the active colour has run through them, from where the word begins to be read."""
    width = letters.shape[1]
    columns = np.arange(width)[:: -1 if word.leftwards else 1]
    run = word.margin + (width - 2 * word.margin) * share
    return np.rint(letters * np.clip(run - columns, 0, 1)).astype(np.uint8)  # type: ignore[no-any-return]


def _warped(part: Bytes, move: NDArray[np.float64], size: tuple[int, int]) -> Bytes:
    return cv2.warpAffine(part, move, size, flags=cv2.INTER_LINEAR)  # type: ignore[no-any-return]


def _warped_picture(part: Bytes, move: NDArray[np.float64], size: tuple[int, int]) -> Bytes:
    """The same for sRGB with opacity, colours weighed by it."""
    weighed = part.astype(np.float32)
    weighed[..., :3] *= weighed[..., 3:] / 255
    moved = cv2.warpAffine(weighed, move, size, flags=cv2.INTER_LINEAR)
    np.divide(moved[..., :3] * 255, moved[..., 3:], out=moved[..., :3], where=moved[..., 3:] > 0)
    return np.clip(np.rint(moved), 0, 255).astype(np.uint8)  # type: ignore[no-any-return]
