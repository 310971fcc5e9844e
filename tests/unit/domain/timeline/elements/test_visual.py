import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.elements.visual import ImageVisual, Radius, SvgVisual, TextVisual, VideoVisual


def test_types_are_read_in_any_case() -> None:
    assert SvgVisual.model_validate({"type": "svg", "svg": "<svg/>"}).type == "SVG"


def test_one_number_rounds_all_corners() -> None:
    visual = ImageVisual.model_validate({"type": "IMAGE", "src": "asset:x", "radius": 8})
    assert visual.radius == Radius(tl=8, tr=8, bl=8, br=8)
    assert ImageVisual.model_validate({"type": "IMAGE", "src": "asset:x", "radius": None}).radius == Radius()


@pytest.mark.parametrize("times", [{"enterBegin": 2, "enterEnd": 1}, {"exitBegin": 3, "exitEnd": 2}])
def test_times_that_run_backwards_are_refused(times: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="is before"):
        TextVisual.model_validate({"type": "TEXT", "text": "x", **times})


def test_numbers_become_text() -> None:
    assert TextVisual.model_validate({"type": "TEXT", "text": 49}).text == "49"


@pytest.mark.parametrize("nothing", [None, "", "none"])
def test_no_animation_can_be_said_in_three_ways(nothing: object) -> None:
    assert TextVisual.model_validate({"type": "TEXT", "text": "x", "enterAnimation": nothing}).enter_animation is None


def test_a_text_says_something() -> None:
    assert TextVisual.model_validate({"type": "TEXT", "html": "<b>x</b>"}).text == ""
    with pytest.raises(ValidationError, match="neither text nor html"):
        TextVisual.model_validate({"type": "TEXT", "text": ""})


def test_a_clip_is_a_part_of_its_source_that_runs_forward() -> None:
    clip = {"type": "VIDEO", "src": "asset:x", "videoBegin": 2}
    assert VideoVisual.model_validate(clip | {"videoEnd": 3}).video_end == 3
    with pytest.raises(ValidationError, match="not after videoBegin"):
        VideoVisual.model_validate(clip | {"videoEnd": 2})
