import numpy as np
import pytest

from clipmill.domain.css.declarations import read_declarations, split_declarations
from clipmill.domain.css.effects import BLENDS as NAMES
from clipmill.domain.css.look import Look, child_look
from clipmill.media.draw.html.paint.canvas import Canvas
from clipmill.media.draw.html.paint.effects import (
    BLENDS,
    filter_behind,
    filtered,
    finish,
    has_effects,
    lay_blended,
    shape_path,
)
from clipmill.media.draw.html.paint.reach import effects_reach
from clipmill.media.draw.html.paint.shapes import Outline

BOX = Outline(0, 0, 40, 20)


def _look(style: str) -> Look:
    return child_look(Look(), read_declarations(split_declarations(style)).values)


def _painted(*colour: int) -> Canvas:
    """A box of one colour, with room around it."""
    canvas = Canvas(-20, -20, 80, 60)
    canvas.pixels[20:40, 20:60] = colour
    return canvas


@pytest.mark.parametrize(
    ("style", "after"),
    [("grayscale(1)", (54, 54, 54)), ("invert(1)", (0, 255, 255)), ("brightness(50%)", (128, 0, 0)),
     ("hue-rotate(120deg)", (0, 113, 0)), ("sepia(1)", (100, 89, 70)), ("contrast(0)", (128, 128, 128)),
     ("saturate(1) brightness(200%)", (255, 0, 0))],
)  # fmt: skip
def test_a_filter_changes_colours_as_in_a_browser(style: str, after: tuple[int, int, int]) -> None:
    look = _look(f"filter:{style}")
    pixels = filtered(_painted(255, 0, 0, 255).pixels, look.filter, look)
    assert np.abs(pixels[30, 40, :3].astype(int) - after).max() <= 1
    assert not pixels[5, 5].any()


def test_a_shadow_follows_the_shape_and_a_blur_leaves_it() -> None:
    canvas, look = _painted(255, 0, 0, 255), _look("filter:drop-shadow(6px 8px 0 #00f)")
    finish(canvas, look, BOX, 0, 0)
    assert canvas.pixels[46, 64].tolist() == [0, 0, 255, 255]
    assert effects_reach(look) == 8
    soft = _look("filter:blur(3px) opacity(.5)")
    assert 0 < filtered(_painted(255, 0, 0, 255).pixels, soft.filter, soft)[18, 40, 3] < 128


@pytest.mark.parametrize(
    ("style", "seen", "gone"),
    [("clip-path:circle(5px)", (30, 40), (21, 21)), ("clip-path:inset(0 0 0 50%)", (30, 50), (30, 30)),
     ("clip-path:polygon(0 0, 100% 0, 0 100%)", (22, 22), (38, 58)), ("clip-path:ellipse(50% 2px)", (30, 25), (25, 25)),
     ("mask-image:linear-gradient(90deg,#000 50%,#0000 0)", (30, 30), (30, 50))],
)  # fmt: skip
def test_a_box_is_cut_to_a_shape_or_a_mask(style: str, seen: tuple[int, int], gone: tuple[int, int]) -> None:
    canvas, look = _painted(255, 0, 0, 255), _look(style)
    assert has_effects(look)
    finish(canvas, look, BOX, 0, 0)
    assert (canvas.pixels[seen][3], canvas.pixels[gone][3]) == (255, 0)


def test_round_corners_of_an_inset_never_overlap() -> None:
    shape = _look("clip-path:inset(0 round 99px)").clip_path
    assert shape is not None
    assert "A10 10" in shape_path(shape, Look(), 40, 20)


@pytest.mark.parametrize(
    ("mode", "after"),
    [("multiply", (100, 0, 0)), ("screen", (255, 50, 0)), ("difference", (155, 50, 0)), ("darken", (100, 0, 0)),
     ("lighten", (255, 50, 0)), ("exclusion", (155, 50, 0)), ("hard-light", (255, 0, 0)), ("overlay", (200, 0, 0))],
)  # fmt: skip
def test_colours_mix(mode: str, after: tuple[int, int, int]) -> None:
    canvas = _painted(100, 50, 0, 255)
    lay_blended(canvas, _painted(255, 0, 0, 255).pixels, mode)
    assert np.abs(canvas.pixels[30, 40, :3].astype(int) - after).max() <= 1
    assert canvas.pixels[30, 40, 3] == 255


def test_every_mode_that_is_read_is_drawn() -> None:
    assert set(NAMES) == {"normal", *BLENDS}
    halves = np.full((2, 2, 3), 0.5, np.float32)
    assert all(0 <= mix(halves, halves).min() <= mix(halves, halves).max() <= 1 for mix in BLENDS.values())


def test_what_lies_behind_is_changed_inside_the_outline_alone() -> None:
    canvas = _painted(255, 0, 0, 255)
    filter_behind(canvas, _look("backdrop-filter:invert(1)"), Outline(0, 0, 10, 10), 0, 0)
    assert canvas.pixels[25, 25].tolist() == [0, 255, 255, 255]
    assert canvas.pixels[35, 50].tolist() == [255, 0, 0, 255]
