import numpy as np

from clipmill.engines.render.transitions.fades import (
    distance,
    fade_black,
    fade_fast,
    fade_grays,
    fade_slow,
    fade_white,
)
from clipmill.engines.render.transitions.picture import Parts, Transition, blank, fade


def _drawn(transition: Transition, first: Parts, second: Parts, progress: float) -> Parts:
    into = blank(first)
    transition(first, second, progress, into)
    return into


def _flat(y: int) -> Parts:
    return np.full((4, 4), y, np.uint8), np.full((2, 2), 128, np.uint8), np.full((2, 2), 128, np.uint8)


def test_a_fade_through_black_is_black_but_for_what_comes_of_the_second_picture(first: Parts, second: Parts) -> None:
    drawn = _drawn(fade_black, first, second, 0.4)
    assert np.abs(drawn[0] - 0.2 * second[0]).max() <= 1
    assert np.abs(drawn[1] - (0.8 * 128 + 0.2 * second[1])).max() <= 1


def test_a_fade_through_white_is_white_but_for_what_comes_of_the_second_picture(first: Parts, second: Parts) -> None:
    drawn = _drawn(fade_white, first, second, 0.4)
    assert np.abs(drawn[0] - (0.8 * 255 + 0.2 * second[0])).max() <= 1


def test_a_fade_through_grays_loses_only_the_colour(first: Parts, second: Parts) -> None:
    drawn, plain = _drawn(fade_grays, first, second, 0.3), _drawn(fade, first, second, 0.3)
    assert np.abs(drawn[0].astype(int) - plain[0]).max() <= 1
    assert np.abs(drawn[1].astype(int) - 128).mean() < 0.3 * np.abs(plain[1].astype(int) - 128).mean()


def test_a_fast_fade_is_ahead_where_the_pictures_differ_and_a_slow_one_where_they_do_not() -> None:
    def share(transition: Transition, other: int) -> float:
        return (int(_drawn(transition, _flat(20), _flat(other), 0.5)[0][0, 0]) - 20) / (other - 20)

    assert share(fade_fast, 220) > share(fade_fast, 60) > 0.45
    assert share(fade_slow, 60) > share(fade_slow, 220)


def test_colour_and_opacity_keep_one_pace(nothing: Parts, sprite: Parts) -> None:
    for transition in (fade_fast, fade_slow):
        drawn = _drawn(transition, nothing, sprite, 0.5)
        opaque = sprite[3] == 255
        share, colour_share = drawn[3][opaque] / 255, drawn[0][opaque] / sprite[0][opaque]
        assert np.abs(share - colour_share).max() < 0.06


def test_far_pixels_have_changed_while_near_ones_fade() -> None:
    first, second = _flat(20), _flat(30)
    second[0][:, 2:] = 220
    assert _drawn(distance, first, second, 0.5)[0][0].tolist() == [25, 25, 220, 220]
