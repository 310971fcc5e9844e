from functools import partial
from typing import Any

import numpy as np

from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.compose import Compositor
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.registry import set_up

BOX = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='{0}' height='80'><rect width='{0}' height='80' fill='#fff'/></svg>"
)


def _lumas(body: dict[str, Any], stage: Stage) -> list[np.ndarray]:
    plan = plan_project(load_project(body))
    compositor = Compositor(plan, partial(set_up, stage=stage))
    lumas = [compositor.frame(number).parts[0].copy() for number in range(plan.frames)]
    compositor.close()
    return lumas


def test_one_scene_s_picture_gives_way_to_the_next_one_s(stage: Stage) -> None:
    scenes = [{"duration": 1, "backgroundColor": "#000", "transition": "wipeleft", "transitionDuration": 0.4},
              {"duration": 1, "backgroundColor": "#fff"}]  # fmt: skip
    lumas = _lumas({"width": 320, "height": 180, "frameRate": 10, "scenes": scenes}, stage)
    assert len(lumas) == 16
    shares = [float((luma > 128).mean()) for luma in lumas]
    assert shares[:6] == [0] * 6
    assert shares[10:] == [1] * 6
    assert [round(share, 2) for share in shares[6:10]] == [0, 0.25, 0.5, 0.75]


def test_what_lies_over_both_scenes_stays(stage: Stage) -> None:
    scenes = [
        {"duration": 1, "backgroundColor": "#000", "transition": "fade"},
        {"duration": 1, "backgroundColor": "#000"},
    ]
    over = {"type": "SVG", "svg": BOX.format(60), "x": 20, "y": 20}
    lumas = _lumas({"width": 320, "height": 180, "frameRate": 10, "scenes": scenes, "visuals": [over]}, stage)
    assert all((luma[20:100, 20:80] == 235).all() for luma in lumas)
