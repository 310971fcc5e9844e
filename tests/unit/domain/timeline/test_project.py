from fractions import Fraction

import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.clip import NO_CLIPS
from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.presets import RESOLUTIONS
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import schedule
from clipmill.errors import ProjectError


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
                                   {"transparent": True}])  # fmt: skip
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


@pytest.mark.parametrize("written", ["Full-HD", "full hd", "FULL_HD"])
def test_a_preset_is_known_however_it_is_written(written: str) -> None:
    project = Project.model_validate({"resolution": written})
    assert (project.resolution, project.width) == ("full-hd", 1920)
    assert Project.model_validate({"resolution": "Custom", "width": 50}).width == 50


@pytest.mark.parametrize("preset", RESOLUTIONS)
def test_every_preset_makes_a_canvas(preset: str) -> None:
    project = Project.model_validate({"resolution": preset})
    assert (project.width, project.height) == RESOLUTIONS[preset]


@pytest.mark.parametrize("rate", [30, "30", 29.5, "30000/1001"])
def test_frame_rates_are_exact(rate: object) -> None:
    assert Project.model_validate({"frameRate": rate}).frame_rate == Fraction(str(rate))


@pytest.mark.parametrize(
    ("written", "rate"),
    [("30000/1001", Fraction(30000, 1001)), (29.97, Fraction(30000, 1001)), (29.97002997002997, Fraction(30000, 1001)),
     ("23.976023976", Fraction(24000, 1001)), ("25", 25), (59.94, Fraction(60000, 1001)),
     (23.976, Fraction(24000, 1001)), ("23.98", Fraction(24000, 1001)), (29.5, Fraction(59, 2))],
)  # fmt: skip
def test_a_frame_rate_is_a_ratio_that_files_can_hold(written: str | float, rate: Fraction) -> None:
    assert Project.model_validate({"frameRate": written}).frame_rate == rate


def test_a_frame_rate_of_many_digits_is_the_nearest_plain_ratio() -> None:
    rate = Project.model_validate({"frameRate": "123456789123/9876543210"}).frame_rate
    assert rate.denominator <= 10_000
    assert abs(rate - Fraction(123456789123, 9876543210)) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"quality": 80}, "of a video it is draft, standard or high"),
        ({"quality": "best"}, "of a video it is draft, standard or high"),
        ({"quality": ["draft"]}, "of a video it is draft, standard or high"),
        ({"type": "image", "outputFormat": "jpg", "quality": "high"}, "of an image it is a number from 1 to 100"),
        ({"type": "image", "outputFormat": "jpg", "quality": 101}, "of an image it is a number from 1 to 100"),
        ({"type": "image", "outputFormat": "jpg", "quality": 0}, "of an image it is a number from 1 to 100"),
        ({"type": "image", "outputFormat": "jpg", "quality": True}, "of an image it is a number from 1 to 100"),
    ],
)
def test_videos_have_grades_and_images_a_number(asked: dict[str, object], told: str) -> None:
    with pytest.raises(ProjectError, match=told) as caught:
        load_project(asked)
    assert caught.value.path == "quality"


def test_a_quality_is_kept_as_what_it_means() -> None:
    assert Project.model_validate({"quality": "draft"}).quality == "draft"
    image = {"type": "image", "outputFormat": "webp"}
    assert [Project.model_validate(image | {"quality": each}).quality for each in (None, 7, "90")] == [None, 7, 90]
