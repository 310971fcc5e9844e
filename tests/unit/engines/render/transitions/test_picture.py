import numpy as np
import pytest

from clipmill.engines.render.transitions.picture import (
    BLACK,
    WHITE,
    Parts,
    blank,
    chosen,
    columns,
    eased,
    fade,
    lay,
    mix_by_mask,
    reach,
    smoothstep,
    veil,
)


def test_equal_values_stay_as_they_are_under_every_share() -> None:
    values, shares = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    out = np.empty_like(values)
    lay(np.ascontiguousarray(values), np.ascontiguousarray(values), np.ascontiguousarray(shares), out)
    assert np.array_equal(out, values)


def test_a_share_of_none_or_all_is_exact() -> None:
    one, other = np.arange(256, dtype=np.uint8)[None], np.arange(256, dtype=np.uint8)[None, ::-1].copy()
    out = np.empty_like(one)
    lay(one, other, np.zeros_like(one), out)
    assert np.array_equal(out, one)
    lay(one, other, np.full_like(one, 255), out)
    assert np.array_equal(out, other)


def test_planes_at_half_size_take_the_mean_of_the_mask(first: Parts, second: Parts) -> None:
    into = blank(first)
    mix_by_mask(first, second, chosen(columns(first[0].shape[1]) >= 5), into)
    assert np.array_equal(into[0][:, :5], first[0][:, :5])
    assert np.array_equal(into[0][:, 5:], second[0][:, 5:])
    assert np.array_equal(into[1][:, :2], first[1][:, :2])
    assert np.array_equal(into[1][:, 3:], second[1][:, 3:])
    between = (first[1][:, 2].astype(int) + second[1][:, 2]) / 2
    assert np.abs(into[1][:, 2] - between).max() <= 1


def test_a_reach_is_whole_pixels() -> None:
    assert [reach(share, 10) for share in (0, 0.19, 0.7, 1)] == [0, 1, 7, 10]


def test_easing_is_level_at_both_ends_and_even_in_the_middle() -> None:
    assert [smoothstep(0.2, 1, value) for value in (0, 0.2, 0.6, 1, 2)] == pytest.approx([0, 0, 0.5, 1, 1])
    field = np.array([[-5, 0, 1, 2, 9]], np.float32)
    assert eased(field, 0.5, 0).tolist() == [[0, 0, 128, 255, 255]]
    assert eased(field, -0.5, 1).tolist() == [[255, 255, 128, 0, 0]]


def test_a_fade_is_the_weighted_mean(first: Parts, second: Parts) -> None:
    into = blank(first)
    fade(first, second, 0.25, into)
    assert np.abs(into[2] - (0.75 * first[2] + 0.25 * second[2])).max() <= 0.5


def test_a_veil_covers_an_opaque_picture(first: Parts) -> None:
    y, u, v = veil(first, WHITE)
    assert (y.min(), u.min(), v.max()) == (255, 128, 128)
    assert (y.shape, u.shape, v.shape) == tuple(part.shape for part in first)


def test_a_veil_is_as_opaque_as_the_picture_under_it(sprite: Parts) -> None:
    y, u, v, alpha, small = veil(sprite, WHITE)
    assert np.array_equal(y, sprite[3])
    assert np.abs(u - sprite[4] * (128 / 255)).max() <= 0.5
    assert np.array_equal(u, v)
    assert np.array_equal(alpha, sprite[3])
    assert np.array_equal(small, sprite[4])
    assert not veil(sprite, BLACK)[0].any()
