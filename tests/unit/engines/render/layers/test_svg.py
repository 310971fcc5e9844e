import pytest

from clipmill.domain.timeline.elements.visual import SvgVisual
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.svg import svg_layer
from clipmill.engines.render.motion import State
from clipmill.errors import ProjectError

HALF = "<svg viewBox='0 0 10 10'><rect width='5' height='10' fill='white'/></svg>"


def _visual(svg: str = HALF, **fields: float) -> SvgVisual:
    return SvgVisual.model_validate({"type": "SVG", "svg": svg, **fields})


def test_a_drawing_fills_its_box(stage: Stage) -> None:
    sprite = svg_layer(_visual(x=20, y=10, width=40, height=40), stage, "visuals[0]").sprite(State(1.0))
    assert (sprite.rect.x, sprite.rect.y, sprite.rect.width, sprite.rect.height) == (20, 10, 40, 40)
    assert sprite.alpha[0][20, 10] == 255
    assert sprite.alpha[0][20, 30] == 0


def test_odd_places_are_kept_to_the_pixel(stage: Stage) -> None:
    sprite = svg_layer(_visual(x=21, y=11, width=40, height=40), stage, "visuals[0]").sprite(State(1.0))
    assert (sprite.rect.x, sprite.rect.y) == (20, 10)
    assert list(sprite.alpha[0][20, :3]) == [0, 255, 255]


def test_the_same_drawing_is_drawn_once(stage: Stage) -> None:
    first = svg_layer(_visual(), stage, "visuals[0]").sprite(State(1.0))
    assert svg_layer(_visual(), stage, "visuals[5]").sprite(State(1.0)) is first


def test_a_drawing_that_is_not_allowed_names_its_place(stage: Stage) -> None:
    with pytest.raises(ProjectError) as caught:
        svg_layer(_visual("<svg><script/></svg>"), stage, "visuals[3]")
    assert caught.value.path == "visuals[3].svg"
