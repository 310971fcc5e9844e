"""How a coded picture is shown: turned, mirrored, and with pixels that need not be square."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np

#: No pixel is so many times as wide as high, or as high as wide; nearer to a square than a hundredth is rounding.
_ODDEST, _SQUARE = 10, 0.01
_MATRIX_NUMBERS = 9


@dataclass(frozen=True, slots=True)
class Turn:
    """What is done to a coded picture to show it: left and right change places first, then it is turned."""

    #: Clockwise, 0 to 3.
    quarters: int = 0
    mirrored: bool = False


UPRIGHT = Turn()


def turn_of(frame: av.VideoFrame) -> Turn:
    """What the display matrix of a picture asks for (ISO/IEC 14496-12, 6.2.2), to the nearest quarter."""
    try:
        beside: Any = frame.side_data
        data = beside["DISPLAYMATRIX"]
    except KeyError:
        return UPRIGHT
    except ValueError:  # there is something beside the picture that PyAV has no name for, and nothing can be read
        return Turn(round(-frame.rotation / 90) % 4)
    if data.buffer_size < _MATRIX_NUMBERS * 4:
        return UPRIGHT
    a, b, _, c, d = (float(number) for number in np.frombuffer(data, "<i4", 5))
    across, down = math.hypot(a, c), math.hypot(b, d)
    if not (across and down):
        return UPRIGHT
    mirrored = a * d - b * c < 0
    sign = -1 if mirrored else 1
    return Turn(round(math.atan2(sign * b / down, sign * a / across) / (math.pi / 2)) % 4, mirrored)


def pixel_aspect(stream: av.VideoStream) -> Fraction:
    """Width ÷ height of one coded pixel: what the container says, else the pictures; 1 where that is nothing or odd."""
    for said in (stream.sample_aspect_ratio, stream.codec_context.sample_aspect_ratio):
        if said:
            is_meant = Fraction(1, _ODDEST) <= said <= _ODDEST and abs(said - 1) >= _SQUARE
            return Fraction(said) if is_meant else Fraction(1)
    return Fraction(1)


def shown_size(width: int, height: int, aspect: Fraction, turn: Turn) -> tuple[int, int]:
    """The size in square pixels of a coded picture, upright.

    One side grows and none shrinks, as in browsers (HTML, 4.8.9: `videoWidth`): no row or column is lost.
    """
    if aspect > 1:
        width = round(width * aspect)
    else:
        height = round(height / aspect)
    return (height, width) if turn.quarters % 2 else (width, height)
