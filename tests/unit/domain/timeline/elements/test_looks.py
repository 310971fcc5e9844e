import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.elements.looks import ChromaKey, CropParams, Filter


@pytest.mark.parametrize(
    ("written", "degrees"), [("90deg", 90), ("30", 30), (15, 15), ("0.5turn", 180), ("-1rad", -57.3)]
)
def test_a_hue_is_turned_by_an_angle(written: object, degrees: float) -> None:
    assert Filter.model_validate({"hue-rotate": written}).hue_rotate == pytest.approx(degrees, abs=0.1)


def test_blur_and_invert_in_their_spellings() -> None:
    assert Filter.model_validate({"blur": "4px"}).blur == Filter.model_validate({"blur": 4}).blur == 4
    assert [Filter.model_validate({"invert": value}).invert for value in (True, False, 0.5)] == [1, 0, 0.5]


@pytest.mark.parametrize("wrong", [{"brightness": 101}, {"blur": "much"}, {"hue-rotate": "x"}, {"blur": 101}])
def test_what_is_no_filter_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Filter.model_validate(wrong)


def test_a_crop_needs_all_four_sides_and_a_key_its_colour() -> None:
    with pytest.raises(ValidationError):
        CropParams.model_validate({"x": 0, "y": 0, "width": 3})
    with pytest.raises(ValidationError):
        ChromaKey.model_validate({"similarity": 3})
