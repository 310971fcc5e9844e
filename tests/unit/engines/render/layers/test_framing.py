import itertools
from collections.abc import Callable

import pytest

from clipmill.domain.timeline.elements.visual import ImageVisual
from clipmill.domain.timeline.layout import Box, Size
from clipmill.engines.render.layers.framing import Framing, framing, source_path
from clipmill.engines.render.layers.layer import Stage
from clipmill.errors import ProjectError
from clipmill.media.draw.crop import WHOLE, Crop

Lay = Callable[..., Framing]


@pytest.fixture
def lay(stage: Stage) -> Lay:
    """A framing of a source of 400 × 200 on a canvas of 320 × 180."""

    def make(natural: Size = Size(400, 200), **fields: object) -> Framing:  # noqa: B008 - frozen
        visual = ImageVisual.model_validate({"type": "IMAGE", "src": "asset:a", **fields})
        return framing(visual, stage, natural, "visuals[0]")

    return make


def test_a_source_fills_a_box_of_its_own_size(lay: Lay) -> None:
    lies = lay()
    assert (lies.box, lies.part, lies.shown) == (Box(0, 0, 400, 200), WHOLE, Size(400, 200))


def test_cover_sees_the_middle(lay: Lay) -> None:
    lies = lay(width=100, height=100, fit="cover")
    assert lies.part == Crop(0.25, 0, 0.75, 1)
    assert (lies.shown, lies.own, lies.area) == (Size(100, 100), Size(200, 200), Box(0, 0, 100, 100))


def test_contain_leaves_bands_on_even_pixels(lay: Lay) -> None:
    lies = lay(x=3, y=3, width=101, height=101, fit="contain")
    assert lies.part == WHOLE
    assert lies.area == Box(3, 28, 101, 50)


def test_resize_scales_to_the_canvas(lay: Lay) -> None:
    assert lay(resize="contain").box == Box(0, 10, 320, 160)
    assert lay(resize="cover").box == Box(-20, 0, 360, 180)


def test_a_crop_decides_the_natural_size_and_is_cut_further_by_the_fit(lay: Lay) -> None:
    crop = {"x": 100, "y": 50, "width": 200, "height": 100}
    assert lay(cropParams=crop).box == Box(0, 0, 200, 100)
    assert lay(cropParams=crop, width=50, height=50, fit="cover").part == Crop(0.375, 0.25, 0.625, 0.75)


@pytest.mark.parametrize("crop", [{"x": 301}, {"y": 101}, {"width": 402}])
def test_a_crop_beyond_the_source_is_refused(lay: Lay, crop: dict[str, int]) -> None:
    with pytest.raises(ProjectError, match="which is 400 × 200 pixels"):
        lay(cropParams={"x": 0, "y": 0, "width": 100, "height": 100} | crop)


def test_a_zoom_that_stays_is_a_smaller_part(lay: Lay) -> None:
    lies = lay(zoom={"from": 2, "to": 2})
    assert (lies.part, lies.shown, lies.is_zoomed) == (Crop(0.25, 0.25, 0.75, 0.75), Size(400, 200), False)
    assert lies.scales() == [1.0]
    assert lies.enlarged(400) == 2


def test_copies_of_a_zoom_are_never_far_apart_and_no_larger_than_needed(lay: Lay) -> None:
    lies = lay(zoom={"to": 4})
    scales = lies.scales()
    assert scales[-1] == 4
    assert all(later / scale <= 1.5 + 1e-9 for scale, later in itertools.pairwise(scales))
    assert scales[0] < 1.5
    assert lies.scales(most=2)[-1] == 2
    assert lies.scales(most=0.5) == [1.0]
    assert lies.copy_for(scales, 1.0) == scales[0]
    assert lies.copy_for(scales, 3.9) == 4
    assert lies.copy_for(lies.scales(most=2), 3.9) == 2


def test_copies_have_even_sides(lay: Lay) -> None:
    assert lay(width=101, height=77).size_at(1.0) == (102, 78)
    assert lay(width=101, height=77, zoom=True).size_at(1.2) == (122, 92)


def test_a_picture_without_measure_is_refused(lay: Lay) -> None:
    with pytest.raises(ProjectError, match="too long and thin"):
        lay(Size(20_000, 4), width=300, height=170, fit="cover")


def test_a_source_that_is_not_stored_is_named(stage: Stage) -> None:
    visual = ImageVisual.model_validate({"type": "IMAGE", "src": "asset:gone"})
    with pytest.raises(ProjectError, match=r"visuals\[7\]\.src: 'asset:gone' is no stored file"):
        source_path(visual, stage, "visuals[7]")


@pytest.mark.parametrize(
    ("towards", "part"),
    [("center-center", Crop(0.3, 0.1, 0.7, 0.9)), ("top-left", Crop(0.25, 0, 0.65, 0.8)),
     ("center-right", Crop(0.35, 0.1, 0.75, 0.9))],
)  # fmt: skip
def test_a_zoom_that_begins_close_sees_the_part_it_goes_to(lay: Lay, towards: str, part: Crop) -> None:
    zoom = {"from": 1.25, "to": 1.5, "towards": towards}
    lies = lay(width=100, height=100, fit="cover", zoom=zoom)
    edges = (lies.part.left, lies.part.top, lies.part.right, lies.part.bottom)
    assert edges == pytest.approx((part.left, part.top, part.right, part.bottom))
    assert lies.shown == Size(80, 80)


def test_a_zoom_goes_towards_a_point() -> None:
    with pytest.raises(ValueError, match="a point such as"):
        ImageVisual.model_validate({"type": "IMAGE", "src": "asset:a", "zoom": {"to": 2, "towards": "custom"}})
