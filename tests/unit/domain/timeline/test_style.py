import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.style import NORMAL_LINE, Length, TextStyle


def test_properties_are_camel_or_kebab_case() -> None:
    camel = TextStyle.model_validate({"fontSize": 40, "lineHeight": "50px", "fontWeight": "bold"})
    assert camel == TextStyle.model_validate({"font-size": "40px", "line-height": "50px", "font-weight": 700})


@pytest.mark.parametrize(
    ("value", "factor"), [(1.5, 1.5), ("1.5", 1.5), ("60px", 1.5), ("1.5em", 1.5), ("normal", NORMAL_LINE)]
)
def test_line_height_is_a_multiple_or_a_length(value: object, factor: float) -> None:
    assert TextStyle.model_validate({"fontSize": 40, "lineHeight": value}).line_factor == factor


def test_letter_spacing_follows_the_font_size_in_em() -> None:
    style = TextStyle.model_validate({"letterSpacing": "0.1em"})
    assert style.letter_spacing == Length(0.1, "em")
    assert style.letter_spacing.pixels(50) == pytest.approx(5)


@pytest.mark.parametrize(
    ("value", "sides"),
    [(4, (4, 4, 4, 4)), ("4px 8px", (4, 8, 4, 8)), ("1 2 3", (1, 2, 3, 2)), ([1, 2, 3, 4], (1, 2, 3, 4))],
)
def test_padding_is_css_shorthand(value: object, sides: tuple[float, ...]) -> None:
    assert TextStyle.model_validate({"padding": value}).padding == sides


@pytest.mark.parametrize(
    "style",
    [
        {"fontSize": "2em"}, {"fontSize": "large"}, {"padding": "1 2 3 4 5"}, {"textShadow": "1px 1px red"},
        {"fontWeight": "heavy"}, {"lineHeight": True}, {"color": "url(x)"}, {"maxLines": 0},
    ],
)  # fmt: skip
def test_what_is_not_drawn_is_refused(style: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TextStyle.model_validate(style)
