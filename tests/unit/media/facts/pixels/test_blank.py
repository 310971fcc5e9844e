"""Blank pictures are told from dark, pale and small ones."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.media.draw.sprite import sprite_from_rgba
from clipmill.media.facts.pixels.blank import blankness

SIZE = (120, 200)


def _blankness(rgba: NDArray[np.uint8], *, rounded: bool = False) -> str:
    """What is told of a picture, in planes as videos have them and as images do."""
    (told,) = {blankness(sprite_from_rgba(rgba, 0, 0, full_colour=image), rounded=rounded) for image in (False, True)}
    return told


def _told(picture: NDArray[np.uint8], alpha: int = 255) -> str:
    rgba = np.dstack([picture, np.full(SIZE, alpha, np.uint8)])
    return _blankness(rgba)


def _even(grey: int) -> NDArray[np.uint8]:
    return np.full((*SIZE, 3), grey, np.uint8)


def _noise(mean: float, spread: float) -> NDArray[np.uint8]:
    drawn = np.random.default_rng(3).normal(mean, spread, (*SIZE, 3))
    return np.clip(drawn, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("picture", [_even(0), _noise(2, 1.5)], ids=["even", "closed lens"])
def test_black_is_black(picture: NDArray[np.uint8]) -> None:
    assert _told(picture) == "black all through"


@pytest.mark.parametrize("colour", [(255, 255, 255), (150, 90, 110), (40, 40, 40)])
def test_another_single_colour_may_be_a_ground(colour: tuple[int, int, int]) -> None:
    assert _told(_even(0) + np.array(colour, np.uint8)) == ""


@pytest.mark.parametrize("alpha", [0, 3])
def test_nothing_is_to_be_seen(alpha: int) -> None:
    assert _told(_even(200), alpha) == "wholly transparent"


def _disc(side: int, radius: int) -> NDArray[np.uint8]:
    """The coverage of a disc."""
    mask = np.zeros((side, side), np.uint8)
    cv2.circle(mask, (side // 2, side // 2), radius, 255, -1, cv2.LINE_AA)
    return mask


@pytest.mark.parametrize("grey", [0, 200])
def test_a_logo_in_one_colour_is_a_picture(grey: int) -> None:
    shape = cv2.bitwise_or(_disc(120, 30), np.rot90(_disc(120, 30)))
    shape[50:70] = 255
    rgba = np.dstack([np.full((120, 120, 3), grey, np.uint8), shape])
    assert _blankness(rgba) == ""


def test_a_round_picture_of_nothing_is_none() -> None:
    rgba = np.dstack([np.zeros((120, 120, 3), np.uint8), _disc(120, 59)])
    assert _blankness(rgba, rounded=True) == "black all through"


def test_a_night_with_a_few_lights_is_a_picture() -> None:
    night = _noise(6, 4)
    night[60:66, 20:40] = 180
    assert _told(night) == ""


def test_a_small_thing_on_an_even_ground_is_a_picture() -> None:
    paper = _even(255)
    paper[70:73, 33:45] = 120
    assert _told(paper) == ""


def test_a_pale_gradient_is_a_picture() -> None:
    assert _told(_even(225) + np.linspace(0, 29, SIZE[1])[None, :, None].astype(np.uint8)) == ""
