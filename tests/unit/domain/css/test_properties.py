import pytest

from clipmill.domain.css.properties import PROPERTIES, WITHOUT_EFFECT
from clipmill.domain.css.shorthands import SHORTHANDS
from clipmill.domain.css.values import Length


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("font-size", "large", Length(18)), ("font-size", "120%", Length(1.2, "em")), ("font-weight", "bold", 700),
        ("font-weight", "550", 550), ("line-height", "normal", None), ("line-height", "1.5", 1.5),
        ("line-height", "150%", Length(1.5, "em")), ("line-height", "20px", Length(20)),
        ("letter-spacing", "normal", Length(0)), ("font-family", "'Open Sans', Arial", "Open Sans, Arial"),
        ("text-decoration-line", "none", frozenset()), ("vertical-align", "4px", Length(4)),
        ("vertical-align", "super", "super"), ("display", "-webkit-box", "block"), ("line-clamp", "3", 3),
        ("paint-order", "stroke fill", "stroke"), ("width", "auto", None), ("overflow", "scroll", "hidden"),
        ("text-decoration-thickness", "auto", None), ("align-self", "auto", None),
        ("justify-content", "end", "flex-end"),
    ],
)  # fmt: skip
def test_a_value_is_read(name: str, text: str, value: object) -> None:
    assert PROPERTIES[name].read(text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("font-family", ", ".join("abcdefghijklmnopqrstuvwxyz")), ("display", "ruby"),
     ("z-index", "1.5"), ("aspect-ratio", "0"),
     ("opacity", "2"), ("text-decoration-line", "blink"), ("font-weight", "heavy"), ("padding-top", "-1px")],
)  # fmt: skip
def test_a_value_that_is_not_drawn_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError):
        PROPERTIES[name].read(text)


def test_no_name_is_both_drawn_and_without_effect() -> None:
    assert not WITHOUT_EFFECT & (PROPERTIES.keys() | SHORTHANDS.keys())
    assert not PROPERTIES.keys() & SHORTHANDS.keys()


@pytest.mark.parametrize("weight", ["heavy", "2000", "0"])
def test_a_weight_that_is_none_is_answered_with_what_is_allowed(weight: str) -> None:
    with pytest.raises(ValueError, match=f"'{weight}' is no font weight; write normal, bold or a number from 100 to"):
        PROPERTIES["font-weight"].read(weight)
