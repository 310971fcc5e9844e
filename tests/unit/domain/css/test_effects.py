import pytest

from clipmill.domain.css.effects import Change, read_filter, read_shape
from clipmill.domain.css.values import Length, Shadow
from clipmill.domain.timeline.colour import Colour


def test_a_filter_is_a_list_of_changes() -> None:
    assert read_filter("blur(2px) brightness(50%) hue-rotate(.5turn) grayscale() drop-shadow(1px 2px red)") == (
        Change("blur", Length(2)), Change("brightness", 0.5), Change("hue-rotate", 180), Change("grayscale", 1.0),
        Change("drop-shadow", Shadow(Length(1), Length(2), colour=Colour(255, 0, 0))),
    )  # fmt: skip
    assert read_filter("none") == ()


@pytest.mark.parametrize("text", ["url(#x)", "blur(red)", "blur(-1px)", "brightness(-1)", "x", "blur(1px) " * 13])
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_filter(text)


def test_shapes_are_read() -> None:
    polygon = read_shape("polygon(evenodd, 0 0, 100% 0, calc(50% + 1px) 10px)")
    assert polygon is not None
    assert (polygon.kind, len(polygon.corners), polygon.even) == ("polygon", 3, True)
    inset = read_shape("inset(1px 2px round 4px / 50%)")
    assert inset is not None
    assert [side.value for side in inset.lengths] == [1, 2, 1, 2]
    assert inset.corners[0] == (Length(4), Length(50, "%"))
    circle = read_shape("circle(40% at left)")
    assert circle is not None
    assert circle.centre[0] == Length(0, "%")
    assert read_shape("none") is None


@pytest.mark.parametrize(
    "text", ["polygon(0 0, 1px 1px)", "circle(1px 2px)", "ellipse(1px)", "path('M0 0')", "url(#x)", "x"]
)
def test_what_is_no_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_shape(text)
