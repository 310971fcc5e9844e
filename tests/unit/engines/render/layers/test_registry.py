from typing import get_args

import pytest

from clipmill.domain.timeline.elements.visual import Visual
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.layers import registry
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.registry import LAYERS, set_up
from clipmill.engines.render.layers.turned import TurnedLayer
from clipmill.engines.render.plan import Element
from tests.rendering import project


def test_every_visual_and_everything_the_planner_adds_has_its_layer() -> None:
    assert set(LAYERS) == set(get_args(Element))
    assert set(get_args(Visual)) < set(LAYERS)


@pytest.mark.parametrize(("fields", "turned"), [({}, False), ({"angle": 360}, False), ({"angle": 5}, True),
                                                ({"flipH": True}, True), ({"flipV": True}, True)])  # fmt: skip
def test_an_element_is_turned_only_where_it_asks_for_it(
    stage: Stage, fields: dict[str, object], turned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(registry, "TurnedLayer", lambda *told, **how: asked.append(how) or TurnedLayer(*told, **how))
    plan = plan_project(load_project(project({"type": "SVG", "svg": "<svg width='8' height='8'/>", **fields})))
    set_up(plan.layers[0], stage)
    assert bool(asked) is turned
