import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.project import Project


def test_an_empty_project_has_the_defaults_of_the_form() -> None:
    project = Project.model_validate({})
    assert (project.width, project.height, project.frames) == (1280, 720, 300)
    assert project.background_color == Colour(255, 255, 255)


def test_a_preset_overrides_width_and_height() -> None:
    project = Project.model_validate({"resolution": "tiktok", "width": 100, "height": 100})
    assert (project.width, project.height) == (1080, 1920)


@pytest.mark.parametrize("wrong", [{"width": 721}, {"resolution": "imax"}, {"resolution": ["hd"]}, {"frameRate": 61},
                                   {"backgroundColor": "#0000"}, {"outputFormat": "webm"}])  # fmt: skip
def test_what_cannot_be_encoded_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Project.model_validate(wrong)


def test_sources_are_listed_with_their_fields() -> None:
    project = Project.model_validate(
        {
            "visuals": [{"type": "TEXT", "text": "x"}, {"type": "IMAGE", "src": "asset:a"}],
            "audios": [{"src": "asset:b"}],
        }
    )
    assert project.sources == {"visuals[1].src": "asset:a", "audios[0].src": "asset:b"}
