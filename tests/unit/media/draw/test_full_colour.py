"""Drawing in red, green and blue: nothing is halved and no colour is rounded."""

from __future__ import annotations

import numpy as np
import pytest

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.elements.looks import ChromaKey, Filter
from clipmill.media.draw.chroma import keyed
from clipmill.media.draw.filters import filtered
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import Bytes, Planes, Rect, from_rgb, from_rgba, half, to_rgb, to_rgba
from clipmill.media.draw.sprite import blend, sprite_from_mask, sprite_from_rgba
from clipmill.media.draw.turn import rotated


@pytest.fixture
def noise() -> Bytes:
    """A picture whose every pixel has a colour of its own."""
    return np.random.default_rng(3).integers(0, 256, (24, 32, 3), np.uint8)


def test_a_picture_comes_back_as_it_was(noise: Bytes) -> None:
    planes = Planes(32, 24, full_colour=True)
    for part, plane in zip(planes.parts, from_rgb(noise, full_colour=True), strict=True):
        part[:] = plane
    assert np.array_equal(to_rgb(planes), noise)
    assert planes.buffer.shape == (72, 32)


def test_a_brand_s_colour_is_exactly_that() -> None:
    planes = Planes(8, 8, full_colour=True)
    planes.fill(Colour(0x2D, 0xD4, 0xBF))
    assert (to_rgb(planes) == (0x2D, 0xD4, 0xBF)).all()


def test_a_line_of_one_pixel_keeps_its_colour() -> None:
    mask = np.zeros((8, 8), np.uint8)
    mask[:, 3] = 255
    planes = Planes(8, 8, full_colour=True)
    planes.fill(Colour(0, 0x33, 0xCC))
    blend(sprite_from_mask(mask, planes.rect, Colour(255, 0x20, 0x20), full_colour=True), planes, planes.rect)
    rgb = to_rgb(planes)
    assert (rgb[:, 3] == (255, 0x20, 0x20)).all()
    assert (rgb[:, [2, 4]] == (0, 0x33, 0xCC)).all()


def test_transparent_pictures_are_laid_over_nothing_and_over_each_other(noise: Bytes) -> None:
    rgba = np.dstack([noise, np.full((24, 32), 128, np.uint8)])
    planes = Planes(32, 24, transparent=True, full_colour=True)
    blend(sprite_from_rgba(rgba, 0, 0, full_colour=True), planes, planes.rect)
    back = to_rgba(planes.parts)
    assert (back[..., 3] == 128).all()
    assert np.abs(back[..., :3].astype(int) - noise).max() <= 2


def test_nothing_is_halved(noise: Bytes) -> None:
    assert half(noise, full_colour=True) is noise
    planes, alpha = from_rgba(np.dstack([noise, np.full((24, 32), 255, np.uint8)]), full_colour=True)
    assert {part.shape for part in (*planes, *alpha)} == {(24, 32)}


@pytest.mark.parametrize(
    "look", [{"saturate": -100}, {"brightness": 40}, {"hue-rotate": 90}, {"invert": 1}, {"contrast": 30}]
)
def test_filters_are_those_of_css_to_the_pixel(noise: Bytes, look: dict[str, float]) -> None:
    changed = filtered(Level(from_rgb(noise, full_colour=True), None), Filter.model_validate(look))
    rgb = noise.astype(np.float64)
    expected = {
        "saturate": lambda: np.repeat((rgb @ [0.213, 0.715, 0.072])[..., None], 3, -1),
        "brightness": lambda: rgb * 1.4,
        "invert": lambda: 255 - rgb,
        "contrast": lambda: (rgb - 127.5) * 1.3 + 127.5,
        "hue-rotate": lambda: rgb @ np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]]),
    }
    if "hue-rotate" not in look:
        wanted = np.clip(expected[next(iter(look))](), 0, 255)
        assert np.abs(np.dstack(changed.planes) - wanted).max() <= 1
    else:
        assert np.abs(np.dstack(changed.planes).astype(int) - noise).max() > 50


def test_a_key_takes_its_colour_and_leaves_the_others() -> None:
    picture = np.zeros((8, 16, 3), np.uint8)
    picture[:, :8] = (0, 200, 0)
    picture[:, 8:] = (200, 0, 0)
    level = keyed(
        Level(from_rgb(picture, full_colour=True), None),
        ChromaKey.model_validate({"color": "#00c800", "similarity": 20}),
    )
    assert level.alpha is not None
    assert not level.alpha[0][:, :7].any()
    assert (level.alpha[0][:, 9:] == 255).all()


def test_a_turned_picture_keeps_its_colours(noise: Bytes) -> None:
    rgba = np.dstack([np.full((24, 32, 3), (10, 200, 90), np.uint8), np.full((24, 32), 255, np.uint8)])
    sprite = rotated(sprite_from_rgba(rgba, 0, 0, full_colour=True), 30, (16.0, 12.0))
    inside = sprite.alpha[0] == 255
    assert {tuple(pixel) for pixel in np.dstack(sprite.planes)[inside].tolist()} == {(10, 200, 90)}
    assert sprite.rect != Rect(0, 0, 32, 24)
