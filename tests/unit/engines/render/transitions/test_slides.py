import numpy as np
import pytest

from clipmill.engines.render.transitions.picture import Parts, blank
from clipmill.engines.render.transitions.slides import Slide, slid

_WAYS = [(True, True), (True, False), (False, True), (False, False)]


def _drawn(slide: Slide, first: Parts, second: Parts, progress: float) -> Parts:
    into = blank(first)
    slid(slide)(first, second, progress, into)
    return into


def _turned(part: np.ndarray, across: bool, backwards: bool) -> np.ndarray:
    """The plane turned so that every slide is one to the left."""
    part = part if across else part.T
    return part if backwards else part[:, ::-1]


@pytest.mark.parametrize(("across", "backwards"), _WAYS)
@pytest.mark.parametrize(("first_moves", "second_moves"), [(True, True), (True, False), (False, True)])
def test_what_moves_comes_from_its_far_end_and_what_rests_stays(
    across: bool, backwards: bool, first_moves: bool, second_moves: bool, first: Parts, second: Parts
) -> None:
    drawn = _drawn(Slide(across, backwards, first_moves, second_moves), first, second, 0.25)
    one, other, out = (_turned(picture[0], across, backwards) for picture in (first, second, drawn))
    left = int(out.shape[1] * 0.75)
    gone = out.shape[1] - left
    assert np.array_equal(out[:, :left], one[:, gone:] if first_moves else one[:, :left])
    assert np.array_equal(out[:, left:], other[:, :gone] if second_moves else other[:, left:])


@pytest.mark.parametrize(("across", "backwards"), _WAYS)
def test_colour_is_half_way_between_two_places_when_the_way_is_odd(
    across: bool, backwards: bool, first: Parts, second: Parts
) -> None:
    length = first[0].shape[1 if across else 0]
    drawn = _drawn(Slide(across, backwards, True, True), first, second, 5 / length - 1e-5)
    one, out = (_turned(picture[1], across, backwards).astype(int) for picture in (first, drawn))
    assert np.abs(out[:, :-3] - (one[:, 2:-1] + one[:, 3:]) / 2).max() <= 0.5


def test_a_sprite_slides_with_its_opacity(nothing: Parts, sprite: Parts) -> None:
    drawn = _drawn(Slide(False, True, True, True), nothing, sprite, 20 / 182 - 1e-6)
    assert not drawn[3][:162].any()
    assert np.array_equal(drawn[3][162:], sprite[3][:20])
    assert np.array_equal(drawn[4][81:], sprite[4][:10])
