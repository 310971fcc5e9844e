import numpy as np

from clipmill.domain.timeline.colour import Colour
from clipmill.media.draw.html.paint.canvas import Canvas, blurred, divided, multiplied


def test_a_colour_is_laid_through_a_mask() -> None:
    canvas = Canvas(-2, -2, 10, 10)
    canvas.lay_mask(np.full((4, 4), 255, np.uint8), 0, 1, Colour(200, 100, 50, 0.5))
    assert canvas.pixels[3, 2].tolist() == [100, 50, 25, 128]
    assert canvas.pixels[..., 3].astype(bool).sum() == 16


def test_what_lies_outside_is_cut_off() -> None:
    canvas = Canvas(0, 0, 4, 4)
    for x, y in ((-3, -3), (2, 2), (9, 9), (-9, 0)):
        canvas.lay_mask(np.full((4, 4), 255, np.uint8), x, y, Colour(0, 0, 0))
    assert (canvas.pixels[..., 3] > 0).sum() == 5


def test_what_is_above_covers_what_is_below() -> None:
    canvas = Canvas(0, 0, 1, 1)
    whole = np.full((1, 1), 255, np.uint8)
    canvas.lay_mask(whole, 0, 0, Colour(0, 0, 200))
    canvas.lay_mask(whole, 0, 0, Colour(200, 0, 0, 0.5))
    assert np.abs(canvas.pixels[0, 0].astype(int) - [100, 0, 100, 255]).max() <= 1


def test_a_canvas_is_faded_and_cut() -> None:
    canvas = Canvas(5, 5, 4, 4)
    canvas.lay_mask(np.full((4, 4), 255, np.uint8), 5, 5, Colour(255, 255, 255))
    canvas.faded(0.5)
    canvas.cut(np.full((2, 2), 255, np.uint8), 5, 5)
    assert canvas.pixels[1, 1, 3] == 128
    assert canvas.pixels[2, 2, 3] == 0
    assert canvas.like().pixels.max() == 0


def test_multiplying_is_undone() -> None:
    rgba = np.array([[[200, 100, 50, 128], [9, 9, 9, 0], [1, 2, 3, 255]]], np.uint8)
    assert np.abs(divided(multiplied(rgba))[0, [0, 2]].astype(int) - rgba[0, [0, 2]]).max() <= 1


def test_a_blur_keeps_the_sum_and_widens() -> None:
    mask = np.zeros((200, 200), np.uint8)
    mask[90:110, 90:110] = 255
    assert np.array_equal(blurred(mask, 0), mask)
    for sigma in (3, 20):
        soft = blurred(mask, sigma)
        assert abs(float(soft.sum()) / float(mask.sum()) - 1) < 0.1
        assert soft[100, 112] > 0
