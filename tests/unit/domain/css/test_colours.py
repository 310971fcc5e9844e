import pytest

from clipmill.domain.css.colours import any_colour


@pytest.mark.parametrize(
    ("text", "colour"),
    [("rgb(0 0 0 / 50%)", (0, 0, 0, 0.5)), ("rgb(100% 0% 50%)", (255, 0, 128, 1)), ("rgba(1,2,3,.5)", (1, 2, 3, 0.5)),
     ("rgb(300 -5 12.6)", (255, 0, 13, 1)), ("hsl(120deg 100% 50% / .25)", (0, 255, 0, 0.25)),
     ("hsl(.5turn, 100%, 50%)", (0, 255, 255, 1)), ("hwb(0 20% 20%)", (204, 51, 51, 1)),
     ("hwb(0 80% 80%)", (128, 128, 128, 1)),
     ("#0f08", (0, 255, 0, 136 / 255)), ("oklch(0.628 0.2577 29.23)", (255, 0, 0, 1)),
     ("oklab(1 0 0)", (255, 255, 255, 1)),
     ("color-mix(in srgb, red, blue)", (128, 0, 128, 1)), ("color-mix(in srgb, red 25%, #0000)", (255, 0, 0, 0.25)),
     ("color(srgb 1 0.5 0)", (255, 128, 0, 1)), ("rgb(none 0 0)", (0, 0, 0, 1)),
     ("rgb(calc(100 + 27) 0 0)", (127, 0, 0, 1)),
     ("color-mix(in oklab, white 50%, black)", (99, 99, 99, 1))],
)  # fmt: skip
def test_a_colour_is_read(text: str, colour: tuple[float, ...]) -> None:
    found = any_colour(text)
    assert (found.red, found.green, found.blue, found.alpha) == pytest.approx(
        colour, abs=1.01 if "ok" in text else 1e-6
    )


@pytest.mark.parametrize(
    "text",
    ["rgb(1 2)", "hsl(a b c)", "color-mix(in srgb, red)", "color-mix(red, blue)", "rgb(red 0 0)", "tealish", "rgb("],
)
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        any_colour(text)
