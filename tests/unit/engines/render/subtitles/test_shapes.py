import numpy as np
import pytest

from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.subtitles.shapes import grown, joined_boxes


@pytest.mark.parametrize("width", [1, 2.5, 4, 20])
def test_an_outline_is_as_wide_as_asked_on_every_side(width: float) -> None:
    mask = np.full((10, 10), 255, np.uint8)
    outline, margin = grown(mask, width)
    middle = outline[margin + 5].astype(float) / 255
    assert middle.sum() == pytest.approx(10 + 2 * width, abs=0.1)
    assert outline.shape == (10 + 2 * margin, 10 + 2 * margin)
    assert (outline == outline.T).all()


def test_an_outline_has_round_corners() -> None:
    outline, margin = grown(np.full((4, 4), 255, np.uint8), 10)
    assert outline[margin, margin - 9] == 255
    assert outline[margin - 9, margin - 9] == 0


def test_an_outline_follows_the_coverage_of_edges() -> None:
    """A line that moves by half a pixel has an outline that moves by half a pixel."""
    sums = []
    for share in (0.25, 0.5, 0.75):
        mask = np.full((9, 4), 255, np.uint8)
        mask[:, -1] = round(255 * share)
        outline, margin = grown(mask, 3)
        sums.append(outline[margin + 4].astype(float).sum() / 255)
    assert np.diff(sums) == pytest.approx([0.25, 0.25], abs=0.02)


def test_nothing_has_no_outline() -> None:
    outline, _ = grown(np.zeros((5, 5), np.uint8), 3)
    assert not outline.any()


def _area(*boxes: Box, radius: float = 0) -> float:
    return float(joined_boxes(boxes, radius, (200, 120)).astype(float).sum() / 255)


def test_boxes_that_overlap_are_one_shape() -> None:
    assert _area(Box(20, 10, 160, 40), Box(60, 40, 80, 40)) == pytest.approx(160 * 40 + 80 * 30, rel=0.01)


def test_the_wider_box_keeps_its_whole_height() -> None:
    mask = joined_boxes([Box(60, 10, 80, 40), Box(20, 40, 160, 40)], 0, (200, 120))
    assert mask[45, 30] == 255
    assert mask[35, 30] == 0


def test_edges_that_nearly_agree_are_made_to_agree() -> None:
    mask = joined_boxes([Box(40, 10, 120, 40), Box(42, 50, 116, 40)], 10, (200, 120))
    assert (mask[20:80, 40] == mask[30, 40]).all()
    assert mask[30, 40] > 250


def test_corners_are_round_outside_and_inside() -> None:
    sharp = joined_boxes([Box(20, 10, 160, 50), Box(60, 60, 80, 50)], 0, (200, 120))
    soft = joined_boxes([Box(20, 10, 160, 50), Box(60, 60, 80, 50)], 12, (200, 120))
    assert (sharp[11, 21], soft[11, 21]) == (255, 0)
    # Inside the step there is more than before.
    assert (sharp[61, 58], soft[61, 58]) == (0, 255)


def test_boxes_that_do_not_touch_are_shapes_of_their_own() -> None:
    assert _area(Box(10, 10, 50, 20), Box(120, 60, 50, 20), radius=0) == pytest.approx(2000, rel=0.01)


def test_a_short_line_between_two_long_ones_that_meet_is_closed() -> None:
    mask = joined_boxes([Box(10, 0, 180, 50), Box(80, 30, 40, 50), Box(30, 50, 140, 50)], 8, (200, 120))
    assert (mask[40:60, 40:160] == 255).all()
