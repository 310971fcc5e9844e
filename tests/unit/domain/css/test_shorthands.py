from typing import Any

import pytest

from clipmill.domain.css.declarations import expand
from clipmill.domain.css.properties import PROPERTIES
from clipmill.domain.css.shorthands import SHORTHANDS
from clipmill.domain.css.values import Length
from clipmill.domain.timeline.colour import Colour


def _read(name: str, text: str) -> dict[str, Any]:
    return dict(expand(name, text))


def test_a_font_is_written_in_one() -> None:
    read = _read("font", "italic small-caps bold 20px/1.2 'Open Sans', Arial")
    assert read == {
        "font-style": "italic", "font-variant-caps": "small-caps", "font-weight": 700, "line-height": 1.2,
        "font-size": Length(20), "font-family": "Open Sans, Arial",
    }  # fmt: skip


def test_a_font_without_a_size_is_refused() -> None:
    with pytest.raises(ValueError, match="is no font"):
        _read("font", "bold italic")


def test_a_border_sets_every_side() -> None:
    read = _read("border", "2px dashed red")
    assert len(read) == 12
    assert read["border-left-style"] == "dashed"
    assert _read("border-top", "none")["border-top-style"] == "none"


def test_radii_go_round_the_corners() -> None:
    read = _read("border-radius", "1px 2px / 50%")
    assert read["border-top-left-radius"] == (Length(1), Length(50, "%"))
    assert read["border-top-right-radius"] == (Length(2), Length(50, "%"))


def test_a_background_without_a_colour_has_none() -> None:
    read = _read("background", "linear-gradient(red, blue)")
    assert read["background-color"] == Colour(0, 0, 0, 0.0)
    assert len(read["background-image"]) == 1


def test_a_decoration_has_a_colour_and_a_thickness() -> None:
    read = _read("text-decoration", "underline red 3px")
    assert read["text-decoration-line"] == frozenset({"underline"})
    assert (read["text-decoration-color"], read["text-decoration-thickness"]) == (Colour(255, 0, 0), Length(3))


def test_a_decoration_has_a_style_and_letters_have_numerals() -> None:
    assert _read("text-decoration", "underline wavy calc(1px + 1px)")["text-decoration-style"] == "wavy"
    assert _read("font-variant", "small-caps tabular-nums")["font-variant-numeric"] == "tnum=1"


@pytest.mark.parametrize(
    ("text", "grow", "basis"),
    [("1", 1, Length(0)), ("none", 0, None), ("auto", 1, None), ("2 1 40px", 2, Length(40)), ("0 0 auto", 0, None)],
)
def test_flex_is_grow_shrink_and_basis(text: str, grow: float, basis: Length | None) -> None:
    read = _read("flex", text)
    assert (read["flex-grow"], read["flex-basis"]) == (grow, basis)


def test_our_stroke_lies_behind_the_letters_and_theirs_on_them() -> None:
    assert _read("stroke", "4px red")["paint-order"] == "stroke"
    assert "paint-order" not in _read("text-stroke", "4px red")
    assert _read("stroke-width", "3px")["text-stroke-width"] == Length(3)


@pytest.mark.parametrize(
    ("name", "text"),
    [("margin", "0 auto"), ("padding", "1px 2px 3px"), ("border-width", "1px 2px"), ("border-style", "solid"),
     ("border-color", "red blue"), ("font-variant", "small-caps"), ("flex-flow", "row wrap"), ("gap", "4px 8px"),
     ("list-style", "square inside"), ("stroke-color", "red"), ("word-wrap", "break-word"), ("overflow-x", "hidden"),
     ("float", "left"),
     ("place-items", "center"), ("padding-inline", "1px 2px"), ("padding-block", "1px"), ("margin-inline", "auto"),
     ("margin-block", "1em"), ("overflow-y", "auto"), ("grid-gap", "2px"), ("place-content", "center"),
     ("place-self", "end start"), ("inset", "0 auto"), ("inset-inline", "1px"), ("inset-block", "1px 2px"),
     ("grid-column", "1 / 3"), ("grid-row", "span 2"), ("grid-area", "main"), ("grid", "auto / 1fr"),
     ("grid-template", "'a b' 40px / 1fr 2fr"), ("grid-row-gap", "1px"), ("grid-column-gap", "1px"),
     ("mask", "linear-gradient(red, blue) center/50% no-repeat"), ("outline", "auto 2px red"),
     *((f"{name}-{way}-{end}", "calc(1px + 1em)") for name in ("margin", "padding", "inset")
       for way in ("inline", "block") for end in ("start", "end"))],
)  # fmt: skip
def test_a_shorthand_sets_what_there_is(name: str, text: str) -> None:
    read = _read(name, text)
    assert read
    assert read.keys() <= PROPERTIES.keys()


def test_every_shorthand_is_tried_above() -> None:
    tried = {"font", "border", "border-radius", "background", "text-decoration", "flex", "stroke", "text-stroke",
             "stroke-width", *(f"border-{side}" for side in ("top", "right", "bottom", "left"))}  # fmt: skip
    listed = test_a_shorthand_sets_what_there_is.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert tried | {name for name, _ in listed} == set(SHORTHANDS)
