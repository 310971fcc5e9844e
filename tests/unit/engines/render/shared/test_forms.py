from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipmill.domain.timeline.colour import Colour
from clipmill.engines.render.shared.entry import Parts, read_entry, write_entry
from clipmill.engines.render.shared.forms import (
    DECODED_SOUND,
    ENCODED_SOUND,
    LEVEL,
    SPRITE,
    DecodedSound,
    Form,
)
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import Planes, Rect, from_rgb, from_rgba, full_colour
from clipmill.media.draw.sprite import Sprite, blend, empty_sprite, sprite_from_rgba
from clipmill.media.write.sound import encode_sound
from tests.rendering import cutout, photo

NOISE = np.random.default_rng(3).uniform(-1, 1, (2, 9_000)).astype(np.float32)


def _through_a_file(form: Form[Any], thing: Any, folder: Path) -> Any:
    write_entry(folder / "entry", form.apart(thing))
    return form.together(read_entry(folder / "entry"))


def _same(one: Any, other: Any) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("opaque", [True, False])
def test_a_level_is_the_same_again(opaque: bool, tmp_path: Path) -> None:
    level = Level(from_rgb(photo()), None) if opaque else Level(*from_rgba(cutout()))
    again = _through_a_file(LEVEL, level, tmp_path)
    assert _same(again.planes, level.planes)
    assert (again.alpha is None) == opaque
    assert opaque or _same(again.alpha, level.alpha)
    assert again.nbytes == level.nbytes


def _drawn(sprite: Sprite) -> np.ndarray:
    ground = Planes(160, 140)
    ground.fill(Colour(10, 200, 90, 1.0))
    blend(sprite, ground, ground.rect, 0.8)
    blend(sprite, ground, Rect(20, 20, 40, 40))
    return ground.buffer


def test_a_sprite_is_the_same_again_and_drawn_the_same(tmp_path: Path) -> None:
    sprite = sprite_from_rgba(cutout(), 11, 8)
    again = _through_a_file(SPRITE, sprite, tmp_path)
    assert (again.rect, again.tiles) == (sprite.rect, sprite.tiles)
    assert all(tile.opaque is True or tile.opaque is False for tile in again.tiles)
    assert _same((*again.planes, *again.alpha), (*sprite.planes, *sprite.alpha))
    assert np.array_equal(_drawn(again), _drawn(sprite))


def test_a_sprite_in_full_colour_is_the_same_again(tmp_path: Path) -> None:
    with full_colour():
        sprite = sprite_from_rgba(cutout(), 0, 0)
        again = _through_a_file(SPRITE, sprite, tmp_path)
    assert again.planes[2].shape == again.planes[0].shape
    assert _same((*again.planes, *again.alpha), (*sprite.planes, *sprite.alpha))


def test_a_sprite_of_nothing_is_one_again(tmp_path: Path) -> None:
    again = _through_a_file(SPRITE, empty_sprite(), tmp_path)
    assert (again.rect, again.tiles, again.nbytes) == (Rect(0, 0, 0, 0), (), 0)


def test_encoded_sound_is_the_same_again(tmp_path: Path) -> None:
    sound = encode_sound([NOISE])
    assert len(sound.packets) > 5
    assert _through_a_file(ENCODED_SOUND, sound, tmp_path) == sound


def test_decoded_sound_is_the_same_again(tmp_path: Path) -> None:
    again = _through_a_file(DECODED_SOUND, DecodedSound((NOISE, NOISE[:, :10]), complete=True), tmp_path)
    assert _same(again.blocks, (NOISE, NOISE[:, :10]))
    assert (again.complete, again.length, again.nbytes) == (True, 9_010, 8 * 9_010)


def test_that_a_sound_is_too_long_to_be_kept_is_told_again(tmp_path: Path) -> None:
    assert _through_a_file(DECODED_SOUND, DecodedSound((), complete=False), tmp_path) == DecodedSound((), False)


@pytest.mark.parametrize("form", [LEVEL, SPRITE, ENCODED_SOUND])
def test_parts_of_something_else_are_refused(form: Form[Any]) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        form.together(Parts((np.zeros((2, 2), np.uint8),), None))
