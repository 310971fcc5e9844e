import math
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.elements.looks import Filter
from clipmill.media.draw.filters import filtered
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import from_rgb, from_rgba, yuv_of
from tests.rendering import cutout, photo, ssim

RGB = NDArray[np.float64]
#: Colours that no filter below drives out of the range, as three patches of each.
MIDDLE = [(128, 128, 128), (150, 110, 120), (100, 140, 130), (120, 115, 150), (90, 100, 95), (160, 150, 140)]
LOOKS: list[dict[str, Any]] = [
    {"brightness": 30}, {"brightness": -60}, {"contrast": 40}, {"contrast": -70}, {"saturate": 60}, {"saturate": -100},
    {"hue-rotate": "90deg"}, {"hue-rotate": "-0.4turn"}, {"invert": True}, {"invert": 0.3},
    {"colorTint": "#2DD4BF"}, {"colorTint": "#704214"}, {"colorTint": "#ff000080"},
    {"brightness": 20, "contrast": -20, "saturate": 30, "hue-rotate": "40deg", "invert": 0.1, "colorTint": "#00336640"},
]  # fmt: skip
#: Those that drive many colours of a photograph out of the range.
HARSH: list[dict[str, Any]] = [
    {"brightness": 100}, {"contrast": 100}, {"saturate": 100}, {"hue-rotate": "180deg"},
    {"brightness": 100, "contrast": -50}, {"brightness": 60, "contrast": 80, "saturate": 100},
]  # fmt: skip


def _look(values: dict[str, Any]) -> Filter:
    return Filter.model_validate(values)


def _opaque(rgb: NDArray[np.uint8]) -> Level:
    return Level(from_rgb(rgb), None)


def _patches(colours: list[tuple[int, int, int]], side: int = 16) -> NDArray[np.uint8]:
    return np.repeat(np.repeat(np.array([colours], np.uint8), side, 0), side, 1).reshape(side, -1, 3)


def _reference(rgb: NDArray[np.uint8], values: dict[str, Any]) -> NDArray[np.uint8]:
    """The formulas of CSS, as its specification writes them, step by step."""
    look, colours = _look(values), rgb.astype(float) / 255
    colours = np.clip(colours * (1 + look.brightness / 100), 0, 1)
    amount = 1 + look.contrast / 100
    colours = np.clip(colours * amount + 0.5 - 0.5 * amount, 0, 1)
    s = 1 + look.saturate / 100
    saturate = [[0.213 + 0.787 * s, 0.715 - 0.715 * s, 0.072 - 0.072 * s],
                [0.213 - 0.213 * s, 0.715 + 0.285 * s, 0.072 - 0.072 * s],
                [0.213 - 0.213 * s, 0.715 - 0.715 * s, 0.072 + 0.928 * s]]  # fmt: skip
    colours = np.clip(colours @ np.array(saturate).T, 0, 1)
    c, n = math.cos(math.radians(look.hue_rotate)), math.sin(math.radians(look.hue_rotate))
    turn = [[0.213 + c * 0.787 - n * 0.213, 0.715 - c * 0.715 - n * 0.715, 0.072 - c * 0.072 + n * 0.928],
            [0.213 - c * 0.213 + n * 0.143, 0.715 + c * 0.285 + n * 0.140, 0.072 - c * 0.072 - n * 0.283],
            [0.213 - c * 0.213 - n * 0.787, 0.715 - c * 0.715 + n * 0.715, 0.072 + c * 0.928 + n * 0.072]]  # fmt: skip
    colours = np.clip(colours @ np.array(turn).T, 0, 1)
    colours = colours * (1 - look.invert) + (1 - colours) * look.invert
    if look.color_tint is not None:
        share = look.color_tint.alpha
        colours = (1 - share) * colours + share * _set_luma(look.color_tint, _luma(colours))
    return np.rint(np.clip(colours, 0, 1) * 255).astype(np.uint8)


def _luma(rgb: RGB) -> RGB:
    return rgb @ np.array([0.2126, 0.7152, 0.0722])


def _set_luma(tint: Colour, luma: RGB) -> RGB:
    """SetLum and ClipColor."""
    colour = np.array([tint.red, tint.green, tint.blue]) / 255
    moved = colour + (luma - _luma(colour))[..., None]
    grey, least, most = luma[..., None], moved.min(-1, keepdims=True), moved.max(-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.where(least < 0, grey + (moved - grey) * grey / (grey - least), moved)
        return np.where(most > 1, grey + (moved - grey) * (1 - grey) / (most - grey), moved)


@pytest.mark.parametrize("values", LOOKS, ids=str)
def test_colours_become_what_css_makes_of_them(values: dict[str, Any]) -> None:
    rgb = _patches(MIDDLE)
    after, expected = filtered(_opaque(rgb), _look(values)), from_rgb(_reference(rgb, values))
    for plane, (part, other) in enumerate(zip(after.planes, expected, strict=True)):
        inside = slice(4, 12) if plane == 0 else slice(2, 6)
        step = 16 if plane == 0 else 8
        for patch in range(len(MIDDLE)):
            columns = slice(patch * step + inside.start, patch * step + inside.stop)
            assert np.abs(part[inside, columns].astype(int) - other[inside, columns]).max() <= 2


@pytest.mark.parametrize("values", LOOKS + HARSH, ids=str)
def test_a_photograph_becomes_what_css_makes_of_it(values: dict[str, Any]) -> None:
    rgb = np.asarray(cv2.GaussianBlur(photo(), (0, 0), 1.5), np.uint8)
    after, expected = filtered(_opaque(rgb), _look(values)), from_rgb(_reference(rgb, values))
    for part, other in zip(after.planes, expected, strict=True):
        assert np.abs(part.astype(int) - other).mean() <= 2
    assert ssim(after.planes[0], expected[0]) >= 0.97


def test_a_bright_sky_made_brighter_becomes_white_and_not_blue() -> None:
    after = filtered(_opaque(_patches([(180, 200, 255)])), _look({"brightness": 100}))
    assert [round(float(part.mean())) for part in after.planes] == [235, 128, 128]


@pytest.mark.parametrize("values", [look for look in LOOKS + HARSH if "colorTint" not in look], ids=str)
def test_greys_stay_grey(values: dict[str, Any]) -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2).repeat(2, 0)
    after = filtered(_opaque(ramp), _look(values))
    assert {int(part.min()) for part in after.planes[1:]} == {int(part.max()) for part in after.planes[1:]} == {128}
    expected = from_rgb(_reference(ramp, values))[0]
    assert np.abs(after.planes[0].astype(int) - expected).max() <= 2


def test_the_ends_of_every_scale_are_black_white_grey_and_the_opposite() -> None:
    rgb = _patches([(0, 0, 0), (255, 255, 255), (200, 30, 90)])

    def of(values: dict[str, Any]) -> list[int]:
        return [int(part) for part in filtered(_opaque(rgb), _look(values)).planes[0][8, 8::16]]

    assert of({"brightness": -100}) == [16, 16, 16]
    assert of({"invert": 1})[:2] == [235, 16]
    assert max(of({"contrast": -100})) - min(of({"contrast": -100})) <= 1
    grey = filtered(_opaque(rgb), _look({"saturate": -100}))
    assert np.abs(grey.planes[1].astype(int) - 128).max() <= 1


@pytest.mark.parametrize("tint", ["#2DD4BF", "#000080", "#ffff00", "#704214", "#808080", "#000000", "#ffffff"])
def test_a_tint_keeps_light_and_shade(tint: str) -> None:
    level, look = _opaque(photo()), _look({"colorTint": tint})
    after = filtered(level, look)
    assert np.abs(after.planes[0].astype(int) - level.planes[0]).max() <= 2
    ends = filtered(_opaque(_patches([(0, 0, 0), (255, 255, 255)])), look)
    assert [int(part[0, 0]) for part in ends.planes] == [16, 128, 128]
    assert [int(part[0, -1]) for part in ends.planes] == [235, 128, 128]


def test_a_grey_as_light_as_the_tint_becomes_the_tint() -> None:
    tint = Colour(45, 212, 191)
    grey = round(0.2126 * 45 + 0.7152 * 212 + 0.0722 * 191)
    after = filtered(_opaque(_patches([(grey, grey, grey)])), _look({"colorTint": "#2DD4BF"}))
    assert [float(part.mean()) for part in after.planes] == pytest.approx(yuv_of(tint), abs=1)


def test_a_filter_that_changes_nothing_gives_the_same_picture() -> None:
    level = _opaque(photo())
    assert filtered(level, Filter()) is level
    assert filtered(level, _look({"hue-rotate": "360deg", "colorTint": "#ff000000"})) is level


@pytest.mark.parametrize("values", LOOKS + HARSH, ids=str)
def test_a_transparent_picture_changes_where_it_shows_and_only_there(values: dict[str, Any]) -> None:
    rgba = cutout()
    rgba[..., 3] = rgba[..., 3] * (np.arange(120) / 119)
    planes, alpha = from_rgba(rgba)
    after = filtered(Level(planes, alpha), _look(values))
    assert after.alpha is alpha
    colour = _reference(np.array([[[230, 40, 40]]], np.uint8), values)[0, 0]
    y, u, v = yuv_of(Colour(*map(int, colour)))
    for plane, value in enumerate((y, u, v)):
        over = alpha[min(plane, 1)]
        assert np.abs(after.planes[plane] - over * (value / 255)).mean() <= 2
        assert after.planes[plane][over == 0].max() == 0
        assert (after.planes[plane] <= over).all()


def test_an_opaque_picture_that_says_so_is_filtered_like_one_that_does_not() -> None:
    rgb, look = photo(), _look(LOOKS[-1])
    opacity = (np.full((160, 240), 255, np.uint8), np.full((80, 120), 255, np.uint8))
    one, other = filtered(_opaque(rgb), look), filtered(Level(from_rgb(rgb), opacity), look)
    for part, same in zip(one.planes, other.planes, strict=True):
        assert np.array_equal(part, same)


def test_a_tall_picture_has_no_seams() -> None:
    rgb = np.random.default_rng(3).integers(0, 256, (700, 16, 3), np.uint8)
    look = _look({"brightness": 80, "hue-rotate": "70deg"})
    rgba = np.dstack([rgb, rgb[..., :1] | 1])
    whole, opaque = filtered(Level(*from_rgba(rgba)), look), filtered(_opaque(rgb), look)
    for top in range(0, 600, 96):
        part = slice(top, top + 100)
        cut, opaque_cut = filtered(Level(*from_rgba(rgba[part])), look), filtered(_opaque(rgb[part]), look)
        for one, other in ((whole, cut), (opaque, opaque_cut)):
            assert np.array_equal(one.planes[0][top + 4 : top + 96], other.planes[0][4:96])
            assert np.array_equal(one.planes[1][top // 2 + 2 : top // 2 + 48], other.planes[1][2:48])


def test_blur_comes_last_and_blurs_opacity_too() -> None:
    planes, alpha = from_rgba(cutout())
    after = filtered(Level(planes, alpha), _look({"blur": "6px", "invert": True}))
    assert after.alpha is not None
    middle, edge = after.alpha[0][60, 60], after.alpha[0][60, 4]
    assert middle == 255
    assert 100 < edge < 155
    for plane, part in enumerate(after.planes):
        assert (part <= after.alpha[min(plane, 1)].astype(int) + 1).all()
    sharp = filtered(Level(planes, alpha), _look({"invert": True}))
    assert after.planes[0][60, 60] == sharp.planes[0][60, 60]


def test_a_blurred_picture_keeps_its_edges() -> None:
    rgb = np.full((64, 64, 3), 200, np.uint8)
    level = _opaque(rgb)
    after = filtered(level, _look({"blur": 12}))
    assert after.alpha is None
    for part, before in zip(after.planes, level.planes, strict=True):
        assert np.array_equal(part, before)
