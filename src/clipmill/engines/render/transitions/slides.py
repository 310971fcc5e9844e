"""Slides: a picture moves by whole pixels: both of them, the second over the first, or the first off the second."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from clipmill.engines.render.transitions.picture import Parts, Transition, is_full, reach
from clipmill.media.draw.planes import Bytes


@dataclass(frozen=True, slots=True)
class Slide:
    """Which way the edge between two pictures moves, and which of them move with it."""

    #: Left and right, or up and down.
    across: bool
    #: Left or up.
    backwards: bool
    first_moves: bool
    second_moves: bool


def slid(slide: Slide) -> Transition:
    """The transition of a slide. Half pixels of U, V and Ahalf are the mean of the two places they lie between."""

    def transition(first: Parts, second: Parts, progress: float, into: Parts) -> None:
        left = reach(1 - progress, into[0].shape[1 if slide.across else 0])
        for number, planes in enumerate(zip(first, second, into, strict=True)):
            one, other, out = planes
            if is_full(number):
                _place(slide, one, other, left, out)
            elif left % 2 == 0:
                _place(slide, one, other, left // 2, out)
            else:
                low, high = np.empty_like(out), np.empty_like(out)
                _place(slide, one, other, left // 2, low)
                _place(slide, one, other, left // 2 + 1, high)
                cv2.addWeighted(low, 0.5, high, 0.5, 0, out)

    return transition


def _place(slide: Slide, first: Bytes, second: Bytes, left: int, into: Bytes) -> None:
    """One plane in which `left` rows or columns of the first picture are still to be seen."""
    if slide.across:
        first, second, into = first.T, second.T, into.T
    length = len(into)
    gone = length - left
    # What is seen of each picture lies at one end of the frame, and comes from the other end of a picture that moves.
    begin_of_first, begin_of_second = (0, left) if slide.backwards else (gone, 0)
    from_first = gone - begin_of_first if slide.first_moves else begin_of_first
    from_second = left - begin_of_second if slide.second_moves else begin_of_second
    into[begin_of_first : begin_of_first + left] = first[from_first : from_first + left]
    into[begin_of_second : begin_of_second + gone] = second[from_second : from_second + gone]
