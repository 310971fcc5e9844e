from typing import get_args

from clipmill.domain.timeline.visual import Visual
from clipmill.engines.render.layers.registry import LAYERS


def test_every_visual_has_its_layer() -> None:
    assert set(LAYERS) == {get_args(model.model_fields["type"].annotation)[0] for model in get_args(Visual)}
