import numpy as np
import pytest

from clipmill.domain.timeline.colour import Colour
from clipmill.media.draw.planes import Planes, Rect, even_rect, from_rgb, from_rgba, to_rgb, to_rgba, yuv_of
from tests.rendering import photo


@pytest.mark.parametrize(
    ("colour", "yuv"),
    [(Colour(0, 0, 0), (16, 128, 128)), (Colour(255, 255, 255), (235, 128, 128)), (Colour(255, 0, 0), (63, 102, 240)),
     (Colour(0, 0, 255), (32, 240, 118))],
)  # fmt: skip
def test_colours_are_bt709_in_limited_range(colour: Colour, yuv: tuple[int, int, int]) -> None:
    assert tuple(round(value) for value in yuv_of(colour)) == yuv


def test_a_picture_survives_the_way_there_and_back() -> None:
    rgb = photo()
    planes = Planes(240, 160)
    for part, plane in zip(planes.parts, from_rgb(rgb), strict=True):
        part[:] = plane
    grey = np.abs(to_rgb(planes).astype(int).mean(-1) - rgb.astype(int).mean(-1))
    assert grey.mean() < 2


def test_planes_are_one_buffer_as_encoders_take_it() -> None:
    planes = Planes(8, 4)
    planes.fill(Colour(255, 255, 255))
    assert planes.buffer.shape == (6, 8)
    assert list(planes.buffer.ravel()) == [235] * 32 + [128] * 16


def test_what_lies_under_transparent_pixels_never_shows() -> None:
    rgba = np.zeros((2, 2, 4), np.uint8)
    rgba[:, 0] = (255, 0, 0, 255)
    rgba[:, 1] = (0, 255, 0, 0)
    (_, u, v), (_, alpha) = from_rgba(rgba)
    assert alpha[0, 0] == 128
    assert (u[0, 0], v[0, 0]) == (51, 120)


def test_rectangles_meet_and_join() -> None:
    one, other = Rect(0, 0, 10, 10), Rect(6, 4, 10, 10)
    assert one.meet(other) == Rect(6, 4, 4, 6)
    assert one.join(other) == Rect(0, 0, 16, 14)
    assert one.meet(Rect(20, 20, 2, 2)).is_empty
    assert one.join(Rect(0, 0, 0, 0)) == one


def test_an_even_rectangle_covers_its_edges() -> None:
    assert even_rect(1, 2, 4, 5) == Rect(0, 2, 4, 4)
    assert even_rect(-1.5, 0, 2.1, 2) == Rect(-2, 0, 6, 2)


def test_a_window_is_half_as_large_in_chroma() -> None:
    assert Rect(4, 6, 8, 10).window(0) == (slice(6, 16), slice(4, 12))
    assert Rect(4, 6, 8, 10).window(2) == (slice(3, 8), slice(2, 6))


def test_large_pictures_are_converted_in_stripes_without_seams() -> None:
    rgb = np.full((300, 4, 3), 90, np.uint8)
    assert all(len(np.unique(plane)) == 1 for plane in from_rgb(rgb))


def _transparent(rgba: np.ndarray) -> Planes:
    planes = Planes(rgba.shape[1], rgba.shape[0], transparent=True)
    (y, u, v), (full, halved) = from_rgba(rgba)
    for part, source in zip(planes.parts, (y, u, v, full, halved), strict=True):
        part[:] = source
    return planes


@pytest.mark.parametrize("alpha", [255, 200, 128, 64])
def test_a_transparent_picture_keeps_its_colours_and_its_opacity(alpha: int) -> None:
    rgba = np.full((300, 64, 4), (210, 60, 20, alpha), np.uint8)
    seen = to_rgba(_transparent(rgba).parts)
    assert (seen[..., 3] == alpha).all()
    assert np.abs(seen[..., :3].astype(int) - (210, 60, 20)).max() <= 2 + 255 // alpha


def test_at_an_edge_of_opacity_no_other_colour_shows() -> None:
    rgba = np.zeros((32, 64, 4), np.uint8)
    rgba[:, 16:48] = (250, 250, 250, 255)
    rgba[:, 16] = (250, 250, 250, 100)
    seen = to_rgba(_transparent(rgba).parts)
    visible = seen[seen[..., 3] > 0]
    assert visible[..., :3].min() > 240
    assert (seen[:, :16] == 0).all()


def test_an_opaque_picture_is_the_same_with_and_without_opacity() -> None:
    planes = Planes(66, 262)
    planes.buffer[:] = np.random.default_rng(2).integers(16, 235, planes.buffer.shape, np.uint8)
    seen = to_rgba(planes.parts)
    assert (seen[..., :3] == to_rgb(planes)).all()
    assert (seen[..., 3] == 255).all()
