import pytest

from clipmill.domain.css.values import (
    Length,
    four,
    not_negative,
    one_of,
    read_angle,
    read_colour,
    read_length,
    read_number,
    read_size,
    split_commas,
    split_words,
)


@pytest.mark.parametrize(
    ("text", "pixels"),
    [
        ("12", 12),
        ("12px", 12),
        ("1.5em", 30),
        ("50%", 100),
        ("2rem", 32),
        ("9pt", 12),
        ("-.5px", -0.5),
        ("1e2", 100),
        ("1in", 96),
        ("2.54cm", 96),
        ("calc(50% - 1em + 2 * 4px)", 88),
        ("clamp(10px, 50%, 4em)", 80),
        ("min(1in, 100%)", 96),
    ],
)
def test_a_length_is_pixels_at_a_font_size_and_of_a_whole(text: str, pixels: float) -> None:
    assert read_length(text).pixels(20, 200) == pytest.approx(pixels)


@pytest.mark.parametrize("text", ["", "px", "12 px", "nan", "inf", "1e9px", "12vw", "calc(1px + 2)", "1.2.3"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"length|calculated"):
        read_length(text)


def test_words_and_commas_in_brackets_and_quotes_stay_together() -> None:
    assert split_words("1px  solid rgba(1, 2, 3)") == ["1px", "solid", "rgba(1, 2, 3)"]
    assert split_commas("a(1,2), 'b, c' ,d") == ["a(1,2)", "'b, c'", "d"]


def test_automatic_sizes_are_none() -> None:
    assert read_size("auto") is None
    assert read_size("4px") == Length(4)


def test_some_lengths_must_not_be_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        not_negative("-1px")


def test_what_is_calculated_is_held_above_nothing() -> None:
    assert not_negative("calc(10% - 40px)").pixels(16, 100) == 0
    assert read_length("calc(2px * 3)") == Length(6)
    assert read_length("calc(1em / 2)") == Length(0.5, "em")
    assert read_number(0, 1)("calc(1 / 4)") == 0.25
    assert read_angle("calc(1turn / 4)") == 90


def test_numbers_are_held_to_their_range() -> None:
    assert read_number(0, 1)("50%") == 0.5
    with pytest.raises(ValueError, match="outside 0 to 1"):
        read_number(0, 1)("2")
    with pytest.raises(ValueError, match="not a number"):
        read_number(0, 1)("1px")


@pytest.mark.parametrize(
    ("text", "degrees"), [("90deg", 90), ("0.25turn", 90), ("100grad", 90), ("3.14159265rad", 180)]
)
def test_angles_are_degrees(text: str, degrees: float) -> None:
    assert read_angle(text) == pytest.approx(degrees)


def test_the_current_colour_is_no_colour_of_its_own() -> None:
    assert read_colour("currentColor") is None
    assert read_colour("red") is not None


def test_a_keyword_may_mean_another() -> None:
    assert one_of("flex-start", start="flex-start")("START") == "flex-start"
    with pytest.raises(ValueError, match="is not one of flex-start, start"):
        one_of("flex-start", start="flex-start")("middle")


@pytest.mark.parametrize(("parts", "sides"), [("1", "1111"), ("12", "1212"), ("123", "1232"), ("1234", "1234")])
def test_one_to_four_values_go_round_the_sides(parts: str, sides: str) -> None:
    assert four(list(parts)) == tuple(sides)


@pytest.mark.parametrize("parts", ["", "12345"])
def test_no_or_five_values_are_refused(parts: str) -> None:
    with pytest.raises(ValueError, match="one to four"):
        four(list(parts))
