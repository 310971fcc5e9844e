import pytest

from clipmill.domain.css.paints import (
    calls_of,
    read_alone,
    read_line,
    read_line_width,
    read_origin,
    read_position,
    read_radius,
    read_shadows,
    read_transform,
)
from clipmill.domain.css.values import Length, Shadow, Step
from clipmill.domain.timeline.colour import Colour

RED, BLUE = Colour(255, 0, 0), Colour(0, 0, 255)


@pytest.mark.parametrize("text", ["2px solid red", "red 2px solid", "solid red 2px"])
def test_a_border_is_written_in_any_order(text: str) -> None:
    assert read_line(text) == (Length(2), "solid", RED)


def test_widths_have_names() -> None:
    assert read_line_width("thick") == Length(5)


def test_shadows_are_a_list() -> None:
    assert read_shadows("1px 2px 3px 4px rgb(255,0,0), inset 0 1em") == (
        Shadow(Length(1), Length(2), Length(3), Length(4), RED),
        Shadow(Length(0), Length(1, "em"), inset=True),
    )
    assert read_shadows("none") == ()


@pytest.mark.parametrize("text", ["1px", "red", "1px 1px -2px red", "1px 1px 1px 1px 1px", ",".join(["1px 1px"] * 13)])
def test_what_is_no_shadow_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="shadow"):
        read_shadows(text)


def test_transforms_are_steps() -> None:
    assert read_transform("translate(10px, 50%) rotate(0.5turn) scale(2)") == (
        Step("translate", (Length(10), Length(50, "%"))),
        Step("rotate", (180.0,)),
        Step("scale", (2.0,)),
    )
    assert read_transform("none") == ()


@pytest.mark.parametrize(
    "text",
    [
        "perspective(2px)",
        "rotate()",
        "rotate(1deg) x",
        "scale(99)",
        "matrix(1,2)",
        "scale(nan)",
        "rotate3d(1,1,1,4deg)",
    ],
)
def test_what_is_no_flat_transform_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_transform(text)


def test_a_corner_has_one_or_two_radii() -> None:
    assert read_radius("4px") == (Length(4), Length(4))
    assert read_radius("4px 50%") == (Length(4), Length(50, "%"))
    with pytest.raises(ValueError, match="radius"):
        read_radius("1 2 3")


def test_an_origin_may_be_named() -> None:
    assert read_origin("top left") == (Length(0, "%"), Length(0, "%"))
    assert read_origin("right") == (Length(100, "%"), Length(50, "%"))


@pytest.mark.parametrize(
    ("text", "across", "down"),
    [("right 10px bottom 20%", 190, 80), ("10px", 10, 50), ("bottom", 100, 100), ("left 5px top", 5, 0),
     ("top right", 200, 0), ("calc(100% - 4px) 3px", 196, 3)],
)  # fmt: skip
def test_a_position_is_of_a_box(text: str, across: float, down: float) -> None:
    one, other = read_position(text)
    assert (one.pixels(16, 200), other.pixels(16, 100)) == (across, down)


@pytest.mark.parametrize("text", ["", "left right", "1px 2px 3px 4px 5px", "moon"])
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_position(text)


def test_functions_stand_one_after_another() -> None:
    assert calls_of("rotate(1deg)scale(calc(1 + 1))") == [("rotate", "1deg"), ("scale", "calc(1 + 1)")]
    assert read_alone("rotate")("10deg") == (Step("rotate", (10.0,)),)
    assert read_alone("scale")("none") == ()
