from typing import Any

import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.remarks import remarks

CLIP = {"type": "VIDEO", "src": "asset:x", "transition": "fade"}
TEXT = {"type": "TEXT", "text": "x"}


@pytest.mark.parametrize(
    ("body", "says"),
    [({"width": 1281}, "1281 × 720 has an odd side, which video cannot have; it is 1280 × 720"),
     ({"visuals": [{"type": "SVG", "svg": "<svg/>", "customCode": {"js": "x"}}]},
      "visuals[0].customCode: nothing runs"),
     ({"visuals": [TEXT | {"customCode": {"js": "go()"}}]}, "visuals[0].customCode.js: scripts are not run"),
     ({"visuals": [TEXT | {"resize": "cover"}]}, "visuals[0].resize: a text keeps its size"),
     ({"visuals": [CLIP | {"transitionId": "b"}]}, "visuals[0].transitionId: 'b' is no other VIDEO"),
     ({"visuals": [CLIP | {"transitionId": "b", "enterBegin": 1}, CLIP | {"id": "b", "transition": None}]},
      "'b' begins before this clip does"),
     ({"scenes": [{"transition": "fade"}]}, "scenes[0].transition: the last scene leads nowhere"),
     ({"scenes": [{"transition": "fade", "transitionId": "z"}, {}]}, "scenes[0].transitionId: 'z' is not the next"),
     ({"foo": 1}, "foo: is no field of a project")],
)  # fmt: skip
def test_what_will_not_be_done_is_said(body: dict[str, Any], says: str) -> None:
    found = list(remarks(load_project(body)))
    assert len(found) == 1
    assert says in found[0]


def test_nothing_is_said_of_a_project_that_is_drawn_as_it_is() -> None:
    clips = [
        CLIP | {"id": "a", "exitEnd": 2, "transitionId": "b"},
        CLIP | {"id": "b", "enterBegin": 2, "transition": None},
    ]
    scenes = [{"transition": "wipeleft"}, {}]
    assert list(remarks(load_project({"visuals": clips, "scenes": scenes}))) == []
