from pathlib import Path

import numpy as np
import pytest

from clipmill.domain.timeline.colour import Colour
from clipmill.engines.render.memory.attic import Attic
from clipmill.media.draw.planes import Rect
from clipmill.media.draw.sprite import Sprite, cropped, lean, sprite_from_mask

RECT = Rect(20, 10, 400, 300)


def _sprite(opacity: int = 255) -> Sprite:
    mask = np.full((RECT.height, RECT.width), opacity, np.uint8)
    mask[5:9] = 255
    return sprite_from_mask(mask, RECT, Colour(200, 100, 50))


@pytest.mark.parametrize("opacity", [255, 80])
def test_what_lies_in_the_file_is_what_was_put_there(tmp_path: Path, opacity: int) -> None:
    attic, given = Attic(0, tmp_path, small=0), [_sprite(opacity), _sprite(3), _sprite(opacity)]
    stored = [attic.store(sprite) for sprite in given]
    assert not list(tmp_path.iterdir()), "the file has no name that could be left behind"
    for one, other in zip(given, stored, strict=True):
        assert other.is_away
        found = other.sprite()
        assert (found.rect, found.tiles) == (one.rect, one.tiles)
        for part, wanted in zip((*found.planes, *found.alpha), (*one.planes, *one.alpha), strict=True):
            assert np.array_equal(part, wanted)
    attic.close()


def test_there_is_room_for_the_first_and_again_where_one_was_let_go_of(tmp_path: Path) -> None:
    size = _sprite(80).nbytes
    attic = Attic(2 * size, tmp_path, small=0)
    first, second, third = (attic.store(_sprite(80)) for _ in range(3))
    assert [each.is_away for each in (first, second, third)] == [False, False, True]
    second.close()
    second.close()
    third.close()
    assert [attic.store(_sprite(80)).is_away for _ in range(2)] == [False, True]
    attic.close()


def test_small_ones_stay_in_memory(tmp_path: Path) -> None:
    assert (
        not Attic(0, tmp_path)
        .store(sprite_from_mask(np.full((8, 8), 9, np.uint8), Rect(0, 0, 8, 8), Colour(1, 2, 3)))
        .is_away
    )


def test_the_opacity_of_an_opaque_sprite_takes_no_memory() -> None:
    whole, part = _sprite(), _sprite(80)
    assert lean(whole).nbytes == sum(plane.nbytes for plane in whole.planes)
    assert np.array_equal(lean(whole).alpha[0], whole.alpha[0])
    assert lean(part) is part


def test_what_lies_beside_the_canvas_is_cut_off() -> None:
    sprite = _sprite(80)
    seen = cropped(sprite, Rect(0, 0, 100, 600))
    assert seen.rect == Rect(20, 10, 80, 300)
    assert seen.nbytes == sprite.nbytes * 80 // 400
    assert np.array_equal(seen.planes[1], sprite.planes[1][:, :40])
    assert cropped(sprite, Rect(0, 0, 600, 600)) is sprite
    assert cropped(sprite, Rect(0, 0, 10, 10)).rect.is_empty
