from collections.abc import Callable

import numpy as np
import pytest

from clipmill.domain.timeline.elements.animation import Effect
from clipmill.engines.render.transitions.picture import Parts, blank
from clipmill.engines.render.transitions.registry import TRANSITIONS, mix
from tests.ssim import ssim

Between = Callable[[Effect, Parts, Parts], dict[float, Parts]]

#: There FFmpeg fades opacity itself towards black's or white's, so that a whole rectangle is to be seen; ours
#: multiplies the colour by the opacity of the picture.
_GROUNDED = {Effect.FADE_BLACK, Effect.FADE_WHITE, Effect.CIRCLE_CROP, Effect.RECT_CROP}


def _between(effect: Effect, first: Parts, second: Parts, progress: float) -> Parts:
    into = blank(first)
    mix(effect, first, second, progress, into)
    return into


def test_every_effect_has_its_transition() -> None:
    assert set(TRANSITIONS) == set(Effect)
    assert len(TRANSITIONS) == 58


@pytest.mark.parametrize("effect", Effect)
def test_an_opaque_picture_is_the_one_ffmpeg_draws(
    effect: Effect, first: Parts, second: Parts, ffmpeg: Between
) -> None:
    for progress, theirs in ffmpeg(effect, first, second).items():
        ours = _between(effect, first, second, progress)
        likeness = [ssim(mine, other) for mine, other in zip(ours, theirs, strict=True)]
        assert min(likeness) >= 0.99, (progress, likeness)
        # A sine at the last of its 32 bits throws a handful of dissolving pixels to the other side.
        off = [np.abs(mine.astype(int) - other) > 4 for mine, other in zip(ours, theirs, strict=True)]
        assert sum(plane.sum() for plane in off) <= (20 if effect is Effect.DISSOLVE else 0), progress


@pytest.mark.parametrize("effect", [effect for effect in Effect if effect not in _GROUNDED])
def test_the_opacity_of_what_enters_is_what_ffmpeg_gives_it(
    effect: Effect, nothing: Parts, sprite: Parts, ffmpeg: Between
) -> None:
    for progress, theirs in ffmpeg(effect, nothing, sprite).items():
        assert ssim(_between(effect, nothing, sprite, progress)[3], theirs[3]) >= 0.99


@pytest.mark.parametrize("effect", sorted(_GROUNDED))
def test_a_colour_faded_through_is_seen_only_where_the_picture_is(
    effect: Effect, nothing: Parts, sprite: Parts
) -> None:
    drawn = _between(effect, sprite, nothing, 0.3)
    assert drawn[3].any()
    assert (drawn[3] <= sprite[3]).all()
    assert not drawn[3][sprite[3] == 0].any()


@pytest.mark.parametrize("effect", Effect)
def test_nothing_gives_way_to_nothing(effect: Effect, nothing: Parts) -> None:
    assert not any(part.any() for part in _between(effect, nothing, nothing, 0.4))


@pytest.mark.parametrize("effect", Effect)
def test_the_inputs_are_left_as_they_are(effect: Effect, nothing: Parts, sprite: Parts) -> None:
    before = [part.copy() for part in (*nothing, *sprite)]
    _between(effect, nothing, sprite, 0.6)
    assert all(np.array_equal(a, b) for a, b in zip(before, (*nothing, *sprite), strict=True))


def test_progress_beyond_its_ends_is_an_end(first: Parts, second: Parts) -> None:
    assert np.array_equal(_between(Effect.RADIAL, first, second, -0.1)[0], first[0])
    assert np.array_equal(_between(Effect.RADIAL, first, second, 1.1)[0], second[0])
