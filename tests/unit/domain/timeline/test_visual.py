import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.visual import ImageVisual, Radius, SvgVisual, TextVisual


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


def test_a_text_is_not_scaled_to_the_canvas() -> None:
    with pytest.raises(ValidationError, match="leave resize out"):
        TextVisual.model_validate({"type": "TEXT", "text": "x", "resize": "cover"})
