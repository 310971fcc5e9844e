import pytest

from clipmill.domain.css.late import MOST_TEXT, Around, customs, filled_in, is_late, measured


@pytest.mark.parametrize("text", ["var(--x)", "calc(1vw + 2px)", "20ch", "1.5VMIN", "10dvh"])
def test_some_values_are_late(text: str) -> None:
    assert is_late(text)


@pytest.mark.parametrize("text", ["red", "10px", "invariant(x)", "wch"])
def test_most_values_are_not(text: str) -> None:
    assert not is_late(text)


def test_a_custom_property_is_put_in_or_what_stands_for_it() -> None:
    custom = {"--a": "4px", "--b": ""}
    assert filled_in("1px var(--a) var( --c , var(--a) ) var(--b)x", custom) == "1px 4px 4px x"
    assert filled_in("var(--c,)", custom) == ""
    for text in ("var(--c)", "var(x)", "var(--a"):
        with pytest.raises(ValueError):
            filled_in(text, custom)


def test_custom_properties_stand_for_others_but_not_for_themselves() -> None:
    own = {"--a": "var(--b) 1", "--b": "var(--up)", "--c": "var(--d)", "--d": "var(--c)", "--e": "var(--c, 9)"}
    assert customs(own, {"--up": "7", "--a": "old"}) == {"--up": "7", "--a": "7 1", "--b": "7", "--e": "9"}


def test_a_text_does_not_grow_without_end() -> None:
    own = {"--0": "ha" * 20, **{f"--{number}": f"var(--{number - 1})" * 8 for number in range(1, 16)}}
    assert max(map(len, customs(own, {}).values())) <= MOST_TEXT + 40


def test_lengths_of_the_canvas_and_the_font_become_pixels() -> None:
    around = Around(canvas=(400.0, 200.0))
    assert measured("10vw 10vh 10vmin 10vmax 2ch #1ch", around, 8.0) == (
        "40.0000px 20.0000px 20.0000px 40.0000px 16.0000px #1ch"
    )
