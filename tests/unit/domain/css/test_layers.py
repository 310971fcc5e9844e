import pytest

from clipmill.domain.css.layers import (
    Listed,
    read_background,
    read_gradient,
    read_layer_size,
    read_pictures,
    read_repeat,
)
from clipmill.domain.css.values import Length
from clipmill.domain.timeline.colour import Colour

RED, BLUE = Colour(255, 0, 0), Colour(0, 0, 255)


@pytest.mark.parametrize(
    ("direction", "angle", "corner"),
    [("", 180, None), ("to right, ", 90, None), ("45deg, ", 45, None), ("to top left, ", 180, (-1, -1))],
)
def test_a_gradient_has_a_direction(direction: str, angle: float, corner: tuple[int, int] | None) -> None:
    gradient = read_gradient(f"linear-gradient({direction}red 10%, rgba(0, 0, 255, 1))")
    assert (gradient.angle, gradient.corner) == (angle, corner)
    assert [(stop.colour, stop.place) for stop in gradient.stops] == [(RED, Length(10, "%")), (BLUE, None)]


def test_a_gradient_may_be_round() -> None:
    gradient = read_gradient("radial-gradient(circle at top right, red, blue)")
    assert (gradient.kind, gradient.circle) == ("radial", True)
    assert gradient.centre == (Length(100, "%"), Length(0, "%"))
    assert read_gradient("radial-gradient(red, blue)").centre == (Length(50, "%"), Length(50, "%"))


@pytest.mark.parametrize(
    "text",
    [
        "conic-gradient(red)",
        "radial-gradient(circle 1px 2px, red, blue)",
        "linear-gradient(red, 1px)",
        "linear-gradient(red)",
        "linear-gradient(to moon, red, blue)",
        "red",
        "a(b",
    ],
)
def test_what_is_no_gradient_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_gradient(text)


def test_a_gradient_may_turn_repeat_and_lean() -> None:
    turned = read_gradient("repeating-conic-gradient(from 90deg at left, red 0 25%, blue 0 0.5turn)")
    assert (turned.kind, turned.angle, turned.repeats) == ("conic", 90, True)
    assert [stop.place for stop in turned.stops] == [Length(part, "%") for part in (0, 25, 0, 50)]
    sized = read_gradient("radial-gradient(closest-side circle, red, 20%, blue 10px)")
    assert (sized.extent, sized.circle, [stop.hint for stop in sized.stops]) == (
        "closest-side",
        True,
        [False, True, False],
    )
    assert read_gradient("radial-gradient(10px 20px, red, blue)").radii == (Length(10), Length(20))


def test_a_background_is_a_colour_and_layers() -> None:
    read = read_background("linear-gradient(red, blue) right / 10px auto no-repeat padding-box text, #ff0000")
    assert read["background-color"] == RED
    assert len(read["background-image"]) == 1
    assert read["background-size"] == ((Length(10), None),)
    assert read["background-position"] == ((Length(100, "%"), Length(50, "%")),)
    assert read["background-repeat"] == (("no-repeat", "no-repeat"),)
    assert (read["background-origin"], read["background-clip"]) == (("padding-box",), ("text",))
    assert read_pictures("none") == ()


@pytest.mark.parametrize("text", ["red, blue", "red blue", "", "linear-gradient(red, blue) red, red"])
def test_what_is_no_background_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_background(text)


def test_layers_have_sizes_and_are_repeated() -> None:
    assert read_layer_size("cover") == "cover"
    assert read_layer_size("auto 2px") == (None, Length(2))
    assert read_repeat("repeat-x") == ("repeat", "no-repeat")
    assert read_repeat("space round") == ("space", "round")
    assert Listed(read_repeat)("round, repeat-y") == (("round", "round"), ("no-repeat", "repeat"))
    for read in (read_layer_size, read_repeat):
        with pytest.raises(ValueError):
            read("a b c")
