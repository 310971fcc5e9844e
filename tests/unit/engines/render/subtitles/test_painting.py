import numpy as np
import pytest

from clipmill.domain.timeline.colour import Colour
from clipmill.engines.render.subtitles.painting import Painting
from clipmill.media.draw.planes import Bytes, Rect, yuv_of
from clipmill.media.draw.sprite import sprite_from_mask

RECT = Rect(100, 50, 40, 20)
RED, BLUE = Colour(255, 0, 0), Colour(0, 0, 255)


@pytest.fixture
def parts() -> tuple[Bytes, ...]:
    """Planes with something old on them."""
    return tuple(np.full((20, 40) if n in (0, 3) else (10, 20), 77, np.uint8) for n in range(5))


def _full(painting: Painting, opacity: int = 255) -> Bytes:
    mask = painting.empty()
    painting.lay(mask, np.full((20, 40), 255, np.uint8), (100, 50), opacity)
    return mask


def test_only_the_dirty_part_is_touched(parts: tuple[Bytes, ...]) -> None:
    painting = Painting(parts, RECT, Rect(110, 54, 8, 4))
    painting.start(None)
    assert [int((part == 0).sum()) for part in parts] == [32, 8, 8, 32, 8]
    assert (parts[0][4:8, 10:18] == 0).all()


def test_the_ground_is_put_back(parts: tuple[Bytes, ...]) -> None:
    ground = sprite_from_mask(np.full((20, 40), 128, np.uint8), RECT, RED)
    Painting(parts, RECT, Rect(110, 54, 8, 4)).start(ground)
    assert (parts[3][4:8, 10:18] == 128).all()
    assert parts[3][0, 0] == 77


@pytest.mark.parametrize("place", [(95, 45), (135, 65), (90, 60), (500, 500), (-50, -50)])
def test_patches_are_cut_at_the_edges(parts: tuple[Bytes, ...], place: tuple[int, int]) -> None:
    painting = Painting(parts, RECT, RECT)
    mask = painting.empty()
    painting.lay(mask, np.full((10, 10), 255, np.uint8), place, 255)
    across = max(0, min(place[0] + 10, 140) - max(place[0], 100))
    down = max(0, min(place[1] + 10, 70) - max(place[1], 50))
    assert int((mask == 255).sum()) == across * down


def test_masks_that_share_an_edge_cover_it_once(parts: tuple[Bytes, ...]) -> None:
    painting = Painting(parts, RECT, RECT)
    painting.start(None)
    painting.paint((_full(painting, 128), RED), (_full(painting, 127), BLUE))
    assert (parts[3] == 255).all()
    assert parts[0][5, 5] == pytest.approx((yuv_of(RED)[0] + yuv_of(BLUE)[0]) / 2, abs=1)


def test_a_colour_with_opacity_lets_through_what_is_below(parts: tuple[Bytes, ...]) -> None:
    painting = Painting(parts, RECT, RECT)
    painting.start(None)
    painting.paint((_full(painting), RED))
    painting.paint((_full(painting), Colour(0, 0, 255, 0.5)))
    painting.paint((_full(painting), Colour(0, 255, 0, 0.0)))
    assert (parts[3] >= 254).all()
    assert parts[2][3, 3] == pytest.approx((yuv_of(RED)[2] + yuv_of(BLUE)[2]) / 2, abs=2)


def test_a_picture_is_laid_over_with_its_opacity(parts: tuple[Bytes, ...]) -> None:
    painting = Painting(parts, RECT, RECT)
    painting.start(None)
    picture = np.zeros((10, 10, 4), np.uint8)
    picture[...] = (255, 0, 0, 255)
    painting.paint_picture(picture, (104, 54), 128)
    assert parts[3][8, 8] == pytest.approx(128, abs=1)
    assert parts[0][8, 8] == pytest.approx(yuv_of(RED)[0] / 2, abs=1)
    assert parts[3][0, 0] == 0
