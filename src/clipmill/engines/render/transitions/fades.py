"""Fades: every pixel gives way in its own place, at one pace, through a colour, or at a pace of its own."""

from __future__ import annotations

import cv2
import numpy as np

from clipmill.engines.render.transitions.picture import (
    BLACK,
    WHITE,
    Parts,
    blank,
    fade,
    is_full,
    lay,
    mix_by_mask,
    smoothstep,
    veil,
)
from clipmill.media.draw.planes import Floats

#: How much of the way the first picture takes to leave towards a colour, and the second waits.
_PHASE = 0.2
#: Differences of two values as a share of the greatest.
_DIFFERENCE = np.arange(256) / 255
_SQUARE: Floats = (_DIFFERENCE**2).astype(np.float32)


def fade_black(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """Through black."""
    _through(first, second, (veil(first, BLACK), veil(second, BLACK)), progress, into)


def fade_white(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """Through white."""
    _through(first, second, (veil(first, WHITE), veil(second, WHITE)), progress, into)


def fade_grays(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """Through the same pictures without colour."""
    grounds = [(picture[0], *veil(picture, BLACK)[1:]) for picture in (first, second)]
    _through(first, second, (grounds[0], grounds[1]), progress, into)


def _through(first: Parts, second: Parts, grounds: tuple[Parts, Parts], progress: float, into: Parts) -> None:
    """A fade between two pictures, each of which is on its way to or from a ground of its own.

    The first reaches its ground after a fifth of the way; the second comes out of its own over four fifths.
    """
    left = 1 - progress
    leaving, coming = blank(into), blank(into)
    fade(grounds[0], first, smoothstep(1 - _PHASE, 1, left), leaving)
    fade(second, grounds[1], smoothstep(_PHASE, 1, left), coming)
    fade(leaving, coming, progress, into)


def fade_fast(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """Where the pictures differ most, the second comes first."""
    _paced(first, second, (1 - progress) ** (1 + np.log(1 + _DIFFERENCE)), into)


def fade_slow(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """Where the pictures differ least, the second comes first."""
    _paced(first, second, (1 - progress) ** (1 + np.log(2 - _DIFFERENCE)), into)


def _paced(first: Parts, second: Parts, kept: np.ndarray, into: Parts) -> None:
    """A fade in which each difference 0–255 keeps its own share of the first picture.

    Every plane of an opaque picture has a pace of its own, as in FFmpeg. With opacity all planes of a pixel go at the
    pace of the greater difference, in Y or in opacity: a colour never gets ahead of the opacity it is multiplied by.
    """
    shares = np.rint(255 * (1 - kept)).astype(np.uint8)
    if len(into) > 3:
        difference = cv2.max(cv2.absdiff(first[0], second[0]), cv2.absdiff(first[3], second[3]))
        mix_by_mask(first, second, cv2.LUT(difference, shares), into)
        return
    for one, other, out in zip(first, second, into, strict=True):
        lay(one, other, cv2.LUT(cv2.absdiff(one, other), shares), out)


def distance(first: Parts, second: Parts, progress: float, into: Parts) -> None:
    """A fade in which pixels further apart than the rest of the way have already changed."""
    far = cv2.compare(_apart(first, second), (1 - progress) ** 2, cv2.CMP_GT)
    mix_by_mask(first, second, np.maximum(far, np.uint8(round(255 * progress))), into)


def _apart(first: Parts, second: Parts) -> Floats:
    """The squared distance of each pixel's colour and opacity in the two pictures, each plane reaching from 0 to 1."""
    squares = [cv2.LUT(cv2.absdiff(one, other), _SQUARE) for one, other in zip(first[:4], second[:4], strict=True)]
    height, width = first[0].shape
    total: Floats = cv2.resize(squares[1] + squares[2], (width, height), interpolation=cv2.INTER_NEAREST)
    for number, square in enumerate(squares):
        if is_full(number):
            total += square
    return total
