"""Patches: one word as it looks at a moment, ready to be laid down: grown, displaced, partly lit or partly typed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.engines.render.subtitles.content import Look
from clipmill.engines.render.subtitles.placed import PlacedWord
from clipmill.media.draw.planes import Bytes, Rect, even_rect

_NOWHERE = Rect(0, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A word's pixels at a place of the canvas, all of one size."""

    place: tuple[int, int]
    #: 0–255.
    opacity: int
    #: Letters in the colour of the text, and in the active colour; None where there are none.
    plain: Bytes | None
    lit: Bytes | None
    outline: Bytes | None
    colour: Bytes | None


def patch_of(
    word: PlacedWord, look: Look, way: tuple[float, float], begun: Callable[[int], tuple[Bytes, Bytes | None]]
) -> Patch:
    """A word as it looks.

    `way`: where a displacement of 100 leads, pixels; `begun`: letters that are there → their patch and its outline.
    """
    letters, outline, colour = word.letters, word.outline, word.colour
    if look.typed >= 0:
        letters, outline = begun(look.typed)
        colour = None
    place = (word.x, word.y)
    if look.grown or look.away:
        place, move, size = _moved(word, look, way)
        letters = _warped(letters, move, size)
        outline = None if outline is None else _warped(outline, move, size)
        colour = None if colour is None else _warped_picture(colour, move, size)
    if look.lit in (0, 255):
        plain, lit = (letters, None) if look.lit == 0 else (None, letters)
    else:
        lit = _lit(letters, word, look.lit / 255)
        plain = cv2.subtract(letters, lit)
    return Patch(place, look.opacity, plain, lit, outline, colour)


def extent_of(word: PlacedWord, look: Look, way: tuple[float, float]) -> Rect:
    """The part of the canvas a word covers as it looks."""
    if look.opacity == 0:
        return _NOWHERE
    height, width = word.letters.shape
    more = (word.largest - 1) * look.grown / 200
    left = word.x + way[0] * look.away / 100 - more * width - 1
    top = word.y + way[1] * look.away / 100 - more * height - 1
    rect = even_rect(left, top, left + width * (1 + 2 * more) + 2, top + height * (1 + 2 * more) + 2)
    if not look.boxed:
        return rect
    box = word.box
    return rect.join(even_rect(box.x - 1, box.y - 1, box.x + box.width + 1, box.y + box.height + 1))


def _moved(
    word: PlacedWord, look: Look, way: tuple[float, float]
) -> tuple[tuple[int, int], NDArray[np.float64], tuple[int, int]]:
    """Where a word grown about its middle and displaced lies, the transformation that brings it there, and its size."""
    scale = 1 + (word.largest - 1) * look.grown / 100
    height, width = word.letters.shape
    left = word.x + way[0] * look.away / 100 - (scale - 1) * width / 2
    top = word.y + way[1] * look.away / 100 - (scale - 1) * height / 2
    x, y = math.floor(left), math.floor(top)
    # Pixels are taken at their middles.
    offset = (scale - 1) / 2
    move = np.array([[scale, 0, left - x + offset], [0, scale, top - y + offset]], np.float64)
    return (x, y), move, (math.ceil(width * scale) + 1, math.ceil(height * scale) + 1)


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
