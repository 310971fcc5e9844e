import pytest

from clipmill.domain.css.declarations import Wide, read_declarations
from clipmill.domain.css.look import LEAST_SIZE, MOST_SIZE, Look, child_look, declared_look
from clipmill.domain.css.values import Length
from clipmill.domain.timeline.colour import Colour

RED = Colour(255, 0, 0)
PARENT = Look(font_size=20, color=RED, line_height=1.5, padding_top=Length(9), letter_spacing=Length(2))


def test_letters_are_inherited_and_boxes_are_not() -> None:
    child = child_look(PARENT, ())
    assert (child.font_size, child.color, child.line_height) == (20, RED, 1.5)
    assert child.padding_top == Length(0)


def test_em_is_of_the_parent_for_the_size_and_of_itself_for_the_rest() -> None:
    child = child_look(PARENT, [("letter-spacing", Length(0.1, "em")), ("font-size", Length(2, "em"))])
    assert child.font_size == 40
    assert child.letter_spacing == Length(4)


def test_shrinking_multiplies_pixels_once() -> None:
    child = child_look(PARENT, [("font-size", Length(30))], shrink=0.5)
    assert child.font_size == 15
    assert child_look(PARENT, [("font-size", Length(1.5, "em"))], shrink=0.5).font_size == 30


@pytest.mark.parametrize(("size", "held"), [(0, LEAST_SIZE), (50_000, MOST_SIZE)])
def test_sizes_are_held_inside_bounds(size: float, held: float) -> None:
    assert child_look(PARENT, [("font-size", Length(size))]).font_size == held


def test_wide_values_take_from_the_parent_or_the_beginning() -> None:
    values = [("padding-top", Wide("inherit")), ("color", Wide("initial")), ("line-height", Wide("unset"))]
    child = child_look(PARENT, values)
    assert (child.padding_top, child.color, child.line_height) == (Length(9), Colour(0, 0, 0), 1.5)


@pytest.mark.parametrize(
    ("word", "around", "weight"),
    [("bolder", 300, 400), ("bolder", 400, 700), ("bolder", 700, 900), ("bolder", 950, 950), ("lighter", 400, 100),
     ("lighter", 700, 400), ("lighter", 900, 700), ("lighter", 50, 50)],
)  # fmt: skip
def test_a_weight_may_follow_that_around_it(word: str, around: float, weight: float) -> None:
    assert child_look(Look(font_weight=around), [("font-weight", word)]).font_weight == weight


def test_the_current_colour_of_the_text_is_that_of_the_parent() -> None:
    assert child_look(PARENT, [("color", None)]).color == RED


@pytest.mark.parametrize(("height", "pixels"), [(None, None), (1.5, 30), (Length(24), 24), (Length(2, "em"), 40)])
def test_a_line_has_a_height_in_pixels(height: Length | float | None, pixels: float | None) -> None:
    assert declared_look(PARENT, PARENT, [("line-height", height)]).line_pixels == pixels


def test_the_fill_of_letters_wins_over_their_colour() -> None:
    blue = Colour(0, 0, 255)
    assert child_look(PARENT, [("text-fill-color", blue)]).fill == blue
    assert child_look(PARENT, ()).fill == RED


def test_sides_and_corners_go_round() -> None:
    look = declared_look(
        Look(), Look(), [("padding-left", Length(4)), ("border-top-right-radius", (Length(1), Length(2)))]
    )
    assert look.sides("padding_{}") == (Length(0), Length(0), Length(0), Length(4))
    assert look.corners[1] == (Length(1), Length(2))


def test_a_font_may_be_as_large_as_letters_of_the_font_around_it_are_wide() -> None:
    values = read_declarations([("font-size", "2ch"), ("width", "2ch")]).values
    look = child_look(Look(font_size=20.0), values)
    assert (look.font_size, look.width) == (20.0, Length(20.0))
