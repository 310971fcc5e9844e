"""Contrast, measured in pixels: letters against what is seen around them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.media.draw.planes import Planes, Rect, from_rgb
from clipmill.media.facts.pixels.contrast import contrast

SIZE = (80, 240)
RECT = Rect(0, 0, 240, 80)


def _ground(grey: int) -> NDArray[np.uint8]:
    return np.full((*SIZE, 3), grey, np.uint8)


def _letters() -> NDArray[np.uint8]:
    """The coverage of some letters."""
    mask = np.zeros(SIZE, np.uint8)
    cv2.putText(mask, "Hamburg", (10, 50), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 255, 5, cv2.LINE_AA)
    return mask


def _laid(mask: NDArray[np.uint8], colour: tuple[int, int, int], below: NDArray[np.uint8]) -> NDArray[np.uint8]:
    share = mask[..., None] / 255
    return np.rint(below * (1 - share) + np.array(colour) * share).astype(np.uint8)


def _planes(picture: NDArray[np.uint8], image: bool) -> Planes:
    planes = Planes(SIZE[1], SIZE[0], full_colour=image)
    for part, values in zip(planes.parts, from_rgb(picture, full_colour=image), strict=True):
        part[:] = values
    return planes


def _measured(
    before: NDArray[np.uint8],
    after: NDArray[np.uint8],
    alpha: NDArray[np.uint8],
    boxed: bool = False,
    *,
    image: bool = False,
) -> float:
    return contrast(_planes(before, image), _planes(after, image), alpha, RECT, boxed=boxed)


@pytest.mark.parametrize("image", [False, True], ids=["video", "image"])
@pytest.mark.parametrize(("ink", "ground", "ratio"), [
    (255, 255, 1.0), (0, 255, 21.0), (205, 255, 1.59), (222, 255, 1.35),
                                                      (118, 0, 4.67), (20, 0, 1.14)])  # fmt: skip
def test_letters_on_an_even_ground_have_the_ratio_of_the_standard(
    ink: int, ground: int, ratio: float, image: bool
) -> None:
    after = _laid(_letters(), (ink, ink, ink), _ground(ground))
    assert _measured(_ground(ground), after, _letters(), image=image) == pytest.approx(ratio, rel=0.06)


def test_colours_count_by_their_luminance() -> None:
    red = _laid(_letters(), (255, 0, 0), _ground(127))
    assert _measured(_ground(127), red, _letters(), image=True) < 1.5
    blue = _laid(_letters(), (0, 0, 255), _ground(0))
    assert _measured(_ground(0), blue, _letters(), image=True) == pytest.approx(2.44, rel=0.1)


def test_an_outline_makes_letters_legible() -> None:
    wide = cv2.dilate(_letters(), np.ones((5, 5), np.uint8))
    after = _laid(_letters(), (255, 255, 255), _laid(wide, (0, 0, 0), _ground(255)))
    assert _measured(_ground(255), after, wide) > 10


def test_letters_on_a_box_are_held_against_the_box() -> None:
    box = np.full(SIZE, 255, np.uint8)
    seen = _laid(_letters(), (255, 255, 255), _ground(0))
    assert _measured(_ground(255), seen, box, boxed=True) > 10
    assert _measured(_ground(0), _ground(255), box, boxed=True) < 1.05


def test_the_folds_of_a_photograph_are_no_contrast_of_the_text() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (*SIZE, 1)).repeat(3, 2).astype(np.uint8)
    photo = cv2.GaussianBlur(noise, (0, 0), 2)
    faint = _laid((_letters() * 0.03).astype(np.uint8), (255, 255, 255), photo)
    assert _measured(photo, faint, _letters()) < 1.5


def test_what_is_covered_is_not_seen() -> None:
    assert _measured(_ground(40), _ground(40), _letters()) == 1.0


def test_nothing_cannot_be_measured() -> None:
    assert _measured(_ground(40), _ground(40), np.zeros(SIZE, np.uint8)) == 21.0
