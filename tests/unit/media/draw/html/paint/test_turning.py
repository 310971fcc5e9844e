import numpy as np
import pytest

from clipmill.domain.css.look import Look
from clipmill.domain.css.paints import read_origin, read_transform
from clipmill.media.draw.html.paint.turning import bounds, matrix_of, turned


def _at(text: str, x: float, y: float, origin: str = "center") -> tuple[float, float]:
    """Where a point of a box of 100 × 50 at (10, 10) goes."""
    look = Look(transform=read_transform(text), transform_origin=read_origin(origin))
    moved = matrix_of(look, 100, 50, (10, 10)) @ np.array([x, y, 1])
    return float(moved[0]), float(moved[1])


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("translate(5px, 50%)", (15, 35)), ("translateX(10%)", (20, 10)), ("translateY(10%)", (10, 15)),
        ("scale(2)", (-40, -15)), ("scaleX(2)", (-40, 10)), ("scaleY(2)", (10, -15)), ("rotate(180deg)", (110, 60)),
        ("rotate(90deg)", (85, -15)), ("skewX(45deg)", (-15, 10)), ("skew(0, 45deg)", (10, -40)),
        ("skewY(45deg)", (10, -40)), ("matrix(1,0,0,1,7,8)", (17, 18)), ("translate(5px) scale(2)", (-35, -15)),
    ],
)  # fmt: skip
def test_a_corner_goes_where_css_has_it(text: str, point: tuple[float, float]) -> None:
    assert _at(text, 10, 10) == pytest.approx(point)


def test_the_origin_stays() -> None:
    assert _at("rotate(33deg) scale(3)", 10, 10, "top left") == pytest.approx((10, 10))


def test_the_bounds_of_a_turned_box_are_known() -> None:
    matrix = matrix_of(Look(transform=read_transform("rotate(90deg)")), 100, 50, (0, 0))
    assert bounds(matrix, 100, 50) == pytest.approx((25, -25, 75, 75))


def test_a_picture_moved_by_whole_pixels_is_the_same_picture() -> None:
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 255, (8, 9, 4), dtype=np.uint8)
    picture[..., 3] = 255
    moved = turned(picture, np.array([(1, 0, 3), (0, 1, -2), (0, 0, 1)], np.float64), (20, 20))
    assert np.array_equal(moved[:6, 3:12], picture[2:])


def test_a_turned_picture_keeps_its_area_and_its_colour() -> None:
    picture = np.zeros((60, 60, 4), np.uint8)
    picture[20:40, 20:40] = (100, 50, 25, 255)
    matrix = matrix_of(Look(transform=read_transform("rotate(30deg)")), 60, 60, (0, 0))
    found = turned(picture, matrix, (60, 60))
    assert found[..., 3].sum() / 255 == pytest.approx(400, rel=0.02)
    assert found[30, 30].tolist() == [100, 50, 25, 255]
    assert (found[..., :3] <= found[..., 3:]).all()


def test_a_picture_made_much_smaller_is_not_sampled_thinly() -> None:
    lines = np.zeros((80, 80, 4), np.uint8)
    lines[::2] = 255
    matrix = matrix_of(Look(transform=read_transform("scale(0.25)")), 80, 80, (0, 0))
    middle = turned(lines, matrix, (80, 80))[34:46, 34:46, 3]
    assert middle.std() < 12
