import numpy as np
import pytest

from clipmill.domain.timeline.colour import Colour
from clipmill.media.draw.planes import Planes, Rect
from clipmill.media.draw.sprite import (
    Sprite,
    blend,
    copied,
    empty_sprite,
    mixed,
    over,
    shifted,
    sprite_from_mask,
    sprite_from_rgba,
    tiles_of,
)
from tests.rendering import cutout

WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)


def _canvas(colour: Colour = BLACK) -> Planes:
    planes = Planes(64, 48)
    planes.fill(colour)
    return planes


def _square(side: int = 8, x: int = 8, y: int = 8, alpha: int = 255) -> Sprite:
    return sprite_from_mask(np.full((side, side), alpha, np.uint8), Rect(x, y, side, side), WHITE)


def test_opaque_pixels_are_copied_exactly() -> None:
    planes = _canvas()
    blend(_square(), planes, planes.rect)
    assert planes.parts[0][8:16, 8:16].min() == 235
    assert planes.parts[0].sum() == 235 * 64 + 16 * (64 * 48 - 64)


@pytest.mark.parametrize("gain", [0.25, 0.5, 0.999])
def test_gain_is_opacity(gain: float) -> None:
    opaque, mixed = _canvas(), _canvas()
    blend(_square(), opaque, opaque.rect, gain)
    blend(_square(alpha=254), mixed, mixed.rect, gain)
    expected = 16 + (235 - 16) * gain
    assert opaque.parts[0][10, 10] == pytest.approx(expected, abs=1)
    assert mixed.parts[0][10, 10] == pytest.approx(expected, abs=2)


@pytest.mark.parametrize("clip", [Rect(8, 8, 2, 8), Rect(8, 8, 8, 2), Rect(8, 8, 2, 2)])
def test_narrow_parts_are_blended_like_wide_ones(clip: Rect) -> None:
    planes, whole = _canvas(), _canvas()
    blend(_square(alpha=99), planes, clip, 0.7)
    blend(_square(alpha=99), whole, whole.rect, 0.7)
    for plane, (part, expected) in enumerate(zip(planes.parts, whole.parts, strict=True)):
        assert np.array_equal(part[clip.window(plane)], expected[clip.window(plane)])


def test_nothing_outside_the_clip_is_touched() -> None:
    planes = _canvas()
    blend(_square(), planes, Rect(0, 0, 12, 12))
    assert planes.parts[0][11, 11] == 235
    assert planes.parts[0][13, 13] == 16
    blend(_square(x=60, y=44), planes, planes.rect)
    assert planes.parts[0][47, 63] == 235


def test_grey_over_grey_stays_grey() -> None:
    planes = _canvas(Colour(90, 90, 90))
    blend(_square(alpha=77), planes, planes.rect)
    assert planes.parts[1].min() == planes.parts[1].max() == 128
    assert planes.parts[2].min() == planes.parts[2].max() == 128


def test_a_colour_over_itself_changes_nothing_by_more_than_rounding() -> None:
    colour = Colour(200, 40, 90)
    planes = _canvas(colour)
    before = planes.buffer.copy()
    mask = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4
    blend(sprite_from_mask(mask, Rect(8, 8, 8, 8), colour), planes, planes.rect)
    assert np.abs(planes.buffer.astype(int) - before).max() <= 1


def test_odd_places_are_padded_with_nothing() -> None:
    rgba = np.full((3, 3, 4), 255, np.uint8)
    sprite = sprite_from_rgba(rgba, 5, 7)
    assert sprite.rect == Rect(4, 6, 4, 4)
    planes = _canvas()
    blend(sprite, planes, planes.rect)
    assert (planes.parts[0] == 235).sum() == 9
    assert planes.parts[0][7:10, 5:8].min() == 235


def test_cells_cover_everything_that_is_seen_and_nothing_twice() -> None:
    alpha = np.zeros((70, 100), np.uint8)
    alpha[3:40, 10:90] = 255
    alpha[50, 50] = 1
    count = np.zeros_like(alpha)
    for tile in tiles_of(alpha):
        window = tile.rect.window(0)
        count[window] += 1
        assert not tile.opaque or alpha[window].min() == 255
    assert count.max() == 1
    assert count[alpha > 0].min() == 1


def test_a_sprite_moves_by_whole_pixels_without_a_change() -> None:
    moved = shifted(_square(), 4, -2)
    assert moved.rect == Rect(12, 6, 8, 8)
    assert moved.planes[0] is not None
    assert np.array_equal(moved.alpha[0], _square().alpha[0])


@pytest.mark.parametrize(("dx", "dy"), [(1, 0), (0.5, 0), (-3.25, 1.75), (0, -0.1)])
def test_a_sprite_moves_between_pixels(dx: float, dy: float) -> None:
    def centre(sprite: Sprite) -> tuple[float, float]:
        rows, columns = np.indices(sprite.alpha[0].shape)
        weight = sprite.alpha[0].astype(float)
        return (
            sprite.rect.x + (columns * weight).sum() / weight.sum(),
            sprite.rect.y + (rows * weight).sum() / weight.sum(),
        )

    before, after = centre(_square()), centre(shifted(_square(), dx, dy))
    assert after[0] - before[0] == pytest.approx(dx, abs=0.02)
    assert after[1] - before[1] == pytest.approx(dy, abs=0.02)


def test_two_sprites_as_one_look_like_both_in_turn() -> None:
    bottom = sprite_from_mask(np.full((16, 16), 200, np.uint8), Rect(4, 4, 16, 16), Colour(200, 30, 30))
    top = _square(alpha=120)
    turn, joined = _canvas(), _canvas()
    blend(bottom, turn, turn.rect)
    blend(top, turn, turn.rect)
    blend(over(top, bottom), joined, joined.rect)
    assert np.abs(turn.buffer.astype(int) - joined.buffer).max() <= 2


def test_an_empty_sprite_draws_nothing() -> None:
    planes = _canvas()
    before = planes.buffer.copy()
    blend(empty_sprite(), planes, planes.rect)
    assert np.array_equal(planes.buffer, before)


def test_a_copy_stays_as_it_was() -> None:
    sprite = sprite_from_rgba(cutout(40), 2, 4)
    kept = copied(sprite)
    for part in (*sprite.planes, *sprite.alpha):
        part[:] = 7
    assert kept.rect == sprite.rect
    assert not any((part == 7).all() for part in (*kept.planes, *kept.alpha))


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_a_mix_of_two_sprites_holds_so_much_of_each(share: float) -> None:
    first, second = sprite_from_rgba(cutout(40), 2, 4), sprite_from_rgba(np.full((40, 40, 4), 90, np.uint8), 2, 4)
    mix = mixed(first, second, share)
    assert mix.rect == first.rect
    for part, one, other in zip((*mix.planes, *mix.alpha), (*first.planes, *first.alpha),
                                (*second.planes, *second.alpha), strict=True):  # fmt: skip
        assert np.abs(part - (one * (1 - share) + other * share)).max() <= 0.5
    assert mix.tiles == tuple(tiles_of(mix.alpha[0]))
