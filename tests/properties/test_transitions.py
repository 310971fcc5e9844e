"""Laws every transition keeps, for any two pictures of any even size."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clipmill.domain.timeline.elements.animation import Effect
from clipmill.engines.render.transitions.picture import Parts
from clipmill.engines.render.transitions.registry import mix
from clipmill.media.draw.planes import Bytes, half

_LAWFUL = settings(max_examples=150, deadline=None)
_EFFECTS = st.sampled_from(Effect)
_SEEDS = st.integers(0, 2**32 - 1)
_PROGRESS = st.floats(0, 1)
#: Halves of width and height.
_SIZES = st.tuples(st.integers(1, 24), st.integers(1, 24))
#: What goes through a colour may leave the range between its two pictures.
_GROUNDED = {Effect.FADE_BLACK, Effect.FADE_WHITE, Effect.FADE_GRAYS, Effect.CIRCLE_CROP, Effect.RECT_CROP}


def _opaque(size: tuple[int, int], seed: int) -> Parts:
    chance = np.random.default_rng(seed)
    width, height = size
    low, high = sorted(chance.integers(16, 236, 2))
    shapes = ((2 * height, 2 * width), (height, width), (height, width))
    return tuple(chance.integers(low, high + 1, shape).astype(np.uint8) for shape in shapes)


def _sprite(size: tuple[int, int], seed: int) -> Parts:
    """Opacity of every kind: none, some and all, in noise."""
    planes = _opaque(size, seed)
    chance = np.random.default_rng([seed, 1])
    alpha = np.clip(chance.integers(-200, 456, planes[0].shape), 0, 255).astype(np.uint8)
    small = half(alpha)
    multiplied = [np.rint(part * (over / 255)) for part, over in zip(planes, (alpha, small, small), strict=True)]
    return (*(part.astype(np.uint8) for part in multiplied), alpha, small)


def _inside(parts: Parts) -> Parts:
    """Planes of the same shapes that are windows of larger ones."""
    frames = [np.full((part.shape[0] + 3, part.shape[1] + 5), 77, np.uint8) for part in parts]
    return tuple(frame[1:-2, 2:-3] for frame in frames)


def _between(effect: Effect, first: Parts, second: Parts, progress: float) -> Parts:
    into = _inside(first)
    mix(effect, first, second, progress, into)
    return into


def _equal(one: tuple[Bytes, ...], other: tuple[Bytes, ...]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@_LAWFUL
@given(_EFFECTS, _SIZES, _SEEDS, _SEEDS, st.booleans())
def test_a_transition_begins_with_the_first_picture_and_ends_with_the_second(
    effect: Effect, size: tuple[int, int], one: int, other: int, opaque: bool
) -> None:
    draw = _opaque if opaque else _sprite
    first, second = draw(size, one), draw(size, other)
    assert _equal(_between(effect, first, second, 0), first)
    assert _equal(_between(effect, first, second, 1), second)


@_LAWFUL
@given(_EFFECTS, _SIZES, _SEEDS, _SEEDS, _PROGRESS)
def test_the_same_pictures_give_the_same_bytes(
    effect: Effect, size: tuple[int, int], one: int, other: int, progress: float
) -> None:
    first, second = _sprite(size, one), _sprite(size, other)
    assert _equal(_between(effect, first, second, progress), _between(effect, first, second, progress))


@_LAWFUL
@given(_EFFECTS.filter(lambda effect: effect not in _GROUNDED), _SIZES, _SEEDS, _SEEDS, _PROGRESS)
def test_every_value_lies_between_those_of_the_two_pictures(
    effect: Effect, size: tuple[int, int], one: int, other: int, progress: float
) -> None:
    first, second = _opaque(size, one), _opaque(size, other)
    for a, b, out in zip(first, second, _between(effect, first, second, progress), strict=True):
        assert min(a.min(), b.min()) <= out.min()
        assert out.max() <= max(a.max(), b.max())


@_LAWFUL
@given(_EFFECTS, _SIZES, _SEEDS, _SEEDS, _PROGRESS)
def test_no_colour_exceeds_the_opacity_it_is_multiplied_by(
    effect: Effect, size: tuple[int, int], one: int, other: int, progress: float
) -> None:
    y, u, v, alpha, small = _between(effect, _sprite(size, one), _sprite(size, other), progress)
    assert (y <= alpha).all()
    assert (u <= small).all()
    assert (v <= small).all()


@_LAWFUL
@given(_EFFECTS, _SIZES, _SEEDS, _PROGRESS)
def test_a_picture_that_is_opaque_everywhere_stays_so(
    effect: Effect, size: tuple[int, int], seed: int, progress: float
) -> None:
    whole = tuple(np.full(part.shape, 255, np.uint8) for part in _opaque(size, 0))
    first, second = (*_opaque(size, seed), whole[0], whole[1]), (*_opaque(size, seed + 1), whole[0], whole[1])
    assert _equal(_between(effect, first, second, progress)[3:], (whole[0], whole[1]))
