from typing import Any

import pytest

from clipmill.domain.timeline.elements.visual import ImageVisual
from clipmill.domain.timeline.layout import Box, Size, box_size, place

CANVAS = Size(320, 180)


def _image(**fields: Any) -> ImageVisual:
    return ImageVisual.model_validate({"type": "IMAGE", "src": "asset:x", **fields})


@pytest.mark.parametrize(
    ("fields", "size"),
    [({}, Size(100, 50)), ({"width": 200}, Size(200, 100)), ({"height": 100}, Size(200, 100)),
     ({"width": 30, "height": 30}, Size(30, 30)), ({"resize": "contain"}, Size(320, 160)),
     ({"resize": "cover", "width": 5}, Size(360, 180))],
)  # fmt: skip
def test_sizes_follow_the_natural_aspect(fields: dict[str, Any], size: Size) -> None:
    assert box_size(_image(**fields), CANVAS, Size(100, 50)) == size


@pytest.mark.parametrize(
    ("fields", "box"),
    [({"x": 10, "y": 20}, (10, 20)), ({"x": 100, "y": 90, "anchor": "center-center"}, (90, 85)),
     ({"position": "bottom-right", "x": 5}, (300, 170)), ({"position": "top-center"}, (150, 0)),
     ({"position": "bottom-right", "anchor": "top-left"}, (320, 180)), ({"resize": "cover"}, (150, 85)),
     ({"resize": "cover", "x": 3}, (3, 0))],
)  # fmt: skip
def test_a_box_is_held_by_its_anchor(fields: dict[str, Any], box: tuple[float, float]) -> None:
    assert place(_image(**fields), CANVAS, Size(20, 10)) == Box(*box, 20, 10)
