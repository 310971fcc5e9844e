from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from clipmill.domain.timeline.elements.visual import ImageVisual
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.layers.image import image_layer
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.motion import State
from clipmill.engines.render.shelf import Shelf
from clipmill.errors import MediaError, ProjectError
from clipmill.media.draw.planes import from_rgb
from clipmill.media.draw.sprite import Sprite
from clipmill.settings import Limits
from tests.rendering import photo, reference, write_picture


def _image(src: str, **fields: Any) -> ImageVisual:
    return ImageVisual.model_validate({"type": "IMAGE", "src": src, **fields})


@pytest.fixture
def drawn(stage: Stage, named: Callable[[str], str]) -> Callable[..., Sprite]:
    """The sprite of a stored picture in a box of 100 × 100 at (10, 20)."""

    def draw(name: str = "photo.png", scale: float = 1.0, **fields: Any) -> Sprite:
        box = {"x": 10, "y": 20, "width": 100, "height": 100}
        return image_layer(_image(named(name), **box | fields), stage, "visuals[0]").sprite(State(1.0, scale=scale))

    return draw


def test_a_picture_has_its_natural_size(stage: Stage, named: Callable[[str], str]) -> None:
    rect = image_layer(_image(named("photo.png")), stage, "visuals[0]").rect
    assert (rect.width, rect.height) == (240, 160)


@pytest.mark.parametrize("fit", ["fill", "cover"])
def test_fill_and_cover_leave_nothing_of_the_box_empty(drawn: Callable[..., Sprite], fit: str) -> None:
    assert drawn(fit=fit).alpha[0].min() == 255


def test_cover_keeps_the_proportions_and_fill_does_not(drawn: Callable[..., Sprite]) -> None:
    def disc(sprite: Sprite) -> tuple[int, int]:
        bright = sprite.planes[0] > 225
        rows, columns = np.nonzero(bright)
        return int(np.ptp(columns)), int(np.ptp(rows))

    wide, high = disc(drawn(fit="cover"))
    assert abs(wide - high) <= 2
    wide, high = disc(drawn(fit="fill"))
    assert wide < high * 0.75


def test_contain_shows_all_and_leaves_bands_empty(drawn: Callable[..., Sprite]) -> None:
    alpha = drawn(fit="contain").alpha[0]
    assert alpha[50].min() == 255
    assert alpha[5].max() == alpha[95].max() == 0


def test_the_radius_clips_the_box(drawn: Callable[..., Sprite]) -> None:
    alpha = drawn(fit="cover", radius={"tl": 30, "br": 10}).alpha[0]
    assert alpha[0, 0] == alpha[99, 99] == 0
    assert alpha[0, 99] == alpha[99, 0] == 255
    assert alpha[0, 20] < 255 == alpha[0, 32]


def test_transparency_is_kept(drawn: Callable[..., Sprite]) -> None:
    alpha = drawn("cutout.png").alpha[0]
    assert alpha[50, 50] == 255
    assert alpha[2, 2] == 0


def test_a_zoom_begins_where_the_still_picture_stands(drawn: Callable[..., Sprite]) -> None:
    still, zoomed = drawn(fit="cover", radius=12), drawn(fit="cover", radius=12, zoom={"to": 1.2})
    assert zoomed.rect == still.rect
    assert np.abs(still.planes[0].astype(int) - zoomed.planes[0]).mean() < 4
    assert np.array_equal(still.alpha[0], zoomed.alpha[0])


def test_a_zoom_keeps_the_centre_and_grows_what_is_there(drawn: Callable[..., Sprite]) -> None:
    def extent(scale: float) -> tuple[float, float]:
        bright = drawn(fit="cover", zoom={"to": 1.5}, scale=scale).planes[0] > 225
        columns = np.flatnonzero(bright.any(0))
        return float(columns.mean()), float(len(columns))

    (centre, width), (centre_later, width_later) = extent(1.0), extent(1.4)
    assert centre_later == pytest.approx(centre, abs=0.6)
    assert width_later / width == pytest.approx(1.4, abs=0.06)


def test_a_zoom_moves_between_pixels(drawn: Callable[..., Sprite]) -> None:
    one, two = (drawn(fit="cover", zoom={"to": 1.2}, scale=scale).planes[0].astype(int) for scale in (1.05, 1.0505))
    change = np.abs(one - two)
    assert 0 < change.mean() < 1


def test_a_zoom_of_a_cutout_keeps_its_transparency(drawn: Callable[..., Sprite]) -> None:
    sprite = drawn("cutout.png", fit="contain", zoom=True, radius=20, scale=1.1)
    assert sprite.alpha[0][50, 50] == 255
    assert sprite.alpha[0][1, 1] == 0
    assert sprite.planes[0][1, 1] == 0


def test_a_strong_zoom_is_drawn_from_a_copy_of_the_right_size(drawn: Callable[..., Sprite]) -> None:
    near, far = drawn(zoom={"to": 4}, scale=3.9), drawn(zoom={"to": 4}, scale=1.0)
    still = drawn()
    assert np.abs(far.planes[0].astype(int) - still.planes[0]).mean() < 4
    assert np.abs(near.planes[0].astype(int) - still.planes[0]).mean() > 10


def test_what_is_no_picture_is_named(tmp_path: Path, stage: Stage) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(write_picture(tmp_path / "whole.png", photo()).read_bytes()[:900])
    src = reference(broken)
    staged = Stage(stage.canvas, {src: str(broken)}, stage.limits, stage.shelf)
    with pytest.raises(MediaError, match=r"visuals\[4\]\.src"):
        image_layer(_image(src), staged, "visuals[4]")
    with pytest.raises(ProjectError, match="is no stored file"):
        image_layer(_image("asset:gone"), stage, "visuals[4]")


def test_a_picture_with_too_many_pixels_is_refused_unopened(stage: Stage, named: Callable[[str], str]) -> None:
    small = stage.limits.model_copy(update={"image_pixels": 1000})
    with pytest.raises(MediaError, match="240 × 160 pixels; at most 1,000"):
        image_layer(_image(named("photo.png")), Stage(stage.canvas, stage.assets, small, stage.shelf), "visuals[0]")


def _laid(tmp_path: Path, size: tuple[int, int], fields: dict[str, object]) -> None:
    path = tmp_path / "thin.png"
    cv2.imwrite(str(path), np.zeros((size[1], size[0], 3), np.uint8))
    named = "asset:" + "b" * 64 + ".png"
    visual = ImageVisual.model_validate({"type": "IMAGE", "src": named, **fields})
    stage = Stage(Size(320, 180), {named: str(path)}, Limits(), Shelf())
    image_layer(visual, stage, "visuals[0]")


@pytest.mark.parametrize(
    ("size", "fields"),
    [
        ((20_000, 4), {"width": 300, "height": 170, "fit": "cover"}),
        ((3_000, 4), {"resize": "cover"}),
        ((8_000, 4_000), {}),
    ],
)
def test_a_picture_that_would_be_drawn_without_measure_is_refused(
    tmp_path: Path, size: tuple[int, int], fields: dict[str, object]
) -> None:
    with pytest.raises((ProjectError, MediaError), match=r"visuals\[0\]"):
        _laid(tmp_path, size, fields)


def test_an_svg_file_used_as_a_picture_is_checked_like_any_drawing(tmp_path: Path) -> None:
    for inner, fits in (("<rect width='5' height='5'/>", True), ("<image href='/etc/hostname'/>", False)):
        path = tmp_path / "drawing.svg"
        path.write_text(f"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'>{inner}</svg>")
        named = "asset:" + "c" * 64 + ".svg"
        visual = ImageVisual.model_validate({"type": "IMAGE", "src": named, "width": 40, "height": 20})
        stage = Stage(Size(320, 180), {named: str(path)}, Limits(), Shelf())
        if fits:
            assert image_layer(visual, stage, "visuals[0]").rect.width == 40
        else:
            with pytest.raises(MediaError, match="refers to"):
                image_layer(visual, stage, "visuals[0]")


def test_a_crop_shows_a_part_of_the_source(drawn: Callable[..., Sprite]) -> None:
    sprite = drawn(cropParams={"x": 0, "y": 0, "width": 60, "height": 40})
    expected = cv2.resize(photo()[:40, :60], (100, 100), interpolation=cv2.INTER_AREA)
    assert np.abs(sprite.planes[0].astype(int) - from_rgb(expected)[0]).mean() < 4


def test_the_natural_size_of_a_cropped_picture_is_that_of_its_crop(stage: Stage, named: Callable[[str], str]) -> None:
    crop = {"x": 20, "y": 10, "width": 60, "height": 40}
    rect = image_layer(_image(named("photo.png"), cropParams=crop), stage, "visuals[0]").rect
    assert (rect.width, rect.height) == (60, 40)


def test_a_crop_beyond_the_picture_is_refused_with_its_size(stage: Stage, named: Callable[[str], str]) -> None:
    crop = {"x": 200, "y": 0, "width": 60, "height": 40}
    with pytest.raises(ProjectError, match=r"visuals\[3\]\.cropParams: the crop reaches to 260 × 40.* 240 × 160"):
        image_layer(_image(named("photo.png"), cropParams=crop), stage, "visuals[3]")


def test_a_zoom_that_stays_shows_the_middle(drawn: Callable[..., Sprite]) -> None:
    constant = drawn(fit="fill", zoom={"from": 2, "to": 2}).planes[0].astype(int)
    cropped = drawn(fit="fill", cropParams={"x": 60, "y": 40, "width": 120, "height": 80}).planes[0]
    assert np.abs(constant - cropped).mean() < 1
    ramp = drawn(fit="fill", zoom={"from": 2, "to": 3}, scale=2.0).planes[0]
    assert np.abs(constant - ramp).mean() < 3


@pytest.mark.parametrize("zoom", [None, {"to": 1.5}])
def test_filter_and_key_change_the_picture_and_not_its_place(drawn: Callable[..., Sprite], zoom: object) -> None:
    plain = drawn("cutout.png", fit="contain", zoom=zoom)
    grey = drawn("cutout.png", fit="contain", zoom=zoom, filter={"saturate": -100})
    assert grey.rect == plain.rect
    assert np.abs(grey.planes[1].astype(int) - grey.alpha[1] * (128 / 255)).max() <= 2
    assert np.array_equal(grey.alpha[0], plain.alpha[0])
    gone = drawn("cutout.png", fit="contain", zoom=zoom, chromaKey={"color": "#E62828", "similarity": 10})
    assert gone.alpha[0][50, 50] == 0
    assert plain.alpha[0][50, 50] == 255


def test_pictures_with_other_looks_are_not_mistaken_for_each_other(drawn: Callable[..., Sprite]) -> None:
    means = [drawn(filter={"brightness": value}).planes[0].mean() for value in (-40, 0, 40)]
    assert means[0] + 10 < means[1] < means[2] - 10
