import numpy as np
import pytest

from clipmill.domain.timeline.layout import Box, Size
from clipmill.engines.render.layers.framing import Framing
from clipmill.engines.render.layers.window import Window
from clipmill.media.draw.crop import WHOLE
from clipmill.media.draw.level import Level


def _framing(box: Box, zooms: tuple[float, float] = (1.0, 1.0), radius: float = 0, **fields: object) -> Framing:
    shown = Size(box.width, box.height)
    values = {"where": "v", "radii": (radius,) * 4, "part": WHOLE, "shown": shown, "own": shown, "fills": True}
    return Framing(box=box, zooms=zooms, **{**values, **fields})  # type: ignore[arg-type]


def _level(width: int, height: int, alpha: int | None = None) -> Level:
    y = np.tile(np.linspace(20, 220, width).astype(np.uint8), (height, 1))
    chroma = np.full((height // 2, width // 2), 100, np.uint8)
    for part in (y, chroma):
        part.flags.writeable = False
    opacity = None
    if alpha is not None:
        opacity = (np.full((height, width), alpha, np.uint8), np.full((height // 2, width // 2), alpha, np.uint8))
    return Level((y, chroma, chroma), opacity)


def test_a_picture_that_fits_to_the_pixel_is_handed_on_uncopied() -> None:
    level = _level(60, 40)
    sprite = Window(_framing(Box(10, 20, 60, 40))).sprite(level, 1.0)
    assert sprite.planes[0] is level.planes[0]
    assert [tile.opaque for tile in sprite.tiles] == [True]
    assert sprite.alpha[0].min() == 255


def test_a_picture_in_an_odd_place_is_there_and_nowhere_else() -> None:
    window = Window(_framing(Box(11, 21, 61, 41)))
    sprite = window.sprite(_level(62, 42), 1.0)
    assert (sprite.rect.x, sprite.rect.y, sprite.rect.width, sprite.rect.height) == (10, 20, 62, 42)
    assert sprite.alpha[0][:, 0].max() == sprite.alpha[0][0].max() == 0
    assert sprite.alpha[0][1:, 1:].min() == 255
    assert sprite.planes[0][:, 0].max() == 0
    assert sprite.planes[0][20, 1] == pytest.approx(20, abs=3)
    assert sprite.planes[0][20, -1] == pytest.approx(220, abs=3)


def test_rounded_corners_touch_no_picture_of_the_source() -> None:
    level = _level(60, 40)
    before = level.planes[0].copy()
    sprite = Window(_framing(Box(10, 20, 60, 40), radius=16)).sprite(level, 1.0)
    assert sprite.planes[0][0, 0] == sprite.alpha[0][0, 0] == 0
    assert sprite.planes[0][20, 30] == before[20, 30]
    assert np.array_equal(level.planes[0], before)


@pytest.mark.parametrize("zooms", [(1.0, 1.0), (1.0, 2.0)])
def test_nothing_is_left_where_large_corners_are_cut_off(zooms: tuple[float, float]) -> None:
    sprite = Window(_framing(Box(0, 0, 300, 225), zooms=zooms, radius=110)).sprite(_level(300, 226), 1.0)
    for plane, part in enumerate(sprite.planes):
        assert part[sprite.alpha[min(plane, 1)] == 0].max() == 0


def test_a_picture_with_opacity_is_cut_by_the_corners_too() -> None:
    sprite = Window(_framing(Box(10, 20, 60, 40), radius=16)).sprite(_level(60, 40, alpha=128), 1.0)
    assert sprite.alpha[0][0, 0] == 0
    assert sprite.alpha[0][20, 30] == 128
    assert not any(tile.opaque for tile in sprite.tiles)


@pytest.mark.parametrize("scale", [1.0, 1.37, 2.0])
def test_a_zoom_keeps_the_middle(scale: float) -> None:
    sprite = Window(_framing(Box(0, 0, 60, 40), zooms=(1.0, 2.0))).sprite(_level(120, 80), scale)
    assert sprite.planes[0][20, 29:31].mean() == pytest.approx(120, abs=2)
    assert float(sprite.planes[0][20, 59]) - sprite.planes[0][20, 0] == pytest.approx(200 / scale, abs=8)


def test_a_zoom_of_a_picture_inside_its_box_grows_into_the_bands() -> None:
    framing = _framing(Box(0, 0, 60, 60), zooms=(1.0, 2.0), shown=Size(60, 30), fills=False)
    window = Window(framing)
    assert [int(window.sprite(_level(60, 30), scale).alpha[0][8, 30]) for scale in (1.0, 2.0)] == [0, 255]


def test_a_picture_inside_its_box_touches_only_where_it_is() -> None:
    framing = _framing(Box(0, 0, 60, 60), shown=Size(60, 30), fills=False, radius=20)
    window = Window(framing)
    assert (window.rect.y, window.rect.height) == (16, 30)
    sprite = window.sprite(_level(60, 30), 1.0)
    assert sprite.alpha[0].min() < 255
    assert sprite.alpha[0][15].min() == 255


@pytest.mark.parametrize(
    ("towards", "ends"), [((0.5, 0.5), (70, 170)), ((0.0, 0.5), (20, 120)), ((1.0, 0.5), (120, 220))]
)
def test_a_zoom_leaves_the_point_it_goes_to_where_it_is(towards: tuple[float, float], ends: tuple[int, int]) -> None:
    box = Box(0, 0, 300, 200)
    window = Window(_framing(box, zooms=(1.0, 2.0), towards=towards))
    row = window.sprite(_level(300, 200), 2.0).planes[0][100]
    assert (int(row[0]), int(row[-1])) == pytest.approx(ends, abs=2)
    assert np.array_equal(window.sprite(level := _level(300, 200), 1.0).planes[0], level.planes[0])
