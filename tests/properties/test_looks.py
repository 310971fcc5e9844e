"""The laws of pictures' treatments: whatever the filter, key, flip or turn, what comes out can be blended."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clipmill.domain.timeline.elements.looks import ChromaKey, Filter
from clipmill.domain.timeline.layout import Box
from clipmill.media.draw.chroma import keyed
from clipmill.media.draw.filters import filtered
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import from_rgb, from_rgba
from clipmill.media.draw.sprite import Sprite, sprite_from_rgba
from clipmill.media.draw.turn import flipped, rotated

SCALE = st.floats(-100, 100)
COLOURS = st.sampled_from(["#ff0000", "#00ff00", "#0000ff", "#000000", "#ffffff", "#808080", "#12345680", "#2DD4BF"])
FILTERS = st.fixed_dictionaries({
    "brightness": SCALE, "contrast": SCALE, "saturate": SCALE,
    "hue-rotate": st.floats(-720, 720).map(lambda angle: f"{angle:.3f}deg"),
    "blur": st.sampled_from([0, 0, 0.3, 5, 40]), "invert": st.floats(0, 1), "colorTint": st.none() | COLOURS,
})  # fmt: skip
KEYS = st.fixed_dictionaries({"color": COLOURS, "similarity": st.floats(0, 100), "blend": st.floats(0, 100)})
SIDES = st.integers(1, 20).map(lambda half: half * 2)
NUMBERS = st.floats(-50, 50, allow_nan=False)


@st.composite
def pictures(draw: st.DrawFn) -> np.ndarray:
    """Any RGBA pixels of an even size."""
    width, height, seed = draw(SIDES), draw(SIDES), draw(st.integers(0, 2**32 - 1))
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    pixels[..., 3] = np.choose(pixels[..., 3] % 3, (0, 255, pixels[..., 3]))
    return pixels


def _fits(planes: tuple[Any, ...], alpha: tuple[Any, ...]) -> None:
    """Every plane has its size, and no more than opacity allows but for rounding."""
    height, width = planes[0].shape
    assert {part.dtype for part in (*planes, *alpha)} == {np.dtype(np.uint8)}
    assert [part.shape for part in (*planes[1:], alpha[1])] == [(height // 2, width // 2)] * 3
    assert alpha[0].shape == (height, width)
    for plane, part in enumerate(planes):
        assert (part <= alpha[min(plane, 1)].astype(int) + 1).all()


@settings(max_examples=80, deadline=None)
@given(pictures(), FILTERS, KEYS)
def test_any_filter_and_key_leave_a_picture_that_can_be_blended(
    pixels: np.ndarray, look: dict[str, Any], key: dict[str, Any]
) -> None:
    looks, screen = Filter.model_validate(look), ChromaKey.model_validate(key)
    opaque = filtered(Level(from_rgb(pixels[..., :3].copy()), None), looks)
    assert opaque.alpha is None
    assert min(int(part.min()) for part in opaque.planes) >= 15
    assert max(int(part.max()) for part in opaque.planes) <= 241
    for level in (opaque, Level(*from_rgba(pixels))):
        for after in (keyed(filtered(level, looks), screen), filtered(keyed(level, screen), looks)):
            assert after.alpha is not None
            _fits(after.planes, after.alpha)


@settings(max_examples=80, deadline=None)
@given(pictures(), st.tuples(st.integers(-30, 30), st.integers(-30, 30)), st.tuples(NUMBERS, NUMBERS),
       st.floats(-400, 400) | st.sampled_from([90, 180, 270, -90]), st.booleans(), st.booleans())  # fmt: skip
def test_any_turn_leaves_a_sprite_on_even_pixels_with_no_more_to_see_than_there_was(
    pixels: np.ndarray, at: tuple[int, int], centre: tuple[float, float], degrees: float, across: bool, down: bool
) -> None:
    sprite = sprite_from_rgba(pixels, *at)
    box = Box(at[0], at[1], pixels.shape[1], pixels.shape[0])
    turned = rotated(flipped(sprite, box, across=across, down=down), degrees, centre)
    rect = turned.rect
    assert [part % 2 for part in (rect.x, rect.y, rect.width, rect.height)] == [0, 0, 0, 0]
    assert turned.alpha[0].shape == (rect.height, rect.width)
    _fits(turned.planes, turned.alpha)
    assert _coverage(turned) <= _coverage(sprite) * 1.1 + 255
    for tile in turned.tiles:
        assert not tile.opaque or turned.alpha[0][tile.rect.window(0)].min() == 255


def _coverage(sprite: Sprite) -> float:
    return float(sprite.alpha[0].sum(dtype=float))
