import numpy as np
import pytest

from clipmill.domain.css.declarations import read_declarations, split_declarations
from clipmill.domain.css.look import Look, child_look
from clipmill.media.draw.html.boxes import border_widths
from clipmill.media.draw.html.paint.borders import Border, bordered
from clipmill.media.draw.html.paint.shapes import outline_of, pixels_of


def _look(style: str) -> Look:
    return child_look(Look(), read_declarations(split_declarations(style)).values)


def _drawn(look: Look) -> str:
    colours = tuple(colour or look.color for colour in look.sides("border_{}_color"))
    border = Border(look.sides("border_{}_style"), colours, border_widths(look))  # type: ignore[arg-type]
    return bordered(border, outline_of(look, 100, 40))


@pytest.mark.parametrize(
    ("style", "place", "colour"),
    [
        ("border:4px solid #f00", (2, 50), (255, 0, 0, 255)), ("border:4px solid #f00", (5, 50), (0, 0, 0, 0)),
        ("border:6px double #f00", (3, 50), (0, 0, 0, 0)), ("border:6px double #f00", (5, 50), (255, 0, 0, 255)),
        ("border:4px solid #f00;border-left:8px solid #00f", (20, 3), (0, 0, 255, 255)),
        ("border-bottom:4px solid rgba(0,255,0,.5)", (38, 50), (0, 255, 0, 128)),
    ],
)  # fmt: skip
def test_borders_are_as_thick_as_asked(style: str, place: tuple[int, int], colour: tuple[int, ...]) -> None:
    look = _look(style)
    pixels = pixels_of(_drawn(look), 100, 40)
    assert np.abs(pixels[place].astype(int) - colour).max() <= 1


@pytest.mark.parametrize("style", ["dashed", "dotted"])
def test_broken_lines_have_gaps(style: str) -> None:
    look = _look(f"border:4px {style} #000")
    row = pixels_of(_drawn(look), 100, 40)[2, 10:90, 3]
    assert row.min() == 0
    assert row.max() == 255


@pytest.mark.parametrize(("side", "place"), [("top", (1, slice(10, 90))), ("left", (slice(4, 36), 1))])
def test_one_dashed_side_has_gaps(side: str, place: tuple[object, object]) -> None:
    pixels = pixels_of(_drawn(_look(f"border-{side}:4px dashed #000")), 100, 40)[..., 3]
    assert (pixels[place].min(), pixels[place].max()) == (0, 255)
    assert pixels[30, 90] == 0


@pytest.mark.parametrize(("style", "first", "last"), [("inset", 85, 255), ("outset", 255, 85), ("groove", 85, 255)])
def test_carved_sides_lie_in_light_and_shade(style: str, first: int, last: int) -> None:
    pixels = pixels_of(_drawn(_look(f"border:8px {style} #ff0000")), 100, 40)
    assert abs(int(pixels[1, 50, 0]) - (171 if first == 85 else 255)) <= 2
    assert abs(int(pixels[38, 50, 0]) - (171 if last == 85 else 255)) <= 2
