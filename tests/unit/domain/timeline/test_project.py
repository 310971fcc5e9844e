from fractions import Fraction

import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.clip import NO_CLIPS
from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.presets import RESOLUTIONS
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import schedule


def test_an_empty_project_has_the_defaults_of_the_form() -> None:
    project = Project.model_validate({})
    assert (project.width, project.height, project.format) == (1280, 720, "mp4")
    assert schedule(project, NO_CLIPS).frames == 300
    assert project.background_color == Colour(255, 255, 255)


def test_a_preset_overrides_width_and_height() -> None:
    project = Project.model_validate({"resolution": "tiktok", "width": 100, "height": 100})
    assert (project.width, project.height) == (1080, 1920)


@pytest.mark.parametrize("wrong", [{"width": 0}, {"resolution": "imax"}, {"resolution": ["hd"]}, {"frameRate": 61},
                                   {"backgroundColor": "#0000"}, {"outputFormat": "mkv"}, {"outputFormat": "png"},
                                   {"type": "image", "outputFormat": "mp4"}, {"type": "image", "duration": 3},
                                   {"type": "image", "scenes": [{}]}, {"type": "image", "quality": 80},
                                   {"type": "image", "outputFormat": "jpg", "transparent": True},
                                   {"type": "image", "visuals": [{"type": "GIF", "src": "asset:a"}]},
                                   {"transparent": True}, {"scenes": [{"id": "a"}, {"id": "a"}]}])  # fmt: skip
def test_what_cannot_be_encoded_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Project.model_validate(wrong)


def test_sources_are_listed_with_their_fields() -> None:
    project = Project.model_validate(
        {
            "visuals": [{"type": "TEXT", "text": "x"}, {"type": "IMAGE", "src": "asset:a"}],
            "audios": [{"src": "asset:b"}],
            "scenes": [{"visuals": [{"type": "video", "src": "asset:c"}], "audios": [{"src": "asset:d"}]}],
            "subtitle": {"src": "asset:e"},
            "thumbnail": "asset:f",
        }
    )
    assert project.sources == {
        "visuals[1].src": "asset:a", "audios[0].src": "asset:b", "scenes[0].visuals[0].src": "asset:c",
        "scenes[0].audios[0].src": "asset:d", "subtitle.src": "asset:e", "thumbnail": "asset:f",
    }  # fmt: skip


def test_a_video_s_canvas_is_even_and_an_image_s_holds_every_pixel() -> None:
    assert Project.model_validate({"width": 721, "height": 405}).canvas == (720, 404)
    assert Project.model_validate({"type": "image", "width": 721, "height": 405}).canvas == (722, 406)
    assert Project.model_validate({"width": 1, "height": 1}).canvas == (2, 2)


@pytest.mark.parametrize("preset", RESOLUTIONS)
def test_every_preset_makes_a_canvas(preset: str) -> None:
    project = Project.model_validate({"resolution": preset})
    assert (project.width, project.height) == RESOLUTIONS[preset]


@pytest.mark.parametrize("rate", [30, "30", 29.97, "30000/1001"])
def test_frame_rates_are_exact(rate: object) -> None:
    assert Project.model_validate({"frameRate": rate}).frame_rate == Fraction(str(rate))
