from typing import Any

import pytest
from pydantic import ValidationError

from clipmill.domain.css.values import Length
from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.elements.style import HTML_SIZE, NORMAL_LINE, TEXT_SIZE, TextStyle


def _style(**properties: Any) -> TextStyle:
    return TextStyle.model_validate(properties)


def test_properties_are_camel_or_kebab_case() -> None:
    camel = _style(fontSize=40, lineHeight="50px", fontWeight="bold")
    kebab = TextStyle.model_validate({"font-size": "40px", "line-height": "50px", "font-weight": 700})
    assert camel.look() == kebab.look()
    assert camel.look().font_weight == 700


@pytest.mark.parametrize(
    ("value", "pixels"), [(1.5, 60), ("1.5", 60), ("60px", 60), ("1.5em", 60), ("normal", 40 * NORMAL_LINE)]
)
def test_line_height_is_a_multiple_or_a_length(value: object, pixels: float) -> None:
    assert _style(fontSize=40, lineHeight=value).look().line_pixels == pytest.approx(pixels)


def test_letter_spacing_follows_the_font_size_in_em() -> None:
    assert _style(letterSpacing="0.1em", fontSize=50).look().letter_spacing == Length(5)


@pytest.mark.parametrize(
    ("value", "sides"),
    [(4, (4, 4, 4, 4)), ("4px 8px", (4, 8, 4, 8)), ("1 2 3", (1, 2, 3, 2)), ([1, 2, 3, 4], (1, 2, 3, 4))],
)
def test_padding_is_css_shorthand(value: object, sides: tuple[float, ...]) -> None:
    assert tuple(side.value for side in _style(padding=value).look().sides("padding_{}")) == sides


@pytest.mark.parametrize(
    ("name", "value"),
    [("fontSize", "huge"), ("fontSize", 3), ("fontSize", 1001), ("padding", "1 2 3 4 5"), ("fontWeight", "heavy"),
     ("lineHeight", True), ("color", "url(x)"), ("color", "tealish"), ("color", {"r": 1}), ("maxLines", 0),
     ("minFontSize", "2em"), ("minFontSize", True)],
)  # fmt: skip
def test_a_mistake_in_an_everyday_property_is_an_error_at_its_path(name: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        _style(**{name: value})
    assert caught.value.errors()[0]["loc"] == (name,)


@pytest.mark.parametrize("value", ["url(http://x)", "expression(x)", ["a", {}], True])
def test_what_is_not_allowed_anywhere_is_an_error(value: object) -> None:
    with pytest.raises(ValidationError):
        _style(textShadow=value)


def test_what_is_not_drawn_is_listed() -> None:
    style = _style(backdropFilter="blur(2px)", display="ruby", color="var(--accent)", fontsize=4, margin="4px")
    assert style.unsupported == ("display: ruby", "fontsize", "margin", "backdrop-filter")
    assert style.unread({}) == ("color: var(--accent)",)
    assert style.unread({"--accent": "red"}) == ()
    assert style.look().color == Colour(0, 0, 0)


def test_nothing_is_listed_for_what_asks_for_nothing() -> None:
    assert _style(margin=0, color=None, textShadow="", cursor="pointer").unsupported == ()


def test_more_properties_than_allowed_are_an_error() -> None:
    with pytest.raises(ValidationError, match="at most 120"):
        _style(**{f"p{number}": 1 for number in range(121)})


def test_a_style_may_not_bring_its_own_reading() -> None:
    assert _style(declared="values").unsupported == ("declared",)


def test_a_text_and_an_html_text_begin_differently() -> None:
    text, html = _style().look(), _style().look(html=True)
    assert (text.font_size, text.white_space, text.line_height) == (TEXT_SIZE, "pre-wrap", NORMAL_LINE)
    assert (html.font_size, html.white_space, html.line_height) == (HTML_SIZE, "normal", None)


def test_the_font_shorthand_counts() -> None:
    look = _style(font="italic bold 20px/1.5 Roboto").look()
    assert (look.font_size, look.font_style, look.font_family, look.line_pixels) == (20, "italic", "Roboto", 30)


def test_a_style_shrinks_as_a_whole() -> None:
    look = _style(fontSize=40, lineHeight="50px").look(shrink=0.5)
    assert (look.font_size, look.line_pixels) == (20, 25)


@pytest.mark.parametrize(("display", "shown"), [("inline-flex", "flex"), ("inline", "block"), ("flex", "flex")])
def test_the_box_of_a_text_is_a_block_or_flex(display: str, shown: str) -> None:
    assert _style(display=display).look().display == shown


@pytest.mark.parametrize(
    ("align", "drop"), [("middle", "middle"), ("bottom", "bottom"), ("baseline", "top"), (None, "top")]
)
def test_the_content_stands_somewhere_in_its_box(align: str | None, drop: str) -> None:
    assert _style(verticalAlign=align).drop == drop


def test_the_schema_names_every_property() -> None:
    properties = TextStyle.model_json_schema()["properties"]
    assert {"fontSize", "minFontSize", "boxShadow", "textDecoration", "borderTopLeftRadius"} <= properties.keys()
    assert "declared" not in properties
