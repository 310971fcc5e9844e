import pytest
from pydantic import TypeAdapter, ValidationError

from clipmill.domain.timeline.elements.animation import AnimationField, Easing, Effect, Zoom, ZoomField

ANIMATION: TypeAdapter[AnimationField] = TypeAdapter(AnimationField)
ZOOM: TypeAdapter[Zoom | None] = TypeAdapter(ZoomField)


def test_a_name_is_the_linear_animation() -> None:
    animation = ANIMATION.validate_python("slideleft")
    assert (animation.effect, animation.distance, animation.easing) == (Effect.SLIDE_LEFT, None, Easing.LINEAR)


@pytest.mark.parametrize("easing", Easing)
def test_easing_begins_at_0_ends_at_1_and_never_turns_back(easing: Easing) -> None:
    values = [easing.at(step / 50) for step in range(51)]
    assert values[0] == 0
    assert values[-1] == 1
    assert values == sorted(values)


def test_ease_out_is_the_cubic() -> None:
    assert Easing.EASE_OUT.at(0.5) == 1 - 0.5**3


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [(True, 1, 1.2), ({"depth": 1.5}, 1, 1.5), ({"from": 1.1, "to": 1}, 1.1, 1), ({"to": 2, "rest": 0.5}, 1, 2)],
)
def test_a_zoom_is_true_a_depth_or_from_and_to(value: object, start: float, end: float) -> None:
    zoom = ZOOM.validate_python(value)
    assert zoom is not None
    assert (zoom.start, zoom.end) == (start, end)


def test_no_zoom_is_false_or_null() -> None:
    assert ZOOM.validate_python(False) is None
    assert ZOOM.validate_python(None) is None


@pytest.mark.parametrize("value", [{}, {"depth": 2, "to": 2}, {"depth": 11}, {"from": 0.5, "to": 1}, 3])
def test_a_zoom_that_says_nothing_or_too_much_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        ZOOM.validate_python(value)


@pytest.mark.parametrize("written", ["slideleft", "SlideLeft", "slide-left", "slide_left", "Slide Left"])
def test_an_effect_is_known_however_it_is_written(written: str) -> None:
    assert Effect(written) is Effect.SLIDE_LEFT


def test_what_is_no_effect_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        Effect("swoosh")
