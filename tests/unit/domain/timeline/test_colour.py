import pytest

from clipmill.domain.timeline.colour import Colour, parse_colour


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#2DD4BF", Colour(45, 212, 191)),
        ("#fff", Colour(255, 255, 255)),
        ("#f008", Colour(255, 0, 0, 136 / 255)),
        ("#00000080", Colour(0, 0, 0, 128 / 255)),
        ("rgb(1, 2, 3)", Colour(1, 2, 3)),
        ("rgba(1,2,3,0.5)", Colour(1, 2, 3, 0.5)),
        ("rgba(1,2,3,.5)", Colour(1, 2, 3, 0.5)),
        ("rgba(1,2,3,1.)", Colour(1, 2, 3)),
        ("rgb(1 2 3 / 25%)", Colour(1, 2, 3, 0.25)),
        ("White", Colour(255, 255, 255)),
        ("transparent", Colour(0, 0, 0, 0)),
        ("RebeccaPurple", Colour(102, 51, 153)),
        ("hsl(210, 50%, 40%)", Colour(51, 102, 153)),
        ("hsla(0 100% 50% / 50%)", Colour(255, 0, 0, 0.5)),
    ],
)
def test_css_colours_are_read(text: str, colour: Colour) -> None:
    assert parse_colour(text) == colour


@pytest.mark.parametrize("text", ["tealish", "#12", "#12345", "rgb(300,0,0)", "", "url(#x)", 7, None,
                                  "rgba(1,2,3,.)", "rgba(1,2,3,1.2.3)", "hsl(.,2%,3%)", "hsl(1..2,2%,3%)"])  # fmt: skip
def test_what_is_no_colour_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        parse_colour(text)
