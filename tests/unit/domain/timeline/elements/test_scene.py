import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.elements.scene import Scene


@pytest.mark.parametrize("automatic", [{}, {"duration": -1}, {"duration": None}])
def test_a_scene_without_a_duration_is_automatic(automatic: dict[str, object]) -> None:
    assert Scene.model_validate(automatic).duration is None


def test_half_a_second_is_the_usual_transition() -> None:
    scene = Scene.model_validate({"transition": "wipeleft"})
    assert scene.transition is not None
    assert scene.transition_duration == 0.5
    assert Scene.model_validate({"transition": "none"}).transition is None


def test_a_scene_s_id_is_a_plain_word() -> None:
    with pytest.raises(ValidationError):
        Scene.model_validate({"id": "a b"})
