import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.layout import Box
from clipmill.media.draw.planes import Planes, Rect, to_rgb
from clipmill.media.draw.sprite import Sprite, blend, sprite_from_rgba
from clipmill.media.draw.turn import flipped, rotated
from tests.rendering import cutout, photo, ssim

WIDTH, HEIGHT = 320, 280
WHITE = Colour(255, 255, 255)


def _photo(x: int = 40, y: int = 60, width: int = 240, height: int = 160) -> Sprite:
    opaque = np.full((height, width), 255, np.uint8)
    return sprite_from_rgba(np.dstack([photo(width, height), opaque]), x, y)


def _block(x: int, y: int, width: int, height: int, colour: tuple[int, int, int] = (0, 0, 0)) -> Sprite:
    return sprite_from_rgba(np.full((height, width, 4), (*colour, 255), np.uint8), x, y)


def _shown(sprite: Sprite, ground: Colour = WHITE) -> Planes:
    planes = Planes(WIDTH, HEIGHT)
    planes.fill(ground)
    blend(sprite, planes, planes.rect)
    return planes


def _same(one: Sprite, other: Sprite, *, within: int = 0) -> bool:
    return int(np.abs(_shown(one).buffer.astype(int) - _shown(other).buffer).max()) <= within


def _centre(sprite: Sprite) -> tuple[float, float]:
    rows, columns = np.indices(sprite.alpha[0].shape) + 0.5
    weight = sprite.alpha[0].astype(float)
    return (
        sprite.rect.x + (columns * weight).sum() / weight.sum(),
        sprite.rect.y + (rows * weight).sum() / weight.sum(),
    )


@pytest.mark.parametrize(("across", "down"), [(True, False), (False, True), (True, True)])
def test_a_flip_reorders_pixels_and_undoes_itself(across: bool, down: bool) -> None:
    sprite, box = _photo(), Box(40, 60, 240, 160)
    turned = flipped(sprite, box, across=across, down=down)
    assert turned.rect == sprite.rect
    steps = slice(None, None, -1 if down else 1), slice(None, None, -1 if across else 1)
    for part, before in zip((*turned.planes, *turned.alpha), (*sprite.planes, *sprite.alpha), strict=True):
        assert np.array_equal(part, before[steps])
    assert _same(flipped(turned, box, across=across, down=down), sprite)


def test_a_flip_turns_about_the_box_and_not_about_the_padding() -> None:
    for x, width in ((41, 51), (40, 51), (41, 50)):
        sprite = _block(x, 60, width, 20)
        turned = flipped(sprite, Box(x, 60, width, 20), across=True, down=False)
        assert _centre(turned)[0] == pytest.approx(x + width / 2, abs=0.01)
        assert np.abs(_shown(turned).parts[0].astype(int) - _shown(sprite).parts[0]).max() <= 1


def test_a_flip_about_a_box_between_pixels_lands_between_pixels() -> None:
    sprite = _block(40, 60, 20, 20)
    turned = flipped(sprite, Box(40.3, 60, 50.1, 20), across=True, down=False)
    assert _centre(turned)[0] == pytest.approx(2 * 40.3 + 50.1 - 50, abs=0.05)
    assert _centre(turned)[1] == pytest.approx(70, abs=0.01)


def test_nothing_to_do_gives_the_same_sprite() -> None:
    sprite = _photo()
    assert flipped(sprite, Box(0, 0, 9, 9), across=False, down=False) is sprite
    for degrees in (0, 360, -720, 1e-9, -1e-9):
        assert rotated(sprite, degrees, (3.3, 4.4)) is sprite


@pytest.mark.parametrize(("degrees", "turns"), [(90, 3), (180, 2), (270, 1), (-90, 1), (450, 3)])
@pytest.mark.parametrize("centre", [(160, 140), (161, 141), (-20, 8)])
def test_quarter_turns_reorder_pixels(degrees: float, turns: int, centre: tuple[float, float]) -> None:
    sprite = _photo()
    turned = rotated(sprite, degrees, centre)
    for part, before in zip((*turned.planes, *turned.alpha), (*sprite.planes, *sprite.alpha), strict=True):
        assert np.array_equal(part, np.rot90(before, turns))
    back = rotated(turned, -degrees, centre)
    assert back.rect == sprite.rect
    assert _same(back, sprite)


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("centre", [(160, 140), (160, 141), (160.5, 140), (160.5, 140.5), (150.3, 139.8)])
def test_quarter_turns_lie_where_other_turns_do(degrees: float, centre: tuple[float, float]) -> None:
    sprite = _photo(60, 70, 200, 121)
    exact, warped = (_shown(rotated(sprite, degrees + off, centre)) for off in (0, 0.0001))
    for part, other in zip(exact.parts, warped.parts, strict=True):
        assert np.abs(part.astype(int) - other).mean() < 1
    assert ssim(exact.parts[0], warped.parts[0]) > 0.98


def test_cells_of_a_turned_sprite_cover_what_is_seen_and_no_more() -> None:
    rgba = cutout(100)
    rgba[10:90, 20:40, 3] = 255
    sprite = sprite_from_rgba(np.vstack([rgba, np.zeros((60, 100, 4), np.uint8)]), 50, 40)
    box = Box(50, 40, 100, 160)
    assert any(tile.opaque for tile in _photo().tiles)
    for turned in (
        flipped(sprite, box, across=True, down=False), flipped(sprite, box, across=True, down=True),
        rotated(sprite, 90, (100, 120)), rotated(sprite, 270, (100, 120)), rotated(_photo(), 90, (100, 120)),
        rotated(sprite, 33, (100, 120)),
    ):  # fmt: skip
        count = np.zeros_like(turned.alpha[0])
        for tile in turned.tiles:
            count[tile.rect.window(0)] += 1
            assert not tile.opaque or turned.alpha[0][tile.rect.window(0)].min() == 255
        assert count.max() == 1
        assert count[turned.alpha[0] > 0].min() == 1


def test_a_positive_angle_is_clockwise() -> None:
    turned = rotated(_block(200, 130, 40, 20), 30, (160, 140))
    x, y = _centre(turned)
    assert (x, y) == pytest.approx((160 + 60 * 0.8660254, 140 + 60 * 0.5), abs=0.02)
    right = rotated(_block(200, 130, 40, 20), 90, (160, 140))
    assert _centre(right) == pytest.approx((160, 200), abs=0.01)


@pytest.mark.parametrize("degrees", [0.3, 7.3, 45, 89.9, 133, -12.5, 271])
def test_area_and_centre_stay(degrees: float) -> None:
    sprite = _photo(61, 71, 199, 121)
    turned = rotated(sprite, degrees, (160.5, 131.5))
    for part, before in zip(turned.alpha, sprite.alpha, strict=True):
        assert part.sum(dtype=float) == pytest.approx(before.sum(dtype=float), rel=0.005)
    assert _centre(turned) == pytest.approx((160.5, 131.5), abs=0.02)


def test_chroma_turns_with_brightness() -> None:
    sprite = _block(100, 100, 60, 30, (255, 0, 0))
    turned = rotated(sprite, 17, (140, 120))
    rows, columns = np.indices(turned.alpha[1].shape)
    weight = turned.alpha[1].astype(float)
    x = turned.rect.x + 1 + 2 * (columns * weight).sum() / weight.sum()
    y = turned.rect.y + 1 + 2 * (rows * weight).sum() / weight.sum()
    assert (x, y) == pytest.approx(_centre(turned), abs=0.02)


def test_edges_are_smooth() -> None:
    turned = _shown(rotated(_block(100, 100, 80, 80), 7.3, (140, 140)))
    picture = to_rgb(turned)[..., 0].astype(int)
    for line in (picture[140], picture[120], picture[:, 140], picture[:, 150]):
        before, after = line[:140], line[140:]
        assert (np.diff(before) <= 0).all()
        assert (np.diff(after) >= 0).all()
    along = picture[112:168, 92:112]
    assert len(np.unique(along)) > 40
    assert np.abs(np.diff(along, axis=0)).max() < 60


@pytest.mark.parametrize("degrees", [7.3, 30, 45, -12.5])
def test_a_turn_there_and_back_looks_like_the_picture(degrees: float) -> None:
    soft = np.asarray(cv2.GaussianBlur(photo(), (0, 0), 0.7), np.uint8)
    sprite = sprite_from_rgba(np.dstack([soft, np.full(soft.shape[:2], 255, np.uint8)]), 40, 60)
    back = _shown(rotated(rotated(sprite, degrees, (160, 140)), -degrees, (160, 140)))
    inside = (slice(64, 216), slice(44, 276))
    assert ssim(back.parts[0][inside], _shown(sprite).parts[0][inside]) >= 0.95


def test_a_turned_colour_is_the_same_colour_to_its_edge() -> None:
    colour = Colour(200, 40, 90)
    turned = _shown(rotated(_block(80, 80, 121, 77, (200, 40, 90)), 23, (140, 120)), colour)
    for part in turned.parts:
        assert int(part.max()) - int(part.min()) <= 2


def test_a_sprite_of_nothing_stays_nothing() -> None:
    nothing = Sprite(Rect(0, 0, 0, 0), *_NOTHING, ())
    assert rotated(nothing, 30, (5, 5)) is nothing
    assert flipped(nothing, Box(0, 0, 5, 5), across=True, down=True) is nothing


_EMPTY: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
_NOTHING = (_EMPTY, _EMPTY, _EMPTY), (_EMPTY, _EMPTY)
