import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.elements.audio import Audio


@pytest.mark.parametrize(
    ("part", "seconds"),
    [({}, None), ({"audioBegin": 1, "audioEnd": 4}, 3), ({"audioDuration": 2}, 2),
     ({"audioEnd": 4, "audioDuration": 9}, 4)],
)  # fmt: skip
def test_the_part_of_the_source_is_the_shortest_asked_for(part: dict[str, float], seconds: float | None) -> None:
    assert Audio.model_validate({"src": "asset:x", **part}).source_seconds == seconds


def test_the_type_of_older_projects_is_accepted() -> None:
    assert Audio.model_validate({"type": "audio", "src": "asset:x"}) == Audio.model_validate({"src": "asset:x"})


@pytest.mark.parametrize(
    "wrong", [{"speed": 20}, {"volume": 1.1}, {"enter": 3, "exit": 2}, {"audioBegin": 3, "audioEnd": 2}]
)
def test_what_cannot_be_played_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Audio.model_validate({"src": "asset:x", **wrong})


def test_ducking_is_a_yes_or_decibels() -> None:
    lowered = [Audio.model_validate({"src": "asset:x", "duck": duck}).duck for duck in (True, False, 6)]
    assert lowered == [12, 0, 6]
